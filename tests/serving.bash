# serving.bash - ws-serve with a command, and its clients: `load serving`
# (clients.bash, too).
#
#	serve ARG...		the server on a free port; sets URL
#	client NAME [ARG...]	at $URL$ROOM, there once this returns
#	client_fed NAME [ARG...]	the same, that sends what it is fed
#	closed NAME		awaits a client's end; prints code and reason
#	stop STATUS		SIGTERM; ws-serve ends with that status
#	children PID		how many it has, zombies among them
# shellcheck shell=bash disable=SC2034,SC2154 # URL is for clients.bash; status

load clients

serve()
{
	start serve ws-serve --announce 0 "$@"
	announced serve
	URL=ws://localhost:$PORT
}

client()
{
	connected start "$1" "${ROOM-/}" "${@:2}"
}

client_fed()
{
	connected start_fed "$1" "${ROOM-/}" --send - "${@:2}"
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
