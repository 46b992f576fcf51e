#!/usr/bin/python3
"""ws_churn.py - clients that come and go at random, by bare sockets.

usage: ws_churn.py PORT CLIENTS VISITS

So many threads each make VISITS connections, say a line or none, read some of
what comes or none, and leave: with a close frame, with a FIN, or by a reset.
Prints {"visits":N,"refused":N,"wrong":N}: wrong is what is no echo of what
was said.
"""
import json
import random
import socket
import struct
import sys
import threading

HEAD = ("GET /{} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
CLOSE = bytes([0x88, 0x82, 0, 0, 0, 0]) + struct.pack(">H", 1000)


def text(payload):
    return bytes([0x81, 0x80 | len(payload), 0, 0, 0, 0]) + payload


class Visitor(threading.Thread):
    def __init__(self, port, number, visits):
        super().__init__()
        self.port, self.number, self.visits = port, number, visits
        self.random = random.Random(number)
        self.done = self.refused = self.wrong = 0

    def echoed(self, sock, payload):
        want = bytes([0x81, len(payload)]) + payload
        got = b""
        while len(got) < len(want):
            more = sock.recv(len(want) - len(got))
            if not more:
                break
            got += more
        self.wrong += got != want

    def leave(self, sock):
        how = self.random.randrange(3)
        if how == 0:
            sock.sendall(CLOSE)
            while sock.recv(4096):
                pass
        elif how == 1:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                            struct.pack("ii", 1, 0))
        sock.close()

    def visit(self):
        with socket.create_connection(("127.0.0.1", self.port)) as sock:
            sock.settimeout(60)
            sock.sendall(HEAD.format(self.number).encode())
            reply = b""
            while not reply.endswith(b"\r\n\r\n"):
                reply += sock.recv(1) or b"\r\n\r\n"
            if b" 101 " not in reply:
                self.refused += 1
                return
            for i in range(self.random.randrange(3)):
                payload = b'{"n":%d}' % i
                sock.sendall(text(payload))
                if self.random.randrange(2):
                    self.echoed(sock, payload)
                else:
                    break
            self.leave(sock)

    def run(self):
        for _ in range(self.visits):
            self.visit()
            self.done += 1


def main():
    port, clients, visits = map(int, sys.argv[1:])
    crowd = [Visitor(port, i, visits) for i in range(clients)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    print(json.dumps({"visits": sum(one.done for one in crowd),
                      "refused": sum(one.refused for one in crowd),
                      "wrong": sum(one.wrong for one in crowd)}))


main()
