#!/usr/bin/python3
"""wh-send beside other senders: 1 KB JSON bodies to nginx on this machine.

wh-send reads a line and prints a result line per delivery, and once more signs
each; hey, wrk and h2load send the same body over and over and print a summary.
post.c is the least that it takes: the bare system calls, and libcurl alone.
"""

import json
import os
import re
import subprocess

import bench

COUNT = int(os.environ.get("BENCH_COUNT", "100000"))
FEW = int(os.environ.get("BENCH_COUNT_XARGS", "1000"))
BODY = json.dumps({"action": "opened", "filler": "x" * 993},
                  separators=(",", ":"))


def timed(argv, count, **kw):
    seconds, used, p = bench.run_cpu(argv, **kw)
    if p.returncode != 0:
        raise RuntimeError(f"{argv[0]}: exit {p.returncode}")
    return {"count": count, "seconds": seconds, "cpu": used}


def wh_send(d, url, *more):
    with open(os.path.join(d, "lines")) as lines:
        r = timed([bench.ours("wh-send"), "--jobs-per-host", "64", *more, url],
                  COUNT, stdin=lines,
                  stdout=open(os.path.join(d, "results"), "w"))
    with open(os.path.join(d, "results")) as f:
        delivered = sum('"outcome":"delivered"' in x for x in f)
    if delivered != COUNT:
        raise RuntimeError(f"wh-send: {delivered} of {COUNT} delivered")
    return r


def signed(d, url):
    secret = os.path.join(d, "secret")
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    return wh_send(d, url, "--secret-file", secret)


def xargs_curl(d, url):
    with open(os.path.join(d, "few")) as lines:
        return timed(["xargs", "-P8", "-d", "\n", "-n1", "curl", "-s", "-o",
                      "/dev/null", "-H", "Content-Type: application/json",
                      url, "-d"], FEW, stdin=lines)


def curl_parallel(d, url):
    few = COUNT // 10
    conf = os.path.join(d, "curl.conf")
    with open(conf, "w") as f:
        for _ in range(few):
            f.write(f'url={url}\noutput=/dev/null\n')
    return timed(["curl", "-s", "-Z", "--parallel-max", "64", "-H",
                  "Content-Type: application/json", "--data-binary",
                  "@" + os.path.join(d, "body"), "-K", conf], few)


def hey(d, url):
    return timed(["hey", "-n", str(COUNT - COUNT % 64), "-c", "64", "-m",
                  "POST", "-T", "application/json", "-D",
                  os.path.join(d, "body"), url], COUNT - COUNT % 64)


def h2load(d, url):
    return timed(["h2load", "--h1", "-n", str(COUNT), "-c", "64", "-t", "1",
                  "-d", os.path.join(d, "body"), url], COUNT)


def post(how, d, port):
    return timed([bench.tool("post"), how, str(port), str(COUNT),
                  os.path.join(d, "body")], COUNT)


def wrk(url):
    seconds, used, p = bench.run_cpu(
        ["wrk", "-t1", "-c64", "-d3", "-s",
         os.path.join(bench.HERE, "post1k.lua"), url], text=True)
    count = int(re.search(r"(\d+) requests in", p.stdout).group(1))
    return {"count": count, "seconds": seconds, "cpu": used}


def main():
    with bench.scratch() as d, bench.nginx() as (port, _):
        url = f"http://127.0.0.1:{port}/"
        for name, n in (("lines", COUNT), ("few", FEW), ("body", 1)):
            with open(os.path.join(d, name), "w") as f:
                # xargs hands a line on as it is; -d of curl takes it so.
                f.write(BODY if name == "body" else (BODY + "\n") * n)
        contestants = [("wh-send", lambda: wh_send(d, url)),
                       ("wh-send, signing", lambda: signed(d, url)),
                       ("bare system calls", lambda: post("bare", d, port)),
                       ("bare libcurl", lambda: post("curl", d, port)),
                       ("xargs -P8 curl", lambda: xargs_curl(d, url)),
                       ("curl --parallel", lambda: curl_parallel(d, url))]
        if bench.have("hey"):
            contestants.append(("hey", lambda: hey(d, url)))
        if bench.have("h2load"):
            contestants.append(("h2load", lambda: h2load(d, url)))
        if bench.have("wrk"):
            contestants.append(("wrk", lambda: wrk(url)))
        bench.compare("sender", contestants, body=1024, in_flight=64)


if __name__ == "__main__":
    main()
