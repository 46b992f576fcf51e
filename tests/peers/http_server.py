#!/usr/bin/python3
"""http_server.py - a scripted webhook receiver for the tests, on bare sockets.

usage: http_server.py [options]

The first line on stdout is the port (with --unix: the path).  Then each
request is a line when it is complete:
  {"n":1,"connection":1,"in_flight":1,"ms":12,"method":...,"target":...,
   "headers":[[n,v]...],"step":"204","base64":...}
in_flight counts requests not yet answered, ms is since the start.  With
--client-ca there is "peer", the common name of the client's certificate.

  --script STEP,...   what the first, second, ... request gets; the last step
                      goes on for all that follow (default: 204)
    200                 a reply with this status, a short body, keep-alive
    503:N: V            ... and this field; several with further colons; in
                        values %3A is a colon, %2C a comma
    503-at=SECS         ... and a Retry-After that is a date so far from now
    slow=MS             204 after so long
    until=FILE          204 once that file is there
    hang                no answer, ever
    drop                closes without an answer
    reset               the same with a RST
    cut-head            closes inside the reply's head
    cut-body            closes inside the reply's body
    early               103 with a field, then 200
    repeats             200 with repeated fields, in no special order
    big=N               200 with a body of N bytes
    endless             200 with a body that has no end
    close               200, then closes, though it has not said so
    echo                200 with the request's body
    file=PATH           200 with the file's bytes
  --on RE=STEP,...    the script for requests whose body matches, in place of
                      the other; may be given more than once
  --hold N            answers no request before N of them wait, then those N
  --unix PATH         listens there
  --bind ADDRESS      listens there (default: 127.0.0.1), --port N at that port
  --cert F --key F    TLS
  --greet STEP,...    what the first, second, ... connection meets: ok, or
                      in place of all else reset, a RST, or plain, a 400
  --client-ca F       asks for a certificate by this authority
"""
import argparse
import base64
import json
import os
import re
import socket
import ssl
import struct
import sys
import threading
import time
from email.utils import formatdate
from urllib.parse import unquote

lock = threading.Lock()
state = {"n": 0, "connections": 0, "waiting": 0}
began = time.monotonic()


def read_more(sock, data):
    got = sock.recv(65536)
    if not got:
        raise EOFError
    return data + got


def read_request(sock, data):
    """(method, target, headers, body, rest)"""
    while b"\r\n\r\n" not in data:
        data = read_more(sock, data)
    head, data = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = [tuple(line.split(":", 1)) for line in lines[1:]]
    headers = [(n, v[1:] if v.startswith(" ") else v) for n, v in headers]
    names = {n.lower(): v for n, v in headers}
    length = int(names.get("content-length", 0))
    data = bytearray(data)
    while len(data) < length:
        got = sock.recv(1 << 20)
        if not got:
            raise EOFError
        data += got
    data = bytes(data)
    return method, target, headers, data[:length], data[length:]


def reply(status, body=b"ok\n", fields=()):
    head = [f"HTTP/1.1 {status} Scripted"]
    head += [f"{n}: {v}" for n, v in fields]
    if status != 204:
        head.append(f"Content-Length: {len(body)}")
    raw = "\r\n".join(head).encode("latin-1") + b"\r\n\r\n"
    return raw if status == 204 else raw + body


def answer(step, body):
    """The bytes to send, and whether to close behind them."""
    name, _, value = step.partition("=")
    if name == "drop" or name == "reset":
        return b"", True
    if name == "cut-head":
        return b"HTTP/1.1 200 OK\r\nContent-Len", True
    if name == "cut-body":
        return b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", True
    if name == "endless":
        return b"HTTP/1.1 200 OK\r\n\r\n", True
    if name == "early":
        return (b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" +
                reply(200)), False
    if name == "repeats":
        return reply(200, fields=[("X-b", "1"), ("x-A", "2"), ("X-B", "3"),
                                  ("Empty", "")]), False
    if name == "big":
        return reply(200, b"x" * int(value)), False
    if name == "close":
        return reply(200), True
    if name == "echo":
        return reply(200, body), False
    if name == "file":
        return reply(200, open(value, "rb").read()), False
    if name == "slow":
        time.sleep(int(value) / 1000)
        return reply(204), False
    if name == "until":
        while not os.path.exists(value):
            time.sleep(0.01)
        return reply(204), False
    if name.endswith("-at"):
        at = formatdate(time.time() + int(value), usegmt=True)
        return reply(int(name[:-3]), fields=[("Retry-After", at)]), False
    status, *fields = step.split(":")
    pairs = [(n, unquote(v.strip()))
             for n, v in zip(fields[0::2], fields[1::2])]
    return reply(int(status), fields=pairs), False


