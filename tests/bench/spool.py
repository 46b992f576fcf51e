#!/usr/bin/python3
"""wh-listen --spool: durable requests per second, beside the bare disk.

wrk, 64 connections, POST of 1 KB; every 2xx comes after an fdatasync.  The
bare loop (durable.c) then writes and synchronises batches of as many lines of
as many bytes as wh-listen had on average, on the same disk.

$BENCH_FOLDER is where they write (default: the build folder).  As disks differ,
and others may use this one, there is one in memory, too, on which every
fdatasync takes 0.8 ms.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request

import bench
import receiver

FOLDER = os.environ.get("BENCH_FOLDER", bench.BUILD)


def batches(port):
    """Writes so far, by --metrics."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as r:
        text = r.read().decode()
    return int(re.search(r"^\w*spool_batches\w* (\d+)", text, re.M).group(1))


def stored(folder):
    """Lines and bytes in the spool."""
    lines = size = 0
    seg = os.path.join(folder, "seg")
    for name in os.listdir(seg):
        with open(os.path.join(seg, name), "rb") as f:
            data = f.read()
        lines += data.count(b"\n")
        size += len(data)
    return lines, size


class Rounds:
    """A run of ours, then one of the disk with what ours had."""

    def __init__(self):
        self.lines, self.bytes = 32, 1500

    def wh_listen(self, spool=True, where=FOLDER, **env):
        port = bench.free_port()
        folder = tempfile.mkdtemp(prefix="spool-", dir=where)
        argv = [bench.ours("wh-listen"), str(port), "--metrics", "/metrics"]
        if spool:
            argv += ["--spool", folder]
        try:
            with bench.server(argv, port, env={**os.environ, **env}) as p:
                result = receiver.measured(p, port, "/")
                if spool:
                    count = batches(port)
            if spool:
                lines, size = stored(folder)
                if lines < result["count"]:
                    raise RuntimeError("answered, but not stored")
                result["lines_per_batch"] = max(1, round(lines / count))
                if where == FOLDER:
                    self.lines = result["lines_per_batch"]
                    self.bytes = round(size / lines)
        finally:
            shutil.rmtree(folder)
        return result

    def steady(self):
        return self.wh_listen(
            where="/dev/shm", DISK_TAKES_US="800",
            LD_PRELOAD=os.path.join(bench.BUILD, "tests/preload/disk.so"))

    def disk(self):
        out = subprocess.run(
            [os.path.join(bench.BUILD, "tests/bench/durable"), FOLDER,
             str(self.lines), str(self.bytes), str(receiver.SECONDS)],
            capture_output=True, check=True, text=True).stdout
        d = json.loads(out)
        return {"count": d["lines"], "seconds": d["seconds"],
                "p50_us": 1000 * d["p50_ms"], "p99_us": 1000 * d["p99_ms"],
                "lines_per_batch": self.lines}


def main():
    rounds = Rounds()
    bench.compare("spool", [
        ("wh-listen --spool", rounds.wh_listen),
        ("write, fdatasync", rounds.disk),
        ("wh-listen --spool, fdatasync takes 0.8 ms", rounds.steady),
        ("wh-listen, to /dev/null", lambda: rounds.wh_listen(False)),
    ], body=1024, connections=64)


if __name__ == "__main__":
    main()
