#!/usr/bin/env bats
# ws-serve.bats - the websocket server, with python3-websockets and curl as
# its clients.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load feeding

# event TYPE: the server's events of that type
event()
{
	jq -c "select(.type == \"$1\")" serve.out
}

# ---- messages from stdin ----

@test "ws-serve: a message on stdin goes to every client, in every room" {
	serve
	client a /x
	client b /y
	feed serve '{"type":"message","text":"hello"}' '{"json":{"n":1.10}}'
	await_text a '{"n":1.10}'
	await_text b '{"n":1.10}'
	[ "$(got a)" = $'hello\n{"n":1.10}' ]
	[ "$(got b)" = $'hello\n{"n":1.10}' ]
}

@test "ws-serve: room, client and except say whom a message is for" {
	serve
	client a /x
	client b /x?since=1
	client c /y
	feed serve '{"text":"1","room":"/x"}' \
	    '{"text":"2","client":"c3","room":"/x"}' \
	    '{"text":"3","client":["c1","c3","c3","c99"]}' \
	    '{"text":"4","room":"/x","except":"c1"}' \
	    '{"text":"5","except":["c2","c3"]}' \
	    '{"text":"6","room":"/nobody"}' \
	    '{"text":"7","client":[]}' \
	    '{"text":"8","client":null,"room":"/\u0079"}' \
	    '{"text":"9","client":["c1","c2"],"except":"c2"}' \
	    '{"text":"end"}'
	await_text a end
	await_text b end
	await_text c end
	[ "$(got a | tr '\n' ' ')" = '1 3 5 9 end ' ]
	[ "$(got b | tr '\n' ' ')" = '1 4 end ' ]
	[ "$(got c | tr '\n' ' ')" = '2 3 8 end ' ]
}

@test "ws-serve: text and binary messages keep their kind and bytes, both ways" {
	serve
	client_fed a /
	feed serve '{"base64":"AP8="}' '{"text":"é\u0000"}' '{"text":""}'
	await_lines a.out 4
	[ "$(tail -n +2 a.out | jq -r '.kind + .base64' | tr '\n' ' ')" = \
	    'binaryAP8= textw6kA text ' ]
	feed a '{"kind":"binary","base64":"AP8="}' \
	    '{"kind":"text","text":"{\"a\":1.10}"}' \
	    '{"kind":"text","text":"{\n}"}' '{"kind":"text","text":"x"}'
	await serve.out '"text":"x"'
	[ "$(grep '"type":"message"' serve.out |
	    sed 's/.*"room":"[^"]*",//' | tr '\n' ' ')" = \
	    '"base64":"AP8="} "json":{"a":1.10}} "text":"{\n}","json":{ }} "text":"x"} ' ]
}

