#!/usr/bin/env bats
# ws-serve-command-flow.bats - commands and clients that do not read, lines at
# once, long ones, and many clients.

# shellcheck disable=SC2154 # status and PID_NAME are set by the helpers

load helper
load serving

# ---- who does not read ----

# still PID: awaits that a process writes no more, while another client has its
# say
still()
{
	local before after

	for ((;;)); do
		before=$(grep wchar "/proc/$1/io")
		[ "$(echo 1 | ws-cat -n 1000 "$URL/" | wc -l)" -eq 1000 ]
		after=$(grep wchar "/proc/$1/io")
		[ "$before" = "$after" ] && return
	done
}

@test "ws-serve --: yes and a client that never reads cost a queue, no more" {
	# shellcheck disable=SC2016
	serve -R -- sh -c 'echo $$ >>pids; exec yes 0123456789'
	client a --slow
	pid=$(await pids .)
	still "$pid"
	[ "$(rss_kb "$PID_serve")" -lt "${HOOKLINE_SAN:+10}32768" ]
	kill -KILL "$PID_a"
	gone "$pid"
}

@test "ws-serve --: a command that never reads makes us stop reading its client" {
	serve --ping 500ms --ping-timeout 1s -- sleep 1000
	seq 1000000 | sed 's/.*/"&-----------------------------------------"/' |
	    ws-cat -v "$URL" >a.out 2>a.err &
	local cat=$! dead
	await serve.out '"type":"open".*"client":"c1"'
	until before=$(grep rchar "/proc/$cat/io") &&
	    [ "$(echo 1 | timeout -s KILL 0.2 ws-cat "$URL" | wc -l)" -eq 0 ] &&
	    [ "$before" = "$(grep rchar "/proc/$cat/io")" ]; do
		kill -0 $cat
	done
	[ "$(rss_kb "$PID_serve")" -lt "${HOOKLINE_SAN:+10}32768" ]
	# It is waited for, not taken for dead: one that is has ended by now.
	ROOM=/dead client dead --slow
	dead=$(await serve.out '"type":"open".*"room":"/dead"' | jq -r .client)
	await serve.out "\"type\":\"close\".*\"client\":\"$dead\".*\"code\":1006"
	run ! grep '"client":"c1".*"code"' serve.out
	kill -KILL $cat
	wait $cat || :
}

# echoed ARG...: 100,000 lines through cat, by ws-cat with these arguments
echoed()
{
	ws-cat "$@" <sent >got
	cmp sent got
}

@test "ws-serve --: 100,000 lines through cat, all at once, come back as they went" {
	serve --compress -- cat
	seq -f '{"n":%.0f,"text":"a line, as lines go"}' 100000 >sent
	echoed -1 "$URL"
	echoed -1 --compress "$URL"
	stop 0
}

@test "ws-serve --: 100,000 lines through cat over TLS, too" {
	make_cert
	serve --compress --cert cert.pem --key key.pem -- cat
	seq -f '{"n":%.0f,"text":"a line, as lines go"}' 100000 >sent
	echoed -1 --cacert ca.pem "wss://localhost:$PORT"
	echoed -1 --cacert ca.pem --compress "wss://localhost:$PORT"
	stop 0
}

@test "ws-serve --: messages that come in fragments are lines all the same" {
	serve --compress -- cat
	for option in '' --deflate; do
		# shellcheck disable=SC2086
		run /usr/bin/python3 "$PEERS/ws_pieces.py" $option "$URL" 5000
		[ "$output" = '{"same": true, "got": 5000}' ]
	done
}

@test "ws-serve --: long messages, both ways" {
	serve --max-message 8M -- cat
	head -c 5000000 /dev/urandom | base64 -w0 >text
	jq -R . text >sent
	ws-cat -1 "$URL" <sent | cmp sent -
}

@test "ws-serve --: who reads late loses nothing of a command that has ended" {
	serve -R -- sh -c 'seq -f %010000.0f 2000; exit 7'
	client slow --slow
	client quick
	[ "$(closed quick)" = '4007 the command ended with status 7' ]
	got quick | cmp - <(seq -f %010000.0f 2000)
	# Its command still waits.
	run ! grep '"client":"c1".*"close"' serve.out
	kill -USR1 "$PID_slow"
	[ "$(closed slow)" = '4007 the command ended with status 7' ]
	got slow | cmp - <(seq -f %010000.0f 2000)
}

@test "ws-serve --: a slow command loses nothing either" {
	mkfifo hold
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'read -r first; echo "$first"; read -r go <hold
	    cat'
	seq 30000 >sent
	start_fed c ws-cat -rR "$URL"
	feed c <sent &
	await c.out '^1$'
	echo go >hold
	await_lines c.out 30000
	cmp sent c.out
	feed_end c
}

# ---- many ----

@test "ws-serve --: 200 clients come and go at random, and nothing is left" {
	serve --command-grace 0 -- cat
	echo 1 | ws-cat -1 "$URL"
	await serve.out '"type":"close"'
	until [ "$(children "$PID_serve")" -eq 0 ]; do :; done
	fds=$(find "/proc/$PID_serve/fd" -mindepth 1 | wc -l)
	run /usr/bin/python3 "$PEERS/ws_churn.py" "$PORT" 200 5
	[ "$(jq -c '[.visits, .refused, .wrong]' <<<"$output")" = '[1000,0,0]' ]
	until [ "$(children "$PID_serve")" -eq 0 ] &&
	    [ "$(find "/proc/$PID_serve/fd" -mindepth 1 | wc -l)" -eq "$fds" ]
	do
		kill -0 "$PID_serve"
	done
	stop 0
	jq -se '(map(select(.type == "open")) | length) == 1001 and
	    (map(select(.type == "close")) | length) == 1001' serve.out
}

@test "ws-serve -- --max-clients: there are never more commands than that" {
	mkfifo hold
	# shellcheck disable=SC2016
	serve --max-clients 2 --command-grace 1h -rR -- sh -c 'echo $$
	    cat >/dev/null; read -r go <hold'
	client a
	client b
	await_lines a.out 2
	await_lines b.out 2
	kill "$PID_a"
	ended a
	# Its command goes on: the next one has to wait for it.
	start c /usr/bin/python3 "$PEERS/ws_client.py" "$URL/"
	await serve.out '"type":"close"'
	[ "$(children "$PID_serve")" -eq 2 ]
	run ! grep -q open c.out
	echo >hold
	await c.out '"open": true'
	await_lines c.out 2
	[ "$(children "$PID_serve")" -eq 2 ]
}
