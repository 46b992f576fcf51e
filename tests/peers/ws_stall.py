#!/usr/bin/python3
"""ws_stall.py - a client that sends to an echo server and reads nothing back
for a while (python3-websockets).

usage: ws_stall.py [--cacert FILE] URL PID

Sends 48 MB until nothing more is taken, reads nothing for 6 s, in which a
second client has 100 messages echoed, then reads all.  Prints one line:
  {"taken":N,"ticks":T,"rss_kb":R,"intact":true|false}
messages taken before it read, what the server (PID) used of CPU time in the
6 s (in 10 ms), its memory then, and whether all came back as it was sent.
"""
import argparse
import asyncio
import json
import ssl

from websockets.legacy.client import connect

COUNT, SIZE, STALL_S = 768, 65536, 6


def ticks(pid):
    with open(f"/proc/{pid}/stat") as f:
        return sum(map(int, f.read().rsplit(")")[1].split()[11:13]))


def rss_kb(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f
                    if line.startswith("VmRSS"))


def message(i):
    return i.to_bytes(4, "big") + bytes([i % 251]) * (SIZE - 4)


async def echoes(args):
    async with connect(args.url, **args.how) as ws:
        for i in range(100):
            await ws.send(str(i))
            assert await ws.recv() == str(i)


async def main(args):
    taken = 0

    async with connect(args.url, **args.how) as ws:
        async def send():
            nonlocal taken
            for i in range(COUNT):
                await ws.send(message(i))
                taken += 1
        sending = asyncio.create_task(send())
        before = -1
        while taken != before:
            before = taken
            await asyncio.sleep(0.5)
        used = ticks(args.pid)
        await asyncio.gather(echoes(args), asyncio.sleep(STALL_S))
        used, rss = ticks(args.pid) - used, rss_kb(args.pid)
        intact = True
        for i in range(COUNT):
            intact = await ws.recv() == message(i) and intact
        await sending
    print(json.dumps({"taken": before, "ticks": used, "rss_kb": rss,
                      "intact": intact}))


def options():
    p = argparse.ArgumentParser()
    p.add_argument("url")
    p.add_argument("pid", type=int)
    p.add_argument("--cacert")
    args = p.parse_args()
    args.how = {"compression": None, "max_size": None, "max_queue": 2,
                "ping_interval": None, "close_timeout": 60}
    if args.cacert:
        args.how["ssl"] = ssl.create_default_context(cafile=args.cacert)
    return args


if __name__ == "__main__":
    asyncio.run(main(options()))