@test "ws-serve: an event sent back goes to whom it came from, edited to the room" {
	mkfifo back
	answers() { ws-serve 0 --announce <back | tee serve.out |
	    jq -c --unbuffered 'select(.json.n) | .json.n *= 2 |
	    if .json.all then del(.client) else . end' >back; }
	start serve answers
	await serve.out listening
	PORT=$(head -n 1 serve.out | jq .port)
	URL=ws://localhost:$PORT
	client a /r
	client_fed b /r
	feed b '{"kind":"text","text":"{\"n\":4}"}' \
	    '{"kind":"text","text":"{\"n\":5,\"all\":1}"}'
	await_text b '{"n":8}'
	await_text b '{"n":10,"all":1}'
	await_text a '{"n":10,"all":1}'
	[ "$(got a)" = '{"n":10,"all":1}' ]
}

@test "ws-serve: news on stdin is skipped, a webhook's body is sent" {
	serve
	client a /
	feed serve '{"type":"open","text":"no"}' '{"type":"result","json":1}' \
	    '{"type":"request","text":"{ \"a\" : 1 }","json":{"a":1}}'
	await_text a '{ "a" : 1 }'
	[ "$(got a)" = '{ "a" : 1 }' ]
}

@test "ws-serve: --lines sends each line as it is" {
	serve --lines
	client a /
	feed serve '{"type":"open", "x":1.0}' 'not JSON	é' '' '"q"'
	await_text a '"q"'
	[ "$(got a)" = $'{"type":"open", "x":1.0}\nnot JSON\té\n\n"q"' ]
}

@test "ws-serve: -p takes and prints payloads" {
	serve -p
	client_fed a /
	feed serve '{"a":1}' '"data:;base64,AP8="' '"x\ny"'
	await_text a $'x\ny'
	[ "$(tail -n +2 a.out | jq -r '.kind + .base64' | tr '\n' ' ')" = \
	    'texteyJhIjoxfQ== binaryAP8= texteAp5 ' ]
	feed a '{"kind":"text","text":"{\"a\":1}"}' \
	    '{"kind":"text","text":"x"}' '{"kind":"binary","base64":"AP8="}'
	await_lines serve.out 4
	[ "$(tail -n +2 serve.out)" = \
	    $'{"a":1}\n"x"\n"data:;base64,AP8="' ]
}

@test "ws-serve: --in, --out and -0: text both ways, records that end with NUL" {
	start_fed serve ws-serve --in text --out text -0 unix:s
	await serve.err listening
	URL=ws://localhost
	client_fed a / --unix s
	printf 'two\nlines\0' | feed serve
	await_text a $'two\nlines'
	feed a '{"kind":"text","text":"b\nc"}'
	timeout "$LIMIT" bash -c 'until tr "\n\0" ",\n" <serve.out |
	    grep -x b,c; do sleep 0.02; done'
}

@test "ws-serve: -q is silent, -v tells of clients" {
	start quiet ws-serve -q --announce 0
	announced quiet
	[ ! -s quiet.err ]
	serve -v
	client_fed a /lobby
	await serve.err ' is in /lobby$'
}

@test "ws-serve: a filter that does not compile is a usage error, stdin or none" {
	run -2 timeout 60 ws-serve -s '{' 0 </dev/null
	run -2 timeout 60 ws-serve -f '{' 0 <&-
	run -2 timeout 60 ws-serve --out-filter '{' 0 <<<1
}

@test "ws-serve: filters on both sides" {
	serve --select '.json.n > 1' --filter '.json.n += 1' \
	    --out-select '.type == "message"' --out-filter .text
	client_fed a /
	feed serve '{"json":{"n":1}}' '{"json":{"n":2}}'
	await_text a '{"n":3}'
	[ "$(got a)" = '{"n":3}' ]
	feed a '{"kind":"text","text":"hi"}'
	await serve.out '^"hi"$'
	[ "$(wc -l <serve.out)" = 2 ]
}

@test "ws-serve: bad lines are numbered, the others are sent, exit status 9" {
	serve
	client a /
	feed serve 'nope' '{"text":"1"}' '{"no":"body"}' '{"text":1}' \
	    '{"text":"x","client":7}' '{"text":"x","client":["c1",7]}' \
	    '{"do":"dance"}' '{"do":"close"}' '[]' \
	    '{"do":"close","client":"c1","code":1005}' '{"text":"2"}'
	feed_end serve
	ended serve
	[ "$status" -eq 9 ]
	ended a
	[ "$(got a)" = $'1\n2' ]
	[ "$(grep -o 'line [0-9]*' serve.err | tr '\n' ' ')" = \
	    'line 1 line 3 line 4 line 5 line 6 line 7 line 8 line 9 line 10 ' ]
}

@test "ws-serve: {\"do\":\"close\"} closes a client" {
	serve
	client a /
	feed serve '{"text":"bye"}' \
	    '{"do":"close","client":"c1","code":4001,"reason":"enough"}'
	await a.out '"close": 4001, "reason": "enough"'
	await serve.out '"type":"close".*"code":4001,.*"clean":true,"sent":1,'
	[ "$(got a)" = bye ]
}

# ---- events on stdout ----

@test "ws-serve: events have their members, in order" {
	serve
	client_fed a '/lobby/%41?x=1' --protocol v1 --protocol v2 \
	    --header 'X-Odd: "é"'
	feed a '{"kind":"text","text":"hi"}'
	feed serve '{"text":"1"}' '{"text":"2"}'
	await_text a 2
	await serve.out '"text":"hi"'
	kill "$PID_a"
	await serve.out '"type":"close"'
	[ "$(event open | jq -c keys_unsorted)" = \
	    '["type","id","time","client","room","remote","headers","protocol"]' ]
	[ "$(event open | jq -c '[.client, .room, .protocol]')" = \
	    '["c1","/lobby/%41","v1"]' ]
	[[ $(event open | jq -r .remote) =~ ^(127.0.0.1|\[::1\]):[0-9]+$ ]]
	[ "$(event open | jq -c '.headers[] | select(.[0] == "X-Odd")')" = \
	    '["X-Odd","\"é\""]' ]
	grep '"type":"message"' serve.out | grep -q \
	    ',"client":"c1","room":"/lobby/%41","text":"hi"}$'
	grep '"type":"close"' serve.out | grep -q \
	    ',"client":"c1","room":"/lobby/%41","code":1000,"reason":"","clean":true,"sent":2,"received":1,"dropped":0}$'
	head -n 1 a.out | jq -r .protocol | grep -qx v1
}

@test "ws-serve: a client that breaks off is told of as 1006, unclean" {
	serve
	client a /
	kill -KILL "$PID_a"
	await serve.out '"type":"close".*"code":1006,"reason":"","clean":false'
}

@test "ws-serve: a message over --max-message is closed with 1009" {
	serve --max-message 1k
	client_fed a /
	printf '{"kind":"text","text":"%01025d"}\n' 0 | feed a
	await a.out '"close": 1009'
	[ -z "$(event message)" ]
}

@test "ws-serve: a listening event and a sentence for each address" {
	start serve ws-serve 0 '[::1]:0' unix:s --announce
	await_lines serve.out 3
	[ "$(jq -c '[.type, .address]' serve.out | tr '\n' ' ')" = \
	    '["listening","127.0.0.1"] ["listening","::1"] ["listening","unix:s"] ' ]
	grep -qE '^ws-serve: listening on 127\.0\.0\.1:[0-9]+$' serve.err
	grep -qE '^ws-serve: listening on \[::1\]:[0-9]+$' serve.err
	grep -q '^ws-serve: listening on unix:s$' serve.err
	kill "$PID_serve"
	ended serve
	[ "$status" -eq 0 ]
	[ ! -e s ]
}

# ---- relay and echo ----

@test "ws-serve: --relay passes messages on to the others in the room" {
	serve --relay
	client a /x
	client c /y
	client_fed b /x
	feed b '{"kind":"text","text":"hi"}' '{"kind":"binary","base64":"AA=="}'
	await a.out '"kind": "binary", "base64": "AA=="'
	feed serve '{"text":"end"}'
	await_text b end
	await_text c end
	await_text a end
	[ "$(got a)" = $'hi\nend' ]
	[ "$(got b)" = end ]
	[ "$(got c)" = end ]
}

@test "ws-serve: --echo sends every message back as it came" {
	serve --echo
	jq -c 'select(.name != "16 MB")' "$REPO/tests/data/corpus.ndjson" \
	    >corpus
	start a /usr/bin/python3 "$PEERS/ws_client.py" --send corpus \
	    --count "$(wc -l <corpus)" "$URL/"
	ended a
	[ "$status" -eq 0 ]
	jq -c '[.kind, .base64]' corpus >sent
	jq -c 'select(.kind) | [.kind, .base64]' a.out | cmp - sent
}

# ---- slow clients ----

@test "ws-serve: a client that is too slow is closed with 1013, the others go on" {
	serve --queue 64k
	client slow / --slow
	client a /
	seq -f '{"client":"c1","text":"%01000.0f"}' 20000 | feed serve
	feed serve '{"text":"end"}'
	await_text a end
	await serve.err 'c1 .*: too slow'
	kill -USR1 "$PID_slow"
	await slow.out '"close": 1013, "reason": "too slow"'
	await serve.out '"client":"c1".*"code":1013,"reason":"too slow"'
	[ "$(event close | jq 'select(.client == "c1").dropped > 0')" = true ]
}

@test "ws-serve: --slow block waits, and nothing is lost" {
	serve --lines --slow block --queue 64k
	client slow / --slow
	client a /
	seq -f '%0500.0f' 20000 >lines
	feed serve <lines &
	feeder=$!
	await_lines a.out 100
	kill -USR1 "$PID_slow"
	wait "$feeder"
	feed_end serve
	ended serve
	[ "$status" -eq 0 ]
	ended slow
	got slow | cmp - lines
	got a | cmp - lines
}

@test "ws-serve: memory stays flat whatever clients don't read" {
	serve --relay --max-clients 20
	client slow / --slow
	client a /
	start flood sh -c \
	    "exec yes '{\"text\":\"0123456789012345678901234567890\"}' >serve.in"
	await serve.out '"client":"c1".*"code":1013'
	[ "$(awk '/^VmHWM:/ { print $2 }' "/proc/$PID_serve/status")" -lt \
	    "${HOOKLINE_SAN:+10}32768" ]
}

@test "ws-serve: while stdout has no room, clients wait and none is lost" {
	serve_gated --max-clients 20
	seq 100000 | sed 's/.*/{"kind":"text","text":"message &"}/' >messages
	start a /usr/bin/python3 "$PEERS/ws_client.py" --send messages --eof-close "$URL/"
	await a.out '"open": true'
	run timeout 1 tail --pid="$PID_a" -f /dev/null
	[ "$status" -eq 124 ]		# it waits
	open_gate
	ended a
	kill "$PID_serve"
	ended serve
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.type == "message").text' events)" = \
	    "$(seq 100000 | sed 's/^/message /')" ]
}

