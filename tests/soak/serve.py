#!/usr/bin/python3
"""Clients that come and go at one ws-serve, whose memory must stay where it is.

usage: serve.py [SECONDS [CLIENTS]]     (600, 10000)

CLIENTS are there; the oldest goes and a new one comes, RATE times a second at
most, a third of them without a word.  All are sent a message now and then.
The first fifth of the time is for buffers to find their size; after it resident
memory must not grow by more than GROWTH_KB.  Prints one line of NDJSON; the
exit status says whether it was so.
"""
import collections
import json
import os
import re
import resource
import struct
import socket
import subprocess
import sys
import time

REPO = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("HOOKLINE_BUILD", os.path.join(REPO, "build"))
sys.path.insert(0, os.path.join(REPO, "tests", "peers"))
from ws_crowd import Client  # noqa: E402

ROUNDS, WARM = 10, 2
RATE = 2000
GROWTH_KB = 512
SPARE_FDS = 100
CLOSE = b"\x88\x82\0\0\0\0\x03\xe8"         # 1000, masked with zeros


def rss_kb(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s*(\d+)", f.read()).group(1))


def leave(client, n):
    """With a close frame, or a reset."""
    if n % 3 > 0:
        client.sock.setblocking(True)
        client.sock.sendall(CLOSE)
    else:
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))
    client.sock.close()


def change(crowd, port, server, seconds):
    """Goes on for so long: how many have gone."""
    end = time.monotonic() + seconds
    n = 0
    while time.monotonic() < end:
        start = time.monotonic()
        for _ in range(RATE // 10):
            leave(crowd.popleft(), n)
            crowd.append(Client(port, f"/room{n % 7}"))
            n += 1
        server.stdin.write(b'{"text":"to all"}\n')
        server.stdin.flush()
        time.sleep(max(0, 0.1 - (time.monotonic() - start)))
    return n


def soak(seconds, clients):
    """Resident memory after each round, and how many have gone."""
    server = subprocess.Popen(
        [os.path.join(BUILD, "ws-serve"), "--announce", "-q", "--ping", "0s",
         "--max-clients", str(2 * clients), "0"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    port = json.loads(server.stdout.readline())["port"]
    events = subprocess.Popen(["grep", "-c", '"type":"close"'],
                              stdin=server.stdout, stdout=subprocess.PIPE)
    server.stdout.close()
    crowd = collections.deque(Client(port, "/") for _ in range(clients))
    rss, gone = [], 0
    for _ in range(ROUNDS):
        gone += change(crowd, port, server, seconds / ROUNDS)
        rss.append(rss_kb(server.pid))
    while crowd:
        leave(crowd.popleft(), 1)
        gone += 1
    server.stdin.close()
    if server.wait() != 0:
        sys.exit(f"ws-serve ended with {server.returncode}")
    return rss, gone, int(events.communicate()[0])


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600
    clients = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    clients = min(clients, hard - SPARE_FDS)
    rss, gone, told = soak(seconds, clients)
    growth = max(rss[WARM:]) - rss[WARM - 1]
    print(json.dumps({"soak": "ws-serve", "seconds": seconds,
                      "clients": clients, "gone": gone, "told": told,
                      "rss_kb": rss, "growth_kb": growth}))
    return told != gone or growth > GROWTH_KB


if __name__ == "__main__":
    sys.exit(main())
