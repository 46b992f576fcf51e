#!/usr/bin/python3
"""ws_cases.py - cases of RFC 6455, after Autobahn's sections, spoken by hand.

usage: ws_cases.py client [--tls] [--deflate] PORT [SECTION...]
       ws_cases.py server [--tls] [--deflate] [SECTION...] -- COMMAND ARG...

client: connects to a server that echoes.  server: listens, and starts the
command with the URL as its last argument for each case; the command echoes,
and its exit status must be the one that belongs to how the case ends.

--tls: over TLS; the server's certificate is cert.pem, key.pem.
--deflate: compression is agreed on in all sections; in 12 and 13 it always is.

A SECTION is one of Autobahn's, 1 to 7, 9, 10, 12 or 13; 6/3 is each third case
of section 6.
A case fails if what comes back is not what it should be, byte for byte; each
is told on a line of its own.  The exit status is 0 if none failed.
"""
import argparse
import concurrent.futures
import socket
import ssl
import struct
import subprocess
import sys

import ws_packed
from ws_wire import (BINARY, CLOSE, FIN, PING, PONG, TEXT, TIMEOUT, Wire,
                     Wrong, accept_of, binary, close, encode, frame, head_of,
                     key_of, parts, ping, pong, split, text)

def told(one):
    head, body = one
    return "%02x %r%s" % (head, body[:40], "..." if len(body) > 40 else "")


def run(wire, case):
    """Messages come in order, and pongs do; the two may mix."""
    wire.send(case.frames, case.chop)
    messages = [f for f in case.want if f[0] & 8 == 0]
    pongs = [f for f in case.want if f[0] & 8]
    while messages or pongs:
        got = wire.receive()
        queue = pongs if got[0] & 8 else messages
        if not queue or queue[0] != got:
            raise Wrong("got %s, wanted %s" % (
                told(got), told(queue[0]) if queue else "none"))
        queue.pop(0)
    if case.end is None:
        wire.send([close(1000)], 0)
    got = wire.receive()
    code = struct.unpack(">H", got[1][:2])[0] if len(got[1]) > 1 else 1005
    if got[0] != FIN | CLOSE or code != (case.end or 1000):
        raise Wrong("ended with %s, wanted a close frame with %d" %
                    (told(got), case.end or 1000))
    if case.is_packed and wire.codec.bits > 8 and \
            wire.codec.their_bits > 8 and not wire.codec.unpacked:
        raise Wrong("nothing came compressed")
    if not wire.is_client:      # the server ends TCP first
        wire.end()
    wire.expect_end()


# ---- the cases ----

class Case:
    """end: the code it closes with, having been sent a bad frame or a close;
    None: it is well, and is closed with 1000 at last.  deflate: the
    parameters to offer, or to answer with; None: no compression."""

    def __init__(self, name, frames, want, end=None, chop=0, status=None,
                 deflate=None):
        self.name, self.frames, self.want = name, frames, want
        self.end, self.chop, self.status = end, chop, status
        self.deflate = deflate
        # some of it can come back compressed
        self.is_packed = deflate is not None and end is None and \
            any(len(body) > 255 and "noise" not in name for _, body in want)

    def exit_status(self):
        """What ws-cat's is."""
        if self.status is not None:
            return self.status
        return {None: 0, 1000: 0, 1001: 0, 1005: 0}.get(self.end, 10)


def echoed(name, *frames, chop=0):
    return Case(name, list(frames), list(frames), chop=chop)


def section1():
    for n in (0, 125, 126, 127, 128, 65535, 65536):
        yield echoed("text of %d" % n, text(b"*" * n))
        yield echoed("binary of %d" % n, binary(b"\xfe" * n))
    yield echoed("text of 65536 by 997", text(b"*" * 65536), chop=997)
    yield echoed("binary of 65536 by 997", binary(b"\xfe" * 65536), chop=997)


def section2():
    for body in (b"", b"Hello", b"\x00\xff\xfe\xfd", b"\xfe" * 125):
        yield Case("ping of %d" % len(body), [ping(body)], [pong(body)])
    for n in (126, 127, 65535, 65536):
        for opcode in (PING, PONG, CLOSE):
            yield Case("opcode %d of %d" % (opcode, n),
                       [frame(FIN | opcode, b"\x03\xe8" + b"a" * (n - 2))],
                       [], 1002)
    yield Case("ping byte by byte", [ping(b"\xfe" * 125)],
               [pong(b"\xfe" * 125)], chop=1)
    yield Case("pongs nobody asked for", [pong(), pong(b"x"), ping(b"y")],
               [pong(b"y")])
    many = [b"payload-%d" % i for i in range(10)]
    for chop in (0, 1):
        yield Case("ten pings", [ping(p) for p in many],
                   [pong(p) for p in many], chop=chop)


