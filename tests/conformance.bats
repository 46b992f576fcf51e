#!/usr/bin/env bats
# conformance.bats - RFC 6455 as a server (ws-serve) and as a client (ws-cat).
#
# The cases follow the sections of Autobahn's suite and are spoken by hand
# (peers/ws_cases.py).
#
# Over TLS, and where messages may be compressed: conformance-compress.bats.

# shellcheck disable=SC2153,SC2154 # PORT is set by announced, PID_NAME by start
# NAME, status by run

load helper

# server [OPTION...]: ws-serve that echoes; sets PORT
server()
{
	start server ws-serve --echo --queue 16M --announce "$@" 0
	announced server
}

# as_client SECTION...: all of these cases pass against ws-serve
as_client()
{
	server
	run "$PEERS/ws_cases.py" client "$PORT" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	kill -0 "$PID_server"
}

# as_server SECTION...: all of these cases pass against ws-cat
as_server()
{
	run "$PEERS/ws_cases.py" server "$@" -- ws-cat --echo
	echo "$output"
	[ "$status" -eq 0 ]
}

# ---- handshakes ----

@test "ws-serve takes right handshakes and refuses wrong ones with the status that says why" {
	server
	run "$PEERS/ws_handshakes.py" client "$PORT"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "ws-cat takes right answers to its handshake and refuses wrong ones" {
	run "$PEERS/ws_handshakes.py" server -- ws-cat --echo
	echo "$output"
	[ "$status" -eq 0 ]
}

# ---- frames ----

@test "ws-serve: messages of every length come back (1, 10)" {
	as_client 1 10
}

@test "ws-serve: pings, reserved bits and opcodes (2, 3, 4)" {
	as_client 2 3 4
}

@test "ws-serve: fragments (5)" {
	as_client 5
}

@test "ws-serve: text is UTF-8 or refused at once (6)" {
	as_client 6
}

@test "ws-serve: closing (7)" {
	as_client 7
}

@test "ws-serve: large messages and many (9)" {
	as_client 9
}

@test "ws-cat: messages of every length come back (1, 10)" {
	as_server 1 10
}

@test "ws-cat: pings, reserved bits and opcodes (2, 3, 4)" {
	as_server 2 3 4
}

@test "ws-cat: fragments (5)" {
	as_server 5
}

@test "ws-cat: text is UTF-8 or refused at once (6)" {
	as_server 6
}

@test "ws-cat: closing, and the exit status that belongs to it (7)" {
	as_server 7
}

@test "ws-cat: large messages and many (9)" {
	as_server 9
}

# ---- node's ws ----

@test "ws-serve: node's ws gets its messages back" {
	server
	run "$PEERS/ws_node.mjs" client "ws://127.0.0.1:$PORT/" 2000
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "ws-serve: node's ws gets its messages back over TLS" {
	make_cert
	server --cert cert.pem --key key.pem
	run "$PEERS/ws_node.mjs" client "wss://127.0.0.1:$PORT/" 2000
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "ws-cat: node's ws sends back what it is told" {
	local port

	start node "$PEERS/ws_node.mjs" server
	port=$(await node.out '^[0-9]+$')
	seq -f '{"n":%g}' 5000 >sent
	ws-cat -1 "ws://127.0.0.1:$port/" <sent >got
	cmp sent got
}
