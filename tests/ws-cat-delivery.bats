#!/usr/bin/env bats
# ws-cat-delivery.bats - the end of input is not the end: all lines arrive and
# every reply is printed, whoever the server is and wherever stdin comes from.
#
# A server that does not read for a while is in pipelines.bats, one that
# answers late or closes early with fewer lines in ws-cat.bats.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME, status by ended

load helper
load catting

setup()
{
	helper_setup
	seq -f '{"line":%.0f}' 100000 >lines
}

# process COMMAND...: by websocketd, one of them for each connection; sets URL
process()
{
	local port

	start port "$PEERS/port.py"
	port=$(await port.out .)
	start websocketd websocketd --address=127.0.0.1 --port="$port" "$@"
	URL=ws://127.0.0.1:$port/
	until (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		kill -0 "$PID_websocketd" || return 1
	done
}

@test "ws-cat: python3-websockets answers 100,000 lines 200 ms late, and closes at once" {
	server --echo --delay 200 --close-after 100000
	timeout 120 ws-cat "$URL" <lines >got
	cmp lines got
}

@test "ws-cat: node's ws answers 100,000 lines" {
	start node "$PEERS/ws_node.mjs" server
	URL=ws://127.0.0.1:$(await node.out '^[0-9]+$')/
	timeout 120 ws-cat --linger 100ms "$URL" <lines >got
	cmp lines got
	timeout 120 ws-cat -1 "$URL" <lines >got
	cmp lines got
	timeout 120 ws-cat -n 100000 "$URL" <lines >got
	cmp lines got
}

# Its command's output is not read while its input is full: with a command that
# answers each line, websocketd 0.4.1 stands still once so much is on its way.
# A window keeps it from that.
@test "ws-cat: websocketd answers 100,000 lines, of which few are on their way, and takes as many" {
	process cat
	timeout 120 ws-cat -1 --ack true --ack-window 16k "$URL" <lines >got
	cmp lines got
	head -n 1000 lines >few
	timeout 120 ws-cat -1 "$URL" <few >got
	cmp few got
	kill "$PID_websocketd"
	ended websocketd
	process sh -c 'cat >taken; :'	# sh holds the stdout it looks at
	timeout 120 ws-cat --linger 0 "$URL" <lines
	await_lines taken 100000
	cmp lines taken
}

@test "ws-cat: stdin is a file, a pipe, a slow pipe, a socket" {
	head -n 1000 lines >few
	server --echo
	timeout 120 ws-cat -1 "$URL" <few >got
	cmp few got
	cat few | timeout 120 ws-cat -1 "$URL" >got
	cmp few got
	while read -r line; do
		printf '%s' "${line:0:5}"
		printf '%s\n' "${line:5}"
	done <few | timeout 120 ws-cat -1 "$URL" >got
	cmp few got
	/usr/bin/python3 -c 'import socket, subprocess, sys
ours, its = socket.socketpair()
p = subprocess.Popen(["ws-cat", "-1", sys.argv[1]], stdin=its)
its.close()
ours.sendall(open("few", "rb").read())
ours.shutdown(socket.SHUT_WR)
sys.exit(p.wait(120))' "$URL" >got
	cmp few got
}

@test "ws-cat: the last line needs no line feed" {
	server --echo
	printf '1\n2' | timeout 120 ws-cat -1 "$URL" >got
	[ "$(<got)" = $'1\n2' ]
}

@test "ws-cat: on a terminal, the end of input is ^D, and replies are awaited" {
	server --echo --delay 300 --print
	printf 'one\ntwo\n\004' |
	    script -qec "timeout --foreground 120 ws-cat -1 $URL" typescript
	await server.out '"text": "two"'
	await server.out '"kind": "close", "code": 1000'
	[ "$(grep -c '^two' typescript)" -eq 2 ]	# typed, and come back
}

@test "ws-cat: an endless stream, and a reader of its first line" {
	server --endless
	run -0 bash -c 'timeout 120 ws-cat "$1" </dev/null | head -n 1
	    echo "${PIPESTATUS[0]}"' - "$URL"
	[ "$output" = $'{"n":0}\n141' ]
}
