#!/usr/bin/env bats
# wh-listen-load.bats - many peers at once, slow ones and hostile ones, and
# honest ones who are served meanwhile.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper
load listening

SLOW=300		# connections of slowhttptest

# connections N: awaits so many
connections()
{
	local n=0 end=$((SECONDS + LIMIT))

	until [ "${n:-0}" -ge "$1" ]; do
		[ $SECONDS -lt $end ]
		n=$(curl -sS -m 20 "$(url /metrics)" |
		    awk '$1 == "wh_listen_connections" { print $2 }')
	done
}

# attack MODE OPTION...: slowhttptest, for longer than the test takes
attack()
{
	start slow slowhttptest "$1" -u "$(url /slow)" -c "$SLOW" -r "$SLOW" \
	    -i 1 -l 60 -p 5 "${@:2}"
}

# honest N [STATUS]: so many requests are each answered so, and printed
honest()
{
	timeout 120 hey -n "$1" -c 4 -t 20 -m POST -d '{"a":1}' \
	    "$(url /honest)" >hey.out
	cat hey.out
	grep -q "\[${2-204}\][[:space:]]*$1 responses" hey.out
	HONEST=$((${HONEST:-0} + $1))
	[ "$(grep -c '"target":"/honest"' l.out)" = $HONEST ]
}

# unharmed: the attack has cost no memory to speak of
unharmed()
{
	kill "$PID_slow"
	rss_kb "$PID_l"
	[ "$(rss_kb "$PID_l")" -lt "${HOOKLINE_SAN:+10}32768" ]
}

@test "wh-listen: honest requests are answered while heads drip in" {
	listen --metrics /metrics
	attack -H
	connections $SLOW
	honest 2000
	unharmed
}

@test "wh-listen: honest requests are answered while bodies drip in" {
	listen --metrics /metrics
	attack -B -s 100000
	connections $SLOW
	honest 2000
	unharmed
}

@test "wh-listen: honest requests are answered while replies are read byte by byte" {
	head -c 8000000 /dev/zero | tr '\0' x >big
	SLOW=40
	listen --metrics /metrics --reply '200 text/plain @big'
	attack -X -n 1 -z 1 -w 1 -y 2
	await_lines l.out $((SLOW + 1))
	honest 40 200
	unharmed
}

@test "wh-listen: honest requests are answered while ranges are asked for" {
	listen --metrics /metrics
	attack -R
	honest 2000
	ended slow
	[ "$status" -eq 0 ]
}

@test "wh-listen --max-clients: slow peers make room for honest ones" {
	listen --metrics /metrics --max-clients 100 --header-timeout 60s
	attack -H
	connections 100
	honest 200
	unharmed
}

@test "wh-listen: 10,000 idle connections cost little, and all are answered again" {
	local before after

	# Both ends are on this machine, each with a descriptor.
	[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 10100 ] ||
	    skip "no more than $(ulimit -Hn) descriptors"
	listen --metrics /metrics --max-clients 10010 --idle-timeout 10m
	honest 100
	before=$(rss_kb "$PID_l")
	start_fed idle "$PEERS/http_idle.py" "$PORT" 10000
	await idle.out open
	after=$(rss_kb "$PID_l")
	echo "$((after - before)) KB"
	[ $((after - before)) -lt "${HOOKLINE_SAN:+10}20000" ]
	honest 100
	feed_end idle
	await idle.out answered
}

# refused CURL-OPTION...: 300 MB get 413
refused()
{
	truncate -s 300M large
	[ "$(curl -sS -m 60 -o reply -w '%{http_code}' -H Expect: "$@" \
	    "$(url)" <large)" = 413 ]
	[ "$(awk '/^VmHWM:/ { print $2 }' "/proc/$PID_l/status")" -lt \
	    "${HOOKLINE_SAN:+10}16384" ]
}

@test "wh-listen: a body of 300 MB is refused, and leaves memory flat" {
	listen --metrics /metrics
	refused -T large
	refused -T -
	# And from one who does not listen to the answer before all is sent.
	{ printf 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n' \
	    314572800
	cat large
	} | timeout 120 nc -N 127.0.0.1 "$PORT" >raw || :
	head -n1 raw | grep -q '^HTTP/1.1 413 '
	refused -T large
	[ "$(grep -c '"type":"request"' l.out || :)" = 0 ]
	honest 40
}

@test "wh-listen: 64,000 requests leave memory where it was" {
	# (Else the sanitizer would keep 256 MB of what was freed.)
	local none=quarantine_size_mb=0:thread_local_quarantine_size_kb=0
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}$none \
	    run timeout 120 "$REPO/tests/soak/listen.py" 64000
	echo "$output"
	[ "$status" -eq 0 ]
}
