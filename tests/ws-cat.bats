#!/usr/bin/env bats
# ws-cat.bats - the client, against servers that are not ours.

# shellcheck disable=SC2154,SC2016,SC2094 # PID_NAME is set by start NAME, status
# by run; what is in single quotes is for another shell

load helper
load catting

# ---- lines ----

@test "a line is a message, and a message is a line, both ways at once" {
	server --echo --print
	start_fed cat ws-cat --linger 0 "$URL"
	feed cat '{"a":1}'
	await cat.out '^\{"a":1\}$'
	feed cat '"two"'
	await cat.out '^"two"$'
	feed_end cat
	ended cat
	[ "$status" -eq 0 ]
	await server.out '"text": "two"'
}

@test "kind and bytes: JSON stays as it is, strings are text, data: is binary" {
	server --echo --print
	cat_of --linger 0 "$URL" <<-'END'
	{"big":12345678901234567890,"n":1.10,"a":1,"a":2}
	"line\nbreak \u00e9"
	"data:;base64,AAH/"
	""
	END
	[ "$status" -eq 0 ]
	[ "$OUT" = '{"big":12345678901234567890,"n":1.10,"a":1,"a":2}
"line\nbreak é"
"data:;base64,AAH/"
""' ]
	await server.out '"hex": "0001ff"'
	await server.out '"text": "line\\nbreak \\u00e9"'
}

@test "-R and -r: lines are text as it stands" {
	server --echo --print
	printf 'not "JSON"\n\n[1' | cat_of -rR --linger 0 "$URL"
	printf 'not "JSON"\n\n[1\n' | cmp - out
}

@test "-0: raw records end with NUL" {
	server --echo
	printf 'a\nb\0c\0' | cat_of -rR0 --linger 0 "$URL"
	printf 'a\nb\0c\0' | cmp - out
}

@test "-e: messages are events, both ways" {
	server --echo --print
	cat_of -e --linger 0 "$URL" <<-'END'
	{"type":"message","json":{"x":1.0},"text":"{ \"x\": 1.0 }"}
	{"type":"request","method":"POST","base64":"AP8="}
	{"type":"open","client":"c1"}
	{"text":"bare"}
	END
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.type, .text, .base64, .json.x == 1]' out)" = \
	    '["message",null,null,true]
["message",null,"AP8=",false]
["message","bare",null,false]' ]
	grep -F '"json":{ "x": 1.0 }}' out
	jq -e '.id and .time' out
	run ! grep -q open server.out
}

@test "-e: {\"do\":\"close\"} closes with its code and reason" {
	server --print
	cat_of -e "$URL" <<-'END'
	{"text":"first"}
	{"do":"close","code":4000,"reason":"enough"}
	{"text":"never"}
	END
	[ "$status" -eq 0 ]
	await server.out '"code": 4000, "reason": "enough"'
	grep -q first server.out
	run ! grep -q never server.out
}

@test "-e: {\"do\":\"ping\"} pings" {
	raw
	start_fed cat ws-cat -e "$URL"
	feed cat '{"do":"ping"}'
	await raw.out '"opcode": 9'
	kill -INT "$PID_raw"
}

@test "-e: an unknown do, an empty event and no JSON are bad lines" {
	server --print
	cat_of -e --linger 0 "$URL" <<-'END'
	{"do":"dance"}
	{"type":"message"}
	{"do":"close","code":1006}
	nonsense
	{"text":"good"}
	END
	[ "$status" -eq 9 ]
	[ "$(grep -o 'line [0-9]*' err | tr '\n' ' ')" = \
	    'line 1 line 2 line 3 line 4 ' ]
	await server.out good
}

@test "-s and -f filter what comes, --in-filter what goes" {
	server --echo --print
	cat_of --linger 0 --in-filter '.+1' -s '. > 2' -f '[.]' "$URL" \
	    <<<$'1\n2\n3'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'[3]\n[4]' ]
}

@test "--arg and --argjson are variables of every filter, in and out" {
	server --echo --print
	cat_of --linger 0 --arg a '"x"' --argjson b '{"c":[1]}' \
	    --in-filter '{n:.,a:$a}' -f '[.a, .n, $b.c[]]' "$URL" <<<$'1\n2'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'["\\"x\\"",1,1]\n["\\"x\\"",2,1]' ]
	run -2 --separate-stderr ws-cat --argjson b '{' -f '$b' "$URL" <<<1
	[ "$stderr" = 'ws-cat: $b: not JSON: {' ]
}

