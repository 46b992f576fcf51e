#!/usr/bin/env bats
# wh-listen-dedupe.bats - --dedupe: a repeat of a signed id is answered 200 and
# makes no line, but only once the first one's line was taken.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper

SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
# The same in hexadecimal.
KEY=31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0

setup()
{
	helper_setup
	echo "$SECRET" | tr -d '\n' >key
}

# listen OPTION...: wh-listen on a free port, for Standard Webhooks
listen()
{
	start l wh-listen --announce --verify standard-webhooks \
	    --secret-file key "$@" 0
	announced l
}

# signed ID BODY: the fields that sign it, one a line, for curl
signed()
{
	local now sig

	now=$(date +%s)
	sig=$(printf %s "$1.$now.$2" | openssl dgst -sha256 -mac HMAC \
	    -macopt "hexkey:$KEY" -binary | base64)
	printf '%s\n' "webhook-id: $1" "webhook-timestamp: $now" \
	    "webhook-signature: v1,$sig"
}

# post ID BODY [CURL-OPTION...]: signed; prints the status
post()
{
	local id=$1 body=$2

	shift 2
	signed "$id" "$body" >"fields.$BASHPID"
	curl -sS -o reply -w '%{http_code}' -H @"fields.$BASHPID" \
	    --data-binary "$body" "$@" "http://127.0.0.1:$PORT/"
}

# events: how many lines there are
events()
{
	grep -c '"type":"request"' l.out || :
}

