#!/usr/bin/python3
"""port.py - keeps ports of 127.0.0.1 free for who is to listen there later.

usage: port.py [N]

Prints N ports (1), on one line, and keeps them until it is ended: bound, but
listened on by nobody, so that connecting is refused, and that nobody else gets
one, but who asks for it by number, with SO_REUSEADDR.
"""
import signal
import socket
import sys

socks = [socket.socket() for _ in range(int(sys.argv[1]) if sys.argv[1:] else 1)]
for s in socks:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in socks), flush=True)
signal.pause()
