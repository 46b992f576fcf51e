#!/usr/bin/python3
"""Kills wh-listen --spool at random moments under load, and looks at what the
spool holds.

    crash_listen.py WH-LISTEN FOLDER ROUNDS [SEED]

A round: the program is started, CONNECTIONS clients send one request after
the other, it is killed, and what it had answered is read to the end.  Before
the next round's program listens it has cleaned up behind the one before.
After each round every event that was answered with a 2xx must be there, once
and with the body that was sent; after the cleaning no line may be torn.
"""

import collections
import json
import os
import random
import selectors
import socket
import subprocess
import sys
import time

import spool

CONNECTIONS = 8
FIRST_MS, LAST_MS = 2, 40
SEAL = len(',"crc":"01234567"}\n') - len("}")
SIZES = [10] * 20 + [300] * 20 + [5000]


class Client:
    """One request at a time; `acked` is told each body that had its 2xx."""

    def __init__(self, port, number, acked, sent):
        self.name = number
        self.count = 0
        self.acked, self.sent = acked, sent
        self.got = b""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.send()

    def send(self):
        self.count += 1
        size = random.choice(SIZES)
        self.body = f"{self.name}.{self.count}." + "é" * (size // 2)
        data = self.body.encode()
        self.sent[f"{self.name}.{self.count}"] = self.body
        self.socket.sendall(
            b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
            % len(data) + data)

    def receive(self):
        """False at the end."""
        try:
            data = self.socket.recv(4096)
        except ConnectionError:
            data = b""
        self.got += data
        while b"\r\n\r\n" in self.got:
            head, self.got = self.got.split(b"\r\n\r\n", 1)
            if not head.startswith(b"HTTP/1.1 204 "):
                raise SystemExit(f"answered: {head}")
            self.acked.append(self.body)
            try:
                self.send()
            except ConnectionError:
                return False
        return bool(data)


def start(program, folder):
    p = subprocess.Popen([program, "0", "-q", "--spool", folder, "--announce"],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    line = p.stdout.readline()
    if not line:
        raise SystemExit("wh-listen did not start")
    return p, json.loads(line)["port"]


def load(p, port, name):
    """Until the program has been killed: what it acknowledged, and all that
    it was sent."""
    acked, sent = [], {}
    sel = selectors.DefaultSelector()
    for i in range(CONNECTIONS):
        c = Client(port, f"{name}.{i}", acked, sent)
        sel.register(c.socket, selectors.EVENT_READ, c)
    deadline = time.monotonic() + random.uniform(FIRST_MS, LAST_MS) / 1000
    while sel.get_map():
        left = deadline - time.monotonic()
        if left <= 0 and p.poll() is None:
            p.kill()
            p.wait()
        for key, _ in sel.select(max(left, 0) if p.returncode is None
                                 else None):
            if not key.data.receive():
                sel.unregister(key.fileobj)
                key.fileobj.close()
    return acked, sent


class Checker:
    def __init__(self, folder):
        self.folder = folder
        self.old, self.new = {}, {}  # segments, and their good lines' bytes
        self.torn = 0

    def check(self, acked, sent):
        """What the round before has left."""
        there = collections.Counter()
        for path in spool.segments(self.folder):
            if path not in self.old:
                events, bad, tail = spool.read(path)
                self.torn += bool(bad or tail)
                there.update(json.loads(e)["text"] for e in events)
                self.new[path] = sum(map(len, events)) + len(events) * SEAL
        for body in acked:
            if there[body] != 1:
                raise SystemExit(
                    f"acknowledged, but there {there[body]} times: "
                    f"{body[:60]}")
        for body in there:
            if sent.get(".".join(body.split(".")[:3])) != body:
                raise SystemExit(f"never sent: {body[:60]}")

    def check_mended(self):
        """After the next program's start: whole lines are left, and all."""
        for path, size in self.new.items():
            if os.path.exists(path) and os.path.getsize(path) != size:
                raise SystemExit(f"{path}: not {size} bytes")
            if not os.path.exists(path) and size > 0:
                raise SystemExit(f"{path}: gone")
        self.old.update(self.new)
        self.new = {}


def main():
    program, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.randrange(1 << 32)
    random.seed(seed)
    checker = Checker(folder)
    total = 0
    try:
        for number in range(rounds):
            p, port = start(program, folder)
            checker.check_mended()
            acked, sent = load(p, port, number)
            checker.check(acked, sent)
            total += len(acked)
    except SystemExit:
        print(f"round {number} of seed {seed}", file=sys.stderr)
        raise
    print(json.dumps({"rounds": rounds, "acknowledged": total,
                      "torn": checker.torn}))


if __name__ == "__main__":
    main()