# ---- the end ----

@test "ws-serve: at the end of stdin all that is queued is sent, then 1001" {
	serve --lines --queue 10M --drain 2m
	client a /
	client b /y
	seq 20000 >lines
	feed serve <lines
	feed_end serve
	ended serve
	[ "$status" -eq 0 ]
	ended a
	ended b
	got a | cmp - lines
	got b | cmp - lines
	[ "$(tail -n 1 a.out)" = '{"close": 1001, "reason": ""}' ]
	[ "$(event close | jq -c '[.code, .clean, .sent]' | sort -u)" = \
	    '[1001,true,20000]' ]
}

@test "ws-serve: SIGTERM and SIGINT close all with 1001, exit status 0" {
	for signal in TERM INT; do
		serve --stay --drain 1m
		client a /
		kill -$signal "$PID_serve"
		ended serve
		[ "$status" -eq 0 ]
		await a.out '"close": 1001'
		event close | jq -e .clean
	done
}

@test "ws-serve: --drain bounds the wait for a client that doesn't read" {
	serve --lines --drain 300ms --queue 100M
	client slow / --slow
	yes 0123456789012345678901234567890123456789 | head -n 400000 |
	    feed serve
	kill "$PID_serve"
	ended serve 4	# without the option it is 5 s
	[ "$status" -eq 143 ]
	grep -q '1 client.* not taken all' serve.err
	event close | jq -e '.code == 1001 and .clean == false'
}

