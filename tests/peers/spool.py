#!/usr/bin/python3
"""A reader of spools that shares no code with ours.

    spool.py FOLDER     prints the events of all segments, without their crc;
                        what is torn or doesn't verify is named on stderr,
                        and the exit status then is 1
"""

import os
import re
import sys

NAME = re.compile(r"(\d{16})-(\d+)-(\d+)\.ndjson$")
SEAL = re.compile(rb'(,?)"crc":"([0-9a-f]{8})"\}$')


def table():
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
        yield i


TABLE = list(table())


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def unseal(line):
    """The event of a line without its line feed, or None."""
    seal = SEAL.search(line)
    if seal is None:
        return None
    event = line[:seal.start()]
    if crc32c(event) != int(seal.group(2), 16):
        return None
    return event + b"}"


def segments(folder):
    """Their paths, in order."""
    seg = os.path.join(folder, "seg")
    names = [n for n in os.listdir(seg) if NAME.match(n)]
    names.sort(key=lambda n: tuple(map(int, NAME.match(n).groups())))
    return [os.path.join(seg, n) for n in names]


def read(path):
    """Events, what doesn't verify, and a tail without a line feed."""
    with open(path, "rb") as f:
        *lines, tail = f.read().split(b"\n")
    events, bad = [], []
    for line in lines:
        event = unseal(line)
        (bad if event is None else events).append(
            line if event is None else event)
    return events, bad, tail


def main():
    status = 0
    for path in segments(sys.argv[1]):
        events, bad, tail = read(path)
        for event in events:
            sys.stdout.buffer.write(event + b"\n")
        if bad or tail:
            status = 1
            print(f"{path}: {len(bad)} bad lines, {len(tail)} bytes torn",
                  file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
