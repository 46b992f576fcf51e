#!/usr/bin/env bats
# ws-serve-command.bats - a command for each client: lines to and from it, how
# it ends, and that nothing is lost or left behind.

# shellcheck disable=SC2154 # status and PID_NAME are set by the helpers

load helper

PEERS=$REPO/tests/peers

# serve ARG... -- COMMAND...: the server on a free port
serve()
{
	start serve ws-serve --announce 0 "$@"
	announced serve
	URL=ws://localhost:$PORT
}

# client NAME [ARG...]: a client that is there once this returns
client()
{
	local name=$1

	shift
	start "$name" /usr/bin/python3 "$PEERS/ws_client.py" "$@" "$URL/"
	await "$name.out" '"open": true' >/dev/null
}

# client_fed NAME [ARG...]: the same, that sends what it is fed
client_fed()
{
	local name=$1

	shift
	start_fed "$name" /usr/bin/python3 "$PEERS/ws_client.py" --send - \
	    "$@" "$URL/"
	await "$name.out" '"open": true' >/dev/null
}

# got NAME: the texts that a client has received, one a line
got()
{
	jq -r 'select(.kind == "text") | .base64 | @base64d' "$1.out"
}

# await_text NAME TEXT: awaits a message
await_text()
{
	await "$1.out" "\"$(printf %s "$2" | base64 -w0)\"" >/dev/null
}

# closed NAME: awaits a client's end; prints the code and the reason
closed()
{
	await "$1.out" '"close"' >/dev/null
	jq -r 'select(.close) | "\(.close) \(.reason)"' "$1.out"
}

# stop STATUS: SIGTERM; ws-serve ends with that status
stop()
{
	kill "$PID_serve"
	ended serve
	[ "$status" -eq "$1" ]
}

# ---- lines ----

@test "ws-serve --: messages are lines on stdin, lines on stdout messages, kind and bytes" {
	serve -- cat
	client_fed a
	feed a '{"kind":"text","text":"plain é"}' \
	    '{"kind":"text","text":"{\"n\":12345678901234567890}"}' \
	    '{"kind":"text","text":""}' \
	    '{"kind":"text","text":"two\nlines"}' \
	    '{"kind":"binary","base64":"AP+ACg=="}' \
	    '{"kind":"text","text":"data:;base64,AAAA"}' \
	    '{"kind":"text","text":"end"}'
	await_text a end
	[ "$(jq -r 'select(.kind) | [.kind, .base64] | join(" ")' a.out)" = \
"text $(printf 'plain é' | base64)
text $(printf '{"n":12345678901234567890}' | base64)
text 
text $(printf 'two\nlines' | base64)
binary AP+ACg==
text $(printf 'data:;base64,AAAA' | base64)
text $(printf end | base64)" ]
	kill "$PID_a"
	await serve.out '"type":"close"'
	stop 0
	[ "$(jq -r '[.type, .client] | join(" ")' serve.out)" = \
'listening 
open c1
close c1' ]
	jq -e 'select(.type == "close") | .code == 1000 and .sent == 7 and
	    .received == 7' serve.out
}
