#!/usr/bin/python3
"""ws-serve -- COMMAND beside websocketd: a process for each client.

100,000 lines through cat, by ws_load's clients (C, epoll); and clients that
come one after another, four at once, for a command that ends at once.
"""

import contextlib
import multiprocessing
import socket
import time

import bench
import echo

MESSAGES = 100000
VISITORS, VISITS = 4, 500
HEAD = (b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
CLOSE = b"\x88\x82\0\0\0\0\x03\xe8"


def visit(port):
    """Until the server ends the connection; was it a websocket?"""
    got = b""
    with socket.create_connection(("127.0.0.1", port), 10) as s:
        s.sendall(HEAD)
        while part := s.recv(4096):
            got += part
            if b"\r\n\r\n\x88" in got:
                with contextlib.suppress(OSError):
                    s.sendall(CLOSE)
    return got.startswith(b"HTTP/1.1 101 ")


def visitor(port):
    return sum(visit(port) for _ in range(VISITS))


def visits(argv, port):
    with bench.server(argv, port) as p, \
            multiprocessing.Pool(VISITORS) as pool:
        before, start = bench.cpu(p.pid), time.monotonic()
        came = sum(pool.map(visitor, [port] * VISITORS, 1))
        seconds, used = time.monotonic() - start, bench.cpu(p.pid) - before
    if came != VISITORS * VISITS:
        raise RuntimeError(f"{argv[0]}: {came} came in")
    return {"count": came, "seconds": seconds, "cpu": used}


def contestants(run, command, form, *args):
    def ws_serve():
        port = bench.free_port()
        return run([bench.ours("ws-serve"), *form, str(port), "--", command],
                   port, *args)

    def websocketd():
        port = bench.free_port()
        return run(["websocketd", f"--port={port}", "--address=127.0.0.1",
                    command], port, *args)

    found = [(" ".join(["ws-serve", *form, "--", command]), ws_serve)]
    if bench.have("websocketd"):
        found.append((f"websocketd {command}", websocketd))
    return found


def main():
    # ws_load's messages are text of JSON: what a line of both forms can be.
    for form in [], ["-rR"]:
        bench.compare("lines through a command",
                      contestants(echo.echo, "cat", form, MESSAGES),
                      clients=1, bytes=echo.SIZE)
    bench.compare("clients of a command", contestants(visits, "/bin/true", []),
                  at_once=VISITORS)


if __name__ == "__main__":
    main()
