#!/usr/bin/python3
"""ws_of.py - a websocket server of a test's own (python3-websockets).

usage: ws_of.py FILE

FILE has, in Python, `async def serve(ws)`: what is done with each connection.
The first line on stdout is the port; then it serves until it is ended.
"""
import asyncio
import sys

import websockets


async def main():
    scope = {}
    with open(sys.argv[1], encoding="utf-8") as code:
        exec(code.read(), scope)
    s = await websockets.serve(scope["serve"], "127.0.0.1", 0)
    print(s.sockets[0].getsockname()[1], flush=True)
    await asyncio.Future()


asyncio.run(main())