def section3(deflate=False):
    hello = text(b"Hello")
    for rsv in (0x40, 0x20, 0x50, 0x10, 0x70):
        if rsv == 0x40 and deflate:
            continue            # that is a compressed one
        yield Case("text with %02x" % rsv, [frame(FIN | rsv | TEXT, b"x")],
                   [], 1002)
        yield Case("%02x behind a text" % rsv,
                   [hello, frame(FIN | rsv | BINARY, b"x"), ping()],
                   [hello], 1002, chop=rsv == 0x20)
        yield Case("ping with %02x" % rsv, [frame(FIN | rsv | PING, b"x")],
                   [], 1002)
    yield Case("close with 70", [frame(FIN | 0x70 | CLOSE)], [], 1002)


def section4():
    hello = text(b"Hello")
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield Case("opcode %d" % opcode, [frame(FIN | opcode)], [], 1002)
        yield Case("opcode %d behind a text" % opcode,
                   [hello, frame(FIN | opcode, b"x"), ping()], [hello], 1002,
                   chop=opcode % 2)
        yield Case("opcode %d within a message" % opcode,
                   [frame(TEXT, b"x"), frame(FIN | opcode), frame(FIN, b"y")],
                   [], 1002)


def section5():
    whole = text(b"fragment1fragment2")
    two = (b"fragment1", b"fragment2")
    a, b = parts(TEXT, *two)
    yield Case("fragmented ping", parts(PING, *two), [], 1002)
    yield Case("fragmented pong", parts(PONG, *two), [], 1002)
    for chop in (0, 1):
        yield Case("two fragments", [a, b], [whole], chop=chop)
        yield Case("a ping between", [a, ping(b"p"), b],
                   [pong(b"p"), whole], chop=chop)
        yield Case("a pong between", [a, pong(b"p"), b], [whole], chop=chop)
        yield Case("continuation alone", [frame(FIN, b"x"), whole], [], 1002,
                   chop=chop)
        yield Case("continuation alone, not the last",
                   [frame(0, b"x"), whole], [], 1002, chop=chop)
        yield Case("a text within a text", [a, whole], [], 1002, chop=chop)
        yield Case("continuation behind the end", [a, b, frame(FIN, b"x")],
                   [whole], 1002, chop=chop)
    five = parts(TEXT, b"f1", b"f2", b"f3", b"f4", b"f5")
    yield Case("five fragments, pings between",
               five[:2] + [ping(b"1")] + five[2:4] + [ping(b"2")] + five[4:],
               [pong(b"1"), pong(b"2"), text(b"f1f2f3f4f5")])
    full = ping(b"\xfe" * 125)
    for size in (125, 126, 127):
        cut = split(BINARY, b"\xfe" * 5 * size, size)
        yield Case("fragments of %d, full pings between" % size,
                   [one for f in cut for one in (f, full)],
                   [pong(full[1])] * 5 + [binary(b"\xfe" * 5 * size)])
    for opcode in (TEXT, BINARY):
        yield Case("%d fragmented, the last one empty" % opcode,
                   parts(opcode, b"x" * 65535, b"y" * 65536, b""),
                   [frame(FIN | opcode, b"x" * 65535 + b"y" * 65536)])
    yield Case("empty fragments", parts(BINARY, b"", b"", b"x", b""),
               [binary(b"x")])
    yield Case("all empty", parts(TEXT, b"", b"", b""), [text(b"")])


VALID = [b"", b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", b"\0",
         b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80", b"\x7f",
         b"\xdf\xbf", b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf", b"\xed\x9f\xbf",
         b"\xee\x80\x80", b"\xef\xbf\xbd", b"\xef\xbf\xbe",
         b"\xf0\x9f\xbf\xbe", b"\xf3\xbf\xbf\xbf", b"\xef\xb7\x90"]
INVALID = [b"\xce\xba\xed\xa0\x80edited", b"\xf8\x88\x80\x80\x80",
           b"\xfc\x84\x80\x80\x80\x80", b"\xf7\xbf\xbf\xbf", b"\x80",
           b"\xbf", b"\x80\xbf\x80", b"\xc0 \xc1 ", b"\xe0 \xe1 ",
           b"\xf0 \xf1 ", b"\xc0", b"\xe0\x80", b"\xf0\x80\x80",
           b"\xf8\x80\x80\x80", b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf",
           b"\xfe", b"\xff", b"\xc0\xaf", b"\xe0\x80\xaf",
           b"\xf0\x80\x80\xaf", b"\xc1\xbf", b"\xe0\x9f\xbf",
           b"\xf0\x8f\xbf\xbf", b"\xed\xa0\x80", b"\xed\xaf\xbf",
           b"\xed\xb0\x80", b"\xed\xbf\xbf", b"\xed\xa0\x80\xed\xb0\x80",
           b"\xf4\x90\x80\x80"]