# stuck OPTION...: wh-listen with nobody reading its stdout, which is $STUCK
stuck()
{
	mkfifo fifo
	start_stuck() { exec wh-listen -v --verify standard-webhooks \
	    --secret-file key "$@" 0 >fifo; }
	start l start_stuck "$@"
	exec {STUCK}<fifo
	FEEDS+=("$STUCK")	# other programs must not hold it
	PORT=$(await l.err 'listening on ')
	PORT=${PORT##*:}
}

# in_flight NAME ID [FILE]: posts it in the background
in_flight()
{
	local body=${3:-small}

	printf x >small
	signed "$2" "$(cat "$body")" >"fields.$1"
	start "$1" curl -sS -o /dev/null -w '%{http_code}\n' \
	    -H @"fields.$1" --data-binary "@$body" "http://127.0.0.1:$PORT/"
}

# filled: stdout has more than a pipe holds, and takes no more
filled()
{
	head -c 900000 /dev/zero | tr '\0' x >big
	in_flight f1 fill_1 big
	in_flight f2 fill_2 big
	received 2
}

# received N: so many requests have come in
received()
{
	local n

	until n=$(grep -c ': POST /, ' l.err); [ "$n" -ge "$1" ]; do
		kill -0 "$PID_l" || return 1
	done
}

@test "wh-listen --dedupe: a repeat is 200 and no line, whatever else it holds" {
	listen --dedupe
	[ "$(post msg_1 '{"a":1}')" = 204 ]
	[ "$(post msg_1 '{"a":1}' -D head)" = 200 ]
	grep -qi $'^content-length: 0\r$' head
	[ "$(post msg_1 '{"a":2}')" = 200 ]
	[ "$(post msg_2 '{"a":1}')" = 204 ]
	[ "$(post msg_2 '{"a":1}')" = 200 ]
	[ "$(events)" = 2 ]
	kill -USR1 "$PID_l"
	await l.err 'repeats 3'
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	# without the option all are printed
	listen
	[ "$(post msg_1 x)" = 204 ]
	[ "$(post msg_1 x)" = 204 ]
	[ "$(events)" = 2 ]
}

@test "wh-listen --dedupe: an id that nobody signed is never looked at" {
	printf github >other
	listen --dedupe --verify github --secret-file github=other \
	    --reply '202 text/plain ok'
	sig=$(printf x | openssl dgst -sha256 -hmac github -r | cut -d ' ' -f 1)
	for i in 1 2; do
		[ "$(curl -sS -o reply -w '%{http_code}' --data-binary x \
		    -H "X-Hub-Signature-256: sha256=$sig" \
		    -H 'X-GitHub-Delivery: 7' -H 'webhook-id: msg_1' \
		    "http://127.0.0.1:$PORT/")" = 202 ]
	done
	[ "$(events)" = 2 ]
	[ "$(post msg_1 x)" = 202 ]
	[ "$(events)" = 3 ]
}

@test "wh-listen --dedupe: a bad signature claims no id" {
	listen --dedupe
	for i in 1 2; do
		[ "$(post msg_1 x -H 'webhook-signature: v1,AAAA')" = 401 ]
		[ "$(post msg_1 x -X PUT --data-binary y)" = 401 ]
	done
	[ "$(post msg_1 x)" = 204 ]
	[ "$(events)" = 1 ]
	kill "$PID_l"
	ended l
	listen --dedupe --on-bad tag
	signed msg_1 y >bad
	for i in 1 2; do
		[ "$(curl -sS -o reply -w '%{http_code}' --data-binary x \
		    -H @bad "http://127.0.0.1:$PORT/")" = 204 ]
	done
	[ "$(events)" = 2 ]
	[ "$(post msg_1 x)" = 204 ]
	[ "$(events)" = 3 ]
}

@test "wh-listen --dedupe: what was not answered with a 2xx may be tried again" {
	listen --dedupe -f 'if .json.bad then error("bad") else .json end'
	[ "$(post msg_1 '{"bad":1}')" = 500 ]
	[ "$(post msg_1 '{"bad":1}')" = 500 ]
	[ "$(post msg_1 '{"n":1}')" = 204 ]
	[ "$(post msg_1 '{"n":2}')" = 200 ]
	[ "$(sed 1d l.out)" = '{"n":1}' ]
	kill "$PID_l"
	ended l
	listen --dedupe --reply 503
	[ "$(post msg_1 x)" = 503 ]
	[ "$(post msg_1 x)" = 503 ]
	[ "$(events)" = 2 ]
}

@test "wh-listen --dedupe: what -s leaves out is taken, too" {
	listen --dedupe -s '.json.n == 1'
	[ "$(post msg_1 '{"n":0}')" = 204 ]
	[ "$(post msg_1 '{"n":1}')" = 200 ]
	[ "$(events)" = 0 ]
}

@test "wh-listen --dedupe-ttl: an id is forgotten after so long" {
	listen --dedupe --dedupe-ttl 300ms
	[ "$(post msg_1 x)" = 204 ]
	until [ "$(post msg_1 x)" = 204 ]; do :; done
	[ "$(events)" = 2 ]
}

@test "wh-listen --dedupe-memory: the oldest ids make room, and that is said once" {
	listen --dedupe --dedupe-memory 1k
	for i in $(seq 20); do
		[ "$(post "msg_$i" x)" = 204 ]
	done
	[ "$(post msg_20 x)" = 200 ]
	[ "$(post msg_1 x)" = 204 ]
	[ "$(grep -c 'the oldest are forgotten early' l.err)" = 1 ]
	kill -USR1 "$PID_l"
	await l.err 'dedupe_ids 6 dedupe_forgotten 15'
}

@test "wh-listen --dedupe: a repeat waits for the first one's line, then both are 2xx" {
	stuck --dedupe
	filled
	in_flight a msg_1
	received 3
	in_flight b msg_1
	in_flight c msg_1
	received 5
	[ ! -s a.out ] && [ ! -s b.out ] && [ ! -s c.out ]
	kill "$PID_c"		# who leaves is not waited for
	cat <&"$STUCK" >got 3>&- &
	ended a
	ended b
	[ "$(cat a.out b.out | xargs)" = '204 200' ]
	[ "$(post msg_1 x)" = 200 ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	wait
	[ "$(wc -l <got)" = 3 ]
}

@test "wh-listen --dedupe: stdout gone, the first and its repeats are 503" {
	stuck --dedupe
	filled
	in_flight a msg_1
	received 3
	in_flight b msg_1
	in_flight c msg_1
	received 5
	eval "exec $STUCK<&-"
	ended a
	ended b
	ended c
	[ "$(cat a.out b.out c.out | xargs)" = '503 503 503' ]
	ended l
	[ "$status" -eq 141 ]
}

@test "wh-listen --dedupe: the first has left, and its line is taken: a repeat" {
	stuck --dedupe
	filled
	in_flight a msg_1
	received 3
	kill "$PID_a"
	ended a || :
	in_flight b msg_1
	received 4
	[ ! -s b.out ]
	cat <&"$STUCK" >got 3>&- &
	ended b
	[ "$(cat b.out)" = 200 ]
	kill "$PID_l"
	ended l
	wait
	[ "$(wc -l <got)" = 3 ]
}

@test "wh-listen --dedupe -- COMMAND: how it ends decides, though its sender has left" {
	cat >run.sh <<-'END'
	#!/bin/sh
	echo run >>runs
	read -r code <gate
	exit "$code"
	END
	chmod +x run.sh
	mkfifo gate
	start l wh-listen -v --announce --verify standard-webhooks \
	    --secret-file key --dedupe 0 -- ./run.sh
	announced l
	in_flight a msg_1
	await_lines runs 1
	in_flight b msg_1
	received 2
	echo 3 >gate			# the second run is the next try
	ended a
	ended b
	[ "$(cat a.out b.out | xargs)" = '500 503' ]
	in_flight a msg_1
	await_lines runs 2
	kill "$PID_a"
	ended a || :
	echo 4 >gate
	await l.err 'the command .* 4'
	in_flight a msg_1
	await_lines runs 3
	in_flight b msg_1
	received 5
	kill "$PID_a"
	ended a || :
	[ ! -s b.out ]
	echo 0 >gate
	ended b
	[ "$(cat b.out)" = 200 ]
	[ "$(post msg_1 x)" = 200 ]
	[ "$(wc -l <runs)" = 3 ]
	[ "$(events)" = 3 ]
}

@test "wh-listen --dedupe --reply-lines: a coprocess that refuses is asked again" {
	start_fed l wh-listen -v --announce --verify standard-webhooks \
	    --secret-file key --dedupe --reply-lines 0
	announced l
	n=1
	for code in 500 201; do
		in_flight a msg_1
		in_flight b msg_2
		n=$((n + 2))
		await_lines l.out $n
		feed l "$(sed 1d l.out | grep msg_1 | tail -n 1 |
		    jq -c "{id,status:$code}")"
		ended a
		[ "$(cat a.out)" = $code ]
		feed l "$(sed 1d l.out | grep msg_2 | tail -n 1 |
		    jq -c '{id,status:400}')"
		ended b
	done
	[ "$(post msg_1 x)" = 200 ]
}

@test "wh-listen --dedupe --spool: a repeat is not stored twice" {
	start l wh-listen --announce --verify standard-webhooks \
	    --secret-file key --dedupe --spool q 0
	announced l
	for i in 1 2 3; do
		post "msg_$i" x >>statuses
		post "msg_$i" x >>statuses
	done
	[ "$(cat statuses)" = 204200204200204200 ]
	kill "$PID_l"
	ended l
	[ "$(cat q/seg/*.ndjson | tr -d '\0' | wc -l)" = 3 ]
}

@test "wh-listen --dedupe: options at fault are exit 2" {
	printf k >k
	while IFS='|' read -r args want; do
		# shellcheck disable=SC2086 # several words
		run -2 --separate-stderr wh-listen $args 0
		[[ $stderr == "wh-listen: $want"* ]]
	done <<-'END'
	--dedupe|--dedupe: needs --verify
	--dedupe --verify github --secret-file k|--dedupe: needs --verify with a scheme that signs an id
	--dedupe --dedupe-ttl 0|--dedupe-ttl
	END
}
