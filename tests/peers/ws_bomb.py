#!/usr/bin/python3
"""ws_bomb.py - a compressed message that is a thousand times as large inside.

usage: ws_bomb.py MIB		a server: prints its port, sends the bomb to who
				connects
       ws_bomb.py MIB PORT	a client of 127.0.0.1:PORT

Prints "closed CODE", with the code the other side closes with.  Raw sockets:
no library would send that.
"""
import base64
import hashlib
import os
import socket
import struct
import sys
import zlib

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
DEFLATE = b"Sec-WebSocket-Extensions: permessage-deflate\r\n"


def bomb(mib, mask):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(1 << 20)
    data = b"".join(z.compress(zeros) for _ in range(mib))
    data = (data + z.flush(zlib.Z_SYNC_FLUSH))[:-4]
    if len(data) < 65536:
        head = struct.pack("!BBH", 0xc2, 126 | mask << 7, len(data))
    else:
        head = struct.pack("!BBQ", 0xc2, 127 | mask << 7, len(data))
    return head + (bytes(4) if mask else b"") + data    # a key of zeros


def read_head(stream):
    head = {}
    line = stream.readline()
    while line not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        head[name.strip().lower()] = value.strip()
        line = stream.readline()
    return head


def tell_close(stream):
    while True:
        first, second = stream.read(2)
        n = second & 127
        if n == 126:
            n = struct.unpack("!H", stream.read(2))[0]
        key = stream.read(4) if second & 128 else bytes(4)
        body = stream.read(n)
        if first & 15 == 8:
            code = bytes(b ^ key[i] for i, b in enumerate(body[:2]))
            print("closed", struct.unpack("!H", code)[0], flush=True)
            return


def explode(sock, stream, mib, mask):
    try:
        sock.sendall(bomb(mib, mask))
    except OSError:
        pass                    # it may have heard enough
    tell_close(stream)


def serve(mib):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        sock, _ = listening.accept()
        stream = sock.makefile("rb")
        key = read_head(stream)[b"sec-websocket-key"]
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
        sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\n"
                     b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                     + DEFLATE + b"Sec-WebSocket-Accept: " + accept
                     + b"\r\n\r\n")
        explode(sock, stream, mib, 0)


def connect(mib, port):
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                     b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     + DEFLATE + b"Sec-WebSocket-Key: "
                     + base64.b64encode(os.urandom(16)) + b"\r\n\r\n")
        stream = sock.makefile("rb")
        if b"sec-websocket-extensions" not in read_head(stream):
            sys.exit("it does not compress")
        explode(sock, stream, mib, 1)


if len(sys.argv) > 2:
    connect(int(sys.argv[1]), int(sys.argv[2]))
else:
    serve(int(sys.argv[1]))
