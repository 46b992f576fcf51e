#!/usr/bin/env bats
# deflate.bats - permessage-deflate (RFC 7692): ws-cat and ws-serve with
# --compress, and independent peers: every parameter, both directions.

# shellcheck disable=SC2153,SC2154 # PORT is set by announced, PID_NAME by start
# NAME, status by run

load helper

# lines N: N payload lines, of many sizes, empty messages and large ones too
lines()
{
	/usr/bin/python3 - "$1" <<-'END'
	import json, random, sys
	random.seed(7)
	for i in range(int(sys.argv[1])):
	    n = 0 if i % 20 == 0 else random.randrange(200000 if i % 9 == 0 else 400)
	    if i % 3 == 0:
	        body = {"price": "1.10", "of": "\u20ac" * (n // 3)}
	    elif i % 3 == 1:
	        body = "".join(random.choices("abcdefgh \u00e9", k=n))
	    else:
	        body = "%08d" % i * (n // 8)
	    print(json.dumps(body, ensure_ascii=False, separators=(",", ":")))
	END
}

# peer OPTIONS: node's ws as a server with these options; sets PORT
peer()
{
	start peer node "$PEERS/ws_deflate.mjs" server "$1"
	PORT=$(await peer.out '^[0-9]+$')
}

# echoed WORD: all lines come back as they went, and that was agreed on
echoed()
{
	lines 120 >in
	ws-cat --compress -1 "ws://127.0.0.1:$PORT/" <in >out
	cmp in out
	await peer.out "^extensions: .*$1"
}

@test "ws-cat --compress: the bytes are as they were with node's ws, in its default" {
	peer '{"threshold":0}'
	echoed permessage-deflate
}

@test "ws-cat --compress: a server without context takeover, its own or ours" {
	peer '{"threshold":0,"serverNoContextTakeover":true}'
	echoed server_no_context_takeover
	kill "$PID_peer"
	peer '{"threshold":0,"clientNoContextTakeover":true}'
	echoed client_no_context_takeover
}

@test "ws-cat --compress: every size of window, of either side" {
	local bits

	for bits in 9 10 11 12 13 14 15; do
		peer "{\"threshold\":0,\"serverMaxWindowBits\":$bits,\
\"clientMaxWindowBits\":$((24 - bits))}"
		echoed "server_max_window_bits=$bits"
		await peer.out "client_max_window_bits=$((24 - bits))"
		kill "$PID_peer"
	done
}

@test "ws-cat --compress: a server may ask for windows of 256 bytes" {
	peer '{"threshold":0,"clientMaxWindowBits":8}'
	echoed client_max_window_bits=8
}

@test "ws-cat --compress: a server that does not compress, or only what is large" {
	peer false
	lines 50 >in
	ws-cat --compress -1 "ws://127.0.0.1:$PORT/" <in >out
	cmp in out
	kill "$PID_peer"
	peer '{"threshold":1024}'
	echoed permessage-deflate
}

@test "ws-cat without --compress offers nothing" {
	peer '{"threshold":0}'
	echo 1 | ws-cat -1 "ws://127.0.0.1:$PORT/"
	await peer.out '^extensions: $'
}

@test "ws-cat --compress: python3-websockets, and a reader of stdout that is slow" {
	start peer /usr/bin/python3 "$PEERS/ws_server.py" --echo --deflate
	PORT=$(await peer.out '^[0-9]+$')
	lines 1000 >in
	ws-cat --compress -1 "ws://127.0.0.1:$PORT/" <in |
	    /usr/bin/python3 -c '
import os, time
while True:
    b = os.read(0, 1 << 20)
    if not b: break
    time.sleep(0.0005)
    os.write(1, b)' >out
	cmp in out
}

@test "ws-cat --compress: what grows past --max-message is refused, with flat memory" {
	# 512 MiB of zeros are 512 KiB on the wire.
	start bomb /usr/bin/python3 "$PEERS/ws_bomb.py" 512
	PORT=$(await bomb.out '^[0-9]+$')
	run --separate-stderr /usr/bin/time -f 'kb=%M' \
	    ws-cat --compress --max-message 1M "ws://127.0.0.1:$PORT/" </dev/null
	[ "$status" -eq 10 ]
	[[ $stderr == *"over the limit once it is inflated"* ]]
	[ -n "${HOOKLINE_SAN:-}" ] || [ "${stderr##*kb=}" -lt 32768 ]
	await bomb.out 'closed 1009'
}

@test "ws-serve --compress: node's ws, with every parameter it can offer" {
	local options

	start server ws-serve --compress --echo --max-message 1M --announce 0
	announced server
	for options in '{"threshold":0}' \
	    '{"threshold":0,"serverNoContextTakeover":true}' \
	    '{"threshold":0,"clientNoContextTakeover":true}' \
	    '{"threshold":0,"serverMaxWindowBits":9}' \
	    '{"threshold":0,"serverMaxWindowBits":12,"clientMaxWindowBits":10}' \
	    '{"threshold":0,"clientMaxWindowBits":true}'; do
		run node "$PEERS/ws_deflate.mjs" client \
		    "ws://127.0.0.1:$PORT/" "$options"
		echo "$options: $output"
		[ "$status" -eq 0 ]
		[[ $output == *"200 messages; permessage-deflate; server_no"* ]]
	done
}

@test "ws-serve --compress over TLS" {
	make_cert
	start server ws-serve --compress --echo --announce --cert cert.pem \
	    --key key.pem 0
	announced server
	run node "$PEERS/ws_deflate.mjs" client "wss://localhost:$PORT/" \
	    '{"threshold":0}'
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "ws-serve without --compress, or for who does not offer it, compresses nothing" {
	start server ws-serve --echo --announce 0
	announced server
	run node "$PEERS/ws_deflate.mjs" client "ws://127.0.0.1:$PORT/" \
	    '{"threshold":0}'
	[ "$status" -eq 0 ]
	[[ $output == "200 messages; undefined" ]]
}

@test "ws-serve --compress: one message for clients that compress, in three ways, and one that does not" {
	local name

	start_fed server ws-serve --lines --compress --announce \
	    --wait-clients 4 0
	announced server
	start a /usr/bin/python3 "$PEERS/ws_client.py" "ws://127.0.0.1:$PORT/"
	start b /usr/bin/python3 "$PEERS/ws_client.py" --deflate \
	    "ws://127.0.0.1:$PORT/"
	start c ws-cat --compress "ws://127.0.0.1:$PORT/"
	start d node -e "
		const { WebSocket } = require('$REPO/tests/node_modules/ws');
		const ws = new WebSocket('ws://127.0.0.1:$PORT/',
		    { perMessageDeflate: { serverMaxWindowBits: 9 } });
		ws.on('message', (m) => console.log(String(m)));"
	lines 200 | jq -c 'select(type == "object")' >in
	feed server <in
	feed_end server
	for name in a b c d; do
		await_lines $name.out "$(wc -l <in)"
	done
	cmp in c.out
	cmp in d.out
	for name in a b; do
		jq -r 'select(.kind) | .base64 | @base64d' $name.out |
		    cmp in -
	done
}

@test "ws-serve --compress: a message that grows past --max-message is 1009, others go on" {
	start server ws-serve --compress --echo --max-message 64k --announce 0
	announced server
	start_fed other ws-cat "ws://127.0.0.1:$PORT/"
	feed other 1
	await other.out 1
	run /usr/bin/python3 "$PEERS/ws_bomb.py" 64 "$PORT"
	[ "$output" = "closed 1009" ]
	[ -n "${HOOKLINE_SAN:-}" ] || [ "$(rss_kb "$PID_server")" -lt 16384 ]
	feed other 2
	await other.out 2
}
