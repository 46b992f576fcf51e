#!/usr/bin/env bats
# ws-serve-history.bats - what was sent, for who comes later or comes again.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load feeding

teardown()
{
	helper_teardown
	! mountpoint -q "$BATS_TEST_TMPDIR/small" ||
	    umount "$BATS_TEST_TMPDIR/small"
}

# fetch NAME TARGET N [ARG...]: the first N messages of a client
fetch()
{
	start "$1" /usr/bin/python3 "$PEERS/ws_client.py" \
	    --count "$3" "${@:4}" "$URL$2"
	ended "$1"
	got_all "$1" | head -n "$3"
}

EVENTS=(--protocol hookline.events)

@test "ws-serve --history: ?last=N begins with the last messages of the room and those to all" {
	serve --history 3
	client a /a
	feed serve '{"room":"/a","text":"a1"}' '{"room":"/b","text":"b1"}' \
	    '{"text":"all1"}' '{"room":"/a","text":"a2"}' \
	    '{"client":"c1","text":"private"}' '{"room":"/a","json":{"n":3}}' \
	    '{"room":"/a","base64":"/w=="}' '{"text":"end"}'
	await_got a end
	fetch x '/a?last=3' 4 >/dev/null
	[ "$(jq -r 'select(.kind) | .kind, .base64' x.out | tr '\n' ' ')" = \
	    "text $(printf '{"resumed":false}' | base64) text $(printf \
	    '{"n":3}' | base64) binary /w== text $(printf end | base64) " ]
	[ "$(fetch y '/b?last=100' 4 | tr '\n' ' ')" = \
	    '{"resumed":false} b1 all1 end ' ]
	[ "$(fetch z '/c?last=1' 2 | tr '\n' ' ')" = '{"resumed":false} end ' ]
	client n '/a?last=0'
	client m /a
	feed serve '{"text":"live"}'
	await_got n live
	await_got m live
	[ "$(got n | tr '\n' ' ')" = '{"resumed":false} live ' ]
	[ "$(got m)" = live ]
}

@test "ws-serve --history: ?last=N with more than there can be is all, with no number none" {
	local odd

	serve --history 3
	feed serve '{"text":"m1"}' '{"text":"m2"}' '{"do":"who"}'
	await serve.out '"clients"' >/dev/null
	for odd in 9223372036854775807 99999999999999999999999; do
		[ "$(fetch x "/a?last=$odd" 3 | tr '\n' ' ')" = \
		    '{"resumed":false} m1 m2 ' ]
	done
	n=0
	for odd in -1 x 1x 1e1 +2 '' %00 2.0; do
		client "a$((++n))" "/b?last=$odd"
	done
	feed serve '{"room":"/b","text":"live"}'
	for ((; n > 0; n--)); do
		await_got "a$n" live
		[ "$(got "a$n" | tr '\n' ' ')" = '{"resumed":false} live ' ]
	done
}

