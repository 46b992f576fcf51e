#!/usr/bin/python3
"""ws-serve beside other servers: lines on stdin to all clients.

The clients are ws_load's (C, epoll).  Each server reads lines on stdin and
sends each to every client.  websocketd has no broadcast; it is measured as
an echo server, through cat, beside `ws-serve --echo`.
"""

import json
import os
import subprocess

import bench

SIZE = 128


def load(port, clients, messages, mode="sink"):
    return subprocess.Popen(
        [os.path.join(bench.BUILD, "tests", "bench", "ws_load"), mode,
         str(port), str(clients), str(messages), str(SIZE)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def fan_out(argv, port, clients, messages, d):
    """Waits until all clients are there, then feeds the lines."""
    with bench.server(argv, port, stdin=subprocess.PIPE) as p:
        clients_run = load(port, clients, messages)
        if clients_run.stdout.readline().strip() != "ready":
            raise RuntimeError("ws_load did not connect")
        before = bench.cpu(p.pid)
        with open(os.path.join(d, f"lines{messages}")) as lines:
            feeder = subprocess.Popen(["cat"], stdin=lines, stdout=p.stdin)
        result = json.loads(clients_run.stdout.readline())
        used = bench.cpu(p.pid) - before
        feeder.wait()
        p.stdin.close()
        clients_run.wait()
    if result["received"] != clients * messages:
        raise RuntimeError(f"{argv[0]}: {result}")
    return {"count": result["received"], "seconds": result["seconds"],
            "cpu": used}


def echo(argv, port, messages):
    with bench.server(argv, port) as p:
        run = load(port, 1, messages, "echo")
        run.stdout.readline()
        before = bench.cpu(p.pid)
        result = json.loads(run.stdout.readline())
        used = bench.cpu(p.pid) - before
        run.wait()
    if result["received"] != messages:
        raise RuntimeError(f"{argv[0]}: {result}")
    return {"count": messages, "seconds": result["seconds"], "cpu": used}


def main():
    node = os.path.join(bench.HERE, "broadcast.mjs")
    with bench.scratch() as d:
        # Rates are compared: node's share of the work is a tenth.
        for clients, messages in ((1, 500000), (100, 50000), (1000, 10000)):
            for n in messages, messages // 10:
                with open(os.path.join(d, f"lines{n}"), "w") as f:
                    f.write(('{"x":"' + "x" * (SIZE - 8) + '"}\n') * n)

            def ws_serve(c=clients, m=messages):
                port = bench.free_port()
                return fan_out([bench.ours("ws-serve"), "--lines", "--slow",
                                "block", "--max-clients", "20000",
                                str(port)], port, c, m, d)

            def node_ws(c=clients, m=messages // 10):
                port = bench.free_port()
                return fan_out(["node", node, str(port)], port, c, m, d)

            bench.compare("fan-out", [("ws-serve", ws_serve),
                                      ("node ws", node_ws)],
                          clients=clients, bytes=SIZE)

        messages = 50000

        def ws_serve_echo():
            port = bench.free_port()
            return echo([bench.ours("ws-serve"), "--echo", "--stay",
                         str(port)], port, messages)

        def websocketd():
            port = bench.free_port()
            return echo(["websocketd", f"--port={port}",
                         "--address=127.0.0.1", "cat"], port, messages)

        contestants = [("ws-serve --echo", ws_serve_echo)]
        if bench.have("websocketd"):
            contestants.append(("websocketd cat", websocketd))
        bench.compare("echo", contestants, clients=1, bytes=SIZE)


if __name__ == "__main__":
    main()
