# reconnecting.bash - ws-cat and a server that it loses: `load reconnecting`
# behind helper.
#
#	server STEP...		each of its connections goes otherwise (see
#				peers/ws_again.py); sets URL
#	cat_of ARG...		ws-cat, which reconnects without much ado; sets
#				status; `out`, `err`
#	got			what the server was sent, by connection
# shellcheck shell=bash disable=SC2034 # what it sets is for the tests

server()
{
	local port

	start server /usr/bin/python3 "$PEERS/ws_again.py" "$@"
	port=$(await server.out '^[0-9]+$') || return 1
	URL=ws://127.0.0.1:$port/
}

cat_of()
{
	status=0
	timeout 120 ws-cat --reconnect --backoff 10ms..20ms "$@" >out 2>err ||
	    status=$?
}

got()
{
	jq -r 'select(.text?) | "\(.conn) \(.text)"' server.out
}
