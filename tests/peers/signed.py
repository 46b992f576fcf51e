#!/usr/bin/python3
"""signed.py - published webhooks of GitHub, Stripe and Slack: sends them, and
checks what has arrived elsewhere, by Python's own hmac.

usage: signed.py send VECTORS PORT
       signed.py check VECTORS RECEIVED

send posts each valid example to /hooks/ID, with its fields in their own
spelling and order among others.  check reads requests (a line of JSON each,
with "target", "headers" and "base64") and prints "ID ok", or what is wrong, for
each example.
"""
import base64
import hashlib
import hmac
import json
import socket
import sys

ABOUT = ["User-Agent: Provider/1.0", "X-request-ID: a", "x-Request-Id: b",
         "Accept: */*", "X-Empty:"]


def vectors(path):
    for line in open(path, encoding="utf-8"):
        v = json.loads(line)
        if v["scheme"] in ("github", "stripe", "slack") and v["valid"]:
            yield v


def fields(v):
    return ABOUT[:2] + [f"{n}: {x}" for n, x in v["headers"].items()] + \
        ABOUT[2:]


def send(v, port):
    body = v["body"].encode()
    head = [f"POST /hooks/{v['id']}?a=%20&b HTTP/1.1", f"Host: h:{port}",
            *fields(v), "Connection: close, X-Hop", "X-Hop: 1",
            f"Content-Length: {len(body)}", "", ""]
    with socket.create_connection(("127.0.0.1", int(port))) as s:
        s.sendall("\r\n".join(head).encode() + body)
        answer = b""
        while True:
            got = s.recv(65536)
            if not got:
                break
            answer += got
    if not answer.startswith(b"HTTP/1.1 204 "):
        sys.exit(f"{v['id']}: {answer!r}")


def mac(secret, message, name="sha256"):
    return hmac.new(secret.encode(), message, name).hexdigest()


def is_signed(v, headers, body):
    def one(name):
        return dict((n.lower(), x) for n, x in headers).get(name)

    secret = v["secret"]
    if v["scheme"] == "slack":
        stamp = one("x-slack-request-timestamp").encode()
        return one("x-slack-signature") == \
            "v0=" + mac(secret, b"v0:" + stamp + b":" + body)
    if v["scheme"] == "stripe":
        parts = [x.split("=", 1) for x in one("stripe-signature").split(",")]
        stamp = dict(parts)["t"].encode()
        return ["v1", mac(secret, stamp + b"." + body)] in parts
    name, _, value = (one("x-hub-signature-256") or
                      one("x-hub-signature")).partition("=")
    return name in hashlib.algorithms_available and \
        value == mac(secret, body, name)


def check(v, requests):
    if v["id"] not in requests:
        return "not there"
    r = requests[v["id"]]
    if not is_signed(v, r["headers"], base64.b64decode(r["base64"])):
        return "signature"
    got = [f"{n}: {x}" if x else f"{n}:" for n, x in r["headers"]
           if n not in ("Host", "Content-Length")]
    if got != fields(v):
        return f"fields: {got}"
    if not r["target"].endswith("?a=%20&b"):
        return f"target: {r['target']}"
    return "ok"


def main():
    command, path, where = sys.argv[1:]
    if command == "send":
        for v in vectors(path):
            send(v, where)
        return
    requests = {}
    for line in open(where, encoding="utf-8"):
        if line.startswith("{"):
            r = json.loads(line)
            requests[r["target"].split("/")[2].split("?")[0]] = r
    for v in vectors(path):
        print(v["id"], check(v, requests))


if __name__ == "__main__":
    main()
