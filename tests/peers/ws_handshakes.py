#!/usr/bin/python3
"""ws_handshakes.py - opening handshakes, right and wrong, by hand.

usage: ws_handshakes.py client PORT
       ws_handshakes.py server -- COMMAND ARG...

client: sends requests to a server and looks at the status.  server: starts the
command, with the URL as its last argument, once for each answer it gives, and
looks at its exit status; one that takes the answer is closed with 1000.

Each one that fails is told on a line of its own; the exit status is 0 if none
did.
"""
import socket
import subprocess
import sys

from ws_wire import TIMEOUT, Wire, Wrong, accept_of, close, head_of, key_of

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
GET = b"GET /room?x=1 HTTP/1.1"
HOST = b"Host: localhost"
UP = b"Upgrade: websocket"
CONN = b"Connection: Upgrade"
KEYED = b"Sec-WebSocket-Key: " + KEY
V13 = b"Sec-WebSocket-Version: 13"
GOOD = (GET, HOST, UP, CONN, KEYED, V13)

REQUESTS = [
    (101, GOOD),
    (101, (GET, HOST, b"upgrade: WebSocket", b"connection: keep-alive, "
           b"upgrade", KEYED, V13, b"Sec-WebSocket-Extensions: x; y=1")),
    (101, GOOD + (b"Origin: http://localhost",)),
    (403, GOOD + (b"Origin: http://evil.example",)),
    (403, GOOD + (b"Origin: null",)),
    (405, (b"POST / HTTP/1.1",) + GOOD[1:]),
    (405, (b"HEAD / HTTP/1.1",) + GOOD[1:]),
    (400, (b"GET / HTTP/1.0",) + GOOD[1:]),
    (505, (b"GET / HTTP/2.0",) + GOOD[1:]),
    (400, (GET, UP, CONN, KEYED, V13)),
    (400, (GET, HOST, HOST, UP, CONN, KEYED, V13)),
    (400, (GET, HOST, CONN, KEYED, V13)),
    (400, (GET, HOST, UP, KEYED, V13)),
    (400, (GET, HOST, UP, b"Connection: close", KEYED, V13)),
    (400, (GET, HOST, UP, CONN, V13)),
    (400, (GET, HOST, UP, CONN, KEYED, KEYED, V13)),
    (400, (GET, HOST, UP, CONN, b"Sec-WebSocket-Key: x", V13)),
    (400, (GET, HOST, UP, CONN, KEYED[:-1], V13)),
    (426, (GET, HOST, UP, CONN, KEYED)),
    (426, (GET, HOST, UP, CONN, KEYED, b"Sec-WebSocket-Version: 8")),
    (426, (GET, HOST, UP, CONN, KEYED, b"Sec-WebSocket-Version: 013")),
    (426, (GET, HOST, UP, CONN, KEYED, V13, V13)),
    (400, GOOD + (b"Sec-WebSocket-Protocol: a b",)),
    (400, GOOD + (b"Content-Length: 5",)),
    (400, GOOD + (b"X-Folded: a", b" b")),
    (400, GOOD + (b"X-Blank : a",)),
    (400, GOOD + (b"X-Nul: \0",)),
    # the method and the target
    (405, (b"PUT / HTTP/1.1",) + GOOD[1:]),
    (405, (b"OPTIONS * HTTP/1.1",) + GOOD[1:]),
    (405, (b"get / HTTP/1.1",) + GOOD[1:]),
    (101, (b"GET http://localhost/room HTTP/1.1",) + GOOD[1:]),
    (400, (b"GET room HTTP/1.1",) + GOOD[1:]),
    (400, (b"GET /room#x HTTP/1.1",) + GOOD[1:]),
    (400, (b"GET  / HTTP/1.1",) + GOOD[1:]),
    (400, (b"GET /",) + GOOD[1:]),
    (400, (b"GET / HTTP/1.1 x",) + GOOD[1:]),
    (400, (b"GET / http/1.1",) + GOOD[1:]),
    # Host
    (400, (GET, b"Host: a b", UP, CONN, KEYED, V13)),
    (400, (GET, b"Host: a, b", UP, CONN, KEYED, V13)),
    (101, (GET, b"Host: [::1]:80", UP, CONN, KEYED, V13)),
    # Upgrade and Connection are lists, in one field or several
    (101, (GET, HOST, b"Upgrade: h2c, websocket", CONN, KEYED, V13)),
    (101, (GET, HOST, b"Upgrade: h2c", UP, CONN, KEYED, V13)),
    (101, (GET, HOST, UP, b"Connection: keep-alive", CONN, KEYED, V13)),
    (101, (GET, HOST, UP, b"Connection: ,UPGRADE ,", KEYED, V13)),
    (400, (GET, HOST, b"Upgrade: websockets", CONN, KEYED, V13)),
    (400, (GET, HOST, b"Upgrade:", CONN, KEYED, V13)),
    (400, (GET, HOST, UP, b"Connection: upgraded", KEYED, V13)),
    (400, (GET, HOST, UP, b"Connection: \"upgrade\"", KEYED, V13)),
    # the key is 16 bytes in base64, the version 13
    (400, (GET, HOST, UP, CONN, b"Sec-WebSocket-Key:", V13)),
    (400, (GET, HOST, UP, CONN, KEYED + b"AAAA", V13)),
    (400, (GET, HOST, UP, CONN, b"Sec-WebSocket-Key: "
           b"dGhlIHNhbXBsZSBub25jZSE=", V13)),
    (400, (GET, HOST, UP, CONN, b"Sec-WebSocket-Key: "
           b"dGhlIHNhbXBsZSBub25j_Q==", V13)),
    (400, (GET, HOST, UP, CONN, b"Sec-WebSocket-Key: "
           b"dGhlIHNhbXBs ZSBub25jZQ==", V13)),
    (426, (GET, HOST, UP, CONN, KEYED, b"Sec-WebSocket-Version: 13, 8")),
    (426, (GET, HOST, UP, CONN, KEYED, b"Sec-WebSocket-Version: 14")),
    (426, (GET, HOST, UP, CONN, KEYED, b"Sec-WebSocket-Version:")),
    # subprotocols: tokens, each once ...
    (101, GOOD + (b"Sec-WebSocket-Protocol: chat",)),
    (101, GOOD + (b"Sec-WebSocket-Protocol: chat, superchat",)),
    (101, GOOD + (b"Sec-WebSocket-Protocol: chat",
                  b"Sec-WebSocket-Protocol: superchat")),
    (400, GOOD + (b"Sec-WebSocket-Protocol: \"chat\"",)),
    (400, GOOD + (b"Sec-WebSocket-Protocol: /chat",)),
    # ... which only the client is held to; elements may be empty
    (101, GOOD + (b"Sec-WebSocket-Protocol: chat, chat",)),
    (101, GOOD + (b"Sec-WebSocket-Protocol: chat",
                  b"Sec-WebSocket-Protocol: chat")),
    (101, GOOD + (b"Sec-WebSocket-Protocol: , chat,",)),
    # extensions: none that is known, well formed or not
    (101, GOOD + (b"Sec-WebSocket-Extensions: x, x",)),
    (101, GOOD + (b"Sec-WebSocket-Extensions: x",
                  b"Sec-WebSocket-Extensions: y; z=\"1\"")),
    (101, GOOD + (b"Sec-WebSocket-Extensions: ;;",)),
    # bodies and framing
    (400, GOOD + (b"Transfer-Encoding: chunked",)),
    (101, GOOD + (b"Content-Length: 0",)),
    (400, GOOD + (b"Content-Length: 0", b"Content-Length: 5")),
    (400, GOOD + (b"X-Bare: a\rb",)),
    (400, GOOD + (b": no name",)),
    (400, GOOD + (b"no colon",)),
    (431, GOOD + (b"X-Long: " + b"x" * 70000,)),
    # Origin
    (403, GOOD + (b"Origin: https://localhost:8443",)),
    (403, GOOD + (b"Origin: http://localhost.evil.example",)),
    (403, GOOD + (b"Origin: http://localhost", b"Origin: http://x")),
]

