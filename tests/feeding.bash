# feeding.bash - ws-serve, which says what it is fed, and its clients: `load
# feeding` (clients.bash, too).
#
#	serve ARG...		the server on a free port, its stdin held open
#				(feed serve LINE...); sets URL
#	serve_gated ARG...	the same, but nobody reads what it says until
#	open_gate		... when that goes to the file events
#	client NAME TARGET [ARG...]	there once this returns
#	client_fed NAME TARGET [ARG...]	the same, that sends what it is fed
#				(feed NAME LINE...)
# shellcheck shell=bash disable=SC2034 # URL is for clients.bash

load clients

serve()
{
	start_fed serve ws-serve 0 --announce "$@"
	announced serve
	URL=ws://localhost:$PORT
}

gated()
{
	exec ws-serve 0 "$@" >out
}

serve_gated()
{
	mkfifo out
	start_fed gate sh -c 'read -r _; exec cat out >events'
	start_fed serve gated "$@"
	exec {GATE}<>out
	await serve.err 'listening on'
	PORT=$(grep -o '[0-9]*$' serve.err)
	URL=ws://localhost:$PORT
}

open_gate()
{
	feed gate go
	await_lines events 1	# the pipe has its reader
	exec {GATE}>&-
}

client()
{
	connected start "$@"
}

client_fed()
{
	connected start_fed "$1" "$2" --send - "${@:3}"
}
