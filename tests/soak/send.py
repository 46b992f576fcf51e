#!/usr/bin/python3
"""Many lines through one wh-send, whose memory must stay where it is.

usage: send.py [LINES]     (1,000,000)

They go to nginx as events in order by key, in ten rounds of fresh keys; the
next round begins when the results of the last one are there.  The first two
rounds are for buffers to find their size; after them resident memory must not
grow by more than GROWTH_KB (how many lines are held at once, of the --queue of
1M, is up to chance).  Prints one line of NDJSON; the exit status says whether
it was so.
"""
import json
import os
import re
import subprocess
import sys
import threading

REPO = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(REPO, "tests", "bench"))

import bench  # noqa: E402

ROUNDS, WARM, KEYS = 10, 2, 1000
GROWTH_KB = 1024


def rss_kb(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s*(\d+)", f.read()).group(1))


def put(sender, number, n):
    filler = "x" * 200
    for i in range(n):
        sender.stdin.write('{"key":"%d-%d","json":{"n":%d,"s":"%s"}}\n' % (
            number, i % KEYS, i, filler))
    sender.stdin.flush()


def soak(url, n):
    """Resident memory after each round, and how many were delivered."""
    sender = subprocess.Popen(
        [bench.ours("wh-send"), "-e", "--order", "key", "--jobs-per-host",
         "64", "--queue", "1M", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    rss, delivered = [], 0
    for number in range(ROUNDS):
        writer = threading.Thread(target=put, args=(sender, number, n))
        writer.start()
        for _ in range(n):
            delivered += '"delivered"' in sender.stdout.readline()
        writer.join()
        rss.append(rss_kb(sender.pid))
    sender.stdin.close()
    if sender.wait() != 0:
        sys.exit(f"wh-send ended with {sender.returncode}")
    return rss, delivered


def main():
    n = (int(sys.argv[1]) if len(sys.argv) > 1 else 1000000) // ROUNDS
    with bench.nginx() as (port, _):
        rss, delivered = soak(f"http://127.0.0.1:{port}/", n)
    growth = max(rss[WARM:]) - rss[WARM - 1]
    print(json.dumps({"soak": "wh-send", "lines": n * ROUNDS,
                      "delivered": delivered, "rss_kb": rss,
                      "growth_kb": growth}))
    return delivered != n * ROUNDS or growth > GROWTH_KB


if __name__ == "__main__":
    sys.exit(main())
