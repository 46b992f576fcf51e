"""ws_packed.py - messages that are compressed (RFC 7692), by hand, and the
cases of Autobahn's sections 12 and 13; not a program.
"""
import random
import zlib

from ws_wire import (BINARY, CLOSE, FIN, PING, PONG, TEXT, Wrong, binary,
                     frame, parts, ping, pong, text)

RSV1 = 0x40
TAIL = b"\0\0\xff\xff"
NAME = "permessage-deflate"


# ---- what was agreed on ----

def parameters(element):
    """{name: value or None} of "permessage-deflate; a; b=9"."""
    name, *rest = [part.strip() for part in element.split(";")]
    if name.lower() != NAME:
        raise Wrong("an extension nobody can do: %s" % element)
    pairs = [part.partition("=") for part in rest]
    return {n.strip(): v.strip().strip('"') or None for n, _, v in pairs}


def with_parameters(words):
    return "; ".join([NAME, words]) if words else NAME


class Codec:
    """Packs what this side sends, and unpacks what comes: each inflated with
    no larger a window, and no older a context, than was agreed on."""

    def __init__(self, is_client, agreed, offered=None):
        offered = offered or {}
        bits = {}
        for side in ("client", "server"):
            key = side + "_max_window_bits"
            bits[side] = min(int(agreed.get(key) or 15),
                             int(offered.get(key) or 15))
            if side == "server" and offered.get(key) and \
                    int(agreed.get(key) or 15) > int(offered[key]):
                raise Wrong("the server does not limit its window")
        if "server_no_context_takeover" in offered and \
                "server_no_context_takeover" not in agreed:
            raise Wrong("the server does not give up its context")
        mine, theirs = ("client", "server") if is_client else \
            ("server", "client")
        self.bits, self.their_bits = bits[mine], bits[theirs]
        self.keeps = mine + "_no_context_takeover" not in agreed
        self.they_keep = theirs + "_no_context_takeover" not in agreed
        self.deflater = self.inflater = None
        self.unpacked = 0

    def pack(self, body):
        if self.deflater is None or not self.keeps:
            # zlib's window of 9 bits reaches back 250 bytes: good for 8, too
            self.deflater = zlib.compressobj(
                6, zlib.DEFLATED, -max(9, self.bits))
        data = self.deflater.compress(body) + \
            self.deflater.flush(zlib.Z_SYNC_FLUSH)
        return data[:-len(TAIL)] or b"\0"

    def unpack(self, data):
        if self.inflater is None or not self.they_keep:
            self.inflater = zlib.decompressobj(-self.their_bits)
        self.unpacked += 1
        try:
            if self.their_bits == 15:
                return self.inflater.decompress(data + TAIL)
            return self.unpack_strictly(data + TAIL)
        except zlib.error as e:
            raise Wrong("does not inflate: %s" % e) from e


    def unpack_strictly(self, data):
        """zlib looks no further back than the window only into what was put
        out by calls before."""
        out = []
        while data:
            out.append(self.inflater.decompress(data, 64))
            data = self.inflater.unconsumed_tail
        return b"".join(out)


class Packed:
    """A message that is compressed once what was agreed on is known, then cut
    into frames of so many bytes; `between` goes between these."""

    def __init__(self, opcode, body, cut=0, between=()):
        self.opcode, self.body, self.cut = opcode, body, cut
        self.between = list(between)

    def frames(self, codec):
        data = codec.pack(self.body)
        cut = self.cut or len(data)
        out = parts(self.opcode,
                    *[data[i:i + cut] for i in range(0, len(data), cut)])
        out[0] = frame(out[0][0] | RSV1, out[0][1])
        if not self.between:
            return out
        return [one for f in out[:-1] for one in [f] + self.between] + out[-1:]


# ---- the cases: (name, words, frames, want, end) ----

SIZES = (16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072)


