#!/usr/bin/python3
"""signatures.py - every published example, as a real request to wh-listen.

usage: signatures.py FOLDER [ID PORT]

FOLDER is tests/data/signatures.  With ID and PORT that example is sent there,
and the status printed.

Else, for each secret, scheme, URL and time there
is a wh-listen of its own, on a free port, in the working directory; each
example's request is sent byte for byte.  What is valid must be answered 204,
and make a line that says by which scheme; all else 401, and no line.  Prints
what is wrong, and in the end how many were sent.
"""
import json
import os
import re
import socket
import subprocess
import sys


def examples(folder):
    with open(f"{folder}/schemes.json", encoding="utf-8") as f:
        schemes = json.load(f)
    with open(f"{folder}/signatures.ndjson", encoding="utf-8") as f:
        for line in f:
            v = json.loads(line)
            name = v["scheme"]
            v["verify"] = schemes.get(v["id"], schemes.get(name, name))
            if v["verify"]:
                yield v


def options(v):
    """Those of the listener that this example needs."""
    args = ["--verify", v["verify"], "--secret-fd", "0",
            "--now", str(v["now"] or 1)]
    if v["tolerance"] is not None:
        args += ["--tolerance", f"{v['tolerance']}s"]
    if v["url"]:
        args += ["--public-url", v["url"].split("?")[0]]
    return args


def request(v):
    target = "/" + re.sub(r"^[a-z]+://[^/]*/?", "", v["url"] or "")
    head = [f"{v['method']} {target} HTTP/1.1"]
    names = [name.lower() for name in v["headers"]]
    body = v["body"].encode()
    head += [f"{name}: {value}" for name, value in v["headers"].items()]
    if "host" not in names:
        head.append("Host: receiver.example")
    if "content-length" not in names:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head + ["Connection: close", "", ""]).encode() + body


def send(port, data):
    with socket.create_connection(("127.0.0.1", port), 20) as s:
        s.sendall(data)
        reply = b""
        while chunk := s.recv(65536):
            reply += chunk
    return int(reply.split(b" ", 2)[1])


class Listener:
    def __init__(self, args, secret):
        self.process = subprocess.Popen(
            ["wh-listen", "-q", "--announce", *args, "127.0.0.1:0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdin.write(secret.encode())
        self.process.stdin.close()
        self.port = json.loads(self.process.stdout.readline())["port"]

    def end(self):
        """Its lines."""
        self.process.terminate()
        lines = [json.loads(line) for line in self.process.stdout]
        if self.process.wait() != 0:
            print("exit status", self.process.returncode)
        return lines


def group(rows):
    found = {}
    for v in rows:
        found.setdefault((tuple(options(v)), v["secret"]), []).append(v)
    return found


def check(args, secret, rows):
    listener = Listener(args, secret)
    for v in rows:
        status = send(listener.port, request(v))
        if status != (204 if v["valid"] else 401):
            print(v["id"], "valid" if v["valid"] else "invalid", status)
    lines = listener.end()
    valid = [v for v in rows if v["valid"]]
    if len(lines) != len(valid):
        print(len(lines), "lines of", len(valid), "for", args)
    for v, line in zip(valid, lines):
        name = v["verify"].split(":")[0]
        if line["verified"] != {"scheme": name, "key": "fd0"}:
            print(v["id"], line["verified"])
        if line["text"] != v["body"]:
            print(v["id"], "another body")


def main():
    os.environ.pop("LISTEN_FDS", None)
    rows = list(examples(sys.argv[1]))
    if len(sys.argv) > 2:
        for v in rows:
            if v["id"] == sys.argv[2]:
                print(send(int(sys.argv[3]), request(v)))
        return
    for (args, secret), some in group(rows).items():
        check(list(args), secret, some)
    print(len(rows), "sent")


main()
