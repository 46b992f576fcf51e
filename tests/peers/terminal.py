#!/usr/bin/python3
"""terminal.py - runs a program whose stderr is a terminal.

usage: terminal.py [--stdout] [--columns N] FILE COMMAND...
       terminal.py --show FILE

What the terminal is sent is appended to FILE as it comes, each piece a JSON
string on a line; --stdout: the program's stdout is that terminal, too.  The
exit status is the program's.

--show prints the rows that such a terminal shows in the end, of what was
sent: text, CR, LF and "erase to the end of the line".  Anything else is an
error.
"""
import argparse
import fcntl
import json
import os
import pty
import signal
import struct
import sys
import termios


def show(path):
    rows, column = [""], 0
    with open(path, encoding="utf-8") as f:
        text = "".join(json.loads(line) for line in f)
    while text:
        if text.startswith("\033[K"):
            rows[-1] = rows[-1][:column]
            text = text[3:]
            continue
        c, text = text[0], text[1:]
        if c == "\r":
            column = 0
        elif c == "\n":
            rows.append("")
        elif c < " ":
            sys.exit(f"not known: {c!r}")
        else:
            row = rows[-1].ljust(column)
            rows[-1] = row[:column] + c + row[column + 1:]
            column += 1
    print("\n".join(rows))


def child(command, slave, stdout):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    os.dup2(slave, 2)
    if stdout:
        os.dup2(slave, 1)
    os.execvp(command[0], command)


def run(args):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, args.columns, 0, 0))
    pid = os.fork()
    if pid == 0:
        child(args.command, slave, args.stdout)
    os.close(slave)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGTERM))
    with open(args.file, "a", buffering=1) as f:
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            if not data:
                break
            print(json.dumps(data.decode("utf-8", "replace")), file=f)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--stdout", action="store_true")
    p.add_argument("--columns", type=int, default=80)
    p.add_argument("--show")
    p.add_argument("file", nargs="?")
    p.add_argument("command", nargs=argparse.REMAINDER)
    args = p.parse_args()
    if args.show:
        show(args.show)
    else:
        sys.exit(run(args) % 256)


if __name__ == "__main__":
    main()
