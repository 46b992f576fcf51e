#!/usr/bin/python3
"""ws_killed.py - ws-cat under load, against a server that is killed.

usage: ws_killed.py ROUNDS WS-CAT ARG...

The server is python3-websockets, in a child of its own: it writes each line
to a file, and then acknowledges it by {"ack":ID}.  It is killed with SIGKILL
at a random moment and comes back, ROUNDS times, while ws-cat (its URL is added
to the arguments) has {"id":N,...} on stdin all the time; then stdin ends.

On stdout: {"status":...,"sent":...,"missing":...,"repeated":...,"ordered":...}
of the lines in the file; ordered: each came first behind those before it.
"""
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading

import websockets
from websockets.legacy import server

# What sockets hold is not to be so many messages that Python takes its time.
PAD = b"x" * 100


def serve(listener, log):
    async def handle(ws):
        try:
            async for text in ws:
                os.write(log, text.encode() + b"\n")
                await ws.send(json.dumps({"ack": json.loads(text)["id"]}))
        except websockets.ConnectionClosed:
            pass

    async def run():
        await server.serve(handle, sock=listener, compression=None,
                           ping_interval=None)
        await asyncio.Future()
    asyncio.run(run())


def listen(port):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    sock.listen()
    return sock


def start(port, log):
    """A server that accepts already: its process and port."""
    sock = listen(port)
    pid = os.fork()
    if pid == 0:
        # Else ws-cat's stdin never ends.
        for fd in {int(fd) for fd in os.listdir("/proc/self/fd")} - {
                0, 1, 2, log, sock.fileno()}:
            try:
                os.close(fd)
            except OSError:
                pass
        try:
            serve(sock, log)
        finally:
            os._exit(1)
    port = sock.getsockname()[1]
    sock.close()
    return pid, port


def grow(path, size):
    """Until the file has grown by so many bytes: it is under load."""
    end = os.stat(path).st_size + size
    wait = threading.Event()
    while os.stat(path).st_size < end:
        wait.wait(0.002)


class Feed(threading.Thread):
    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe, self.count, self.over = pipe, 0, False

    def run(self):
        try:
            while not self.over:
                self.count += 1
                self.pipe.write(b'{"id":%d,"%s":0}\n' % (self.count, PAD))
            self.pipe.close()
        except BrokenPipeError:
            pass


def verdict(path, sent):
    seen, repeated, ordered, last = set(), 0, True, 0
    with open(path, encoding="ascii") as lines:
        for line in lines:
            n = json.loads(line)["id"]
            if n in seen:
                repeated += 1
            else:
                ordered &= n > last
                last = n
            seen.add(n)
    return {"missing": sent - len(seen), "repeated": repeated,
            "ordered": ordered}


def main():
    rounds, path = int(sys.argv[1]), "killed.log"
    log = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_WRONLY)
    pid, port = start(0, log)
    cat = subprocess.Popen(
        sys.argv[2:] + [f"ws://127.0.0.1:{port}/"], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL)
    feed = Feed(cat.stdin)
    feed.start()
    for _ in range(rounds):
        grow(path, random.randrange(1, 30000))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        pid, _ = start(port, log)
    grow(path, 1000)
    feed.over = True
    feed.join()
    status = cat.wait()
    os.kill(pid, signal.SIGKILL)
    print(json.dumps({"status": status, "sent": feed.count,
                      **verdict(path, feed.count)}))


main()