@test "ws-serve: at the end of stdin, too: what --drain is not enough for is exit status 1" {
	serve --lines --drain 300ms --queue 100M
	client slow / --slow
	yes 0123456789012345678901234567890123456789 | head -n 400000 |
	    feed serve
	feed_end serve
	ended serve
	[ "$status" -eq 1 ]
	grep -q '1 client.* not taken all' serve.err
	event close | jq -e '.code == 1001 and .clean == false'
}

@test "ws-serve: what the reader of stdout has not taken in time is told of, exit status 1" {
	serve_gated --echo --drain 300ms
	client_fed a /
	# More than a pipe holds.
	printf '{"kind":"text","text":"%01000000d"}\n' 1 2 | feed a
	await_lines a.out 3
	feed_end serve
	ended serve
	[ "$status" -eq 1 ]
	grep -q 'stdout: not all that was printed was taken' serve.err
}

@test "ws-serve: --stay goes on when stdin has ended" {
	serve --stay
	feed serve '{"text":"1"}'
	feed_end serve
	client a /
	kill "$PID_serve"
	ended serve
	[ "$status" -eq 0 ]
	await a.out '"close": 1001'
}

@test "ws-serve: --wait-clients reads stdin once they are there" {
	printf '{"text":"1"}\n' >in
	start_from in serve ws-serve 0 --announce --wait-clients 2
	announced serve
	URL=ws://localhost:$PORT
	client a /
	client b /
	ended serve
	ended a
	ended b
	[ "$(got a)$(got b)" = 11 ]
	run -2 --separate-stderr ws-serve 0 --wait-clients 3 --max-clients 2
	[[ $stderr == *'--wait-clients: more than --max-clients allows'* ]]
}