@test "--in and --out set the forms of the two sides apart" {
	server --echo
	cat_of --in events --out text --linger 0 "$URL" <<<'{"text":"a b"}'
	[ "$OUT" = 'a b' ]
	cat_of --in text --out events --linger 0 "$URL" <<<'not JSON'
	[ "$(jq -r .type+.text <<<"$OUT")" = 'messagenot JSON' ]
	cat_of --in payload --out payload --linger 0 "$URL" <<<'"a b"'
	[ "$OUT" = '"a b"' ]
}

@test "-q says nothing of what goes well, -v what happens" {
	server --echo
	ws-cat -v --linger 0 "$URL" <<<1 2>err
	grep -q '^ws-cat: ' err
	ws-cat -q --linger 0 "$URL" <<<1 2>err
	[ ! -s err ]
	run -9 --separate-stderr ws-cat -q --linger 0 "$URL" <<<'{'
	[[ $stderr = 'ws-cat: line 1: '* ]]
}

@test "a filter that does not compile is a usage error, stdin or none" {
	run -2 --separate-stderr ws-cat --in-filter '{' ws://127.0.0.1:1 \
	    </dev/null
	[[ $stderr = *'syntax error'* ]]
	run -2 ws-cat --echo --in-select '{' ws://127.0.0.1:1 <<<1
	run -2 ws-cat -s '{' ws://127.0.0.1:1 <<<1
}

@test "--echo: what comes is sent back as it came, and stdin is not read" {
	printf '%s\n' '{"kind":"text","base64":"eyJhIjogMX0="}' \
	    '{"kind":"binary","base64":"AP8="}' \
	    '{"kind":"text","base64":""}' >messages
	server --print --send-file messages --close-after 3
	{
		cat_of --echo "$URL"
		[ "$(cat)" = untouched ]
	} <<<untouched
	[ "$status" -eq 0 ]
	await server.out '"kind": "close", "code": 1000'
	[ "$(grep -c kind server.out)" -eq 4 ]
	grep -F '{"kind": "text", "text": "{\"a\": 1}"}' server.out
	grep -F '{"kind": "binary", "hex": "00ff"}' server.out
}

@test "--echo: a server that sends and does not read is not read any more" {
	cat >deaf.py <<-'END'
	async def serve(ws):
	    ws.transport.pause_reading()
	    n = 0
	    while True:
	        await ws.send(bytes(1000))
	        n += 1
	        if n % 1000 == 0:
	            print(n, flush=True)
	END
	start deaf /usr/bin/python3 "$PEERS/ws_of.py" deaf.py
	URL=ws://127.0.0.1:$(await deaf.out '^[0-9]+$')/
	start cat ws-cat --echo --out events -s false "$URL"
	await deaf.out '^1000$'
	for _ in $(seq 40); do
		n=$(wc -l <deaf.out)
		sleep 0.5	# long enough to send on, if it could
		[ "$(wc -l <deaf.out)" -gt "$n" ] || break
	done
	[ "$(rss_kb "$PID_cat")" -lt "${HOOKLINE_SAN:+60}60000" ]
}

@test "--echo and --hello: what they send counts as sent, in events and on SIGUSR1" {
	printf '{"kind":"text","base64":"MQ=="}\n%.0s' 1 2 3 >messages
	server --send-file messages
	cat_of --echo --hello '"hi"' -e --news -n 3 "$URL"
	[ "$status" -eq 0 ]
	jq -se '.[-1] | [.type, .sent, .received] == ["close", 4, 3]' out
	start cat ws-cat --echo --hello '"hi"' "$URL"
	await_lines cat.out 3
	kill -USR1 "$PID_cat"
	await cat.err 'messages_sent 4'
	run -2 ws-cat --echo --ack . "$URL"
	[ "$output" = 'ws-cat: --echo: contradicts --ack' ]
}

@test "--echo and --hello: not confirmed where our close frame has no answer, exit status 6" {
	for option in --echo '--hello=1'; do
		raw --send 810131
		cat_of $option -n 1 --close-timeout 100ms "$URL" </dev/null
		[ "$status" -eq 6 ]
		[ "$OUT" = 1 ]
		[[ $ERR = *'did not close within 100 ms' ]]
	done
}

@test "on a terminal lines are plain text, both ways" {
	server --echo --print
	printf 'hello "you"\n\004' |
	    script -qec "timeout --foreground 120 ws-cat -n 1 $URL" typescript
	await server.out '"text": "hello \\"you\\""'
	grep -c '^hello "you"' typescript >count
	[ "$(<count)" -eq 2 ]	# as typed, and as it came back
}

