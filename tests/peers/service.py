#!/usr/bin/python3
"""A service manager, as far as a service sees one.

usage: service.py [--tcp N] [--unix PATH]... [--names NAMES] [--pid PID]
           [--notify ADDRESS] [--watchdog USEC] COMMAND...

Becomes COMMAND, which is passed N sockets that listen on 127.0.0.1, and those
of the unix sockets (blocking ones, as systemd passes them), and is told so as
by sd_listen_fds(3): LISTEN_PID is its own number, or PID.  With --notify
another process stays behind that listens on this datagram socket (a path, or
@NAME); each message becomes a line of JSON in notify.out:
["READY=1"], ["RELOADING=1", "MONOTONIC_USEC=..."].
"""

import argparse
import fcntl
import json
import os
import socket

p = argparse.ArgumentParser()
p.add_argument("--tcp", type=int, default=0)
p.add_argument("--unix", action="append", default=[])
p.add_argument("--names")
p.add_argument("--pid")
p.add_argument("--notify")
p.add_argument("--watchdog")
p.add_argument("command", nargs=argparse.REMAINDER)
args = p.parse_args()

FIRST = 3
sockets = []


def listen(family, address):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.bind(address)
    s.listen(100)
    sockets.append(fcntl.fcntl(s.fileno(), fcntl.F_DUPFD, 50))
    s.close()


def receive(address):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind("\0" + address[1:] if address[0] == "@" else address)
    out = os.open("notify.out", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if os.fork() > 0:
        s.close()
        os.close(out)
        return
    os.setsid()
    for fd in (0, 1, 2):
        os.dup2(out, fd)
    while True:
        told = s.recv(4096).decode().split("\n")
        os.write(out, json.dumps(told).encode() + b"\n")


env = dict(os.environ)
if args.notify:
    receive(args.notify)
    env["NOTIFY_SOCKET"] = args.notify
if args.watchdog:
    env["WATCHDOG_USEC"] = args.watchdog
    env["WATCHDOG_PID"] = str(os.getpid())
for _ in range(args.tcp):
    listen(socket.AF_INET, ("127.0.0.1", 0))
for path in args.unix:
    listen(socket.AF_UNIX, path)
for i, fd in enumerate(sockets):
    os.dup2(fd, FIRST + i, inheritable=True)
    os.close(fd)
if sockets:
    env["LISTEN_FDS"] = str(len(sockets))
    env["LISTEN_PID"] = args.pid or str(os.getpid())
if args.names:
    env["LISTEN_FDNAMES"] = args.names
os.execvpe(args.command[0], args.command, env)
