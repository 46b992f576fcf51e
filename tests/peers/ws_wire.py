"""ws_wire.py - websocket frames and a connection, by hand; not a program.

What comes is held against the rules that hold for every frame: no reserved
bits, masked by a client and not by a server.
"""
import base64
import hashlib
import os
import socket
import ssl
import struct

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
FIN = 0x80
TIMEOUT = 60


class Wrong(Exception):
    """What the other side did is not right."""


# ---- frames ----

def frame(head, body=b""):
    """(first byte, payload); becomes bytes once the side is known."""
    return (head, body)


def text(body):
    return frame(FIN | TEXT, body)


def binary(body):
    return frame(FIN | BINARY, body)


def ping(body=b""):
    return frame(FIN | PING, body)


def pong(body=b""):
    return frame(FIN | PONG, body)


def close(code=None, reason=b""):
    return frame(FIN | CLOSE,
                 b"" if code is None else struct.pack(">H", code) + reason)


def parts(opcode, *bodies):
    """One message in so many fragments."""
    last = len(bodies) - 1
    return [frame((opcode if i == 0 else 0) | (FIN if i == last else 0), b)
            for i, b in enumerate(bodies)]


def split(opcode, body, size):
    return parts(opcode, *[body[i:i + size]
                           for i in range(0, len(body), size)])


def masked(body, key):
    n = len(body)
    pattern = (key * (n // 4 + 1))[:n]
    return (int.from_bytes(body, "big") ^
            int.from_bytes(pattern, "big")).to_bytes(n, "big")


def encode(one, is_client):
    if isinstance(one, bytes):
        return one
    head, body = one
    mask = 0x80 if is_client else 0
    n = len(body)
    if n < 126:
        out = struct.pack(">BB", head, n | mask)
    elif n < 65536:
        out = struct.pack(">BBH", head, 126 | mask, n)
    else:
        out = struct.pack(">BBQ", head, 127 | mask, n)
    if not is_client:
        return out + body
    key = os.urandom(4)
    return out + key + masked(body, key)


# ---- one connection ----

class Wire:
    def __init__(self, sock, is_client):
        sock.settimeout(TIMEOUT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self.is_client = sock, is_client
        self.codec = None       # where messages may be compressed
        self.stream = sock.makefile("rb")

    def read(self, n):
        try:
            data = self.stream.read(n)
        except socket.timeout as e:
            raise Wrong("nothing came") from e
        except ConnectionResetError as e:
            raise Wrong("connection reset") from e
        if len(data) < n:
            raise Wrong("the connection ended")
        return data

    def send(self, frames, chop):
        frames = [one for f in frames for one in (
            f.frames(self.codec) if hasattr(f, "frames") else [f])]
        data = b"".join(encode(f, self.is_client) for f in frames)
        try:
            for i in range(0, len(data), chop or max(1, len(data))):
                self.sock.sendall(data[i:i + (chop or len(data))])
        except (BrokenPipeError, ConnectionResetError):
            pass    # it may have closed over what came before

    def receive(self):
        head, n = self.read(2)
        is_masked, n = n >> 7, n & 127
        packed = head & 0x40 if self.codec and head & 15 in (1, 2) else 0
        if head & 0x70 != packed:
            raise Wrong("a reserved bit is set")
        if is_masked == self.is_client:
            raise Wrong("wrongly masked")
        if n > 125:
            kind = ">H" if n == 126 else ">Q"
            n = struct.unpack(kind, self.read(struct.calcsize(kind)))[0]
        key = self.read(4) if is_masked else b"\0\0\0\0"
        body = masked(self.read(n), key)
        return frame(head & ~packed,
                     self.codec.unpack(body) if packed else body)

    def end(self):
        """This side has nothing more to say."""
        try:
            if isinstance(self.sock, ssl.SSLSocket):
                self.sock.unwrap()
            else:
                self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def expect_end(self):
        try:
            rest = self.stream.read()
        except socket.timeout as e:
            raise Wrong("the connection does not end") from e
        except ConnectionResetError:
            return
        if rest:
            raise Wrong("more after the close frame: %r" % rest[:40])


def head_of(stream):
    """The lines of an HTTP head."""
    lines = []
    while (line := stream.readline().strip()):
        lines.append(line)
    return lines


def accept_of(key):
    return base64.b64encode(hashlib.sha1(key + MAGIC).digest())


def key_of(head):
    for line in head:
        name, _, value = line.partition(b":")
        if name.lower() == b"sec-websocket-key":
            return value.strip()
    return b""
