"""http_table.py - requests, right and wrong, and what becomes of each.

A row is what is answered, in order, then the bytes.  A last "end" means that
the connection closes behind that answer, whatever else was sent on it; in the
other rows it goes on, and what is sent behind the row is the next request.

Sources: RFC 9112 and 9110, section by section; the shapes of requests that
have smuggled others past one receiver or another (J. Kettle, "HTTP Desync
Attacks", 2019; B. Jabiyev et al., "T-Reqs", 2021; B. Kallus et al., "The HTTP
Garden", 2024).
"""

LINE = b"POST /good HTTP/1.1\r\n"
HOST = b"Host: x\r\n"
TE = b"Transfer-Encoding: chunked\r\n"
CL = b"Content-Length: "
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"0\r\n\r\n"
LARGE = 40000                   # more than --max-header


def post(fields, body=b"", line=LINE):
    return line + HOST + fields + b"\r\n" + body


def get(target, version=b"HTTP/1.1"):
    return b"GET " + target + b" " + version + b"\r\n" + HOST + b"\r\n"


def chunked(body):
    return post(TE, body)


def coded(value):
    return post(b"Transfer-Encoding:" + value + b"\r\n", LAST)


def sized(value, body=b""):
    return post(CL + value + b"\r\n", body)


def hosted(*hosts):
    return LINE + b"".join(hosts) + b"\r\n"