def section6():
    for body in VALID:
        yield echoed("valid %r" % body, text(body))
        if len(body) > 1:
            yield Case("valid by bytes %r" % body,
                       split(TEXT, body, 1), [text(body)])
    for body in INVALID:
        yield Case("invalid %r" % body, [text(body)], [], 1007)
        yield Case("invalid by bytes %r" % body,
                   split(TEXT, body, 1), [], 1007)
    every = "a\u00df\u20ac\U0001f389z".encode()
    for at in range(1, len(every)):
        yield Case("split at %d" % at, parts(TEXT, every[:at], every[at:]),
                   [text(every)])
        if every[at] & 0xc0 == 0x80:
            yield Case("cut off at %d" % at, [text(every[:at])], [], 1007)
            yield Case("cut off at %d by a fragment" % at,
                       parts(TEXT, every[:at], b"", b"z"), [], 1007)
    yield Case("a long text, byte by byte on the wire", [text(every * 20)],
               [text(every * 20)], chop=1)
    # refused before the message ends
    for body in (b"\xf4\x90", b"\xed\xa0", b"\xe0\x9f", b"\xff", b"a\x80"):
        yield Case("at once %r" % body,
                   [frame(TEXT, b"\xce\xba"), frame(0, body)], [], 1007)
    yield echoed("any binary", *[binary(body) for body in INVALID])


def section7():
    hello = text(b"Hello")
    yield Case("close behind a text", [hello, close(1000)], [hello], 1000)
    yield Case("two closes", [close(1000), close(1000)], [], 1000)
    yield Case("ping behind a close", [close(1000), ping()], [], 1000)
    yield Case("text behind a close", [close(1000), hello], [], 1000)
    yield Case("close within a message",
               [frame(TEXT, b"x"), close(1000), frame(FIN, b"y")], [], 1000)
    yield Case("no code", [close()], [], 1005)
    yield Case("half a code", [frame(FIN | CLOSE, b"\x03")], [], 1002)
    yield Case("a reason", [close(1000, b"Hello")], [], 1000)
    yield Case("a reason of 123", [close(1000, b"*" * 123)], [], 1000)
    yield Case("a reason of 124", [close(1000, b"*" * 124)], [], 1002)
    yield Case("a reason not UTF-8",
               [close(1000, b"\xce\xba\xed\xa0\x80")], [], 1007)
    for code in (1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
                 1014, 3000, 3999, 4000, 4999):
        yield Case("code %d" % code, [close(code)], [], code,
                   status=0 if code == 1001 else 7)
    for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999,
                 5000, 65535):
        yield Case("code %d" % code, [close(code)], [], 1002)


def section9():
    body = bytes(range(0x20, 0x7f)) * 11000
    body = body[:1024 * 1024]
    yield echoed("1 MiB of text", text(body))
    yield echoed("1 MiB of binary by 64 KiB", binary(body), chop=65536)
    yield Case("1 MiB in fragments of 64", split(TEXT, body, 64),
               [text(body)])
    yield Case("1 MiB in fragments of 64 KiB", split(BINARY, body, 65536),
               [binary(body)])
    for n in (0, 16, 64, 1024):
        yield echoed("1000 texts of %d" % n, *[text(body[:n])] * 1000)
    yield echoed("1000 of growing length",
                 *[binary(body[:i]) for i in range(1000)])


def section10():
    body = b"*" * 65536
    yield Case("65536 by 1300", split(TEXT, body, 1300), [text(body)])
    # lengths that take more bytes than need be
    for head in (b"\x82\xfe\x00\x05", b"\x82\xff" + b"\0" * 7 + b"\x05",
                 b"\x82\xff\0\0\0\0\0\0\xff\xff",
                 b"\x82\xff\x80" + b"\0" * 7):
        yield Case("length %s" % head.hex(), [Header(head)], [], 1002)
    yield Case("the wrong masking", [WrongMask()], [], 1002)
    yield Case("over the limit", [Header(b"\x82\xff\0\0\0\1\0\0\0\0")], [],
               1009)


class Header:
    """A head of its own make, some payload behind it."""

    def __init__(self, head):
        self.head = head

    def encode(self, is_client):
        head = bytearray(self.head)
        if not is_client:
            head[1] &= 127
        return bytes(head) + b"\0" * (4 if is_client else 0) + b"abcde"


class WrongMask:
    def encode(self, is_client):
        return encode(text(b"x"), not is_client)


def side_bytes(case, is_client):
    case.frames = [f.encode(is_client) if hasattr(f, "encode") else f
                   for f in case.frames]


