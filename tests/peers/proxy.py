#!/usr/bin/python3
"""proxy.py - an HTTP proxy for the tests: CONNECT, and requests for http URLs.

usage: proxy.py [--user NAME:PASSWORD] [--to PORT]

The first line on stdout is the port; then the request line of each request
that it is asked for.  --user: others get 407.  --to: wherever they want to go,
they get to that port of this machine.
"""
import argparse
import base64
import socket
import sys
import threading
from urllib.parse import urlsplit


def head_of(sock):
    data = b""
    while b"\r\n\r\n" not in data:
        got = sock.recv(65536)
        if not got:
            raise EOFError
        data += got
    head, rest = data.split(b"\r\n\r\n", 1)
    return head.decode("latin-1").split("\r\n"), rest


def pump(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
    except OSError:
        pass
    for s in (source, sink):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def forward(lines, rest, port):
    """A request for a URL, as its server wants it: one for a connection."""
    method, url, version = lines[0].split(" ")
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    kept = [x for x in lines[1:] if not x.lower().startswith("proxy-")]
    server = socket.create_connection(("127.0.0.1", port or parts.port))
    server.sendall("\r\n".join([f"{method} {target} {version}", *kept,
                                "Via: proxy.py", "", ""]).encode() + rest)
    return server


def serve(sock, args):
    lines, rest = head_of(sock)
    print(lines[0], flush=True)
    if args.user:
        want = base64.b64encode(args.user.encode()).decode()
        if f"Proxy-Authorization: Basic {want}" not in lines:
            sock.sendall(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n"
                         b"Content-Length: 0\r\nConnection: close\r\n\r\n")
            sock.close()
            return
    if lines[0].startswith("CONNECT "):
        port = args.to or int(lines[0].split(" ")[1].rsplit(":", 1)[1])
        server = socket.create_connection(("127.0.0.1", port))
        sock.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        server.sendall(rest)
    else:
        server = forward(lines, rest, args.to)
    threading.Thread(target=pump, args=(sock, server), daemon=True).start()
    pump(server, sock)


def serve_safely(sock, args):
    try:
        serve(sock, args)
    except (EOFError, OSError) as e:
        print(e, file=sys.stderr)
        sock.close()


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--user")
    p.add_argument("--to", type=int)
    args = p.parse_args()
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(server.getsockname()[1], flush=True)
    while True:
        sock, _ = server.accept()
        threading.Thread(target=serve_safely, args=(sock, args),
                         daemon=True).start()


if __name__ == "__main__":
    main()
