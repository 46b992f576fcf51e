#!/usr/bin/python3
"""An HTTP client that sends stdin's bytes as they are, and reads the replies.

usage: http_raw.py [--replies N] [--piece N] [--then FILE] PORT

Sends stdin, in pieces of N bytes each in a packet of its own, and prints each
reply as a line {"status", "headers", "body"}; {"end"} once the server has
closed the connection.  With --replies it stops (and closes) after so many
final replies.  With --then it waits for a first reply, or, where FILE names a
file that isn't there yet, for that file; then it sends the file's bytes.
Exit status 1 if nothing comes for 60 seconds.
"""

import argparse
import json
import os
import socket
import sys
import time


def connect(port):
    s = socket.create_connection(("127.0.0.1", port))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.settimeout(60)
    return s


def send(s, data, piece):
    try:
        for i in range(0, len(data), piece):
            s.sendall(data[i:i + piece])
    except (BrokenPipeError, ConnectionResetError):
        pass    # the reply says why


class Replies:
    def __init__(self, s, is_head):
        self.s = s
        self.buf = b""
        self.is_head = is_head

    def more(self):
        try:
            data = self.s.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buf += data
        return data != b""

    def next(self):
        while b"\r\n\r\n" not in self.buf:
            if not self.more():
                assert not self.buf, self.buf
                return None
        head, self.buf = self.buf.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        headers = [line.split(": ", 1) for line in lines]
        length = [int(v) for k, v in headers if k == "Content-Length"]
        assert len(length) <= 1, headers
        length = 0 if self.is_head or not length else length[0]
        while len(self.buf) < length:
            assert self.more(), "cut off"
        body, self.buf = self.buf[:length], self.buf[length:]
        return {"status": int(status), "headers": headers,
                "body": body.decode("latin-1")}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--replies", type=int)
    p.add_argument("--piece", type=int, default=1 << 30)
    p.add_argument("--then")
    p.add_argument("port", type=int)
    args = p.parse_args()
    data = sys.stdin.buffer.read()
    s = connect(args.port)
    replies = Replies(s, data.startswith(b"HEAD "))
    n = 0
    send(s, data, args.piece)
    if args.then and not os.path.exists(args.then):
        print('{"sent":true}', flush=True)
        while not os.path.exists(args.then):
            time.sleep(0.01)
        send(s, open(args.then, "rb").read(), args.piece)
        args.then = None
    while args.replies is None or n < args.replies:
        reply = replies.next()
        print(json.dumps(reply or {"end": True}), flush=True)
        if reply is None:
            break
        n += reply["status"] >= 200
        if args.then:
            send(s, open(args.then, "rb").read(), args.piece)
            args.then = None


try:
    main()
except socket.timeout:
    sys.exit("nothing came for 60 seconds")