def prose(n, seed=1):
    """Text that compresses about as JSON does."""
    r = random.Random(seed)
    words = ["%s\":%d" % (r.choice(("price", "id", "näme", "value")),
                          r.randrange(10 ** 6)) for _ in range(n // 8 + 1)]
    return ",\"".join(words).encode()[:n].decode("utf-8", "ignore").encode() \
        .ljust(n, b"*")


def noise(n, seed=1):
    return random.Random(seed).getrandbits(8 * n + 1).to_bytes(
        n + 1, "big")[:n]


def many(n, make):
    """Messages of that size, about a quarter of a MiB of them."""
    return [make(n, seed) for seed in range(max(2, min(100, 2 ** 18 // n)))]


def sizes():
    for n in SIZES:
        bodies = many(n, prose)
        yield ("texts of %d" % n, "", [Packed(TEXT, b) for b in bodies],
               [text(b) for b in bodies], None)
        bodies = many(n, noise)
        yield ("noise of %d" % n, "", [Packed(BINARY, b) for b in bodies],
               [binary(b) for b in bodies], None)
    for cut in (1, 64, 256, 1300):
        body = prose(8192)
        yield ("cut at %d" % cut, "", [Packed(TEXT, body, cut)] * 2,
               [text(body)] * 2, None)
    yield ("pings between fragments", "",
           [Packed(BINARY, b"Hello" * 9, 4, [ping(b"p")])],
           None, None)
    body = prose(300)
    yield ("compressed and not, in turn", "",
           [Packed(TEXT, body), text(body), Packed(TEXT, b""), text(b""),
            Packed(BINARY, body), binary(body)] * 3,
           [text(body), text(body), text(b""), text(b""), binary(body),
            binary(body)] * 3, None)


HELLO = text(b"Hello")


def examples(is_client):
    """RFC 7692 section 7.2.3."""
    def packed(hexes):
        return frame(FIN | RSV1 | TEXT, bytes.fromhex(hexes))
    first = packed("f248cdc9c90700")
    yield "7.2.3.1", "", [first], [HELLO], None
    yield ("7.2.3.1, two frames", "",
           [frame(RSV1 | TEXT, bytes.fromhex("f248cd")),
            frame(FIN, bytes.fromhex("c9c90700"))], [HELLO], None)
    if not is_client:           # our server lets no client keep its context
        yield ("7.2.3.2", "", [first, packed("f200110000")], [HELLO] * 2,
               None)
    yield ("7.2.3.3", "", [packed("000500faff48656c6c6f00")], [HELLO], None)
    yield ("7.2.3.4", "", [packed("f348cdc9c9070000"), first], [HELLO] * 2,
           None)
    yield ("7.2.3.5", "", [packed("f24805000000ffffcac9c90700")], [HELLO],
           None)
    yield ("7.2.3.6", "", [packed("00")], [text(b"")], None)


def wrong():
    data = bytes.fromhex("f248cdc9c90700")
    first = frame(RSV1 | TEXT, data[:3])
    yield ("a continuation with 40", "",
           [first, frame(FIN | RSV1, data[3:])], [], 1002)
    yield ("a continuation with 40, the message not", "",
           [frame(TEXT, b"x"), frame(FIN | RSV1, b"y")], [], 1002)
    for opcode in (PING, PONG, CLOSE):
        yield ("opcode %d with 40" % opcode, "",
               [frame(FIN | RSV1 | opcode)], [], 1002)
    for rsv in (0x20, 0x10, 0x60, 0x50, 0x70):
        yield ("text with %02x" % rsv, "", [frame(FIN | rsv | TEXT, data)],
               [], 1002)
    yield ("no deflate stream", "",
           [frame(FIN | RSV1 | BINARY, b"\xff" * 8)], [], 1007)
    yield ("a stored block whose lengths differ", "",
           [frame(FIN | RSV1 | BINARY, b"\0\5\0\0\0Hello\0")], [], 1007)
    yield ("a distance before the beginning", "",
           [frame(FIN | RSV1 | BINARY, bytes.fromhex("f200110000"))], [],
           1007)
    yield ("inflates to no UTF-8", "", [Packed(TEXT, b"a\xed\xa0\x80z")], [],
           1007)
    yield ("inflates to no UTF-8, by bytes", "",
           [Packed(TEXT, b"a\xed\xa0\x80z", 1)], [], 1007)
    yield ("ends within a character", "", [Packed(TEXT, b"\xe2\x82")], [],
           1007)


def section12(is_client):
    for case in sizes():
        name, words, frames, want, end = case
        if want is None:        # as many pongs as there were pings
            one = frames[0]
            pings = len(parts_of(one)) - 1
            want = [pong(b"p")] * pings + [frame(FIN | one.opcode, one.body)]
        yield name, words, frames, want, end
    yield from examples(is_client)
    yield from wrong()


def parts_of(packed):
    """The fragments of a message that is the first of its connection."""
    plain = Packed(packed.opcode, packed.body, packed.cut)
    return plain.frames(Codec(True, {}))


def section13(is_client):
    """Every parameter, of either side, alone and together."""
    no = ["", "client_no_context_takeover", "server_no_context_takeover",
          "client_no_context_takeover; server_no_context_takeover"]
    windows = [side + "_max_window_bits=%d" % n
               for side in ("client", "server") for n in range(8, 16)]
    windows += ["client_max_window_bits=%d; server_max_window_bits=%d" % both
                for both in ((8, 8), (9, 15), (15, 9), (12, 12))]
    if is_client:
        windows += ["client_max_window_bits"]
    bodies = [prose(n, n) for n in (0, 1, 16, 300, 5000, 70000)] * 2
    for words in no + windows + ["; ".join((n, w)) for n in no[1:]
                                 for w in windows[::5]]:
        yield (words or "none", words,
               [Packed(TEXT, b, cut) for b in bodies for cut in (0, 999)],
               [text(b) for b in bodies for _ in (0, 1)], None)