@test "ws-serve: stdout gone ends it at once with a close frame, exit status 141" {
	mkfifo out
	serve_to_pipe() { exec ws-serve 0 >out; }
	start reader sh -c 'head -n 1 out >line; exec true'
	start_fed serve serve_to_pipe
	await serve.err 'listening on'
	PORT=$(grep -o '[0-9]*$' serve.err)
	URL=ws://localhost:$PORT
	client a /
	ended serve
	[ "$status" -eq 141 ]
	await a.out '"close": 1001'
}

# ---- HTTP ----

# page NAME: one of the built-in ones, with what both have in common
page()
{
	sed -e "/^\/\* common\.\(css\|js\) \*\/$/{
		/css/r $REPO/cmd/ws-serve/common.css
		/js/r $REPO/cmd/ws-serve/common.js
		d
	}" "$REPO/cmd/ws-serve/$1.html"
}

@test "ws-serve: a built-in page has a policy for its own script and style alone" {
	serve --page chat
	curl -sS -D head -o body "http://localhost:$PORT/any/path?x"
	grep -q '^HTTP/1.1 200 ' head
	grep -qi '^content-type: text/html; charset=utf-8' head
	grep -qi '^x-content-type-options: nosniff' head
	grep -qi '^referrer-policy: no-referrer' head
	grep -qi '^cache-control: no-cache' head
	for tag in script style; do
		hash=$(/usr/bin/python3 - "$tag" <<-'END'
		import base64, hashlib, re, sys
		t = sys.argv[1].encode()
		html = open("body", "rb").read()
		[text] = re.findall(b"<%s>(.*?)</%s>" % (t, t), html, re.S)
		print(base64.b64encode(hashlib.sha256(text).digest()).decode())
		END
		)
		grep -qF "$tag-src 'sha256-$hash'" head
	done
	cmp body <(page chat)
	grep -qF "default-src 'none'; script-src" head
	grep -qF "require-trusted-types-for 'script'" head
	grep -qF "; connect-src 'self' ws://localhost:$PORT wss://localhost:$PORT"$'\r' head
	curl -sS -D head -o body -H 'Host: a;img-src' "http://localhost:$PORT/"
	grep -qF "; connect-src 'self'"$'\r' head
}

@test "ws-serve: HEAD has the page's headers, other methods get 405" {
	serve --page feed
	curl -sSI -o head "http://localhost:$PORT/"
	grep -q '^HTTP/1.1 200 ' head
	grep -qi "^content-length: $(page feed | wc -c)" head
	curl -sS -D head -o body "http://localhost:$PORT/" -d x=1
	grep -q '^HTTP/1.1 405 ' head
	grep -qi '^allow: GET, HEAD' head
}

@test "ws-serve: --page FILE serves the file as it is" {
	printf '<p>\377mine' >page.html
	serve --page page.html
	curl -sS -D head -o body "http://localhost:$PORT/"
	cmp body page.html
	grep -qi "^content-security-policy: default-src 'self' 'unsafe-inline'" \
	    head
	run ! ws-serve 0 --page nowhere.html
	[ "$status" -eq 2 ]
}

