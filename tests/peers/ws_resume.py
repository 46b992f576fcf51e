#!/usr/bin/python3
"""ws_resume.py - a client that is killed and resumes, over and over.

usage: ws_resume.py URL TIMES

Reads events (hookline.events) whose json are the numbers from 1 on, up to a
text "end".  Prints "ready" once it is there; breaks its connection off after
a few messages, as often as TIMES, comes again with ?since=ID, and then reads
to the end.  Fails where a number is missing or comes twice, or `resumed` is
not true.
"""
import asyncio
import json
import random
import sys

from websockets.legacy.client import connect


class End(Exception):
    pass


class Reader:
    def __init__(self):
        self.last, self.seen, self.is_there = None, 0, False

    def take(self, line):
        event = json.loads(line)
        self.last = event["id"]
        if event["type"] == "resumed":
            if not event["resumed"] and self.seen > 0:
                sys.exit(f"a gap after {self.seen}")
        elif event.get("text") == "end":
            raise End
        elif event["json"] != self.seen + 1:
            sys.exit(f"{event['json']} after {self.seen}")
        else:
            self.seen += 1

    async def visit(self, url, count):
        """Reads so many messages, then breaks off without a word."""
        since = "last=0" if self.last is None else f"since={self.last}"
        ws = await connect(f"{url}?{since}",
                                      subprotocols=["hookline.events"])
        try:
            for _ in range(count):
                self.take(await ws.recv())
                if not self.is_there:
                    print("ready", flush=True)
                self.is_there = True
        finally:
            ws.transport.abort()


async def main():
    url, times = sys.argv[1], int(sys.argv[2])
    reader, done = Reader(), 0
    try:
        await reader.visit(url, 1)
        while done < times:
            await reader.visit(url, random.randint(1, 20))
            done += 1
        while True:
            await reader.visit(url, 1000)
    except End:
        print(f"{reader.seen} messages, {done} times resumed", flush=True)


asyncio.run(main())
