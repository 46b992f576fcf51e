#!/usr/bin/python3
"""ws_raw.py - one websocket connection spoken by hand, to break rules with.

usage: ws_raw.py [options]

Prints its port; then, for the first connection, "open" once the handshake is
answered, each frame that comes as {"opcode":N,"hex":...}, and "end".

  --mute             never answer the handshake
  --answer TEXT      answer it with this, \\r and \\n understood, and hang up
  --send HEX         bytes to send in one piece with the handshake's answer
  --reply HEX        bytes to send when the first text or binary frame comes
  --hang-up          drop the connection after --send, or after --reply
  --closes           ... when a close frame has come
  --banner TEXT      send this before anything comes, and hang up
  --reset            reset the connection: instead of hanging up, or without
                     --send, --reply and --answer before the handshake
  --tls              over TLS, with cert.pem and key.pem
  --tls-version V    ... of this version alone: 1.1, 1.2 or 1.3
  --client-ca FILE   ... from clients with a certificate by this CA
It never answers a ping or a close frame.
"""
import argparse
import base64
import hashlib
import json
import socket
import ssl
import struct

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def say(text):
    print(text, flush=True)


def accept(sock, stream, extra):
    key = b""
    while (line := stream.readline().strip()) != b"":
        if line.lower().startswith(b"sec-websocket-key:"):
            key = line.split(b":", 1)[1].strip()
    token = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
    sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\n"
                 b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Accept: " + token + b"\r\n\r\n" + extra)
    say("open")


def frame(stream):
    head = stream.read(2)
    if len(head) < 2:
        return None
    size = head[1] & 127
    if size > 125:
        kind = ">H" if size == 126 else ">Q"
        size = struct.unpack(kind, stream.read(struct.calcsize(kind)))[0]
    mask = stream.read(4)
    data = stream.read(size)
    return head[0] & 15, bytes(c ^ mask[i % 4] for i, c in enumerate(data))


def talk(sock, args):
    stream = sock.makefile("rb")
    if args.mute:
        stream.read()
        return
    if args.banner:
        sock.sendall(args.banner.encode().decode("unicode_escape").encode())
        sock.shutdown(socket.SHUT_WR)
        stream.read()
        return
    if args.reset and not (args.answer or args.send or args.reply):
        stream.readline()
        return
    if args.answer:
        while stream.readline().strip() != b"":
            pass
        sock.sendall(args.answer.encode().decode("unicode_escape").encode())
        return
    accept(sock, stream, bytes.fromhex(args.send or ""))
    if (args.hang_up or args.reset) and not args.reply:
        return
    reply = args.reply
    while (got := frame(stream)) is not None:
        say(json.dumps({"opcode": got[0], "hex": got[1].hex()}))
        if args.closes and got[0] == 8:
            return
        if reply and got[0] in (1, 2):
            sock.sendall(bytes.fromhex(reply))
            reply = None
            if args.hang_up or args.reset:
                return


def over_tls(sock, args):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain("cert.pem", "key.pem")
    if args.tls_version:
        version = ssl.TLSVersion["TLSv" + args.tls_version.replace(".", "_")]
        ctx.set_ciphers("DEFAULT:@SECLEVEL=0")
        ctx.minimum_version = ctx.maximum_version = version
    if args.client_ca:
        ctx.load_verify_locations(args.client_ca)
        ctx.verify_mode = ssl.CERT_REQUIRED
    return ctx.wrap_socket(sock, server_side=True)


def serve(sock, args):
    if args.tls:
        sock = over_tls(sock, args)
    talk(sock, args)
    if args.reset:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack("ii", 1, 0))
    return sock


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--mute", action="store_true")
    p.add_argument("--answer")
    p.add_argument("--send")
    p.add_argument("--reply")
    p.add_argument("--hang-up", action="store_true")
    p.add_argument("--closes", action="store_true")
    p.add_argument("--banner")
    p.add_argument("--reset", action="store_true")
    p.add_argument("--tls", action="store_true")
    p.add_argument("--tls-version")
    p.add_argument("--client-ca")
    args = p.parse_args()
    server = socket.create_server(("127.0.0.1", 0))
    say(server.getsockname()[1])
    sock, _ = server.accept()
    try:
        sock = serve(sock, args)
    except (ConnectionError, ssl.SSLError):
        pass
    sock.close()
    say("end")


if __name__ == "__main__":
    main()
