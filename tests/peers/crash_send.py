#!/usr/bin/python3
"""Kills wh-listen --spool and wh-send --spool --follow, which share a folder,
at random moments under load, and looks at what the receiver has seen.

    crash_send.py WH-LISTEN WH-SEND FOLDER ROUNDS [SEED]

In each round clients send one request after the other, the receiver refuses
some with a 503, and then either program, or both, is killed and started
again.  In the end what is left is delivered.  Every body that wh-listen
answered with a 2xx must then have arrived, as often as need be but always with
the same id (ce-id, by --cloudevents), and no body that was never sent; and the
bodies of each client, which is the key, in the order in which they were sent.
"""

import collections
import http.server
import json
import random
import selectors
import subprocess
import sys
import threading
import time

from crash_listen import CONNECTIONS, Client, start

FIRST_MS, LAST_MS = 5, 50
REFUSED = 0.03


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ids = collections.defaultdict(set)      # by body, in order of arrival
    count = 0
    refuses = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if Receiver.refuses and random.random() < REFUSED:
            status = 503
        else:
            status = 204
            Receiver.count += 1
            Receiver.ids[body].add(self.headers["ce-id"])
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *args):
        pass                                # a sender that was killed


class Load:
    """Clients of the wh-listen that runs."""

    def __init__(self):
        self.acked, self.sent = [], {}
        self.select = selectors.DefaultSelector()

    def connect(self, port, name):
        for i in range(CONNECTIONS):
            c = Client(port, f"{name}.{i}", self.acked, self.sent)
            self.select.register(c.socket, selectors.EVENT_READ, c)

    def run(self, seconds):
        """Until then; None: until the other end has closed all."""
        end = None if seconds is None else time.monotonic() + seconds
        while self.select.get_map():
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                return
            for key, _ in self.select.select(left):
                if not key.data.receive():
                    self.select.unregister(key.fileobj)
                    key.fileobj.close()


def sender(program, folder, port, *options):
    return subprocess.Popen(
        [program, "-q", "--spool", folder, "--cloudevents", "binary",
         "--ce-source", "/test", "--ce-type", "test", "--retries", "1000",
         "--backoff", "10ms..50ms", "--breaker", "off",
         "--order-key", '.text | split(".")[:2] | join(".")', *options,
         f"http://127.0.0.1:{port}/"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def check(load):
    ids = Receiver.ids
    last = collections.Counter()
    lost = [b for b in load.acked if b not in ids]
    if lost:
        raise SystemExit(f"{len(lost)} lost, the first: {lost[0][:60]}")
    for body, seen in ids.items():
        if len(seen) != 1 or None in seen:
            raise SystemExit(f"several ids for {body[:60]}: {seen}")
        number, client, count = body.split(".")[:3]
        if load.sent.get(f"{number}.{client}.{count}") != body:
            raise SystemExit(f"never sent: {body[:60]}")
        if int(count) <= last[number, client]:
            raise SystemExit(f"out of order: {body[:60]}")
        last[number, client] = int(count)


def rounds(listen, send, folder, port, count, load):
    p = s = None
    for number in range(count):
        if p is None:
            p, listening = start(listen, folder)
            load.connect(listening, number)
        if s is None:
            s = sender(send, folder, port, "--follow")
        load.run(random.uniform(FIRST_MS, LAST_MS) / 1000)
        victims = random.choice(("listen", "send", "both"))
        if s.poll() is not None:
            raise SystemExit(f"wh-send ended by itself: {s.returncode}")
        if victims != "listen":
            s.kill()
            s.wait()
            s = None
        if victims != "send":
            p.kill()
            p.wait()
            load.run(None)
            p = None
    for left in filter(None, (p, s)):
        left.terminate()
        left.wait()


def main():
    listen, send, folder, count = *sys.argv[1:4], int(sys.argv[4])
    seed = int(sys.argv[5]) if len(sys.argv) > 5 else random.randrange(1 << 32)
    random.seed(seed)
    server = Server(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    load = Load()
    try:
        rounds(listen, send, folder, port, count, load)
        Receiver.refuses = False
        last = sender(send, folder, port)
        if last.wait(120) != 0:
            raise SystemExit(f"the last wh-send: {last.returncode}")
        check(load)
    except SystemExit:
        print(f"seed {seed}", file=sys.stderr)
        raise
    print(json.dumps({"rounds": count, "acknowledged": len(load.acked),
                      "arrived": len(Receiver.ids),
                      "repeated": Receiver.count - len(Receiver.ids)}))


if __name__ == "__main__":
    main()
