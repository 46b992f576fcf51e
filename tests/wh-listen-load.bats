#!/usr/bin/env bats
# wh-listen-load.bats - many peers at once, slow ones and hostile ones, and
# honest ones who are served meanwhile.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper

SLOW=300		# connections of slowhttptest

# listen OPTION...
listen()
{
	start l wh-listen --announce --metrics /metrics "$@" 0
	announced l
}

url()
{
	echo "http://127.0.0.1:$PORT${1-/}"
}

# connections N: awaits so many
connections()
{
	local n=0 end=$((SECONDS + 20))

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
	timeout 60 hey -n "$1" -c 4 -t 20 -m POST -d '{"a":1}' \
	    "$(url /honest)" >hey.out
	cat hey.out
	grep -q "\[${2-204}\][[:space:]]*$1 responses" hey.out
	[ "$(grep -c '"target":"/honest"' l.out)" = "$1" ]
}

# unharmed: the attack has cost no memory to speak of
unharmed()
{
	kill "$PID_slow"
	rss_kb "$PID_l"
	[ "$(rss_kb "$PID_l")" -lt 32768 ]
}

@test "wh-listen: honest requests are answered while heads drip in" {
	listen
	attack -H
	connections $SLOW
	honest 2000
	unharmed
}

@test "wh-listen: honest requests are answered while bodies drip in" {
	listen
	attack -B -s 100000
	connections $SLOW
	honest 2000
	unharmed
}

@test "wh-listen: honest requests are answered while replies are read byte by byte" {
	head -c 8000000 /dev/zero | tr '\0' x >big
	SLOW=40
	listen --reply '200 text/plain @big'
	attack -X -n 1 -z 1 -w 1 -y 2
	await_lines l.out $((SLOW + 1))
	honest 40 200
	unharmed
}

@test "wh-listen: honest requests are answered while ranges are asked for" {
	listen
	attack -R
	honest 2000
	ended slow
	[ "$status" -eq 0 ]
}

@test "wh-listen --max-clients: slow peers make room for honest ones" {
	listen --max-clients 100 --header-timeout 60s
	attack -H
	connections 100
	honest 200
	unharmed
}
