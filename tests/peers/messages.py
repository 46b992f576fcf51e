#!/usr/bin/python3
"""messages.py - what the tests' peers have sent or got, in one form.

usage: messages.py [--bodies] [--spaces] [--big] [--write] [FILE...]

Reads lines of {"kind":"text"|"binary", and one of "text", "hex", "base64"},
skips others, and prints a line for each message: kind, size, SHA-256, and how
it begins.
  --bodies   the kind does not matter (what came by HTTP has none)
  --spaces   line feeds in texts that are JSON count as spaces
  --big      adds one text and one binary message of 16 MiB
  --write    prints such lines in their {"kind","base64"} form instead
"""
import argparse
import base64
import hashlib
import json
import re

BIG = 16 << 20


def body_of(record):
    if "hex" in record:
        return bytes.fromhex(record["hex"])
    if "base64" in record:
        return base64.b64decode(record["base64"])
    return record["text"].encode()


def is_json(body):
    """A JSON value other than a string, no deeper than 200 levels."""
    def refuse(word):
        raise ValueError(word)
    try:
        value = json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError):
        return False
    quoted = re.sub(rb'"(\\.|[^"\\])*"', b"", body)
    depth = deepest = 0
    for c in quoted:
        depth += (c in b"[{") - (c in b"]}")
        deepest = max(deepest, depth)
    return not isinstance(value, str) and deepest <= 200


def messages(args):
    for path in args.files:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if isinstance(record, dict) and \
                        {"hex", "base64", "text"} & set(record):
                    yield record.get("kind", "text"), body_of(record)
    if args.big:
        yield "text", ("16 MiB \u00e9" * (BIG // 9)).encode().ljust(BIG, b".")
        yield "binary", (bytes(range(256)) * (BIG // 256 - 1)) + b"\n" * 256


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    for flag in ("bodies", "spaces", "big", "write"):
        p.add_argument("--" + flag, action="store_true")
    p.add_argument("files", nargs="*")
    args = p.parse_args()
    for kind, body in messages(args):
        if args.spaces and kind == "text" and b"\n" in body and is_json(body):
            body = body.replace(b"\n", b" ")
        if args.write:
            print(json.dumps({"kind": kind, "base64":
                              base64.b64encode(body).decode()}))
        else:
            print("body" if args.bodies else kind, len(body),
                  hashlib.sha256(body).hexdigest()[:16], body[:40])


if __name__ == "__main__":
    main()
