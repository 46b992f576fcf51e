#!/usr/bin/python3
"""ws_client.py - a websocket client for the tests (python3-websockets).

usage: ws_client.py [options] URL

Prints NDJSON, each line at once:
  {"open":true,"protocol":P,"headers":[[n,v]...]}   the connection is up, or
  {"refused":STATUS}                                it is not (exit 1)
  {"kind":"text"|"binary","base64":...}             for each message received
  {"close":CODE,"reason":R}                         the end; 1006: none came

options:
  --send FILE         send the messages of an NDJSON file of {"kind","base64"}
                      (or "text" in place of "base64"); - is stdin, line by
                      line as they come
  --count N           close after N messages were received
  --eof-close         close once all of --send was sent
  --code C --reason R what to close with (1000)
  --slow              never read from the socket; SIGUSR1 wakes it
  --ping              after --send, ping; prints {"pong":true}
  --unix PATH         connect to a unix socket
  --cacert FILE, -k   trust this certificate / any
  --deflate           offer permessage-deflate
  --protocol P, --origin O, --header 'N: V'         (repeatable but --origin)
SIGTERM closes with --code.
"""
import argparse
import asyncio
import base64
import json
import os
import signal
import ssl
import sys
import threading

import websockets
from websockets.legacy.client import connect, unix_connect


def say(record):
    print(json.dumps(record), flush=True)


def message_of(line):
    record = json.loads(line)
    if "text" in record:
        data = record["text"].encode()
    else:
        data = base64.b64decode(record["base64"])
    return data.decode() if record["kind"] == "text" else data


async def lines_of(path):
    if path != "-":
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                yield line
        return
    # A thread, for asyncio's pipes refuse a regular file as stdin.
    loop, queue = asyncio.get_running_loop(), asyncio.Queue()

    def read():
        for line in iter(sys.stdin.buffer.readline, b""):
            loop.call_soon_threadsafe(queue.put_nowait, line)
        loop.call_soon_threadsafe(queue.put_nowait, None)
    threading.Thread(target=read, daemon=True).start()
    while True:
        line = await queue.get()
        if line is None:
            return
        yield line


async def send(ws, args):
    async for line in lines_of(args.send):
        await ws.send(message_of(line))
    if args.ping:
        await (await ws.ping())
        say({"pong": True})
    if args.eof_close:
        await ws.close(args.code, args.reason)


async def receive(ws, args):
    count, closing = 0, None
    async for message in ws:
        if closing:     # unread it would hold up the close frame behind it
            continue
        text = isinstance(message, str)
        data = message.encode() if text else message
        say({"kind": "text" if text else "binary",
             "base64": base64.b64encode(data).decode()})
        count += 1
        if count == args.count:
            closing = asyncio.ensure_future(ws.close(args.code, args.reason))
    if closing:
        await closing


async def talk(ws, args):
    loop = asyncio.get_running_loop()
    awake = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, awake.set)
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(
        ws.close(args.code, args.reason)))
    if args.slow:
        ws.transport.pause_reading()
    say({"open": True, "protocol": ws.subprotocol,
         "headers": list(ws.response_headers.raw_items())})
    sending = asyncio.ensure_future(send(ws, args)) if args.send or args.ping \
        else None
    if args.slow:
        await awake.wait()
        ws.transport.resume_reading()
    try:
        await receive(ws, args)
        if sending:
            await sending
    except websockets.ConnectionClosed:
        pass
    if sending and not sending.done():
        sending.cancel()
    if sending and sending.done() and not sending.cancelled():
        sending.exception()
    await ws.wait_closed()
    say({"close": ws.close_code, "reason": ws.close_reason})


def options():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("url")
    p.add_argument("--send")
    p.add_argument("--count", type=int)
    p.add_argument("--eof-close", action="store_true")
    p.add_argument("--code", type=int, default=1000)
    p.add_argument("--reason", default="")
    p.add_argument("--deflate", action="store_true")
    p.add_argument("--slow", action="store_true")
    p.add_argument("--ping", action="store_true")
    p.add_argument("--unix")
    p.add_argument("--cacert")
    p.add_argument("-k", dest="insecure", action="store_true")
    p.add_argument("--protocol", action="append")
    p.add_argument("--origin")
    p.add_argument("--header", action="append", default=[])
    args = p.parse_args()
    args.send = args.send or ("/dev/null" if args.ping else None)
    return args


def connecting(args):
    """Keyword arguments of connect."""
    extra = {}
    if args.url.startswith("wss:"):
        context = ssl.create_default_context(cafile=args.cacert)
        if args.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        extra["ssl"] = context
    return dict(extra, origin=args.origin, subprotocols=args.protocol,
                extra_headers=[tuple(h.split(": ", 1)) for h in args.header],
                compression="deflate" if args.deflate else None,
                max_size=None, ping_interval=None,
                open_timeout=60, close_timeout=60)


async def main():
    args = options()
    try:
        if args.unix:
            ws = await unix_connect(args.unix, args.url, **connecting(args))
        else:
            ws = await connect(args.url, **connecting(args))
    except websockets.exceptions.InvalidStatusCode as e:
        say({"refused": e.status_code})
        return 1
    await talk(ws, args)
    return 0


if __name__ == "__main__":
    try:
        status = asyncio.run(main())
    except BrokenPipeError:
        status = 1
    # An orderly exit would abort: the thread that reads stdin has its lock.
    sys.stderr.flush()
    os._exit(status)
