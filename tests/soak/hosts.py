#!/usr/bin/python3
"""Lines to very many hosts, a tenth of which is dead: the others must not be
slowed, and memory must stay small.

usage: hosts.py [LINES [HOSTS]]     (10,000 and 1,000)

The time until all lines to living hosts are delivered is taken with the dead
ones among them and without, and so is the peak of memory.  Prints one line of
NDJSON; the exit status says whether it was so: no more than half as long
again, and no more than PEAK_KB.
"""
import json
import os
import subprocess
import sys
import time

REPO = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(REPO, "tests", "bench"))

import bench  # noqa: E402

EACH_DEAD = 10
PEAK_KB = 64 << 10


def address(i):
    return f"127.0.{1 + i // 200}.{1 + i % 200}"


def lines_of(count, hosts, port, dead):
    return [json.dumps({"url": f"http://{address(i % hosts)}:{port}/",
                        "json": i}) + "\n"
            for i in range(count) if dead or i % hosts % EACH_DEAD != 0]


def timed(lines, living):
    """Seconds until the living have theirs, and the peak of memory."""
    start = time.monotonic()
    # Who is dead is tried again in an hour, which is not waited for.
    sender = subprocess.Popen(
        [bench.ours("wh-send"), "-q", "-e", "--allow-private", "--backoff",
         "1h"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    sender.stdin.writelines(lines)
    sender.stdin.flush()
    delivered = sum('"delivered"' in sender.stdout.readline()
                    for _ in range(living))
    seconds = time.monotonic() - start
    peak = bench.rss_kb(sender.pid)
    sender.kill()
    sender.wait()
    if delivered != living:
        sys.exit(f"{delivered} of {living} delivered")
    return seconds, peak


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
    hosts = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    receivers = subprocess.Popen(
        [os.path.join(REPO, "tests", "peers", "many_hosts.py"), str(hosts),
         str(EACH_DEAD)], stdout=subprocess.PIPE, text=True)
    try:
        port = int(receivers.stdout.readline())
        alone = lines_of(count, hosts, port, False)
        runs = [(timed(lines_of(count, hosts, port, True), len(alone)),
                 timed(alone, len(alone))) for _ in range(3)]
    finally:
        receivers.kill()
        receivers.wait()
    among = min(a[0] for a, _ in runs)
    without = min(b[0] for _, b in runs)
    peak = max(a[1] for a, _ in runs)
    print(json.dumps({"soak": "wh-send, many hosts", "lines": count,
                      "hosts": hosts, "seconds": round(among, 2),
                      "seconds_without_dead": round(without, 2),
                      "peak_kb": peak}))
    return among > without * 1.5 or peak > PEAK_KB


if __name__ == "__main__":
    sys.exit(main())