BODIES = [
    # a request inside a body is a body
    ("204", sized(b"%d" % len(SMUGGLED), SMUGGLED)),
    ("204", chunked(b"%x\r\n%s\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED))),
    ("204", b"GET /good HTTP/1.1\r\nHost: x\r\n" + CL +
     b"%d\r\n\r\n" % len(SMUGGLED) + SMUGGLED),
    ("204", b"HEAD /good HTTP/1.1\r\nHost: x\r\n" + CL +
     b"%d\r\n\r\n" % len(SMUGGLED) + SMUGGLED),
    ("204 204 204", post(b"") + sized(b"2", b"[]") + chunked(LAST)),
    ("204 400 end", post(b"") + sized(b"+0")),
    # both lengths
    ("400 end", post(CL + b"6\r\n" + TE, LAST)),
    ("400 end", post(TE + CL + b"6\r\n", LAST)),
    ("400 end", post(CL + b"0\r\n" + TE, LAST)),
    ("400 end", post(TE + b"Content-length: 44\r\n", LAST)),
    ("400 end", post(b"Transfer-Encoding: identity\r\n" + CL + b"0\r\n")),
    ("400 end", post(b"Transfer-Encoding:\r\n" + CL + b"0\r\n")),
    # Content-Length
    ("204", sized(b"5", b"hello")),
    ("204", sized(b"\t 005 \t", b"hello")),
    ("204", sized(b"0")),
    ("204", post(b"Content_Length: 44\r\n")),
    ("204", post(b"X-Content-Length: 44\r\nContent-Lengt: 44\r\n")),
    ("400 end", sized(b"+5", b"hello")),
    ("400 end", sized(b"-1")),
    ("400 end", sized(b"-0")),
    ("400 end", sized(b"")),
    ("400 end", sized(b"0x5", b"hello")),
    ("400 end", sized(b"5.0", b"hello")),
    ("400 end", sized(b"5e0", b"hello")),
    ("400 end", sized(b"5;", b"hello")),
    ("400 end", sized(b"5 5", b"hello")),
    ("400 end", sized(b"5, 5", b"hello")),
    ("400 end", sized(b"0, 44")),
    ("400 end", sized(b"5,", b"hello")),
    ("400 end", sized(b"\"5\"", b"hello")),
    ("400 end", sized(b"five", b"hello")),
    ("400 end", sized(b"5\x0b", b"hello")),
    ("400 end", sized(b"\xa05", b"hello")),
    ("400 end", sized(b"\xef\xbc\x95", b"hello")),      # fullwidth 5
    ("400 end", sized(b"00000000000000000005", b"hello")),
    ("400 end", sized(b"18446744073709551621", b"hello")),      # 2^64 + 5
    ("400 end", sized(b"9" * 200)),
    ("413 end", sized(b"4294967301", b"hello")),        # 2^32 + 5
    ("413 end", sized(b"999999999999999999")),
    ("413 end", sized(b"1048577")),
    ("400 end", sized(b"5\r\nContent-Length: 5", b"hello")),
    ("400 end", sized(b"0\r\nContent-Length: 44")),
    ("400 end", sized(b"44\r\ncontent-length: 0")),
    ("400 end", post(b"Content-Length : 0\r\n")),
    ("400 end", post(b"Content-Length\t: 0\r\n")),
    ("400 end", post(b" Content-Length: 0\r\n")),
    ("400 end", post(b"X: 1\r\n Content-Length: 44\r\n")),
    ("400 end", post(b"Content-Length:\r\n 44\r\n")),
    ("400 end", post(b"Content-Length\x00: 0\r\n")),
    ("400 end", post(b"X: 1\rContent-Length: 44\r\n")),
    ("400 end", post(b"X: 1\nContent-Length: 44\r\n")),
    # Transfer-Encoding
    ("204", coded(b"chunked")),
    ("204", coded(b" CHUNKED")),
    ("204", coded(b"\tchunked \t")),
    ("204", post(b"TE: chunked\r\n" + CL + b"2\r\n", b"[]")),
    ("204", post(b"Transfer_Encoding: chunked\r\n")),
    ("400 end", post(TE + TE, LAST)),
    ("400 end", post(TE + b"Transfer-Encoding: identity\r\n", LAST)),
    ("400 end", post(b"Transfer-Encoding: identity\r\n" + TE, LAST)),
    ("400 end", post(TE + b"transfer-encoding: x\r\n", LAST)),
    ("400 end", coded(b" chunked, identity")),
    ("400 end", coded(b" chunked, chunked")),
    ("400 end", coded(b" , chunked")),
    ("400 end", coded(b" chunked;q=1")),
    ("400 end", coded(b" chunked identity")),
    ("400 end", coded(b" \"chunked\"")),
    ("400 end", coded(b" \x0bchunked")),
    ("400 end", coded(b" chunked\x0c")),
    ("400 end", coded(b" \xa0chunked")),
    ("400 end", coded(b" chun\xe2\x84\xaaed")),         # a Kelvin sign
    ("400 end", coded(b" chunked\x00")),
    ("400 end", coded(b"")),
    ("400 end", coded(b"\r\n chunked")),
    ("400 end", coded(b" chunked\r\n\tX: 1")),
    ("501 end", coded(b" chunked,")),
    ("501 end", coded(b" identity")),
    ("501 end", coded(b" xchunked")),
    ("501 end", coded(b" 'chunked'")),
    ("501 end", coded(b" gzip")),
    ("501 end", coded(b" gzip, chunked")),
    ("501 end", coded(b" identity, chunked")),
    ("400 end", post(b"Transfer-Encoding : chunked\r\n", LAST)),
    ("400 end", post(b" Transfer-Encoding: chunked\r\n", LAST)),
    ("400 end", post(b"\x0bTransfer-Encoding: chunked\r\n", LAST)),
    ("400 end", post(b"X: 1\nTransfer-Encoding: chunked\r\n", LAST)),
    ("400 end", post(b"X: 1\r\r\nTransfer-Encoding: chunked\r\n", LAST)),
    ("400 end", post(TE, LAST, b"POST /x HTTP/1.0\r\n")),
    # chunks
    ("204", chunked(b"5\r\nhello\r\n00A\r\n0123456789\r\n000\r\n\r\n")),
    ("204", chunked(b"1;a=b;c=\"d e\"\r\n[\r\n1 \t;a\r\n]\r\n0;z\r\n\r\n")),
    ("204", chunked(b"0\r\nX-Smuggled: y\r\nContent-Length: 44\r\n"
                    b"Transfer-Encoding: x\r\nHost: y\r\n\r\n")),
    ("400 end", chunked(b"\r\n")),
    ("400 end", chunked(b";a\r\n\r\n")),
    ("400 end", chunked(b" 0\r\n\r\n")),
    ("400 end", chunked(b"0 \r\n\r\n")),
    ("400 end", chunked(b"0 0\r\n\r\n")),
    ("400 end", chunked(b"0x0\r\n\r\n")),
    ("400 end", chunked(b"-0\r\n\r\n")),
    ("400 end", chunked(b"+0\r\n\r\n")),
    ("400 end", chunked(b"0_0\r\n\r\n")),
    ("400 end", chunked(b"0\n\n")),
    ("400 end", chunked(b"0\r\n\n")),
    ("400 end", chunked(b"0\r\r\n\r\n")),
    ("400 end", chunked(b"0\r\n\r\r")),
    ("400 end", chunked(b"0\x00\r\n\r\n")),
    ("400 end", chunked(b"1\r\nxx\r\n0\r\n\r\n")),
    ("400 end", chunked(b"2\r\nx\r\n0\r\n\r\n")),
    ("400 end", chunked(b"1\r\nx\n0\r\n\r\n")),
    ("400 end", chunked(b"1\r\nx0\r\n\r\n")),
    ("400 end", chunked(b"1\r\nx\rx0\r\n\r\n")),
    ("400 end", chunked(b"10000000000000000\r\n")),     # 2^64
    ("400 end", chunked(b"fffffffffffffffe\r\nxx\r\n0\r\n\r\n")),
    ("400 end", chunked(b"0" * 200 + b"\r\n\r\n")),
    ("400 end", chunked(b"0;a\x00\r\n\r\n")),
    ("400 end", chunked(b"0;a\n\r\n\r\n")),
    ("400 end", chunked(b"0;a\rb\r\n\r\n")),
    ("204 400 end", chunked(b"0;a=\"\r\n\r\n\"\n")),
    ("400 end", chunked(b"0\r\nX\r\n\r\n")),
    ("400 end", chunked(b"0\r\nX : y\r\n\r\n")),
    ("400 end", chunked(b"0\r\n X: y\r\n\r\n")),
    ("400 end", chunked(b"0\r\nX: y\n\r\n")),
    ("400 end", chunked(b"0\r\nX: \x00\r\n\r\n")),
    ("400 end", chunked(b"0\r\n" + SMUGGLED)),
]

HEADS = [
    # field lines
    ("204", post(b"X: \r\nX:\r\nx:\ta \t b\t\r\n")),
    ("204", post(b"X: \xc3\xa9\xf0\x9f\x98\x80\r\n")),
    ("204", post(b"Connection: Content-Length, Host, x\r\n")),
    ("204 end", post(b"Connection: x, ,Close\r\n")),
    ("400 end", post(b"Connection: a b\r\n")),
    ("400 end", post(b"Connection: close;\r\n")),
    ("400 end", post(b"X : y\r\n")),
    ("400 end", post(b"X\t: y\r\n")),
    ("400 end", post(b"X y: z\r\n")),
    ("400 end", post(b": y\r\n")),
    ("400 end", post(b":\r\n")),
    ("400 end", post(b"X\r\n")),
    ("400 end", post(b" X: y\r\n")),
    ("400 end", post(b"X: y\r\n z\r\n")),
    ("400 end", post(b"X: y\r\n\tz\r\n")),
    ("400 end", post(b"X: y\r\n \r\n")),
    ("400 end", LINE + b" Host: x\r\n\r\n"),
    ("400 end", post(b"X: a\rb\r\n")),
    ("400 end", post(b"X: a\nb\r\n")),
    ("400 end", post(b"X: a\r\r\n")),
    ("400 end", post(b"X: a\n")),
    ("400 end", post(b"\n")),
    ("400 end", post(b"\rX: a\r\n")),
    ("400 end", post(b"X: \x00\r\n")),
    ("400 end", post(b"X\x00: y\r\n")),
    ("400 end", post(b"X: \x7f\r\n")),
    ("400 end", post(b"X: \x1b[2J\r\n")),
    ("400 end", post(b"X: \xff\r\n")),
    ("400 end", post(b"X: \xc0\xaf\r\n")),
    ("400 end", post(b"X: \xed\xa0\x80\r\n")),
    ("400 end", post(b"X\xc3\xa9: y\r\n")),
    ("400 end", post(b"\"X\": y\r\n")),
    ("400 end", post(b"(X): y\r\n")),
    # Host
    ("204", hosted(b"Host:\r\n")),
    ("204", hosted(b"HOST: [::1]:80\r\n")),
    ("204", hosted(b"Host: a%20b.example:\r\n")),
    ("400 end", hosted()),
    ("400 end", hosted(b"Hos: x\r\n")),
    ("400 end", hosted(HOST, HOST)),
    ("400 end", hosted(HOST, b"host: y\r\n")),
    ("400 end", hosted(b"Host: a b\r\n")),
    ("400 end", hosted(b"Host: a, b\r\n")),
    ("400 end", hosted(b"Host: a/b\r\n")),
    ("400 end", hosted(b"Host: u@a\r\n")),
    ("400 end", hosted(b"Host: a:b\r\n")),
    ("400 end", hosted(b"Host: a:1:2\r\n")),
    ("400 end", hosted(b"Host: :80\r\n")),
    ("400 end", hosted(b"Host: [::1\r\n")),
    ("400 end", hosted(b"Host: []\r\n")),
    ("400 end", hosted(b"Host: %zz\r\n")),
    ("400 end", hosted(b"Host: \xc3\xa9\r\n")),
    ("400 end", hosted(b"Host : x\r\n")),
    # Expect
    ("204", post(b"Expect: 100-Continue\r\n" + CL + b"2\r\n", b"[]")),
    ("204", post(b"Expect: 100-continue\r\n")),
    ("204 end", post(b"Expect: x\r\n", b"", b"POST /good HTTP/1.0\r\n")),
    ("417 end", post(b"Expect: 200-ok\r\n" + CL + b"2\r\n", b"[]")),
    ("417 end", post(b"Expect: 100-continue, x\r\n" + CL + b"2\r\n",
                     b"[]")),
    ("417 end", post(b"Expect:\r\n")),
    ("417 end", post(b"Expect: x\r\nExpect: 100-continue\r\n" + CL +
                     b"2\r\n", b"[]")),
    ("417 end", post(b"Expect: 100-continue\r\nExpect: x\r\n" + CL +
                     b"2\r\n", b"[]")),
    ("413 end", post(b"Expect: 100-continue\r\n" + CL + b"1048577\r\n")),
    # other protocols, offered
    ("204", post(b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                 b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n")),
    ("204", post(b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
                 b"Sec-WebSocket-Version: 13\r\n")),
]

FIRST_LINES = [
    ("204", b"\r\n" + post(b"")),
    ("204", post(b"", line=b"!#$%&'*+-.^_`|~09azAZ /good HTTP/1.1\r\n")),
    ("204", post(b"", line=b"get /good HTTP/1.1\r\n")),
    ("204", post(b"", line=b"OPTIONS * HTTP/1.1\r\n")),
    ("204 end", b"GET /good HTTP/1.0\r\n\r\n"),
    ("204", b"GET /good HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
    # targets
    ("204", get(b"/good%00%0d%0a?x=%20")),
    ("204", get(b"//good/../x")),
    ("204", get(b"/good\\x|{}\"<>^`")),
    ("204", get(b"http://a.example/good")),
    ("204", get(b"HTTPS://a.example:8?x")),
    ("400 end", get(b"http://")),
    ("400 end", get(b"http:///x")),
    ("400 end", get(b"http://u@a/")),
    ("400 end", get(b"http://a/#x")),
    ("400 end", get(b"ftp://a/")),
    ("400 end", get(b"a.example:443")),
    ("400 end", get(b"x")),
    ("400 end", get(b"?x")),
    ("400 end", get(b"*")),
    ("400 end", get(b"/a#b")),
    ("400 end", get(b"/\xc3\xa9")),
    ("400 end", get(b"/\xff")),
    ("400 end", get(b"/\x00")),
    ("400 end", get(b"/\x01")),
    ("400 end", get(b"/\x7f")),
    ("400 end", get(b"/a b")),
    ("400 end", get(b"/a\tb")),
    ("400 end", get(b"/a\rb")),
    ("400 end", get(b"/a\nb")),
    ("400 end", get(b"")),
    ("501 end", post(b"", line=b"CONNECT x:443 HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"CONNECT / HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"CONNECT x HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"OPTIONS ** HTTP/1.1\r\n")),
    # methods and the blanks between
    ("400 end", post(b"", line=b"G@T / HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"G\xc3\x89T / HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"GET: / HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"G\x00T / HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b" GET / HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"GET  / HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"GET /  HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"GET / HTTP/1.1 \r\n")),
    ("400 end", post(b"", line=b"GET\t/ HTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"GET /\tHTTP/1.1\r\n")),
    ("400 end", post(b"", line=b"GET / HTTP/1.1\n")),
    ("400 end", post(b"", line=b"GET / HTTP/1.1\r")),
    ("400 end", post(b"", line=b"GET / HTTP/1.1\r\r\n")),
    ("400 end", post(b"", line=b"GET / HTTP/1.1\x00\r\n")),
    # versions
    ("400 end", b"GET /\r\n\r\n"),                      # HTTP/0.9
    ("400 end", b"GET\r\n\r\n"),
    ("505 end", get(b"/", b"HTTP/0.9")),
    ("505 end", get(b"/", b"HTTP/1.2")),
    ("505 end", get(b"/", b"HTTP/2.0")),
    ("505 end", get(b"/", b"HTTP/3.0")),
    ("505 end", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("400 end", get(b"/", b"HTTP/2")),
    ("400 end", get(b"/", b"http/1.1")),
    ("400 end", get(b"/", b"HTTP/1")),
    ("400 end", get(b"/", b"HTTP/1.10")),
    ("400 end", get(b"/", b"HTTP/01.1")),
    ("400 end", get(b"/", b"HTTP/+1.1")),
    ("400 end", get(b"/", b"HTTP/1,1")),
    ("400 end", get(b"/", b"HTTP/ 1.1")),
    ("400 end", get(b"/", b"HTTPS/1.1")),
    ("400 end", get(b"/", b"ICY/1.1")),
    # no HTTP at all
    ("400 end", b"\n"),
    ("400 end", b"\r\n\r\n\r\n"),
    ("400 end", b"\r\r\n"),
    ("400 end", b"\x00"),
    ("400 end", b"\x80"),
    ("400 end", b"{\"a\":1}\n"),
    ("400 end", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),   # TLS
    ("400 end", b"\x16\x03\x01"),
    ("400 end", b"\x05\x01\x00"),                       # SOCKS
    ("400 end", b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n"),
    ("400 end", b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c"),     # PROXY v2
    ("400 end", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ("400 end", b"EHLO x\r\n"),
]

# Cut at some places only.
LONG = [
    ("204", sized(b"%d" % LARGE, b"x" * LARGE)),
    ("204", chunked(b"%x\r\n%s\r\n0\r\n\r\n" % (LARGE, b"x" * LARGE))),
    ("204", get(b"/good" + b"x" * 30000)),
    ("204", post(b"X: " + b"x" * 30000 + b"\r\n")),
    ("204", post(b"X:\r\n" * 127)),
    ("431 end", post(b"X:\r\n" * 128)),
    ("431 end", post(b"X: " + b"x" * LARGE + b"\r\n")),
    ("431 end", post(b"X: x\r\n" * 10000)),
    ("431 end", post(b"x" * LARGE + b": x\r\n")),
    ("414 end", get(b"/" + b"x" * LARGE)),
    ("414 end", b"G" * LARGE + b" / HTTP/1.1\r\n"),
    ("413 end", sized(b"1048577", b"x" * LARGE)),
    ("413 end", chunked(b"200000\r\n" + b"x" * 0x200000)),
    ("413 end", chunked((b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 33 + LAST)),
    ("400 end", chunked(b"0;" + b"x" * LARGE + b"\r\n\r\n")),
    ("400 end", chunked(b"0\r\nX: " + b"x" * LARGE + b"\r\n\r\n")),
]

SHORT = BODIES + HEADS + FIRST_LINES
