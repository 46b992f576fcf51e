#!/usr/bin/python3
"""http_cases.py - the requests of http_table.py, against a server.

usage: http_cases.py whole|bytes|cut -- COMMAND ARG...

Starts the command, which prints a listening event first and then one event
for each request that it answers 204, and sends it each row of the table:

whole	at once
bytes	byte by byte, with a pause between
cut	in two pieces, at each place where there may be a cut

Behind each row goes one more request.  Where the row leaves the connection
open, it must be answered; where the row ends it, nothing of it may be seen:
no answer, and no event.  Each row that fails is told on a line of its own;
the exit status is 0 if none did.
"""
import asyncio
import collections
import json
import signal
import subprocess
import sys

import http_table

AT_ONCE = 64            # connections
LONG_AT_ONCE = 4        # more large bodies would be 503, for a while
PAUSE = 0.002           # so that the pieces are read one by one
TIMEOUT = 60
AFTER = b"GET /after HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Wrong(Exception):
    pass


async def answers(reader):
    """The statuses of all final answers, and "end"."""
    got = []
    while head := await reader.read(1):
        head += await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        version, status, _ = lines[0].split(" ", 2)
        if version != "HTTP/1.1":
            raise Wrong(f"this is no answer: {head}")
        length = [int(line[16:]) for line in lines
                  if line.startswith("Content-Length: ")]
        await reader.readexactly(length[0] if length else 0)
        if status != "100":
            got.append(status)
    return " ".join(got + ["end"])


async def send(writer, pieces):
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(PAUSE if len(pieces) > 1 else 0)
    except ConnectionError:
        pass            # the answer says why


async def case(port, want, pieces):
    ends = want.endswith(" end")
    behind = http_table.SMUGGLED if ends else AFTER
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        sending = asyncio.create_task(
            send(writer, pieces[:-1] + [pieces[-1] + behind]))
        got = await asyncio.wait_for(answers(reader), TIMEOUT)
        await sending
    finally:
        writer.close()
    if got != (want if ends else want + " 204 end"):
        raise Wrong(f"answered {got}")
    return got


def cuts(data, places):
    step = max(1, len(data) // places)
    return [[data[:i], data[i:]] for i in range(1, len(data), step)]


def ways(how):
    """Each row, in the ways asked for: (row's want, pieces, is it long)."""
    for table in http_table.SHORT, http_table.LONG:
        is_long = table is http_table.LONG
        for want, data in table:
            if how == "whole":
                yield want, [data], is_long
            elif how == "cut":
                for pieces in cuts(data, 8 if is_long else len(data)):
                    yield want, pieces, is_long
            elif not is_long:
                yield want, [data[i:i + 1] for i in range(len(data))], 0


async def run(port, how):
    """How many were answered 204, how many of these by AFTER, and failed."""
    may = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(LONG_AT_ONCE)
    counts = collections.Counter()

    async def one(want, pieces, is_long):
        async with may[is_long]:
            counts["cases"] += 1
            try:
                got = await case(port, want, pieces)
                counts["good"] += got.split().count("204")
                counts["after"] += not want.endswith(" end")
            except (Wrong, OSError, ValueError, asyncio.TimeoutError,
                    asyncio.IncompleteReadError) as e:
                counts["failed"] += 1
                print(f"{want}: {str(pieces)[:400]}: {e!r}", flush=True)

    await asyncio.gather(*(one(*way) for way in ways(how)))
    return counts


def check_events(lines, counts):
    """Exactly the requests that were answered 204 have an event."""
    events = [json.loads(line) for line in lines]
    targets = collections.Counter(e["target"] for e in events)
    bad = [t for t in targets if "/smuggled" in t]
    names = {name for e in events for name, _ in e["headers"]}
    if bad or "X-Smuggled" in names:
        raise Wrong("a request, or a field, was smuggled")
    if len(events) != counts["good"] or targets["/after"] != counts["after"]:
        raise Wrong(f"{len(events)} events, {targets['/after']} behind; "
                    f"wanted {counts}")


def main():
    how, command = sys.argv[1], sys.argv[3:]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as server:
        port = json.loads(server.stdout.readline())["port"]
        # Else it could fill the pipe, and wait.
        rest = asyncio.new_event_loop()
        reading = rest.run_in_executor(None, server.stdout.readlines)
        counts = rest.run_until_complete(run(port, how))
        server.send_signal(signal.SIGTERM)
        lines = rest.run_until_complete(reading)
        rest.close()
    if server.returncode != 0:
        raise Wrong(f"the server ended with {server.returncode}")
    print(f"{how}: {counts['cases']} cases, {counts['failed']} failed")
    if counts["failed"] == 0:
        check_events(lines, counts)
    return counts["failed"] > 0


if __name__ == "__main__":
    sys.exit(main())
