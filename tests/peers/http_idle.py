#!/usr/bin/python3
"""http_idle.py - many connections to an HTTP server that are kept open.

usage: http_idle.py PORT N

Opens N connections and sends a request on each, prints "open" once all have
been answered, waits for the end of stdin, sends one more on each, and prints
"answered" once all have been.  Every answer has to be 204.
"""
import resource
import socket
import sys

REQUEST = b"GET /idle HTTP/1.1\r\nHost: x\r\n\r\n"
BURST = 500             # requests in flight


def exchange(socks):
    for i in range(0, len(socks), BURST):
        for s in socks[i:i + BURST]:
            s.sendall(REQUEST)
        for s in socks[i:i + BURST]:
            got = s.recv(4096)
            assert got.startswith(b"HTTP/1.1 204 "), got


def main():
    port, n = int(sys.argv[1]), int(sys.argv[2])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    socks = []
    for _ in range(0, n, BURST):
        some = [socket.create_connection(("127.0.0.1", port), 30)
                for _ in range(min(BURST, n - len(socks)))]
        exchange(some)
        socks += some
    print("open", flush=True)
    sys.stdin.read()
    exchange(socks)
    print("answered", flush=True)


if __name__ == "__main__":
    main()
