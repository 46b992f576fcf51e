#!/usr/bin/python3
"""ws-cat beside other clients: 100,000 lines out, as many echoes back.

The echo server is `ws-serve --echo`, the fastest here, so that it is the
clients that are measured; every echo is counted.  The clock starts when the
connection is up, which the server's events tell, and only then are the lines
fed: wscat loses what it reads before.
"""

import os
import subprocess
import time

import bench

COUNT = int(os.environ.get("BENCH_COUNT", "100000"))


def await_open(events, after):
    """Waits for a client's arrival among the server's events."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with open(events, "rb") as f:
            f.seek(after)
            if b'"type":"open"' in f.read():
                return
        time.sleep(0.005)
    raise RuntimeError("the client does not connect")


def talk(argv, d):
    """Feeds the lines, counts echoes until all are there."""
    events = os.path.join(d, "events")
    before = os.path.getsize(events)
    p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    await_open(events, before)
    time.sleep(0.1)         # for the client to notice that it is connected
    start = time.monotonic()
    feeder = subprocess.Popen(["cat", os.path.join(d, "lines"), "-"],
                              stdin=subprocess.PIPE, stdout=p.stdin)
    p.stdin.close()
    got = 0
    while got < COUNT:
        data = os.read(p.stdout.fileno(), 1 << 20)
        if not data:
            break
        got += data.count(b"\n")
    seconds = time.monotonic() - start
    used = bench.cpu(p.pid)
    feeder.stdin.close()
    feeder.wait()
    p.kill()
    p.wait()
    if got < COUNT:
        raise RuntimeError(f"{argv[0]}: {got} of {COUNT} echoes")
    return {"count": COUNT, "seconds": seconds, "cpu": used}


def main():
    wscat = os.path.join(bench.NODE_MODULES, ".bin", "wscat")
    port = bench.free_port()
    url = f"ws://127.0.0.1:{port}/"
    with bench.scratch() as d:
        with open(os.path.join(d, "lines"), "w") as f:
            for i in range(COUNT):
                f.write('{"n":%d,"filler":"%s"}\n' % (i, "x" * 42))
        with bench.server([bench.ours("ws-serve"), "--echo", "--queue",
                           "64M", "--stay", str(port)], port,
                          stdout=open(os.path.join(d, "events"), "wb")):
            contestants = [
                ("ws-cat", lambda: talk([bench.ours("ws-cat"), url], d)),
                ("ws-cat -e",
                 lambda: talk([bench.ours("ws-cat"), "--out", "events", url],
                              d)),
                ("python3-websockets",
                 lambda: talk(["/usr/bin/python3",
                               os.path.join(bench.HERE, "client_lines.py"),
                               url], d))]
            if bench.have(wscat):
                contestants.append(
                    ("wscat", lambda: talk([wscat, "-c", url], d)))
            if bench.have("/usr/bin/wsdump"):
                contestants.append(
                    ("wsdump", lambda: talk(["wsdump", "-r", url], d)))
            bench.compare("client echo", contestants, lines=COUNT)


if __name__ == "__main__":
    main()
