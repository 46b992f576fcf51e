#!/usr/bin/python3
"""Many requests to one wh-listen, whose memory must stay where it is.

usage: listen.py [REQUESTS]     (1,000,000)

hey posts them in ten rounds, over 64 connections; every line has to come.  The
first two rounds are for buffers to find their size; after them resident memory
must not grow by more than GROWTH_KB.  Prints one line of NDJSON; the exit
status says whether it was so.
"""
import json
import os
import re
import subprocess
import sys

REPO = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("HOOKLINE_BUILD", os.path.join(REPO, "build"))
ROUNDS, WARM = 10, 2
GROWTH_KB = 256


def rss_kb(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s*(\d+)", f.read()).group(1))


def post(port, n):
    out = subprocess.run(
        ["hey", "-n", str(n), "-c", "64", "-m", "POST", "-T",
         "application/json", "-d", '{"a":[1,2,"%s"]}' % ("x" * 200),
         f"http://127.0.0.1:{port}/hook?x=1"],
        capture_output=True, text=True, check=True).stdout
    answered = re.search(r"\[204\]\s+(\d+) responses", out)
    if answered is None or int(answered.group(1)) != n:
        sys.exit(out)


def soak(n):
    """Resident memory after each round, and how many lines came."""
    server = subprocess.Popen(
        [os.path.join(BUILD, "wh-listen"), "--announce", "-q", "0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    port = json.loads(server.stdout.readline())["port"]
    lines = subprocess.Popen(["wc", "-l"], stdin=server.stdout,
                             stdout=subprocess.PIPE, text=True)
    server.stdout.close()
    rss = []
    for _ in range(ROUNDS):
        post(port, n // ROUNDS)
        rss.append(rss_kb(server.pid))
    server.terminate()
    if server.wait() != 0:
        sys.exit(f"wh-listen ended with {server.returncode}")
    return rss, int(lines.communicate()[0])


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    n -= n % (64 * ROUNDS)      # hey drops what 64 can't share
    rss, lines = soak(n)
    growth = max(rss[WARM:]) - rss[WARM - 1]
    print(json.dumps({"soak": "wh-listen", "requests": n, "lines": lines,
                      "rss_kb": rss, "growth_kb": growth}))
    return lines != n or growth > GROWTH_KB


if __name__ == "__main__":
    sys.exit(main())
