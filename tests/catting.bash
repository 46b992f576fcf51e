# catting.bash - ws-cat and a server that is not ours: `load catting` behind
# helper.
#
#	server [OPTION...]	python3-websockets (peers/ws_server.py)
#	raw [OPTION...]		one that may break the rules, and answers neither
#				pings nor close frames (peers/ws_raw.py); either
#				sets PORT and URL
#	cat_of ARG...		ws-cat, with our stdin; sets status, OUT and ERR,
#				what is in `out` and `err`
# shellcheck shell=bash disable=SC2034 # what it sets is for the tests

server()
{
	start server /usr/bin/python3 "$PEERS/ws_server.py" "$@"
	PORT=$(await server.out '^[0-9]+$') || return 1
	URL=ws://127.0.0.1:$PORT/
}

raw()
{
	start raw /usr/bin/python3 "$PEERS/ws_raw.py" "$@"
	PORT=$(await raw.out '^[0-9]+$') || return 1
	URL=ws://127.0.0.1:$PORT/
}

cat_of()
{
	status=0
	timeout 120 ws-cat "$@" >out 2>err || status=$?
	OUT=$(<out)
	ERR=$(<err)
}
