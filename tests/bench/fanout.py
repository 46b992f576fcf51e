#!/usr/bin/python3
"""Lines on stdin to all clients: ws-serve, the least a server can be
(ws_bare), and node's ws.

usage: fanout.py [CLIENTS...]       (1 100 1000 10000)

`step`: a line at a time, the next one only when the last client has it; with
the time that takes, p50 and p99.  `burst`: as many lines as the server takes.
The server is on one core, the clients (ws_load: C, epoll; of what comes only
the bytes are counted, so nobody pings) on another, for all contestants alike.
"""

import json
import os
import subprocess
import sys

import bench

SIZES = 128, 1024
DELIVERIES = {"step": 150000, "burst": 10000000}   # about so many in a run
STEPS = 50, 10000                                  # lines, at least and most
BURST_MB = 1500                                    # bytes in all, at most
SLOWER = 30                                        # node has so many fewer
CORES = sorted(os.sched_getaffinity(0))


def on_core(i):
    return lambda: os.sched_setaffinity(0, {CORES[i % len(CORES)]})


def feed(p, size, lines):
    """Writes the lines into p's stdin, from memory: another process would
    share a core with somebody."""
    piece = ("x" * size + "\n").encode() * 1000
    while lines > 0:
        n = min(lines, 1000)
        p.stdin.write(piece[:n * (size + 1)])
        lines -= n
    p.stdin.flush()


def run(argv, mode, clients, lines, size):
    port = bench.free_port()
    with bench.server(argv + [str(port)], port, stdin=subprocess.PIPE,
                      preexec_fn=on_core(0)) as p:
        load = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3>&{p.stdin.fileno()}', "sh",
             bench.tool("ws_load"), "step" if mode == "step" else "sink",
             str(port), str(clients), str(lines), str(size)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            pass_fds=[p.stdin.fileno()], preexec_fn=on_core(1))
        try:
            if load.stdout.readline().strip() != "ready":
                raise RuntimeError("ws_load did not connect")
            before = bench.cpu(p.pid)
            if mode == "burst":
                feed(p, size, lines)
            result = json.loads(load.stdout.readline())
            used = bench.cpu(p.pid) - before
            p.stdin.close()
        finally:
            load.kill()
            load.wait()
    if result.pop("received") != clients * lines:
        raise RuntimeError(f"{argv[0]}: {result}")
    return {"count": clients * lines, "cpu": used, **result}


def lines_of(mode, clients, size):
    n = DELIVERIES[mode] // clients
    if mode == "step":
        return min(max(n, STEPS[0]), STEPS[1])
    return min(n, BURST_MB * 1000000 // (clients * size))


def main():
    sizes = [int(a) for a in sys.argv[1:]] or [1, 100, 1000, 10000]
    node = os.path.join(bench.HERE, "broadcast.mjs")
    programs = [
        ("ws-serve", [bench.ours("ws-serve"), "--lines", "-R", "--slow",
                      "block", "--ping", "0s", "--max-clients", "20000"], 1),
        ("bare epoll", [bench.tool("ws_bare")], 1),
        ("node ws", ["node", node], SLOWER)]
    for mode in "step", "burst":
        for clients in sizes:
            for size in SIZES:
                lines = lines_of(mode, clients, size)
                bench.compare(mode, [
                    (name, lambda argv=argv, n=max(lines // less, 1) if
                     mode == "burst" else lines:
                     run(argv, mode, clients, n, size))
                    for name, argv, less in programs],
                    clients=clients, bytes=size)


if __name__ == "__main__":
    main()
