#!/usr/bin/python3
"""A line client as one writes it with python3-websockets."""

import asyncio
import sys

import websockets


async def send(ws):
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        await ws.send(line[:-1].decode())


async def main(url):
    async with websockets.connect(url, compression=None) as ws:
        task = asyncio.create_task(send(ws))
        async for message in ws:
            sys.stdout.write(message + "\n")
            sys.stdout.flush()
        await task


asyncio.run(main(sys.argv[1]))
