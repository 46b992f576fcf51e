#!/usr/bin/python3
"""wh-listen beside other receivers: wrk, 64 connections, POST of 1 KB.

wh-listen prints a full event line per request into a pipe, and does so again
with each request's signature verified (GitHub's, HMAC-SHA256), and with
requests as GitHub makes them: ten fields, and JSON of short strings instead of
one long one.  The bare loop (catch: C, epoll) prints what it receives as it
is, and looks at none of it: about the least that a receiver takes.  The node
server prints the body as a line; nginx and webhook print nothing.
"""

import hashlib
import hmac
import os
import re
import subprocess

import bench

SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
SECRET = b"It's a Secret to Everybody"
BODY = b'{"action":"opened","filler":"%s"}' % (b"x" * (1024 - 31))  # post1k.lua


def wrk(port, path="/", **env):
    out = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{SECONDS}", "--latency", "-s",
         os.path.join(bench.HERE, "post1k.lua"),
         f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
        env={**os.environ, **env}).stdout
    count, seconds = re.search(
        r"(\d+) requests in ([\d.]+)s", out).groups()
    if "Non-2xx" in out:
        raise RuntimeError(out)
    unit = {"us": 1, "ms": 1e3, "s": 1e6}
    p50, p99 = (float(n) * unit[u] for n, u in re.findall(
        r"(?:50|99)%\s+([\d.]+)(us|ms|s)", out))
    return {"count": int(count), "seconds": float(seconds),
            "p50_us": p50, "p99_us": p99}


def measured(process, port, path, **env):
    before = bench.cpu(process.pid)
    result = wrk(port, path, **env)
    result["cpu"] = bench.cpu(process.pid) - before
    return result


def contest(argv, port, path="/", **env):
    """One run against a server whose stdout goes through a pipe."""
    sink = subprocess.Popen(["cat"], stdin=subprocess.PIPE,
                            stdout=subprocess.DEVNULL)
    try:
        with bench.server(argv, port, stdout=sink.stdin) as p:
            return measured(p, port, path, **env)
    finally:
        sink.stdin.close()
        sink.wait()


def wh_listen(**env):
    port = bench.free_port()
    return contest([bench.ours("wh-listen"), str(port)], port, **env)


def wh_listen_verify():
    port = bench.free_port()
    signature = hmac.new(SECRET, BODY, hashlib.sha256).hexdigest()
    with bench.scratch() as d:
        secret = os.path.join(d, "secret")
        with open(secret, "wb") as f:
            f.write(SECRET)
        return contest([bench.ours("wh-listen"), "--verify", "github",
                        "--secret-file", secret, str(port)], port,
                       SIGNATURE="sha256=" + signature)


def bare(*secret):
    port = bench.free_port()
    return contest([bench.tool("catch"), str(port), *secret], port)


def node():
    port = bench.free_port()
    return contest(["node", os.path.join(bench.HERE, "receiver.mjs"),
                    str(port)], port)


def nginx():
    with bench.nginx() as (port, p):
        return measured(p, port, "/")


def webhook():
    port = bench.free_port()
    with bench.scratch() as d:
        hooks = os.path.join(d, "hooks.json")
        with open(hooks, "w") as f:
            f.write("""[{"id":"h","execute-command":"/bin/true",
                "trigger-rule": {"match": {"type": "value", "value": "x",
                "parameter": {"source": "header", "name": "X-Never"}}}}]""")
        return contest(["webhook", "-hooks", hooks, "-ip", "127.0.0.1",
                        "-port", str(port)], port, "/hooks/h")


def main():
    contestants = [("wh-listen", wh_listen),
                   ("wh-listen --verify github", wh_listen_verify),
                   ("wh-listen, as GitHub sends",
                    lambda: wh_listen(AS_GITHUB="1")),
                   ("bare system calls", bare),
                   ("bare system calls, and the HMAC",
                    lambda: bare(SECRET.decode()))]
    if bench.have("nginx"):
        contestants.append(("nginx return 204", nginx))
    if bench.have("webhook"):
        contestants.append(("webhook, no command", webhook))
    if bench.have("node"):
        contestants.append(("node http, prints lines", node))
    bench.compare("receiver", contestants, body=1024, connections=64)


if __name__ == "__main__":
    main()
