#!/usr/bin/python3
"""ws_crowd.py - very many websocket clients in one process, by bare sockets.

usage: ws_crowd.py [options] PORT CLIENTS

Prints "ready" once all are connected, and "got N" once each client that reads
has received N messages (their sizes are their own affair).  The first PAUSED
clients read nothing, until SIGUSR1 wakes them: then "woken", and once each of
them has been closed or has received N messages "closed C got G", with how many
were closed and what the first of them has received.

options:
  --paused K      how many do not read (0)
  --messages N    how many each is to receive (1)
  --path P        of all (/)
"""
import argparse
import os
import resource
import selectors
import signal
import socket

HEAD = ("GET {} HTTP/1.1\r\nHost: localhost:{}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


class Client:
    """Counts messages in what it reads; keeps none."""

    def __init__(self, port, path):
        self.sock = socket.socket()
        # What is not read waits at the server, not in the kernel.
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.sock.connect(("127.0.0.1", port))
        self.sock.sendall(HEAD.format(path, port).encode())
        self.head, self.left, self.messages = b"", 0, 0
        self.closed = False
        reply = b""
        while b"\r\n\r\n" not in reply:
            reply += self.sock.recv(512)
        self.take(reply.partition(b"\r\n\r\n")[2])
        self.sock.setblocking(False)

    def read(self):
        try:
            data = self.sock.recv(1 << 18)
        except ConnectionError:
            data = b""
        self.closed = self.closed or data == b""
        self.take(data)

    def take(self, data):
        while data:
            n = min(self.left, len(data))
            self.left, data = self.left - n, data[n:]
            if self.left == 0 and data:
                data = self.begin(data)

    def begin(self, data):
        """A frame's head, byte by byte where it comes so."""
        self.head, data = self.head + data[:1], data[1:]
        size = 2
        if len(self.head) >= 2:
            size = {126: 4, 127: 10}.get(self.head[1], 2)
        while len(self.head) < size and data:
            self.head, data = self.head + data[:1], data[1:]
            if len(self.head) == 2:
                size = {126: 4, 127: 10}.get(self.head[1], 2)
        if len(self.head) < size or len(self.head) < 2:
            return data
        self.left = self.head[1] if size == 2 else \
            int.from_bytes(self.head[2:size], "big")
        if self.head[0] & 15 == 8:
            self.closed = True
        elif self.head[0] & 15 <= 2:
            self.messages += 1
        self.head = b""
        return data

    def is_through(self, messages):
        return self.closed or (self.messages >= messages and self.left == 0)


def await_all(clients, messages):
    poll = selectors.DefaultSelector()
    waiting = set()
    for c in clients:
        if not c.is_through(messages):
            poll.register(c.sock, selectors.EVENT_READ, c)
            waiting.add(c)
    while waiting:
        for key, _ in poll.select():
            key.data.read()
            if key.data.is_through(messages):
                poll.unregister(key.data.sock)
                waiting.discard(key.data)


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("port", type=int)
    p.add_argument("clients", type=int)
    p.add_argument("--paused", type=int, default=0)
    p.add_argument("--messages", type=int, default=1)
    p.add_argument("--path", default="/")
    args = p.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    clients = [Client(args.port, args.path) for _ in range(args.clients)]
    print("ready", flush=True)
    paused, others = clients[:args.paused], clients[args.paused:]
    if others:
        await_all(others, args.messages)
        print("got", min(c.messages for c in others), flush=True)
    if paused:
        signal.sigwait([signal.SIGUSR1])
        print("woken", flush=True)
        await_all(paused, args.messages)
        print("closed", sum(c.closed for c in paused), "got",
              paused[0].messages, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
