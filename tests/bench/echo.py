#!/usr/bin/python3
"""ws-serve beside another server: messages there and back.

The client is ws_load's (C, epoll).  websocketd has no broadcast; it is
measured as an echo server, through cat, beside `ws-serve --echo`.
"""

import json
import subprocess

import bench

SIZE = 128
MESSAGES = 50000


def echo(argv, port, messages):
    with bench.server(argv, port) as p:
        run = subprocess.Popen(
            [bench.tool("ws_load"), "echo", str(port), "1", str(messages),
             str(SIZE)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        run.stdout.readline()
        before = bench.cpu(p.pid)
        result = json.loads(run.stdout.readline())
        used = bench.cpu(p.pid) - before
        run.wait()
    if result["received"] != messages:
        raise RuntimeError(f"{argv[0]}: {result}")
    return {"count": messages, "seconds": result["seconds"], "cpu": used}


def main():
    def ws_serve():
        port = bench.free_port()
        return echo([bench.ours("ws-serve"), "--echo", "--stay", str(port)],
                    port, MESSAGES)

    def websocketd():
        port = bench.free_port()
        return echo(["websocketd", f"--port={port}", "--address=127.0.0.1",
                     "cat"], port, MESSAGES)

    contestants = [("ws-serve --echo", ws_serve)]
    if bench.have("websocketd"):
        contestants.append(("websocketd cat", websocketd))
    bench.compare("echo", contestants, clients=1, bytes=SIZE)


if __name__ == "__main__":
    main()