@test "node ws sends back what it was sent" {
	start node node "$PEERS/ws_node.mjs" server
	URL=ws://127.0.0.1:$(await node.out '^[0-9]+$')/
	{
		seq 20000
		printf '"data:;base64,%s"\n' AAH/ ''
		printf '"%070000d"\n' 7
	} >lines
	cat_of --linger 0 "$URL" <lines
	[ "$status" -eq 0 ]
	cmp lines out
}

# ---- the end ----

@test "100,000 lines come back whole and in order before it ends" {
	server --echo
	seq 100000 | cat_of --linger 0 "$URL"
	seq 100000 | cmp - out
}

@test "the end of stdin is not the end: replies are awaited" {
	server --echo --delay 300 --close-after 3
	cat_of "$URL" <<<$'1\n2\n3'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2\n3' ]
}

@test "without a stdin it receives until the server closes" {
	printf '{"kind":"text","base64":"MQ=="}\n%.0s' 1 2 3 >messages
	server --send-file messages --close-after 0
	cat_of "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n1\n1' ]
	cat_of "$URL" <&-
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n1\n1' ]
}

@test "-n: so many messages, not one more" {
	server --echo --print
	cat_of -n 2 "$URL" <<<$'1\n2\n3\n4'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2' ]
	await server.out '"kind": "close", "code": 1000'
}

@test "-n: fewer messages than asked for is exit status 6" {
	server --echo --close-after 2
	cat_of -n 3 "$URL" <<<$'1\n2'
	[ "$status" -eq 6 ]
	[ "$OUT" = $'1\n2' ]
	[[ $ERR = *'after 2 of 3 messages'* ]]
}

@test "-1: a reply for each line, however late" {
	server --echo --delay 200 --print
	cat_of -1 "$URL" <<<$'1\n2\n3'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2\n3' ]
	await server.out '"kind": "close", "code": 1000'
}

@test "-1: without a stdin, one message" {
	printf '{"kind":"text","base64":"MQ=="}\n%.0s' 1 2 3 >messages
	server --send-file messages
	cat_of -1 "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$OUT" = 1 ]
}

@test "--linger: ends when the server was quiet for so long" {
	server --echo --delay 100
	cat_of --linger 2500ms "$URL" <<<$'1\n2'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2' ]
	cat_of --linger 50ms "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$OUT" = '' ]
}

@test "SIGTERM: a close frame, and 0 if nothing was left undone" {
	server --print
	start_fed cat ws-cat -v "$URL"
	feed cat 1
	await server.out '"text": "1"'
	end_by TERM cat
	[ "$status" -eq 0 ]
	await server.out '"kind": "close", "code": 1001'
}

@test "SIGINT: 130 where messages are missing, or the server is silent" {
	server --print
	start cat ws-cat -v -n 1 "$URL"
	await cat.err connected
	end_by INT cat
	[ "$status" -eq 130 ]
	await server.out '"kind": "close", "code": 1001'

	raw
	start_fed cat ws-cat --drain 200ms "$URL"
	feed cat 1
	await raw.out '"opcode": 1'
	end_by INT cat
	[ "$status" -eq 130 ]
	await raw.out '"opcode": 8'
}

@test "SIGTERM before the connection is up: 143, at once" {
	raw --mute
	start cat ws-cat "$URL"
	await raw.out '^[0-9]+$'
	ss_established
	end_by TERM cat
	[ "$status" -eq 143 ]
}

@test "a second signal ends it at once" {
	raw
	start_fed cat ws-cat --drain 1h --close-timeout 1h "$URL"
	feed cat 1
	await raw.out '"opcode": 1'
	kill -TERM "$PID_cat"
	await raw.out '"opcode": 8'
	# Right behind the first it would be taken for its echo.
	while kill -TERM "$PID_cat"; do
		timeout 0.3 tail --pid="$PID_cat" -f /dev/null && break
	done
	ended cat
	[ "$status" -eq 143 ]
}

