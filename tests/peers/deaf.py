#!/usr/bin/python3
"""deaf.py - a port where connecting is never over: its queue is full.

The first line on stdout is the port.
"""
import signal
import socket

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
kept = []
while True:
    s = socket.socket()
    s.settimeout(0.3)
    kept.append(s)
    try:
        s.connect(server.getsockname())
    except TimeoutError:
        break
print(server.getsockname()[1], flush=True)
signal.pause()