def peer(sock, args):
    if not args.client_ca:
        return {}
    subject = sock.getpeercert()["subject"]
    return {"peer": dict(x[0] for x in subject)["commonName"]}


def next_step(args, body):
    """The script that the body belongs to says it; its last step goes on."""
    for script in args.on:
        if script[0].search(body):
            break
    else:
        script = args.rest
    return script[1].pop(0) if len(script[1]) > 1 else script[1][0]


def note(number, connection, step, request, more):
    method, target, headers, body, _ = request
    print(json.dumps({
        "n": number, "connection": connection, "in_flight": state["waiting"],
        "ms": int((time.monotonic() - began) * 1000), "method": method,
        "target": target, "headers": headers, "step": step,
        "base64": base64.b64encode(body).decode(), **more}), flush=True)


def serve(sock, connection, args):
    data = b""
    try:
        while True:
            request = read_request(sock, data)
            data = request[4]
            with lock:
                state["n"] += 1
                state["waiting"] += 1
                step = next_step(args, request[3])
                note(state["n"], connection, step, request, peer(sock, args))
            if args.barrier:
                args.barrier.wait()
            if step == "hang":
                threading.Event().wait()
            raw, close = answer(step, request[3])
            with lock:
                state["waiting"] -= 1
            sock.sendall(raw)
            while step == "endless":
                sock.sendall(b"x" * 65536)
            if step == "reset":
                hang_up(sock)
            if close:
                break
    except (EOFError, OSError):
        pass
    sock.close()


def hang_up(sock):
    """With a RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    sock.close()


def welcome(sock, connection, tls, args):
    greeting = args.greet[min(connection, len(args.greet)) - 1]
    if greeting == "plain":
        sock.recv(65536)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        sock.close()
        return
    if greeting == "reset":
        hang_up(sock)
        return
    try:
        if tls:
            sock = tls.wrap_socket(sock, server_side=True)
    except (OSError, ssl.SSLError):
        return
    serve(sock, connection, args)


def listen(args):
    if args.unix:
        server = socket.socket(socket.AF_UNIX)
        server.bind(args.unix)
    else:
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((args.bind, args.port))
    server.listen(256)
    print(args.unix or server.getsockname()[1], flush=True)
    return server


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", default=["204"],
                        type=lambda s: s.split(","))
    parser.add_argument("--on", default=[], action="append",
                        type=lambda s: s.split("=", 1))
    parser.add_argument("--greet", default=["ok"],
                        type=lambda s: s.split(","))
    parser.add_argument("--hold", type=int, default=0)
    parser.add_argument("--unix")
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--client-ca")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    args = parser.parse_args()
    args.rest = (None, args.script)
    args.on = [(re.compile(r.encode()), steps.split(","))
               for r, steps in args.on]
    args.barrier = threading.Barrier(args.hold) if args.hold else None
    tls = None
    if args.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(args.cert, args.key)
    if args.client_ca:
        tls.verify_mode = ssl.CERT_REQUIRED
        tls.load_verify_locations(args.client_ca)
    server = listen(args)
    sys.stdout.reconfigure(line_buffering=True)
    while True:
        sock, _ = server.accept()
        with lock:
            state["connections"] += 1
            number = state["connections"]
        threading.Thread(target=welcome, args=(sock, number, tls, args),
                         daemon=True).start()


if __name__ == "__main__":
    main()