# Awaits a connection to the port in URL.
ss_established()
{
	local port=${URL##*:} hex

	hex=$(printf '%04X' "${port%/}")
	timeout "$LIMIT" bash -c "until grep -q ':$hex 0100007F:.* 01 ' \
	    /proc/net/tcp; do :; done"
}

@test "stdout gone: ends at once, with a close frame and 141" {
	server --echo --print
	seq 100000 >lines
	run -0 bash -c 'timeout 120 ws-cat "$1" <lines | head -n 1
	    echo "${PIPESTATUS[0]}"' - "$URL"
	[ "$output" = $'1\n141' ]
	await server.out '"kind": "close"'
}

@test "stdout gone while nothing comes: noticed all the same" {
	printf '{"kind":"text","base64":"MQ=="}\n' >messages
	server --print --send-file messages
	mkfifo held
	run -0 bash -c 'timeout 120 ws-cat "$1" <held | head -n 1
	    echo "${PIPESTATUS[0]}"' - "$URL" 8<>held
	[ "$output" = $'1\n141' ]
	await server.out '"kind": "close"'
}

@test "stdout full: exit status 1" {
	server --echo
	status=0
	timeout 120 ws-cat "$URL" <<<1 >/dev/full 2>err || status=$?
	[ "$status" -eq 1 ]
	grep 'stdout: .*No space left' err
}

@test "stdout closed from the start: exit status 1, nothing is sent" {
	server --echo --print
	status=0
	timeout 120 ws-cat "$URL" <<<1 >&- 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -x 'ws-cat: stdout: Bad file descriptor' err
}

# ---- what can go wrong ----

@test "nobody listens: exit status 3" {
	cat_of ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 3 ]
	[[ $ERR = 'ws-cat: ws://127.0.0.1:1/: '* ]]
	cat_of ws://no-such-host.invalid/ </dev/null
	[ "$status" -eq 3 ]
}

@test "the upgrade is refused: exit status 5, and the server's own words" {
	server --refuse 401
	cat_of "$URL" </dev/null
	[ "$status" -eq 5 ]
	[[ $ERR = *'401 Unauthorized: refused' ]]
	raw --answer 'HTTP/1.1 200 OK\r\n\r\n<html>\n  hello\x1b'
	cat_of "$URL" </dev/null
	[ "$status" -eq 5 ]
	[[ $ERR = *'200 OK: <html> hello?' ]]
}

@test "a redirect is refused, and where to is named" {
	raw --answer 'HTTP/1.1 301 Moved\r\nLocation: https://x.y/\r\nContent-Length: 0\r\n\r\n'
	cat_of "$URL" </dev/null
	[ "$status" -eq 5 ]
	[[ $ERR = *'301 Moved, see https://x.y/' ]]
}

@test "what is not HTTP is exit status 10, nothing at all 6" {
	raw --answer 'SSH-2.0-OpenSSH_9.2\r\n'
	cat_of "$URL" </dev/null
	[ "$status" -eq 10 ]
	raw --answer ' '
	cat_of "$URL" </dev/null
	[ "$status" -eq 6 ] || [ "$status" -eq 10 ]
}

@test "no answer to the handshake: exit status 8" {
	raw --mute
	cat_of --connect-timeout 200ms "$URL" </dev/null
	[ "$status" -eq 8 ]
	[[ $ERR = *'within 200 ms'* ]]
}

@test "the connection is lost: exit status 6" {
	server --abort-after 1
	cat_of "$URL" <<<1
	[ "$status" -eq 6 ]
	raw --send 810131 --hang-up
	cat_of "$URL" </dev/null
	[ "$status" -eq 6 ]
	[ "$OUT" = 1 ]
}

@test "the server closes in peace, but has not confirmed all: exit status 6" {
	raw --reply 880203e8
	cat_of --close-timeout 200ms "$URL" <<<1
	[ "$status" -eq 6 ]
	[[ $ERR = *'1 of 1 messages sent were not confirmed'* ]]
}

@test "the server closes with an error code: exit status 7, code named" {
	server --close-after 1 --code 4001 --reason 'go away'
	cat_of "$URL" <<<1
	[ "$status" -eq 7 ]
	[[ $ERR = *'4001: go away'* ]]
}

@test "--timeout: exit status 8, and a close frame" {
	server --print
	cat_of --timeout 2s "$URL" </dev/null	# it may take so long to connect
	[ "$status" -eq 8 ]
	await server.out '"kind": "close", "code": 1001'
	raw
	cat_of --timeout 200ms "$URL" <<<1
	[ "$status" -eq 8 ]
}

@test "a bad line is numbered, the others are sent: exit status 9" {
	server --print
	cat_of --linger 0 "$URL" <<<$'1\nnot JSON\n\n2'
	[ "$status" -eq 9 ]
	[[ $ERR = *'line 2: '* ]]
	await server.out '"text": "2"'
}

@test "a message over --max-message: exit status 10, closed with 1009" {
	server --echo --print
	cat_of --max-message 10 "$URL" <<<'"12345678901"'
	[ "$status" -eq 10 ]
	[ "$OUT" = '' ]
	[[ $ERR = *': over --max-message (closed with 1009): a message over the limit' ]]
	await server.out '"kind": "close", "code": 1009'
}

@test "a server that breaks the protocol: exit status 10, closed with 1002" {
	raw --send 818100000000aa
	cat_of --close-timeout 200ms "$URL" </dev/null
	[ "$status" -eq 10 ]
	await raw.out '"opcode": 8, "hex": "03ea'
}