@test "ws-serve: hookline.events gives a client event lines, others payloads" {
	serve --relay
	client a /a "${EVENTS[@]}"
	client_fed b /a
	client c /a --protocol v1 --protocol hookline.events
	feed serve '{"room":"/a","json":{"n":1.5}}' '{"text":"all"}' \
	    '{"client":["c1","c2"],"text":"for you"}' \
	    '{"type":"request","id":"i","headers":[["Cookie","s"]],"text":"r"}'
	await_got a '"r"'
	feed b '{"kind":"binary","text":"hi"}'
	await_got a aGk=
	[ "$(got a | jq -c 'del(.id, .time)')" = \
	    '{"type":"message","room":"/a","json":{"n":1.5}}
{"type":"message","text":"all"}
{"type":"message","text":"for you"}
{"type":"message","text":"r"}
{"type":"message","client":"c2","room":"/a","base64":"aGk="}' ]
	[ "$(got a | jq -r .id | sort -u | wc -l)" = 5 ]
	got a | jq -r .id | sort -c
	# The same event as on stdout.
	[ "$(got a | tail -n 1)" = "$(await serve.out '"type":"message"')" ]
	grep -q '"protocol": "hookline.events"' a.out
	[ "$(got b | tr '\n' ' ')" = '{"n":1.5} all for you r ' ]
	await c.out '"kind": "binary", "base64": "aGk="'
	[ "$(got_all c | tr '\n' ' ')" = '{"n":1.5} all r hi ' ]
}

@test "ws-serve --history: ?since=ID goes on behind it, or says that there is a gap" {
	local id

	serve --history 3
	client a /a "${EVENTS[@]}"
	feed serve '{"room":"/a","text":"m1"}' '{"room":"/a","text":"m2"}' \
	    '{"text":"m3"}' '{"room":"/b","text":"x"}' '{"room":"/a","text":"m4"}'
	await_got a '"m4"'
	id() { got a | jq -r "select(.text == \"m$1\").id"; }
	fetch x "/a?since=$(id 2)" 3 "${EVENTS[@]}" >/dev/null
	[ "$(got x | jq -c '[.type, .resumed, .text]' | tr '\n' ' ')" = \
	    '["resumed",true,null] ["message",null,"m3"] ["message",null,"m4"] ' ]
	[ "$(got x | jq -c 'select(.resumed) | [.id, .client, .room]')" = \
	    "[\"$(id 2)\",\"c2\",\"/a\"]" ]
	# The very same events.
	[ "$(got x | tail -n 2)" = "$(got a | tail -n 2)" ]
	[ "$(fetch y "/a?since=$(id 4)" 1)" = '{"resumed":true}' ]
	# More come than are kept.
	feed serve '{"room":"/a","text":"m5"}' '{"room":"/a","text":"m6"}' \
	    '{"room":"/a","text":"m7"}'
	await_got a '"m7"'
	[ "$(fetch z "/a?since=$(id 4)" 4 | tr '\n' ' ')" = \
	    '{"resumed":true} m5 m6 m7 ' ]
	[ "$(fetch v "/a?since=$(id 3)&last=2" 3 | tr '\n' ' ')" = \
	    '{"resumed":false} m6 m7 ' ]
	for id in nonsense ffffffff-ffff-7fff-bfff-ffffffffffff \
	    00000000-0000-7000-8000-000000000000; do
		[ "$(fetch w "/a?since=$id" 5 | tr '\n' ' ')" = \
		    '{"resumed":false} m3 m5 m6 m7 ' ]
	done
	# It was told where it is before it was told anything else.
	fetch t '/a?last=2' 1 "${EVENTS[@]}" >/dev/null
	[ "$(fetch u "/a?since=$(got t | head -n 1 | jq -r .id)" 3 | tr '\n' ' ')" = \
	    '{"resumed":true} m6 m7 ' ]
}

@test "ws-serve: without --history nothing is told, and nothing kept" {
	serve --metrics /figures
	feed serve '{"text":"lost"}'
	client a '/?last=5'
	feed serve '{"text":"live"}'
	await_got a live
	[ "$(got a)" = live ]
	curl -sS "http://localhost:$PORT/figures" | grep -q \
	    '^ws_serve_history_bytes 0$'
}

@test "ws-serve --history: what clients say to each other is kept, with --relay" {
	serve --history 10 --relay
	client_fed a /a
	feed a '{"kind":"text","text":"one"}' '{"kind":"binary","text":"two"}'
	await_lines serve.out 4
	[ "$(fetch x '/a?last=9' 3 | tr '\n' ' ')" = '{"resumed":false} one two ' ]
	fetch y '/a?last=9' 3 "${EVENTS[@]}" >/dev/null
	[ "$(got y | tail -n 2)" = "$(grep '"type":"message"' serve.out)" ]
}

@test "ws-serve --history-size: limits all rooms together, and memory" {
	serve --history 1000000 --history-size 1M --metrics /figures
	client a /99 "${EVENTS[@]}"
	printf -v long '%01000d' 0
	seq 30000 | sed "s/.*/{\"room\":\"\/&\",\"text\":\"$long\"}/" | feed serve
	seq 1000 | sed 's/.*/{"room":"\/99","text":"m&"}/' | feed serve
	await_got a '"m1000"'
	[ "$(curl -sS "http://localhost:$PORT/figures" |
	    awk '/^ws_serve_history_bytes/ { print $2 }')" -le 1048576 ]
	[ "$(rss_kb "$PID_serve")" -lt "${HOOKLINE_SAN:+10}32768" ]
	id=$(got a | sed -n 2p | jq -r .id)
	[ "$(fetch x "/99?since=$id" 3 | tr '\n' ' ')" = '{"resumed":true} m2 m3 ' ]
	# Of the first message to it nothing is known any more.
	id=$(got a | sed -n 1p | jq -r .id)
	[ "$(fetch y "/99?since=$id" 2 | tr '\n' ' ')" = '{"resumed":false} m1 ' ]
}

@test "ws-serve --history: a client killed and resumed 100 times sees no gap and no repeat" {
	serve --history 1000000 --relay
	start resume /usr/bin/python3 "$PEERS/ws_resume.py" \
	    "$URL/a" 100
	await resume.out ready
	seq 3000 | sed 's/.*/{"room":"\/a","json":&}/' >lines
	feed serve <lines
	feed serve '{"text":"end"}'
	ended resume
	[ "$status" -eq 0 ]
	[ "$(cat resume.out)" = $'ready\n3000 messages, 100 times resumed' ]
}

# crowd NAME ARG...: clients that read nothing; back once they are there
crowd()
{
	start "$1" /usr/bin/python3 "$PEERS/ws_crowd.py" "${@:2}"
	await "$1.out" ready
}

# generation N: 8 MB of messages in /a that nobody gets, and so all that
# was kept before goes
generation()
{
	local ids

	printf -v long '%010000d' 0
	ids=$(seq -f '"c%g"' -s , 100)
	seq 900 | sed "s|.*|{\"room\":\"/a\",\"except\":[$ids],\"text\":\"$1 $long\"}|" |
	    feed serve
	feed serve "{\"client\":\"c1\",\"text\":\"end $1\"}"
	await_got a "end $1"
}

@test "ws-serve --history: a client that takes none of what it asked for keeps no memory that others don't" {
	local policy i

	for policy in close drop-new; do
		serve --history 100000 --history-size 8M --queue 256k \
		    --slow $policy
		client a /a
		generation 0
		before=$(rss_kb "$PID_serve")
		for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
			crowd "slow$i" --path '/a?last=100000' --paused 2 "$PORT" 2
			generation $i
		done
		[ "$(rss_kb "$PID_serve")" -lt $((before + ${HOOKLINE_SAN:+60}24000)) ]
		[ "$(grep -c 'too slow, ended' serve.err)" -ge 22 ]
		kill -KILL "$PID_serve"
		ended serve
		for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
			pid=PID_slow$i
			kill "${!pid}"
			ended "slow$i"
		done
	done
}

@test "ws-serve --history: a history far beyond --queue is taken whole by who reads, with what comes meanwhile" {
	serve --history 100000 --history-size 64M --queue 64k
	printf -v long '%01000d' 0
	seq 20000 | sed "s|.*|{\"room\":\"/a\",\"text\":\"m& $long\"}|" |
	    feed serve
	feed serve '{"text":"end"}'
	client b '/x'
	start a /usr/bin/python3 "$PEERS/ws_client.py" \
	    --count 20003 "$URL/a?last=100000"
	await serve.out '"room":"/a"' >/dev/null
	feed serve '{"room":"/a","text":"live"}'
	ended a
	[ "$(got a | cut -d ' ' -f 1 | tail -n +2 | head -n 20000 | sha256sum)" = \
	    "$(seq -f 'm%.0f' 20000 | sha256sum)" ]
	[ "$(got a | tail -n 2 | xargs)" = 'end live' ]
}

@test "ws-serve --history-size: who asks for payloads of a full history gets all, and leaves it as it was" {
	local first

	serve --history 100000 --history-size 8M --metrics /figures
	printf -v long '%01000d' 0
	seq 20000 | sed "s|.*|{\"room\":\"/a\",\"text\":\"m& $long\"}|" |
	    feed serve
	feed serve '{"do":"who"}'
	await serve.out '"clients"' >/dev/null
	client a '/a?last=100000' --slow
	await serve.out '"open"' >/dev/null
	feed serve '{"room":"/a","text":"live"}' '{"do":"who"}'
	await_lines serve.out 4
	# shellcheck disable=SC2153
	kill -USR1 "$PID_a"
	await a.out "$(printf live | base64)" >/dev/null
	got a | sed '1d;$d' | cut -d ' ' -f 1 >kept
	first=$(head -n 1 kept)
	[ "$(wc -l <kept)" -gt 3000 ]
	seq -f 'm%.0f' "${first#m}" 20000 | cmp - kept
	[ "$(curl -sS "http://localhost:$PORT/figures" |
	    awk '/^ws_serve_history_bytes/ { print $2 }')" -le 8388608 ]
	# Who comes now is told the same.
	fetch b "/a?last=100000" "$(wc -l <kept)" >/dev/null
	[ "$(got b | sed -n 2p | cut -d ' ' -f 1)" = "$first" ]
}

# ---- --history-file ----

# restart ARG...: the server is killed, and comes again
restart()
{
	kill -KILL "$PID_serve"
	ended serve
	serve "$@"
}

@test "ws-serve --history-file: a history outlives a server that is killed, with its ids" {
	local file=(--history 3 --history-file kept)

	serve "${file[@]}" --relay
	client a /a "${EVENTS[@]}"
	client_fed b /b
	feed serve '{"room":"/a","text":"m1"}' '{"text":"m2"}' \
	    '{"do":"join","client":"c2","room":"/a"}' \
	    '{"client":"c1","text":"private"}'
	await_got a private
	feed b '{"kind":"text","text":"m3"}'
	await_got a '"m3"'
	id=$(got a | head -n 1 | jq -r .id)
	restart "${file[@]}"
	fetch x "/a?since=$id" 3 "${EVENTS[@]}" >/dev/null
	[ "$(got x | jq -c '[.resumed, .text]' | tr '\n' ' ')" = \
	    '[true,null] [null,"m2"] [null,"m3"] ' ]
	[ "$(got x | tail -n 1)" = "$(got a | tail -n 1)" ]
	[ "$(fetch y '/b?last=9' 3 | tr '\n' ' ')" = '{"resumed":false} m2 m3 ' ]
	# What comes now comes after it.
	client c "/a?since=$id" "${EVENTS[@]}"
	feed serve '{"room":"/a","text":"m4"}' '{"room":"/a","text":"m5"}'
	await_got c m5
	got c | tail -n +2 | jq -r .id | sort -c
	# And m1 is gone, though there were only so few since the restart.
	restart "${file[@]}"
	[ "$(fetch z "/a?since=$id" 5 | tr '\n' ' ')" = \
	    '{"resumed":true} m2 m3 m4 m5 ' ]
	[ "$(fetch v "/a?since=00000000-0000-7000-8000-000000000000" 5 |
	    tr '\n' ' ')" = '{"resumed":false} m2 m3 m4 m5 ' ]
}

@test "ws-serve --history-file: is written anew once most of it is of no use" {
	local file=(--history 5 --history-file kept)

	serve "${file[@]}" --queue 16M
	client a /a "${EVENTS[@]}"
	printf -v long '%01000d' 0
	seq 5000 | sed "s/.*/{\"room\":\"\/a\",\"text\":\"m& $long\"}/" |
	    feed serve
	await_got a 'm5000 '
	limit=$((SECONDS + LIMIT))
	until [ ! -e kept.new ] && [ "$(stat -c %s kept)" -lt 2000000 ]; do
		[ "$SECONDS" -lt "$limit" ]
		# Each message has it looked at.
		feed serve '{"room":"/b","text":"on"}'
	done
	[ "$(stat -c %a kept)" = 600 ]
	id=$(got a | tail -n 5 | head -n 1 | jq -r .id)
	old=$(got a | tail -n 7 | head -n 1 | jq -r .id)
	restart "${file[@]}"
	[ "$(fetch x "/a?since=$id" 5 | cut -c1-6 | tr '\n' ' ')" = \
	    '{"resu m4997  m4998  m4999  m5000  ' ]
	[ "$(fetch y "/a?since=$old&last=1" 2 | cut -c1-15 | tr '\n' ' ')" = \
	    '{"resumed":fals m5000 000000000 ' ]
}

@test "ws-serve --history-file: a torn line is cut, another file is left alone" {
	serve --history 5 --history-file kept
	client a /a
	feed serve '{"text":"m1"}' '{"text":"m2"}'
	await_got a m2
	run --separate-stderr ws-serve 0 --history 5 --history-file kept
	[ "$status" -eq 2 ]
	[[ $stderr == *"another server"* ]]
	kill -KILL "$PID_serve"
	ended serve
	truncate -s -5 kept
	serve --history 5 --history-file kept
	feed serve '{"text":"m3"}'
	client b /b
	feed serve '{"client":"c1","text":"end"}'
	await_got b end
	[ "$(fetch x '/?last=9' 3 | tr '\n' ' ')" = '{"resumed":false} m1 m3 ' ]
	kill -TERM "$PID_serve"
	ended serve
	[ "$status" -eq 0 ]
	jq -c . kept >/dev/null
	echo '{"type":"open","id":"x"}' >log
	cp log before
	run --separate-stderr ws-serve 0 --history 5 --history-file log
	[ "$status" -eq 2 ]
	cmp log before
	run --separate-stderr ws-serve 0 --history-file new
	[ "$status" -eq 2 ]
	[ ! -e new ]
	run --separate-stderr ws-serve 0 --history 5 --history-file /dev/full
	[ "$status" -eq 2 ]
	[ "$stderr" = "ws-serve: /dev/full: not a file" ]
}

@test "ws-serve --history-file: while a slow disk has it written anew all goes on, and nothing is missing" {
	local file=(--history 5 --history-file seg/kept)

	preloaded disk
	mkdir seg
	echo slow >fault
	export DISK_FAULT=$PWD/fault
	start_fed serve env LD_PRELOAD="$PRELOAD" ws-serve 0 --announce "${file[@]}"
	announced serve
	URL=ws://localhost:$PORT
	client a /a "${EVENTS[@]}"
	printf -v long '%01000d' 0
	seq 2000 | sed "s/.*/{\"room\":\"\/a\",\"text\":\"m& $long\"}/" |
	    feed serve
	await_got a 'm2000 '
	[ -e seg/kept.new ]
	# It waits for the disk, we don't.
	feed serve '{"room":"/a","text":"meanwhile"}'
	await_got a meanwhile
	[ -e seg/kept.new ]
	[ "$(stat -c %s seg/kept)" -gt 2000000 ]
	id=$(got a | tail -n 4 | head -n 1 | jq -r .id)
	rm fault
	limit=$((SECONDS + LIMIT))
	until [ ! -e seg/kept.new ]; do
		[ "$SECONDS" -lt "$limit" ]
	done
	[ "$(stat -c %s seg/kept)" -lt 2000000 ]
	feed serve '{"room":"/a","text":"after"}'
	await_got a after
	restart "${file[@]}"
	[ "$(fetch x "/a?since=$id" 5 | cut -c1-6 | tr '\n' ' ')" = \
	    '{"resu m1999  m2000  meanwh after ' ]
	# Killed while it waits: the old file has all.
	echo slow >fault
	kill -KILL "$PID_serve"
	ended serve
	start_fed serve env LD_PRELOAD="$PRELOAD" ws-serve 0 --announce "${file[@]}"
	announced serve
	URL=ws://localhost:$PORT
	client b /a
	seq 2000 | sed "s/.*/{\"room\":\"\/a\",\"text\":\"n& $long\"}/" |
	    feed serve
	feed serve '{"room":"/a","text":"last"}'
	await_got b last
	[ -e seg/kept.new ]
	restart "${file[@]}"
	[ "$(fetch y '/a?last=2' 3 | cut -c1-6 | tr '\n' ' ')" = \
	    '{"resu n2000  last ' ]
}

@test "ws-serve --history-file: a full disk is told once, serving goes on, exit status 1; nobody resumes over what is missing" {
	local file=(--history 1000 --history-file small/kept)

	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null ||
	    skip "mounting needs root"
	serve "${file[@]}"
	client a /a "${EVENTS[@]}"
	feed serve '{"room":"/a","text":"first"}'
	await_got a first
	printf -v long '%01000d' 0
	seq 200 | sed "s/.*/{\"room\":\"\/a\",\"text\":\"m& $long\"}/" |
	    feed serve
	await_got a 'm200 '
	[ "$(grep -c 'small/kept: No space left on device; it is tried again' \
	    serve.err)" -eq 1 ]
	# In memory all are.
	[ "$(fetch x '/a?last=1000' 202 | wc -l)" -eq 202 ]
	# What fits again is written, behind a word on what is missing.
	mount -o remount,size=4M small
	feed serve '{"room":"/a","text":"again"}'
	await_got a again
	await serve.err 'can be written again'
	kill "$PID_serve"
	ended serve
	[ "$status" -eq 1 ]
	id=$(got a | head -n 1 | jq -r .id)
	lost=$(got a | tail -n 2 | head -n 1 | jq -r .id)
	serve "${file[@]}"
	[ "$(fetch y "/a?since=$id" 1)" = '{"resumed":false}' ]
	[ "$(fetch z "/a?since=$lost" 2 | tr '\n' ' ')" = \
	    '{"resumed":true} again ' ]
}
