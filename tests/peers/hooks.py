#!/usr/bin/python3
"""hooks.py - an HTTP/1.1 receiver for the tests, on asyncio's streams alone.

usage: hooks.py [--status N] [--count | --silent]

The first line on stdout is the port; then for each request
  {"method":M,"target":T,"headers":[[n,v]...],"base64":BODY}
in the order of their arrival.  --count prints {"count":N} at the end instead.
--silent takes connections and never reads from them; SIGUSR1 wakes it.  It
ends at SIGTERM.
"""
import argparse
import asyncio
import base64
import json
import signal


class Hooks:
    def __init__(self, args):
        self.args = args
        self.count = 0
        self.awake = asyncio.Event()
        if not args.silent:
            self.awake.set()

    async def body(self, reader, headers):
        fields = {name.lower(): value for name, value in headers}
        if fields.get("transfer-encoding") == "chunked":
            parts = []
            while True:
                size = int(await reader.readuntil(b"\r\n"), 16)
                parts.append(await reader.readexactly(size))
                await reader.readexactly(2)
                if size == 0:
                    return b"".join(parts)
        return await reader.readexactly(int(fields.get("content-length", 0)))

    async def request(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head[:-4].split("\r\n")
        headers = [line.split(": ", 1) for line in rest]
        if ["Expect", "100-continue"] in headers:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await self.body(reader, headers)
        self.count += 1
        if not self.args.count:
            method, target, _ = first.split(" ")
            print(json.dumps({"method": method, "target": target,
                              "headers": headers,
                              "base64": base64.b64encode(body).decode()}),
                  flush=True)
        writer.write(b"HTTP/1.1 %d Taken\r\n%s\r\n" % (
            self.args.status, b"" if self.args.status == 204
            else b"Content-Length: 0\r\n"))
        await writer.drain()

    async def connection(self, reader, writer):
        if not self.awake.is_set():
            writer.transport.pause_reading()
            await self.awake.wait()
            writer.transport.resume_reading()
        try:
            while True:
                await self.request(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--status", type=int, default=204)
    p.add_argument("--count", action="store_true")
    p.add_argument("--silent", action="store_true")
    hooks = Hooks(p.parse_args())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, hooks.awake.set)
    server = await asyncio.start_server(hooks.connection, "127.0.0.1", 0,
                                        limit=1 << 26, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    if hooks.args.count:
        print(json.dumps({"count": hooks.count}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