S101 = b"HTTP/1.1 101 Switching Protocols"
ACCEPT = b"Sec-WebSocket-Accept: ACCEPT"
YES = (S101, UP, CONN, ACCEPT)

# The exit status, and the answer's lines; ACCEPT is replaced.
ANSWERS = [
    (0, YES),
    (0, (S101, b"upgrade: WebSocket", b"connection: x, upgrade", ACCEPT)),
    (5, (b"HTTP/1.1 403 Forbidden", b"Content-Length: 0")),
    (5, (b"HTTP/1.1 200 OK", UP, CONN, ACCEPT, b"Content-Length: 0")),
    (5, (b"HTTP/1.1 302 Found", b"Location: /", b"Content-Length: 0")),
    (10, (S101, CONN, ACCEPT)),
    (10, (S101, UP, ACCEPT)),
    (10, (S101, UP, CONN)),
    (10, (S101, UP, CONN, b"Sec-WebSocket-Accept: " + KEY)),
    (10, YES + (b"Sec-WebSocket-Extensions: permessage-deflate",)),
    (10, YES + (b"Sec-WebSocket-Protocol: unasked",)),
    (10, (b"HTTP/1.0 101 Switching Protocols", UP, CONN, ACCEPT)),
    (10, (b"SSH-2.0-OpenSSH_9.2",)),
]


