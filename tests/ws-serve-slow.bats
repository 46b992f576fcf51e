#!/usr/bin/env bats
# ws-serve-slow.bats - clients that are slower than what is sent to them.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load feeding

# crowd N ARG...: very many of them
crowd()
{
	start crowd /usr/bin/python3 "$PEERS/ws_crowd.py" \
	    "${@:2}" "$PORT" "$1"
	await crowd.out ready >/dev/null
}

# flood N [MEMBER]: so many numbered messages of 1000 bytes
flood()
{
	seq -f "{${2:+$2,}\"text\":\"%01000.0f\"}" "$1" | feed serve
}

# closed CLIENT MEMBER: of its close event
closed()
{
	jq "select(.type == \"close\" and .client == \"$1\").$2" serve.out
}

# Of what was sent to it, all was taken or is counted as dropped.
adds_up()
{
	[ "$(($(closed "$1" sent) + $(closed "$1" dropped)))" -eq "$2" ]
}

@test "ws-serve --slow drop-new: who is behind gets the oldest, and what comes once it reads" {
	serve --slow drop-new --queue 64k -v
	client slow / --slow
	client quick /
	flood 10000 '"client":"c1"'
	feed serve '{"client":"c1","text":"for it"}' '{"text":"mark"}'
	await quick.out "$(printf mark | base64)"
	grep -q 'c1 .*: too slow, messages are dropped' serve.err
	kill -USR1 "$PID_slow"
	await_lines slow.out 2
	# It reads: sooner or later it has room again.
	for ((i = 0; ; i++)); do
		feed serve "{\"client\":\"c1\",\"text\":\"again $i\"}"
		got slow | grep -q again && break
	done
	feed_end serve
	ended serve
	[ "$status" -eq 0 ]
	ended slow
	[ "$(got quick)" = mark ]
	got slow | grep -v again >kept
	[ "$(tail -n 1 kept)" != mark ]
	# The oldest, without a gap.
	seq -f '%01000.0f' "$(wc -l <kept)" | cmp - kept
	[ "$(got slow | wc -l)" = "$(closed c1 sent)" ]
	adds_up c1 $((10003 + i))
	[ "$(closed c2 dropped)" = 0 ]
	[ "$(grep -o '[0-9]* messages were dropped' serve.err |
	    awk '{ n += $1 } END { print n }')" = "$(closed c1 dropped)" ]
}

@test "ws-serve --slow drop-old: who is behind gets the newest" {
	serve --slow drop-old --queue 64k
	client slow / --slow
	client quick /
	flood 10000 '"client":"c1"'
	feed serve '{"client":"c1","text":"for it"}' '{"text":"mark"}'
	await quick.out "$(printf mark | base64)"
	kill -USR1 "$PID_slow"
	await slow.out "$(printf mark | base64)"
	feed serve '{"text":"end"}'
	await slow.out "$(printf end | base64)"
	feed_end serve
	ended serve
	[ "$status" -eq 0 ]
	ended slow
	[ "$(got slow | tail -n 3 | tr '\n' ' ')" = 'for it mark end ' ]
	got slow | grep '^0' >kept
	sort -c kept
	# All were there, up to some, and all from some on.
	[ "$(tail -n 1 kept)" = "$(printf %01000d 10000)" ]
	[ "$(got slow | wc -l)" = "$(closed c1 sent)" ]
	[ "$(closed c1 dropped)" -gt 0 ]
	adds_up c1 10003
	[ "$(got quick | wc -l)" = 2 ]
	grep -q 'messages were dropped' serve.err
}

@test "ws-serve --slow drop-old: what waits goes out before a close" {
	serve --slow drop-old --queue 64k
	client slow / --slow
	client quick /
	flood 10000 '"client":"c1"'
	feed serve '{"text":"mark"}' \
	    '{"do":"close","client":"c1","code":4000}' '{"text":"end"}'
	await quick.out "$(printf end | base64)"
	kill -USR1 "$PID_slow"
	await slow.out '"close": 4000'
	[ "$(got slow | tail -n 1)" = mark ]
	await serve.out '"client":"c1".*"code":4000'
	adds_up c1 10002
}

@test "ws-serve: what a client that is closed has not taken is in its \`dropped\`" {
	serve --queue 64k --drain 0s
	client slow / --slow
	client quick /
	flood 10000 '"client":"c1"'
	await serve.err 'c1 .*: too slow, closing'
	feed serve '{"text":"mark"}'
	await quick.out "$(printf mark | base64)"
	feed_end serve
	await serve.out '"client":"c1".*"code":1013'
	adds_up c1 10001
	# The kernel has taken some of them; of what is longer than the queue,
	# some was not even queued.
	[ "$(closed c1 dropped)" -gt 64 ]
	await serve.out '"client":"c2"'
	[ "$(closed c2 dropped)" = 0 ]
}

