#!/usr/bin/python3
"""ws_pieces.py - messages in pieces, to a server that sends each back
(python3-websockets).

usage: ws_pieces.py [--cacert FILE] [--deflate] URL COUNT

Sends COUNT messages, each in one to four fragments, some of them empty, while
it reads.  Prints one line: {"same":true|false,"got":N}.
"""
import argparse
import asyncio
import json
import random
import ssl

import websockets


def message(i):
    return json.dumps({"n": i, "text": "é€🙂" * (i % 50)},
                      ensure_ascii=False)


def pieces(text):
    cuts = sorted(random.randrange(len(text) + 1)
                  for _ in range(random.randrange(4)))
    return [text[a:b] for a, b in zip([0] + cuts, cuts + [len(text)])]


async def send(ws, count):
    for i in range(count):
        await ws.send(pieces(message(i)))


async def talk(args, how):
    got, same = 0, True
    async with websockets.connect(args.url, max_size=None, ping_interval=None,
                                  **how) as ws:
        sender = asyncio.ensure_future(send(ws, args.count))
        while got < args.count:
            same &= await ws.recv() == message(got)
            got += 1
        await sender
    print(json.dumps({"same": same, "got": got}))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--cacert")
    p.add_argument("--deflate", action="store_true")
    p.add_argument("url")
    p.add_argument("count", type=int)
    args = p.parse_args()
    how = {"compression": "deflate" if args.deflate else None}
    if args.cacert:
        how["ssl"] = ssl.create_default_context(cafile=args.cacert)
    random.seed(1)
    asyncio.run(talk(args, how))


main()
