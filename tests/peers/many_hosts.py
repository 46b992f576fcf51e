#!/usr/bin/python3
"""many_hosts.py - many receivers on one port of many loopback addresses.

usage: many_hosts.py HOSTS DEAD_EACH

Host i of 0 to HOSTS - 1 is 127.0.(1 + i / 200).(1 + i % 200).  Each
DEAD_EACHth, from host 0 on, is dead: nobody listens there.  The others answer
204.  The first line on stdout is the port; on SIGTERM there is one for each
host that lives: its address, how many requests it had, and how many different
ones.
"""
import asyncio
import collections
import resource
import signal
import sys

requests = collections.defaultdict(list)


def address(i):
    return f"127.0.{1 + i // 200}.{1 + i % 200}"


async def serve(reader, writer):
    host = writer.get_extra_info("sockname")[0]
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length:")[1].split(b"\r")[0])
            requests[host].append(await reader.readexactly(length))
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    except (asyncio.IncompleteReadError, OSError):
        pass
    writer.close()


async def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    hosts, dead = int(sys.argv[1]), int(sys.argv[2])
    living = [address(i) for i in range(hosts) if i % dead != 0]
    first = await asyncio.start_server(serve, living[0], 0)
    port = first.sockets[0].getsockname()[1]
    servers = [first] + [await asyncio.start_server(serve, host, port)
                         for host in living[1:]]
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    print(port, flush=True)
    await done.wait()
    for host in living:
        print(host, len(requests[host]), len(set(requests[host])), flush=True)
    del servers


asyncio.run(main())