SECTIONS = {"1": section1, "2": section2, "3": section3, "4": section4,
            "5": section5, "6": section6, "7": section7, "9": section9,
            "10": section10, "12": ws_packed.section12,
            "13": ws_packed.section13}


# ---- the two sides ----

def cases_of(name, args):
    section, _, step = name.partition("/")
    make = SECTIONS[section]
    if section in ("12", "13"):
        cases = [Case(*rest, deflate=words) for words, rest in (
            (words, (n, frames, want, end)) for n, words, frames, want, end
            in make(args.is_client))]
    else:
        cases = list(make(args.deflate) if section == "3" else make())
        for case in cases:
            case.deflate = "" if args.deflate else None
    return cases[::int(step or 1)]


def extensions_of(head):
    found = [line.partition(b":")[2].strip().decode() for line in head
             if line.lower().startswith(b"sec-websocket-extensions:")]
    if len(found) > 1 or any("," in one for one in found):
        raise Wrong("several extensions: %s" % found)
    return ws_packed.parameters(found[0]) if found else None


def extension_field(case):
    return b"" if case.deflate is None else \
        b"Sec-WebSocket-Extensions: " + \
        ws_packed.with_parameters(case.deflate).encode() + b"\r\n"


def as_client(args, port, case):
    with socket.create_connection(("127.0.0.1", port)) as sock:
        if args.tls:
            sock = args.tls.wrap_socket(sock)
        wire = Wire(sock, True)
        sock.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     b"Sec-WebSocket-Version: 13\r\n"
                     + extension_field(case) + b"\r\n")
        head = head_of(wire.stream)
        if not head or b" 101 " not in head[0]:
            raise Wrong("no handshake: %r" % head)
        agreed = extensions_of(head)
        if (agreed is None) != (case.deflate is None):
            raise Wrong("agreed on %s" % agreed)
        if agreed is not None:
            wire.codec = ws_packed.Codec(
                True, agreed, ws_packed.parameters(
                    ws_packed.with_parameters(case.deflate)))
        run(wire, case)
        sock.close()


def answer(wire, case):
    head = head_of(wire.stream)
    if case.deflate is not None:
        if extensions_of(head) is None:
            raise Wrong("offers no compression")
        wire.codec = ws_packed.Codec(False, ws_packed.parameters(
            ws_packed.with_parameters(case.deflate)))
    wire.sock.sendall(b"HTTP/1.1 101 Switching Protocols\r\n"
                      b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
                      b"Sec-WebSocket-Accept: " + accept_of(key_of(head))
                      + b"\r\n" + extension_field(case) + b"\r\n")


def as_server(args, command, case):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT)
        url = "%s://127.0.0.1:%d/" % ("wss" if args.tls else "ws",
                                      listener.getsockname()[1])
        with subprocess.Popen(command + [url], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as child:
            try:
                sock, _ = listener.accept()
                sock.settimeout(TIMEOUT)
                if args.tls:
                    sock = args.tls.wrap_socket(sock, server_side=True)
                with sock:
                    wire = Wire(sock, False)
                    answer(wire, case)
                    run(wire, case)
                _, said = child.communicate(timeout=TIMEOUT)
            except (socket.timeout, subprocess.TimeoutExpired) as e:
                raise Wrong("it does not connect, or does not end") from e
            finally:
                child.kill()
    if child.returncode != case.exit_status():
        raise Wrong("exit status %d, not %d: %s" % (
            child.returncode, case.exit_status(), said.decode().strip()))


def attempt(go, name, case, is_client):
    try:
        side_bytes(case, is_client)
        go(case)
        return 0
    except (Wrong, OSError) as e:
        print("%s, %s: %s" % (name, case.name, e), flush=True)
        return 1


def options():
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("side", choices=("client", "server"))
    p.add_argument("--tls", action="store_true")
    p.add_argument("--deflate", action="store_true")
    p.add_argument("rest", nargs="*")
    own, command = sys.argv[1:], []
    if "--" in own:
        where = own.index("--")
        own, command = own[:where], own[where + 1:]
    args = p.parse_intermixed_args(own)
    args.command = command
    args.is_client = args.side == "client"
    if args.tls and args.is_client:
        args.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        args.tls.check_hostname = False
        args.tls.verify_mode = ssl.CERT_NONE
    elif args.tls:
        args.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        args.tls.load_cert_chain("cert.pem", "key.pem")
    return args


def main():
    args = options()
    names = args.rest
    if args.is_client:
        port = int(names.pop(0))

        def go(case):
            as_client(args, port, case)
    else:
        def go(case):
            as_server(args, args.command, case)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = [pool.submit(attempt, go, name, case, args.is_client)
                   for name in names or SECTIONS
                   for case in cases_of(name, args)]
    failed = sum(r.result() for r in results)
    print("%d cases, %d failed" % (len(results), failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
