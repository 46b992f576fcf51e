#!/usr/bin/python3
"""proxy.py - an HTTP proxy for the tests: CONNECT, and requests for http URLs.

usage: proxy.py [--user NAME:PASSWORD] [--to PORT] [--tls] [--behind TEXT]
                [--socks]

The first line on stdout is the port; then the request line of each request
that it is asked for.  --user: others get 407.  --to: wherever they want to go,
they get to that port of this machine.  --tls: it is spoken to over TLS, with
cert.pem and key.pem.  --behind: what follows its 200 to CONNECT in the same
piece (and TLS record), instead of a server; \\r and \\n are understood.
--socks: it is one by SOCKS 5 (RFC 1928, RFC 1929), and says HOST:PORT.
"""
import argparse
import asyncio
import base64
import socket
import ssl
import struct
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
    if args.behind:
        text = args.behind.encode().decode("unicode_escape").encode()
        sock.sendall(b"HTTP/1.1 200 Connected\r\n\r\n" + text)
        while sock.recv(65536):
            pass
        sock.close()
        return
    if lines[0].startswith("CONNECT "):
        port = args.to or int(lines[0].split(" ")[1].rsplit(":", 1)[1])
        server = socket.create_connection(("127.0.0.1", port))
        sock.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        server.sendall(rest)
    else:
        server = forward(lines, rest, args.to)
    join(sock, server)


def join(sock, server):
    threading.Thread(target=pump, args=(sock, server), daemon=True).start()
    pump(server, sock)


def piece(stream):
    return stream.read(stream.read(1)[0])


def serve_socks(sock, args):
    stream = sock.makefile("rb", buffering=0)
    stream.read(1)
    piece(stream)
    sock.sendall(b"\5\2" if args.user else b"\5\0")
    if args.user:
        stream.read(1)
        got = b"%s:%s" % (piece(stream), piece(stream))
        good = got.decode() == args.user
        sock.sendall(b"\1\0" if good else b"\1\1")
        if not good:
            sock.close()
            return
    kind = stream.read(4)[3]
    host = piece(stream).decode() if kind == 3 else socket.inet_ntoa(
        stream.read(4))
    port = struct.unpack(">H", stream.read(2))[0]
    print(f"{host}:{port}", flush=True)
    server = socket.create_connection(("127.0.0.1", args.to or port))
    sock.sendall(b"\5\0\0\1" + bytes(6))
    join(sock, server)


def serve_safely(sock, args):
    try:
        (serve_socks if args.socks else serve)(sock, args)
    except (EOFError, OSError) as e:
        print(e, file=sys.stderr)
        sock.close()


async def carry(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve_tls(plain_port):
    """TLS in front of it all."""
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain("cert.pem", "key.pem")

    async def handle(reader, writer):
        back = await asyncio.open_connection("127.0.0.1", plain_port)
        await asyncio.gather(carry(reader, back[1]), carry(back[0], writer),
                             return_exceptions=True)

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=ctx)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--user")
    p.add_argument("--to", type=int)
    p.add_argument("--tls", action="store_true")
    p.add_argument("--behind")
    p.add_argument("--socks", action="store_true")
    args = p.parse_args()
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    port = server.getsockname()[1]
    if args.tls:
        threading.Thread(target=asyncio.run, args=(serve_tls(port),),
                         daemon=True).start()
    else:
        print(port, flush=True)
    while True:
        sock, _ = server.accept()
        threading.Thread(target=serve_safely, args=(sock, args),
                         daemon=True).start()


if __name__ == "__main__":
    main()