@test "ws-serve: a client that breaks off has not got what waited for it" {
	serve --queue 64M
	client slow / --slow
	client quick /
	flood 10000 '"client":"c1"'
	feed serve '{"client":"c2","text":"mark"}'
	await quick.out "$(printf mark | base64)"
	kill -KILL "$PID_slow"
	await serve.out '"client":"c1".*"code":1006'
	[ "$(closed c1 dropped)" -gt 0 ]
	adds_up c1 10000
}

# waits PID: awaits that a process writes no more, for a second
waits()
{
	local before i

	for ((i = 0; i < 5; i++)); do
		before=$(grep wchar "/proc/$1/io")
		timeout 0.2 tail -f /dev/null --pid="$1" || :
		[ "$before" = "$(grep wchar "/proc/$1/io")" ] || i=0
	done
}

@test "ws-serve --relay --slow block: who says more than another takes has to wait for it, and nothing is lost" {
	serve --relay --slow block --queue 64k
	client slow / --slow
	client quick /
	seq -f '{"kind":"text","text":"%01000.0f"}' 30000 >messages
	before=$(rss_kb "$PID_serve")
	client talker / --send messages --eof-close
	await_lines quick.out 2
	waits "$PID_talker"
	[ "$(wc -l <quick.out)" -lt 30001 ]
	kill -USR1 "$PID_slow"
	await_lines slow.out 30001 120
	await_lines quick.out 30001 120
	got slow | cmp - <(seq -f %01000.0f 30000)
	got quick | cmp - <(seq -f %01000.0f 30000)
	[ "$(awk '/^VmHWM:/ { print $2 }' "/proc/$PID_serve/status")" -lt \
	    $((before + ${HOOKLINE_SAN:+10}12000)) ]
}

@test "ws-serve: one paused client among 1,000 delays nobody" {
	local policy

	for policy in close drop-old drop-new; do
		serve --slow "$policy" --queue 256k --max-clients 1001 --out \
		    payload --metrics /figures
		crowd 1000 --paused 1 --messages 200
		flood 8000 '"client":"c1"'
		flood 200
		await crowd.out 'got 200'
		curl -sS -o figures "http://localhost:$PORT/figures"
		grep -q '^ws_serve_clients_slow_total 1$' figures
		if [ $policy != close ]; then
			awk '/^ws_serve_messages_dropped_total/ { exit $2 == 0 }
			    ' figures
			grep -q '^ws_serve_clients_dropping 1$' figures
		fi
		kill -USR1 "$PID_crowd"
		await crowd.out woken
		feed_end serve
		ended serve
		[ "$status" -eq 0 ]
		await crowd.out '^closed [01] got [0-9]'
	done
}

@test "ws-serve: a broadcast to many clients that do not read costs one copy" {
	local policy before

	for policy in close drop-old; do
		serve --slow "$policy" --max-clients 1001 --queue 4M
		crowd 1000 --paused 999 --messages 2
		before=$(rss_kb "$PID_serve")
		head -c 1000000 /dev/zero | tr '\0' x | jq -cRs '{text:.}' |
		    tee one | cat - one | feed serve
		await crowd.out 'got 2'
		# Two copies to be sent; a thousand would be 2 GB.
		[ "$(($(rss_kb "$PID_serve") - before))" -lt \
		    "${HOOKLINE_SAN:+10}32768" ]
		kill -KILL "$PID_crowd" "$PID_serve"
		ended crowd || :
		ended serve || :
	done
}

# waiting: bytes that the kernel holds for the server's clients
waiting()
{
	ss -tmnH "sport = :$PORT" | grep -o ',w[0-9]*' |
	    awk '{ n += substr($1, 3) } END { printf "%.0f\n", n }'
}

@test "ws-serve: a megabyte for 10,000 clients that do not read costs neither us nor the kernel one each" {
	local clients=10000

	[ "$(ulimit -Hn)" -gt $((clients + 100)) ] ||
	    skip "the limit of descriptors is $(ulimit -Hn)"
	serve --max-clients $((clients + 1)) --queue 4M --metrics /figures
	crowd $clients --paused $((clients - 1))
	head -c 1000000 /dev/zero | tr '\0' x | jq -cRs '{text:.}' |
	    feed serve
	await crowd.out 'got 1'
	# It has been offered to all, or this would not be answered.
	curl -sS -o figures "http://localhost:$PORT/figures"
	grep -q "^ws_serve_messages_sent_total $clients\$" figures
	# One copy for all; one each would be 10 GB.
	[ "$(awk '/^VmHWM:/ { print $2 }' "/proc/$PID_serve/status")" -lt \
	    "${HOOKLINE_SAN:+10}100000" ]
	[ "$(waiting)" -lt 1500000000 ]
	kill -KILL "$PID_crowd" "$PID_serve"
	ended crowd || :
	ended serve || :
}
