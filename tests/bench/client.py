#!/usr/bin/python3
"""ws-cat beside other clients: 100,000 lines out, as many echoes back.

The echo server is `ws-serve --echo`, the fastest here, so that it is the
clients that are measured; every echo is counted.  Then one message at a time,
beside a bare loop of blocking calls in C (ws_trip); and how much memory a peer
that never reads costs.  The clock starts when the connection is up, which the
server's events tell, and only then are the lines fed: wscat loses what it
reads before.  All of it takes about a minute and a half; who hangs is ended
after LIMIT and named.
"""

import base64
import hashlib
import json
import os
import socket
import subprocess
import threading
import time

import bench

COUNT = int(os.environ.get("BENCH_COUNT", "100000"))
TRIPS = int(os.environ.get("BENCH_TRIPS", "10000"))
LIMIT = 60      # seconds that one contestant may take


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
    late = threading.Timer(LIMIT, p.kill)
    late.start()
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
    late.cancel()
    feeder.stdin.close()
    feeder.wait()
    p.kill()
    p.wait()
    if got < COUNT:
        raise RuntimeError(f"{argv[0]}: {got} of {COUNT} echoes")
    return {"count": COUNT, "seconds": seconds, "cpu": used}


def trips(argv):
    """One line there and back, again and again."""
    p = subprocess.run([bench.tool("ws_trip"), "drive", str(TRIPS)] + argv,
                       stdout=subprocess.PIPE, check=True, timeout=LIMIT)
    return json.loads(p.stdout)


def latency(port, url):
    bench.compare("client round trip", [
        ("ws-cat", lambda: trips([bench.ours("ws-cat"), url])),
        ("bare C loop", lambda: trips([bench.tool("ws_trip"), "bare",
                                       str(port)])),
        ("python3-websockets",
         lambda: trips(["/usr/bin/python3",
                        os.path.join(bench.HERE, "client_lines.py"), url]))],
        lines=TRIPS)


def accept(listener):
    """A connection that is up, and is not read from any more."""
    sock, _ = listener.accept()
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += sock.recv(1)
    key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n")
               if line.lower().startswith(b"sec-websocket-key:"))
    token = base64.b64encode(hashlib.sha1(
        key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                 b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + token
                 + b"\r\n\r\n")
    return sock


def has_read(pid):
    with open(f"/proc/{pid}/io") as f:
        return int(f.readline().split()[1])


def stalled(argv):
    """Fed without an end, by a shell's `yes`, with nobody to take it: its
    memory once nothing moves any more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"ws://127.0.0.1:{listener.getsockname()[1]}/"
        feeder = subprocess.Popen(["yes", "x" * 1000], stdout=subprocess.PIPE)
        p = subprocess.Popen(argv + [url], stdin=feeder.stdout,
                             stdout=subprocess.DEVNULL)
        feeder.stdout.close()
        with accept(listener):
            before = -1
            end = time.monotonic() + LIMIT
            while before != (before := has_read(p.pid)) \
                    and time.monotonic() < end:
                time.sleep(1)
            rss = bench.rss_kb(p.pid)
            for one in (p, feeder):
                one.kill()
                one.wait()
    return rss


def memory():
    contestants = [("ws-cat", [bench.ours("ws-cat"), "-R"]),
                   ("python3-websockets",
                    ["/usr/bin/python3",
                     os.path.join(bench.HERE, "client_lines.py")])]
    for name, argv in contestants:
        print(json.dumps({"bench": "client, a peer that never reads",
                          "program": name, "rss_kb": stalled(argv)}),
              flush=True)


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
            latency(port, url)
    memory()


if __name__ == "__main__":
    main()
