#!/usr/bin/python3
"""Writes corpus.ndjson: messages that are easily damaged on their way.

	python3 tests/data/corpus.py > tests/data/corpus.ndjson
"""
import base64
import json

DEEP = 250


def texts():
    yield "empty", ""
    yield "a space", " "
    yield "a line feed", "\n"
    yield "plain", "hello"
    yield "line breaks", "one\ntwo\r\nthree\rfour\n"
    yield "raw NUL", "a\0b"
    yield "all controls", "".join(map(chr, range(32)))
    yield "DEL and C1 controls", "\x7f\x80\x85\x9b\x9f"
    yield "U+2028 and U+2029", "a\u2028b\u2029c"
    yield "noncharacters", "\ufffe\uffff\U0010ffff"
    yield "emoji", "\U0001f600 \U0001f469\u200d\U0001f680"
    yield "byte order mark", "\ufeffhello"
    yield "byte order mark and JSON", '\ufeff{"a":1}'
    yield "quotes and backslashes", '"\\"\\\\\\/"'
    yield "escapes spelt out", "\\u0000\\n\\ud800"
    yield "like a binary message", "data:;base64,AAEC"
    yield "like one, and not base64", 'data:;base64,"\n'
    yield "like one, in capitals", "DATA:;base64,AAEC"
    yield "a JSON string like one", '"data:;base64,AAEC"'
    yield "a JSON string", '"hi"'
    yield "a JSON string, odd escapes", '"\\u0068\\/\\u0000"'
    yield "the word null", "null"
    yield "the word true", "true"
    yield "false in white space", " false\t"
    yield "a word that begins like null", "nullify"
    yield "not a number", "NaN"
    yield "infinite", "-Infinity"
    yield "a number too many", "1 2"
    yield "two objects", '{"a":1}{"a":2}'
    yield "two lines of JSON", '{"a":1}\n{"a":2}\n'
    yield "20 digits", "12345678901234567890"
    yield "20 digits inside", '{"id":98765432109876543210}'
    yield "1.10", "1.10"
    yield "1.10 inside", '[1.10,1e2,1E+2,-0,-0.0,1e400,5e-324]'
    yield "leading zero", "01"
    yield "duplicate keys", '{"a":1,"a":2,"b":{},"b":[]}'
    yield "escapes in JSON", '{"\\u0061":"\\u00e9\\/\\u2028\\u0000"}'
    yield "lone surrogate escapes", '{"a":"\\ud800","b":"x\\udc00"}'
    yield "lone surrogate as key", '{"\\udfff":1}'
    yield "surrogates the wrong way", '["\\udc00\\ud800"]'
    yield "a pair in escapes", '["\\ud83d\\ude00"]'
    yield "unusual white space in JSON", '\t{ "a" :\t[ 1 , 2 ] }\r'
    yield "carriage return in JSON", '{\r"a":1\r}'
    yield "spaces around JSON", '  {"a":1}  '
    yield "line feeds in JSON", '{\n\t"a": "b\\nc",\r\n\t"d": [\n\t]\n}\n'
    yield "line feed behind JSON", '{"a":1}\n'
    yield "line feed before a number", "\n1.10"
    yield "empty object", "{}"
    yield "empty key", '{"":""}'
    yield "UTF-8 in JSON", '{"é":"\U0001f600\u2028\x7f\x85"}'
    yield "raw control in a JSON string", '{"a":"b\tc"}'
    yield "single quotes", "{'a':1}"
    yield "a comment", '{"a":1} // so'
    yield "markup", "<script>alert(1)</script>&amp;"
    yield "an event", '{"type":"message","text":"x","json":{"a":1}}'
    yield "an event with do", '{"do":"close"}'
    yield "a stream id", '{"type":"request","base64":"AAEC"}'
    yield "deep", "[" * DEEP + "]" * DEEP
    yield "deep objects", '{"a":' * DEEP + "1.10" + "}" * DEEP
    yield "just deep enough", "[" * 200 + "]" * 200
    yield "near the limit", "[" * 198 + "1" + "]" * 198
    yield "one more", "[" * 199 + "1" + "]" * 199
    yield "long", "x" * 70000
    yield "long JSON", json.dumps([12345678901234567890] * 4000)


def binaries():
    yield "empty", b""
    yield "0 to 255", bytes(range(256))
    yield "valid UTF-8", "héllo".encode()
    yield "JSON", b'{"a":1}'
    yield "NUL", b"\0"
    yield "line feeds", b"\n\r\n"
    yield "an unfinished character", b"\xe2\x82"
    yield "a surrogate in UTF-8", b"\xed\xa0\x80"
    yield "like its own line", b'"data:;base64,AAEC"'
    yield "long", bytes(range(256)) * 300


def main():
    for kind, messages in (("text", texts()), ("binary", binaries())):
        for name, body in messages:
            if kind == "text":
                body = body.encode()
            print(json.dumps({"kind": kind, "name": name, "base64":
                              base64.b64encode(body).decode()}))


if __name__ == "__main__":
    main()
