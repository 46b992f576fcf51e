"""What the benchmarks share: processes with their CPU time, interleaved
rounds, medians, and one line of NDJSON for each contestant.

A contestant is a function that runs once and answers a dict with at least
"seconds" and "count" (requests, messages, deliveries), and "cpu" (seconds of
CPU of the process under test and its children) where that can be told.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

REPO = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("HOOKLINE_BUILD", os.path.join(REPO, "build"))
HERE = os.path.join(REPO, "tests", "bench")
NODE_MODULES = os.path.join(REPO, "tests", "node_modules")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
TICK = os.sysconf("SC_CLK_TCK")


def ours(name):
    return os.path.join(BUILD, name)


def tool(name):
    return os.path.join(BUILD, "tests", "bench", name)


def have(*programs):
    """True if each program can be run; says which can't."""
    for p in programs:
        if not (shutil.which(p) or os.path.exists(p)):
            print(f"bench: {p} is not installed: left out", file=sys.stderr)
            return False
    return True


def tree(pid):
    """A process and its descendants."""
    found = [pid]
    for p in found:
        with contextlib.suppress(OSError):
            for t in os.listdir(f"/proc/{p}/task"):
                with open(f"/proc/{p}/task/{t}/children") as f:
                    found += map(int, f.read().split())
    return found


def cpu(pid):
    """User and system seconds so far of a process tree, with children that
    were waited for."""
    total = 0
    for p in tree(pid):
        with contextlib.suppress(OSError):
            with open(f"/proc/{p}/stat") as f:
                total += sum(map(int, f.read().rsplit(")")[1].split()[11:15]))
    return total / TICK


def rss_kb(pid):
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            if line.startswith("VmHWM"):
                return int(line.split()[1])
    return 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def await_port(port, process):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended early")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args} does not listen on {port}")


@contextlib.contextmanager
def server(argv, port, **kw):
    """A server for as long as the block lasts."""
    kw.setdefault("stdin", subprocess.DEVNULL)
    kw.setdefault("stdout", subprocess.DEVNULL)
    kw.setdefault("stderr", subprocess.DEVNULL)
    p = subprocess.Popen(argv, start_new_session=True, **kw)
    try:
        await_port(port, p)
        yield p
    finally:
        with contextlib.suppress(OSError):
            os.killpg(p.pid, signal.SIGKILL)
        p.wait()


@contextlib.contextmanager
def scratch():
    with tempfile.TemporaryDirectory(prefix="hookline-bench-") as d:
        yield d


@contextlib.contextmanager
def nginx():
    """nginx with one worker that answers every request with 204; its port
    and process."""
    port = free_port()
    with scratch() as d:
        conf = os.path.join(d, "nginx.conf")
        with open(conf, "w") as f:
            f.write(f"""daemon off; worker_processes 1; pid {d}/pid;
error_log /dev/null; events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {d}; proxy_temp_path {d};
fastcgi_temp_path {d}; uwsgi_temp_path {d}; scgi_temp_path {d};
keepalive_requests 1000000000;
server {{ listen 127.0.0.1:{port}; location / {{ return 204; }} }} }}""")
        with server(["nginx", "-c", conf, "-p", d], port) as p:
            yield port, p


def run_cpu(argv, **kw):
    """Runs to the end: seconds, CPU seconds (children too), stdout."""
    before = os.times()
    start = time.monotonic()
    kw.setdefault("stderr", subprocess.DEVNULL)
    p = subprocess.run(argv, stdout=kw.pop("stdout", subprocess.PIPE), **kw)
    seconds = time.monotonic() - start
    after = os.times()
    used = (after.children_user - before.children_user
            + after.children_system - before.children_system)
    return seconds, used, p


def compare(bench, contestants, rounds=ROUNDS, **more):
    """Runs the contestants in turn, `rounds` times over, and prints medians;
    ratio is ours over theirs (more is better for us), from the same run."""
    results = {name: [] for name, _ in contestants}
    for _ in range(rounds):
        for name, run in contestants:
            results[name].append(run())
    rows = {}
    for name, runs in results.items():
        row = {"bench": bench, "program": name, **more,
               "per_second": round(statistics.median(
                   r["count"] / r["seconds"] for r in runs))}
        with_cpu = [r for r in runs if r.get("cpu")]
        if with_cpu:
            row["cpu_us"] = round(statistics.median(
                1e6 * r["cpu"] / r["count"] for r in with_cpu), 3)
        for key in sorted(set().union(*runs) - {"count", "seconds", "cpu"}):
            row[key] = statistics.median(r[key] for r in runs)
        rows[name] = row
    us = rows[contestants[0][0]]
    for name, row in rows.items():
        if row is not us:
            row["ratio"] = round(us["per_second"] / row["per_second"], 2)
            if "cpu_us" in row and "cpu_us" in us:
                row["cpu_ratio"] = round(us["cpu_us"] / row["cpu_us"], 4)
            if "p50_us" in row and "p50_us" in us:
                row["p50_ratio"] = round(us["p50_us"] / row["p50_us"], 2)
        print(json.dumps(row), flush=True)