@test "a server that does not answer pings is dead: exit status 6" {
	raw
	cat_of --ping 100ms --ping-timeout 100ms "$URL" </dev/null
	[ "$status" -eq 6 ]
	await raw.out '"opcode": 9'
}

@test "a server that answers pings lives" {
	server
	cat_of --ping 100ms --ping-timeout 2s --timeout 4s "$URL" </dev/null
	[ "$status" -eq 8 ]
}

@test "no byte of stdin is read before the connection is up" {
	seq 1000 >lines
	{
		cat_of ws://127.0.0.1:1/
		cmp - lines
	} <lines
	server --refuse 403
	{
		cat_of "$URL"
		cmp - lines
	} <lines
}

@test "stdin and stdout stay blocking for those who share them" {
	server --echo
	mkfifo in
	exec 8<>in
	start_from in cat ws-cat --linger 0 "$URL"
	echo 1 >&8
	await cat.out 1
	grep -q '^flags:.*[0-3][0-7]\{3\}$' "/proc/$$/fdinfo/8"
	run -0 bash -c 'ws-cat --linger 0 "$1" <<<1 | {
		grep ^flags: /proc/self/fdinfo/0 >flags; cat; }' - "$URL"
	[ $(($(sed 's/flags:[[:blank:]]*/0/' flags) & 04000)) -eq 0 ]
	exec 8>&-
}

# ---- how it connects ----

@test "headers, origin, subprotocols and credentials are sent as given" {
	server --open --protocol v2
	printf 'X-File: one\nX-Other: two\n\n' >headers
	cat_of -v --linger 0 -H 'X-Test: a b' -H @headers --origin https://o.example \
	    --protocol v1 --protocol v2 "${URL/127/us%40er:pa%20ss@127}path?q=1" \
	    </dev/null
	[ "$status" -eq 0 ]
	[[ $ERR = *'subprotocol v2'* ]]
	[[ $ERR != *pa* || $ERR != *ss@* ]]
	await server.out '"path": "/path\?q=1"'
	await server.out '"X-Test", "a b"'
	await server.out '"X-File", "one"'
	await server.out '"X-Other", "two"'
	await server.out '"Origin", "https://o.example"'
	await server.out '"protocol": "v2"'
	await server.out '"Authorization", "Basic dXNAZXI6cGEgc3M="'
}

@test "a header that is none, or the handshake's own, is a usage error" {
	cat_of -H nonsense ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 2 ]
	cat_of -H 'Sec-WebSocket-Key: x' ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 2 ]
	cat_of -H @missing ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 2 ]
	cat_of </dev/null
	[ "$status" -eq 2 ]
	cat_of ftp://127.0.0.1/ </dev/null
	[ "$status" -eq 2 ]
}

@test "TLS: verified by --cacert, refused without, -k takes any" {
	make_cert
	server --echo --cert cert.pem --key key.pem
	URL=${URL/ws:\/\/127.0.0.1/wss:\/\/localhost}
	cat_of --cacert ca.pem --linger 0 "$URL" <<<'{"a":1}'
	[ "$status" -eq 0 ]
	[ "$OUT" = '{"a":1}' ]
	cat_of "$URL" </dev/null
	[ "$status" -eq 4 ]
	cat_of -k --linger 0 "${URL/wss/https}" <<<2
	[ "$status" -eq 0 ]
	[ "$OUT" = 2 ]
	seq 20000 | cat_of --cacert ca.pem --linger 0 "$URL"
	seq 20000 | cmp - out
}

@test "--unix-socket: connects there, the URL names the rest" {
	start server /usr/bin/python3 "$PEERS/ws_server.py" --unix sock --echo --open
	await server.out '^sock$'
	cat_of --unix-socket sock --linger 0 ws://some.host/x <<<1
	[ "$status" -eq 0 ]
	[ "$OUT" = 1 ]
	await server.out '"path": "/x"'
	await server.out '"Host", "some.host"'
}

@test "a URL without a scheme is ws, http means the same, a number is a port" {
	server --echo
	cat_of --linger 0 "${URL#ws://}" <<<1
	[ "$OUT" = 1 ]
	cat_of --linger 0 "${URL/ws:/http:}" <<<2
	[ "$OUT" = 2 ]
	URL=${URL##*:}
	cat_of --linger 0 "${URL%/}" <<<3
	[ "$OUT" = 3 ]
}

@test "what comes in one piece with the handshake is not lost" {
	raw --send 810131810132880203e8
	cat_of --close-timeout 200ms "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2' ]
}