def joined(lines):
    return b"\r\n".join(lines) + b"\r\n\r\n"


def check_101(head):
    if b"Sec-WebSocket-Accept: " + accept_of(KEY) not in head:
        raise Wrong("the key is not accepted")
    if any(b"extensions" in line.lower() for line in head):
        raise Wrong("an extension nobody can do")


def request(port, want, lines):
    with socket.create_connection(("127.0.0.1", port)) as sock:
        wire = Wire(sock, True)
        sock.sendall(joined(lines))
        head = head_of(wire.stream)
        status = int(head[0].split()[1]) if head else 0
        if status != want:
            raise Wrong("status %d, not %d" % (status, want))
        if status == 101:
            check_101(head)
        if status == 426 and V13.lower() not in map(bytes.lower, head):
            raise Wrong("does not say which version it knows")
        if status == 405 and b"allow: get" not in [
                line.lower()[:10] for line in head]:
            raise Wrong("does not say which method is allowed")


def serve(listener, want, lines):
    sock, _ = listener.accept()
    with sock:
        wire = Wire(sock, False)
        accept = accept_of(key_of(head_of(wire.stream)))
        sock.sendall(joined(lines).replace(b"ACCEPT", accept))
        if want == 0:
            wire.send([close(1000)], 0)
            wire.receive()


def answer(command, want, lines):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT)
        url = "ws://127.0.0.1:%d/" % listener.getsockname()[1]
        with subprocess.Popen(command + [url], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as child:
            try:
                serve(listener, want, lines)
                _, said = child.communicate(timeout=TIMEOUT)
            finally:
                child.kill()
    if child.returncode != want:
        raise Wrong("exit status %d, not %d: %s" % (
            child.returncode, want, said.decode().strip()))
    if want != 0 and not said:
        raise Wrong("nothing said")


def main():
    if sys.argv[1] == "client":
        target, go, table = int(sys.argv[2]), request, REQUESTS
    else:
        target, go, table = sys.argv[3:], answer, ANSWERS
    failed = 0
    for want, lines in table:
        try:
            go(target, want, lines)
        except (Wrong, OSError, subprocess.TimeoutExpired) as e:
            print("%r: %s" % (lines, e), flush=True)
            failed += 1
    print("%d handshakes, %d failed" % (len(table), failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
