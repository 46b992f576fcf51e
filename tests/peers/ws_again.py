#!/usr/bin/python3
"""ws_again.py - a websocket server whose every connection goes otherwise.

usage: ws_again.py STEP...

The first line on stdout is the port.  The first connection takes the first
step, the next the second; the last step goes on for all later ones.  Each
message that comes is {"conn":K,"text":...}, and each handshake
{"conn":K,"path":...}, on stdout; each message is sent back.

STEP:
  refuse=STATUS[,RETRY-AFTER]  answers the handshake so
  drop=N                       after N messages the connection is dropped
  close=CODE,N                 after N messages it is closed so
  serve                        goes on until the client ends
"""
import asyncio
import http
import json
import signal
import sys

import websockets
from websockets.legacy.server import serve


def say(record):
    print(json.dumps(record), flush=True)


class Server:
    def __init__(self, steps):
        self.steps, self.count = steps, 0

    def next(self):
        step = self.steps[min(self.count, len(self.steps) - 1)]
        self.count += 1
        name, _, args = step.partition("=")
        return name, args.split(",")

    async def handshake(self, path, _headers):
        name, args = self.next()
        say({"conn": self.count, "path": path})
        self.now = (self.count, name, args)
        if name == "refuse":
            fields = [("Retry-After", args[1])] if len(args) > 1 else []
            return http.HTTPStatus(int(args[0])), fields, b"not now\n"
        return None

    async def serve(self, ws):
        count, name, args = self.now
        limit = {"drop": 0, "close": 1}.get(name)
        left = int(args[limit]) if limit is not None else None
        try:
            while left is None or left > 0:
                text = await ws.recv()
                say({"conn": count, "text": text if isinstance(text, str)
                     else text.hex()})
                await ws.send(text)
                left = None if left is None else left - 1
            if name == "drop":
                ws.transport.abort()
            else:
                await ws.close(int(args[0]), "as told")
        except websockets.ConnectionClosed:
            pass


async def main():
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    server = Server(sys.argv[1:])
    listener = await serve(
        server.serve, "127.0.0.1", 0, process_request=server.handshake,
        compression=None, ping_interval=None, close_timeout=60)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    listener.close()


asyncio.run(main())
