#!/usr/bin/python3
"""http_crowd.py - many requests at once, each on a connection of its own.

usage: http_crowd.py PORT N [FIELD]...

Sends N times GET / with these fields ("Name: value"), prints "sent", and then
the status of each answer as it comes.
"""
import selectors
import socket
import sys


def main():
    port, n, fields = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    request = "\r\n".join(["GET / HTTP/1.1", "Host: x",
                           "Connection: close", *fields, "", ""]).encode()
    waiting = selectors.DefaultSelector()
    for _ in range(n):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall(request)
        waiting.register(sock, selectors.EVENT_READ)
    print("sent")
    while n > 0:
        for key, _ in waiting.select():
            print(key.fileobj.recv(4096).split()[1].decode())
            waiting.unregister(key.fileobj)
            key.fileobj.close()
            n -= 1


main()
