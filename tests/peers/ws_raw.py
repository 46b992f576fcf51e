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
It never answers a ping or a close frame.
"""
import argparse
import base64
import hashlib
import json
import socket
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
    if args.answer:
        while stream.readline().strip() != b"":
            pass
        sock.sendall(args.answer.encode().decode("unicode_escape").encode())
        return
    accept(sock, stream, bytes.fromhex(args.send or ""))
    if args.hang_up and not args.reply:
        return
    reply = args.reply
    while (got := frame(stream)) is not None:
        say(json.dumps({"opcode": got[0], "hex": got[1].hex()}))
        if reply and got[0] in (1, 2):
            sock.sendall(bytes.fromhex(reply))
            reply = None
            if args.hang_up:
                return


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--mute", action="store_true")
    p.add_argument("--answer")
    p.add_argument("--send")
    p.add_argument("--reply")
    p.add_argument("--hang-up", action="store_true")
    args = p.parse_args()
    server = socket.create_server(("127.0.0.1", 0))
    say(server.getsockname()[1])
    sock, _ = server.accept()
    try:
        talk(sock, args)
    except ConnectionError:
        pass
    sock.close()
    say("end")


if __name__ == "__main__":
    main()
