# serving.bash - ws-serve with a command, and its clients: `load serving`.
#
#	serve ARG...		the server on a free port; sets URL
#	client NAME [ARG...]	tests/peers/ws_client.py at $URL$ROOM, there once
#				this returns
#	client_fed NAME [ARG...]	the same, that sends what it is fed
#	got NAME		the texts that a client has received, one a line
#	await_text NAME TEXT	awaits a message
#	closed NAME		awaits a client's end; prints code and reason
#	stop STATUS		SIGTERM; ws-serve ends with that status
#	children PID		how many it has, zombies among them
# shellcheck shell=bash disable=SC2154 # status is set by ended

PEERS=$REPO/tests/peers

serve()
{
	start serve ws-serve --announce 0 "$@"
	announced serve
	URL=ws://localhost:$PORT
}

client()
{
	local name=$1

	shift
	start "$name" /usr/bin/python3 "$PEERS/ws_client.py" "$@" \
	    "$URL${ROOM-/}"
	await "$name.out" '"open": true' >/dev/null
}

client_fed()
{
	local name=$1

	shift
	start_fed "$name" /usr/bin/python3 "$PEERS/ws_client.py" --send - \
	    "$@" "$URL${ROOM-/}"
	await "$name.out" '"open": true' >/dev/null
}

got()
{
	jq -r 'select(.kind == "text") | .base64 | @base64d' "$1.out"
}

await_text()
{
	await "$1.out" "\"$(printf %s "$2" | base64 -w0)\"" >/dev/null
}

closed()
{
	await "$1.out" '"close"' "${2:-10}" >/dev/null
	jq -r 'select(.close) | "\(.close) \(.reason)"' "$1.out"
}

stop()
{
	kill "$PID_serve"
	ended serve
	[ "$status" -eq "$1" ]
}

children()
{
	ps -o pid= --ppid "$1" | wc -l
}
