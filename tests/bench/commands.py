#!/usr/bin/python3
"""wh-listen -- /bin/true beside webhook: wrk, 64 connections, POST of 1 KB.

What counts is runs that came to their end, until the last of them has: webhook
answers before it runs anything, unless the reply is to hold the output, and
what it could not run was answered 200 all the same.  wh-listen counts its runs
in its metrics, webhook tells of each in its log.
"""

import contextlib
import os
import re
import threading
import time
import urllib.request

import bench
import receiver

WAIT = 60       # seconds, for what is still to be run


class Children(threading.Thread):
    """The most children that a process was seen to have."""

    def __init__(self, pid):
        super().__init__()
        self.pid, self.most, self.over = pid, 0, False

    def look(self):
        found = set()
        with contextlib.suppress(OSError):
            for t in os.listdir(f"/proc/{self.pid}/task"):
                with open(f"/proc/{self.pid}/task/{t}/children") as f:
                    found.update(f.read().split())
        return found

    def run(self):
        """Who is seen twice was there all the while in between."""
        while not self.over:
            self.most = max(self.most, len(self.look() & self.look()))
            time.sleep(0.005)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.over = True
        self.join()


def contest(argv, port, path, runs):
    """runs() answers how many ended well, how many failed, how many are yet
    to come."""
    with bench.server(argv, port) as p, Children(p.pid) as children:
        before = bench.cpu(p.pid)
        start = time.monotonic()
        replies = receiver.wrk(port, path)
        while runs()[2] > 0 and time.monotonic() < start + WAIT:
            time.sleep(0.05)
        seconds = time.monotonic() - start
        ended, failed, _ = runs()
        return {"count": ended, "seconds": seconds,
                "cpu": bench.cpu(p.pid) - before, "failed": failed,
                "replies_per_second": replies["count"] / replies["seconds"],
                "p50_us": replies["p50_us"], "p99_us": replies["p99_us"],
                "most_children": children.most}


def wh_listen(jobs):
    port = bench.free_port()

    def runs():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as r:
            text = r.read().decode()
        value = dict(re.findall(r"^wh_listen_commands(\S+) (\d+)$", text,
                                re.M))
        total, failed = int(value["_total"]), int(value["_failed_total"])
        waiting = int(value["_running"]) + int(value["_waiting"])
        return total - failed, failed, waiting

    return contest([bench.ours("wh-listen"), "--metrics", "/metrics",
                    "--jobs", str(jobs), str(port), "--", "/bin/true"],
                   port, "/", runs)


def webhook(reply):
    port = bench.free_port()
    with bench.scratch() as d:
        hooks, log = os.path.join(d, "hooks.json"), os.path.join(d, "log")
        with open(hooks, "w") as f:
            f.write('[{"id":"h","execute-command":"/bin/true",'
                    '"include-command-output-in-response":%s}]'
                    % ("true" if reply else "false"))

        def runs():
            with open(log) as f:
                text = f.read()
            failed = text.count("error occurred:")
            return (text.count("finished handling") - failed, failed,
                    text.count("hook triggered successfully")
                    - text.count("finished handling"))

        return contest(["webhook", "-hooks", hooks, "-ip", "127.0.0.1",
                        "-port", str(port), "-verbose", "-logfile", log],
                       port, "/hooks/h", runs)


def main():
    contestants = [("wh-listen -- /bin/true", lambda: wh_listen(8)),
                   ("wh-listen --jobs 2 -- /bin/true",
                    lambda: wh_listen(2))]
    if bench.have("webhook"):
        contestants.append(("webhook, /bin/true", lambda: webhook(False)))
        contestants.append(("webhook, /bin/true, output in the reply",
                            lambda: webhook(True)))
    bench.compare("commands", contestants, body=1024, connections=64)


if __name__ == "__main__":
    main()
