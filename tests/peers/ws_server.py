#!/usr/bin/python3
"""ws_server.py - a websocket server for the tests (python3-websockets).

usage: ws_server.py [options]

The first line on stdout is the port (with --unix: the path); then it serves
until SIGTERM or SIGINT.

where:
  --port N            listen on that port (default 0: any)
  --host ADDRESS      ... of that address (default 127.0.0.1)
  --unix PATH         listen on a unix socket instead
  --cert F --key F    TLS
  --client-ca F       ... with a certificate of the client's, by this CA
what it does with each connection (they may be combined):
  --echo              send each message back, kind kept
  --delay MS          ... each so long after it came, in order
  --reverse N         ... once there are N of them, the last one first
  --print             {"kind":"text","text":...} or {"kind":"binary","hex":...}
                      on stdout for each message received, and at the end
                      {"kind":"close","code":N,"reason":...}
  --open              first {"kind":"open","path":...,"headers":[[n,v]...],
                      "protocol":...} on stdout; with TLS "sni" and "cn", the
                      name of the client's certificate, besides
  --send-file FILE    send the messages of an NDJSON file of
                      {"kind":"text"|"binary","base64":...}
  --endless           send {"n":0}, {"n":1} and so on, for ever
  --close-after N     close after N messages were received (0: at once, that
                      is after --send-file) and echoed
  --code C --reason R ... with this code (1000) and reason
  --abort-after N     the same, but drop the TCP connection, no close frame
  --silent            never read from the socket; SIGUSR1 wakes it
  --protocol P        subprotocol offered (repeatable)
  --deflate           agree to permessage-deflate
instead of accepting:
  --refuse STATUS     answer the handshake with this status
  --header 'N: V'     ... and this field (repeatable)
"""
import argparse
import asyncio
import base64
import http
import json
import signal
import ssl
import sys

import websockets
from websockets.legacy.server import serve, unix_serve


def say(record):
    print(json.dumps(record), flush=True)


def messages_of(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            data = base64.b64decode(record["base64"])
            yield data.decode() if record["kind"] == "text" else data


def told(message):
    if isinstance(message, str):
        return {"kind": "text", "text": message}
    return {"kind": "binary", "hex": message.hex()}


def told_tls(transport):
    tls = transport.get_extra_info("ssl_object")
    if tls is None:
        return {}
    cert = tls.getpeercert() or {}
    names = dict(pair for rdn in cert.get("subject", ()) for pair in rdn)
    return {"sni": getattr(tls, "asked", None),
            "cn": names.get("commonName")}


def remember_sni(tls, name, _context):
    tls.asked = name


class Echo:
    """Sends messages back in order, each delay_ms after it came."""

    def __init__(self, ws, delay_ms):
        self.ws, self.delay = ws, delay_ms / 1000
        self.queue = asyncio.Queue()
        self.task = asyncio.ensure_future(self.run()) if delay_ms else None

    async def put(self, message):
        if self.task is None:
            await self.ws.send(message)
        else:
            now = asyncio.get_running_loop().time()
            self.queue.put_nowait((now + self.delay, message))

    async def run(self):
        loop = asyncio.get_running_loop()
        while True:
            due, message = await self.queue.get()
            if message is None:
                return
            await asyncio.sleep(max(0, due - loop.time()))
            await self.ws.send(message)

    async def end(self):
        if self.task is not None:
            self.queue.put_nowait((0, None))
            await self.task


async def receive(ws, args):
    """Until the peer or --close-after ends it."""
    echo = Echo(ws, args.delay)
    held = []
    count = 0
    limit = args.abort_after if args.abort_after is not None \
        else args.close_after
    while limit is None or count < limit:
        message = await ws.recv()
        count += 1
        if args.print:
            say(told(message))
        if args.echo:
            await echo.put(message)
        if args.reverse:
            held.append(message)
            if len(held) == args.reverse:
                while held:
                    await echo.put(held.pop())
    await echo.end()


async def handle(ws, args, awake):
    if args.open:
        say({"kind": "open", "path": ws.path, "protocol": ws.subprotocol,
             "headers": list(ws.request_headers.raw_items()),
             **told_tls(ws.transport)})
    try:
        if args.silent:
            ws.transport.pause_reading()
            await awake.wait()
            ws.transport.resume_reading()
        if args.send_file:
            for message in messages_of(args.send_file):
                await ws.send(message)
        n = 0
        while args.endless:
            await ws.send('{"n":%d}' % n)
            n += 1
        await receive(ws, args)
        if args.abort_after is not None:
            ws.transport.abort()
        else:
            await ws.close(args.code, args.reason)
    except websockets.ConnectionClosed:
        pass
    await ws.wait_closed()
    if args.print:
        say({"kind": "close", "code": ws.close_code,
             "reason": ws.close_reason})


def options():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--unix")
    p.add_argument("--cert")
    p.add_argument("--key")
    p.add_argument("--client-ca")
    p.add_argument("--echo", action="store_true")
    p.add_argument("--delay", type=int, default=0)
    p.add_argument("--reverse", type=int)
    p.add_argument("--print", action="store_true")
    p.add_argument("--open", action="store_true")
    p.add_argument("--send-file")
    p.add_argument("--endless", action="store_true")
    p.add_argument("--close-after", type=int)
    p.add_argument("--code", type=int, default=1000)
    p.add_argument("--reason", default="")
    p.add_argument("--abort-after", type=int)
    p.add_argument("--silent", action="store_true")
    p.add_argument("--protocol", action="append")
    p.add_argument("--deflate", action="store_true")
    p.add_argument("--refuse", type=int)
    p.add_argument("--header", action="append", default=[])
    return p.parse_args()


def serving(args):
    """Keyword arguments of serve."""
    extra = {}
    if args.cert:
        extra["ssl"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        extra["ssl"].load_cert_chain(args.cert, args.key)
        extra["ssl"].sni_callback = remember_sni
        if args.client_ca:
            extra["ssl"].load_verify_locations(args.client_ca)
            extra["ssl"].verify_mode = ssl.CERT_REQUIRED
    if args.refuse:
        fields = [tuple(h.split(": ", 1)) for h in args.header]

        async def refuse(_path, _headers):
            return http.HTTPStatus(args.refuse), fields, b"refused\n"
        extra["process_request"] = refuse
    return dict(extra, subprotocols=args.protocol,
                compression="deflate" if args.deflate else None, max_size=None,
                ping_interval=None, close_timeout=60)


async def main():
    args = options()
    loop = asyncio.get_running_loop()
    stop, awake = asyncio.Event(), asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, awake.set)

    async def handler(ws):
        await handle(ws, args, awake)
    if args.unix:
        server = await unix_serve(handler, args.unix, **serving(args))
        print(args.unix, flush=True)
    else:
        server = await serve(handler, args.host, args.port,
                             **serving(args))
        print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except BrokenPipeError:
        sys.exit(1)