@test "ws-serve: browsers that do not read share one copy of the page" {
	head -c 8000000 /dev/zero | tr '\0' x >page.html
	serve --page page.html
	BASE_KB=$(rss_kb "$PID_serve")
	start slow /usr/bin/python3 -c "if 1:
	    import socket
	    all = [socket.create_connection(('127.0.0.1', $PORT))
	        for i in range(20)]
	    for s in all:
	        s.sendall(b'GET / HTTP/1.1\r\nHost: h\r\n\r\n' * 2)
	    for s in all:
	        s.recv(1)
	    print('got', flush=True)
	    all[0].recv(1 << 30, socket.MSG_WAITALL)"
	await slow.out got
	[ "$(rss_kb "$PID_serve")" -lt $((BASE_KB + 40000)) ]
	curl -s "http://127.0.0.1:$PORT/" | cmp - page.html
}

@test "ws-serve: without a page a plain GET gets 426" {
	serve
	curl -sS -D head -o body "http://localhost:$PORT/"
	grep -q '^HTTP/1.1 426 ' head
	grep -qi '^upgrade: websocket' head
	[ -s body ]
}

@test "ws-serve: a bad handshake gets a status, not a websocket" {
	serve
	ask() { curl -sS -o /dev/null -w '%{http_code}' --max-time 60 \
	    -H 'Connection: Upgrade' -H 'Upgrade: websocket' "$@" \
	    "http://localhost:$PORT/"; }
	key='Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
	[ "$(ask -H "$key" -H 'Sec-WebSocket-Version: 8')" = 426 ]
	[ "$(ask -H 'Sec-WebSocket-Version: 13')" = 400 ]
	[ "$(ask -H 'Sec-WebSocket-Key: short' \
	    -H 'Sec-WebSocket-Version: 13')" = 400 ]
	[ "$(ask -X POST -H "$key" -H 'Sec-WebSocket-Version: 13')" = 405 ]
	[ -z "$(event open)" ]
}

