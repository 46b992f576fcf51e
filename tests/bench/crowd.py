#!/usr/bin/python3
"""As many idle websocket clients as the machine takes.

usage: crowd.py [CLIENTS]       (100000)

Limits are raised where that is allowed.  Where a process may not have so many
descriptors there are several servers, each with its own generator (ws_idle:
C, epoll), one pair after the other; figures are sums over all of them.  No
more clients are opened than there is memory for (MEMORY each, both ends of a
connection and the generator in it).

One line for a server that does not ping and one for the default, in which
`idle_cpu_percent` is that of IDLE_S seconds (with pings, a round of them).
rss_bytes is the servers' for each client; kernel_bytes is what the kernel's
caches grew by for each, both ends.
"""

import contextlib
import json
import re
import resource
import signal
import subprocess
import sys
import time

import bench

MEMORY = 15000          # bytes
SPARE_MB = 2000         # are left alone
SPARE_FDS = 200
IDLE_S = {"0s": 10, "25s": 30}


def raise_limits(clients):
    """Descriptors that a process may have, and what keeps it from more."""
    want = clients + SPARE_FDS
    for path, n in (("nr_open", want), ("file-max", 2 * want + 10000)):
        with contextlib.suppress(OSError):
            with open(f"/proc/sys/fs/{path}", "r+") as f:
                if int(f.read()) < n:
                    f.write(str(n))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < want:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (want, want))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def meminfo(name):
    with open("/proc/meminfo") as f:
        return int(re.search(rf"^{name}:\s*(\d+)", f.read(), re.M)[1]) * 1024


def rss(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s*(\d+)", f.read())[1]) * 1024


class Pair:
    """A server and its clients."""

    def __init__(self, number, clients, ping):
        self.port = bench.free_port()
        self.server = subprocess.Popen(
            [bench.ours("ws-serve"), "--lines", "-R", "-q", "--slow", "block",
             "--ping", ping, "--max-clients", str(clients + 50),
             str(self.port)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        bench.await_port(self.port, self.server)
        self.empty = rss(self.server.pid)
        self.crowd = subprocess.Popen(
            [bench.tool("ws_idle"), str(self.port), str(clients),
             str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def opened(self):
        """How many are open, and why no more ("": all are)."""
        _, n, _, why = self.crowd.stdout.readline().split(" ", 3)
        return int(n), why.strip()

    def send(self):
        self.server.stdin.write(b"to all\n")
        self.server.stdin.flush()

    def got(self):
        """When the last client had it (CLOCK_MONOTONIC); None if one that
        did not answer a ping in time was ended before."""
        line = self.crowd.stdout.readline()
        return float(line.split()[1]) if line else None

    def cpu(self):
        return bench.cpu(self.server.pid)

    def rss(self):
        return rss(self.server.pid) - self.empty

    def end(self):
        for p in self.crowd, self.server:
            p.send_signal(signal.SIGKILL)
            p.wait()


def open_all(pairs, clients, ping, most):
    """Opens them: how many, the seconds that it took, why no more."""
    count, seconds = 0, 0
    while count < clients:
        if meminfo("MemAvailable") < SPARE_MB * 1e6:
            return count, seconds, "memory"
        pairs.append(Pair(len(pairs), min(most, clients - count), ping))
        start = time.monotonic()
        n, why = pairs[-1].opened()
        seconds += time.monotonic() - start
        count += n
        if why:
            return count, seconds, why
    return count, seconds, ""


def total_cpu(pairs):
    return sum(p.cpu() for p in pairs)


def measure(pairs, clients, ping, most):
    slab = meminfo("Slab")
    count, seconds, why = open_all(pairs, clients, ping, most)
    used = total_cpu(pairs)
    row = {"bench": "crowd", "program": "ws-serve", "ping": ping,
           "clients": count, "servers": len(pairs), "limit": why,
           "accept_seconds": round(seconds, 1),
           "accept_cpu_us": round(1e6 * used / count, 1),
           "rss_bytes": round(sum(p.rss() for p in pairs) / count),
           "kernel_bytes": round((meminfo("Slab") - slab) / count)}
    time.sleep(1)
    before = total_cpu(pairs)
    time.sleep(IDLE_S[ping])
    row["idle_cpu_percent"] = round(
        100 * (total_cpu(pairs) - before) / IDLE_S[ping], 2)
    before, start = total_cpu(pairs), time.monotonic()
    for p in pairs:
        p.send()
    got = [p.got() for p in pairs]
    if None in got:
        row["limit"] = "pings: clients were too slow to answer"
        return row
    row["broadcast_ms"] = round(1000 * (max(got) - start), 1)
    row["broadcast_cpu_us"] = round(
        1e6 * (total_cpu(pairs) - before) / count, 2)
    return row


def main():
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    room = meminfo("MemAvailable") - SPARE_MB * 1e6
    clients = max(min(wanted, int(room / MEMORY)), 1)
    most = raise_limits(clients) - SPARE_FDS
    for ping in IDLE_S:
        pairs = []
        try:
            row = measure(pairs, clients, ping, min(most, clients))
        finally:
            for p in pairs:
                p.end()
        if not row["limit"] and clients < wanted:
            row["limit"] = "memory"
        row["descriptors"] = most + SPARE_FDS
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