@test "ws-serve: pages of other origins are refused, unless --origin says" {
	serve
	join() { /usr/bin/python3 "$PEERS/ws_client.py" --send /dev/null --eof-close \
	    "$@" "$URL/" | head -n 1; }
	[ "$(join --origin http://evil.example)" = '{"refused": 403}' ]
	[ "$(join --origin null)" = '{"refused": 403}' ]
	[ "$(join --origin "http://localhost:$PORT" | jq .open)" = true ]
	kill "$PID_serve"
	serve --origin 'https://a.example, b.example:81'
	[ "$(join --origin https://a.example | jq .open)" = true ]
	[ "$(join --origin http://b.example:81 | jq .open)" = true ]
	[ "$(join --origin http://a.example)" = '{"refused": 403}' ]
	[ "$(join --origin http://b.example)" = '{"refused": 403}' ]
	[ "$(join --origin "http://localhost:$PORT" | jq .open)" = true ]
	kill "$PID_serve"
	serve --origin any
	[ "$(join --origin http://evil.example | jq .open)" = true ]
}

@test "ws-serve: heads that are too long or too slow are refused" {
	serve --max-header 1k --header-timeout 2s
	run curl -sS -o /dev/null -w '%{http_code}' \
	    -H "X: $(printf '%02000d' 0)" "http://localhost:$PORT/"
	[ "$output" = 431 ]
	run sh -c "printf 'GET / HTTP/1.1\r\n' | nc -w 60 localhost $PORT"
	[[ $output == 'HTTP/1.1 '* ]]
	start slow sh -c "(printf 'GET / HTTP/1.1\r\nHost: x\r\n'; \
	    exec cat serve.in) | nc -w 60 localhost $PORT"
	await slow.out '^HTTP/1.1 408 '
}

# ---- carriers ----

@test "ws-serve: TLS" {
	make_cert
	serve --cert cert.pem --key key.pem --page chat --echo
	curl -sS --cacert ca.pem -o body "https://localhost:$PORT/"
	cmp body <(page chat)
	URL=wss://localhost:$PORT
	printf '{"kind":"binary","base64":"%s"}\n' \
	    "$(head -c 700000 /dev/urandom | base64 -w0)" >big
	client a / --cacert ca.pem --send big --count 1
	ended a
	[ "$(jq -r 'select(.kind).base64' a.out)" = "$(jq -r .base64 big)" ]
	run ! ws-serve 0 --cert cert.pem
	[ "$status" -eq 2 ]
	run ! ws-serve 0 --cert cert.pem --key ca.pem
	[ "$status" -eq 4 ]
}

# stall ARG...: what ws_stall.py says of a server with --echo
stalled()
{
	/usr/bin/python3 "$PEERS/ws_stall.py" "$@" "$URL" \
	    "$PID_serve" | jq -c '[.taken < 500, .ticks < 100, .intact,
	    .rss_kb < '"${HOOKLINE_SAN:+10}"'32768]'
}

@test "ws-serve: who sends and does not read waits, costs nothing, loses nothing" {
	serve --echo --stay
	[ "$(stalled)" = '[true,true,true,true]' ]
}

@test "ws-serve: the same with TLS" {
	make_cert
	serve --echo --stay --cert cert.pem --key key.pem
	URL=wss://localhost:$PORT
	[ "$(stalled --cacert ca.pem)" = '[true,true,true,true]' ]
}

@test "ws-serve: a unix socket" {
	start_fed serve ws-serve unix:s --announce
	await serve.out listening
	URL=ws://localhost
	client a /x --unix s
	feed serve '{"text":"1"}'
	await_text a 1
	[ "$(event open | jq -r .remote)" = unix: ]
	run ! ws-serve unix:s
	[ "$status" -eq 3 ]
}

@test "ws-serve: a port in use, exit status 3; a bad address, 2" {
	serve
	run ! ws-serve "$PORT"
	[ "$status" -eq 3 ]
	run ! ws-serve nonsense:x
	[ "$status" -eq 2 ]
	run -2 ws-serve 0 ./script.sh
	[[ $output == *'./script.sh: not an address '*'a COMMAND stands behind --)' ]]
	run ! ws-serve
	[ "$status" -eq 2 ]
}

@test "ws-serve: silent clients are pinged, and ended if they don't answer" {
	serve --ping 500ms --ping-timeout 2s
	client a /
	client dead / --slow
	await serve.out '"type":"close".*"client":"c2".*"code":1006'
	feed serve '{"text":"still here"}'
	await_text a 'still here'
}

@test "ws-serve: no more than --max-clients at once; others wait their turn" {
	serve --max-clients 1
	client a /
	start b /usr/bin/python3 "$PEERS/ws_client.py" "$URL/"
	feed serve '{"text":"1"}'
	await_text a 1
	[ ! -s b.out ]
	kill "$PID_a"
	await b.out '"open": true'
}

@test "ws-serve --max-clients: few descriptors make no more of it" {
	start_fed serve sh -c 'ulimit -n 50
	    exec ws-serve 0 --announce --max-clients 1'
	announced serve
	URL=ws://localhost:$PORT
	client a /
	start b /usr/bin/python3 "$PEERS/ws_client.py" "$URL/"
	feed serve '{"text":"1"}'
	await_text a 1
	[ ! -s b.out ]
	[ "$(wc -l <serve.err)" -eq 1 ]		# where it listens
}

@test "ws-serve --max-clients: who asks for nothing makes room" {
	serve --max-clients 2 --header-timeout 1m
	start_fed idle nc 127.0.0.1 "$PORT"
	start_fed slow nc 127.0.0.1 "$PORT"
	printf 'GET / HTTP/1.1\r\n' | feed slow
	until kill -USR1 "$PID_serve" && await serve.err ' connections 2 ' 1
	do
		:
	done
	client a /
	client b /
	await slow.out '^HTTP/1.1 408 '
}
