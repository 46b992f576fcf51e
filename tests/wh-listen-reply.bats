#!/usr/bin/env bats
# wh-listen-reply.bats - replies that are made for each request: by an
# expression, or by whoever writes lines to stdin.

# shellcheck disable=SC2154,SC2086 # status and PID_NAME; URLs are words

load helper
load listening
load asking

# listen_fed OPTION...: the same as listen; `feed l` writes to its stdin
listen_fed()
{
	start_fed l wh-listen --announce "$@" 0
	announced l
	URL=$(url)
}

# ---- --reply-filter ----

@test "wh-listen --reply-filter: status, headers and body come from the event" {
	listen --reply-filter '{status: 201, headers: {"X-Path": .path,
	    "Set-Cookie": ["a=1", "b=2"], "X-N": 5}, json: {got: .json.a}}'
	[ "$(post -d '{"a":[1,2]}' "${URL}x/y")" = 201 ]
	[ "$(<body)" = '{"got":[1,2]}' ]
	[ "$(field content-type)" = application/json ]
	[ "$(field x-path)" = /x/y ]
	[ "$(field x-n)" = 5 ]
	[ "$(field set-cookie | xargs)" = 'a=1 b=2' ]
	[ "$(field content-length)" = 13 ]
}

@test "wh-listen --reply-filter: the body's kind tells its type, unless said" {
	listen --reply-filter '.json // {text: "abc"}'
	[ "$(post -d '{"text":"é"}' "$URL")" = 200 ]
	[ "$(<body)" = é ]
	[ "$(field content-type)" = 'text/plain; charset=utf-8' ]
	post -d '{"base64":"AP8="}' "$URL"
	[ "$(od -An -tx1 body | xargs)" = '00 ff' ]
	[ "$(field content-type)" = application/octet-stream ]
	post -d '{"text":"<p>","headers":[["content-type","text/html"]]}' "$URL"
	[ "$(field content-type)" = text/html ]
	[ "$(post -d '{"status":404}' "$URL")" = 404 ]
	[ ! -s body ]
	[ "$(field content-length)" = 0 ]
	[ "$(post -d '{"status":204}' "$URL")" = 204 ]
	[ "$(post -I "$URL")" = 200 ]
	[ "$(field content-length)" = 3 ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --reply-filter: no reply, or a bad one, is 500 and exit 1" {
	local bad n=0

	listen --reply-filter '.json | if . == "none" then empty
	    elif . == "two" then ({}, {}) elif . == "fail" then error("sic")
	    else . end'
	for bad in '1' '"none"' '"two"' '"fail"' '{"status":99}' \
	    '{"status":600}' '{"status":"200"}' '{"status":200.5}' \
	    '{"headers":3}' '{"headers":[["a"]]}' '{"headers":{"A B":"c"}}' \
	    '{"headers":{"":"c"}}' '{"headers":{"A":null}}' \
	    '{"headers":{"A":"b\r\nEvil: 1"}}' '{"headers":{"A\r\nEvil":"1"}}' \
	    '{"headers":{"A":"\u0000"}}' '{"headers":{"content-length":"9"}}' \
	    '{"headers":[["Transfer-Encoding","chunked"]]}' \
	    '{"headers":{"Connection":"close"}}' '{"headers":{"Date":"x"}}' \
	    '{"status":204,"text":"x"}' '{"base64":"A"}' '{"text":1}'; do
		[ "$(post -d "$bad" "$URL")" = 500 ]
		run ! grep -qi -e evil -e 'close' head
		n=$((n + 1))
	done
	[ "$(grep -c -- '--reply-filter: ' l.err)" -eq $n ]
	grep -q "$(id 1): --reply-filter: an event is a JSON object" l.err
	grep -q "$(id 2): --reply-filter: yields 0 results" l.err
	grep -q "$(id 3): --reply-filter: yields 2 results" l.err
	grep -q "$(id 4): --reply-filter: .*sic" l.err
	# All of them were printed, and the server goes on.
	[ "$(post -d '{}' "$URL")" = 200 ]
	id $((n + 1))
	kill "$PID_l"
	ended l
	[ "$status" -eq 1 ]
}

@test "wh-listen --reply-filter: sees the event and --arg, whatever is printed" {
	listen --arg v x --reply-filter '{text: ($v + .method)}' -s false
	post -d a "$URL"
	[ "$(<body)" = xPOST ]
	[ "$(wc -l <l.out)" -eq 1 ]
	kill "$PID_l"
	ended l
	listen --reply-filter '{text: .target}' -p
	post -d '[1]' "${URL}t"
	[ "$(<body)" = /t ]
	await l.out '^\[1\]$'
	run -2 --separate-stderr wh-listen --reply-filter '{' 0
	[[ $stderr == *'syntax error'* ]]
}

@test "wh-listen --reply-filter --spool: the reply comes once it is on disk" {
	listen --spool q --reply-filter '{status: 202, json: .id}'
	[ "$(post -d a "$URL")" = 202 ]
	[ "$(jq -r .id q/seg/*.ndjson)" = "$(jq -r . body)" ]
}

# ---- --reply-lines ----

@test "wh-listen --reply-lines: a coprocess answers, as in the page" {
	local n

	mkfifo replies
	start_coprocess()
	{
		wh-listen --announce --reply-lines 0 <replies | tee l.out |
		    jq -c --unbuffered 'select(.type == "request") |
		    {id,json:{got:.json}}' >replies
	}
	start c start_coprocess
	announced l
	URL=http://127.0.0.1:$PORT/
	[ "$(post -d '{"a":1}' "$URL")" = 200 ]
	[ "$(<body)" = '{"got":{"a":1}}' ]
	[ "$(field content-type)" = application/json ]
	# Each gets its own, however many there are at once.
	# shellcheck disable=SC2016
	seq 100 | xargs -P 20 -I{} sh -c 'echo "$(curl -sS -d "$1" "$2") $1"' \
	    - {} "$URL" >all
	[ "$(wc -l <all)" -eq 100 ]
	while read -r got n; do
		[ "$got" = "{\"got\":$n}" ]
	done <all
}

@test "wh-listen --reply-lines: replies come in any order, byte for byte" {
	listen_fed --reply-lines
	ask a -d 1 "$URL"
	id 1
	ask b -d 2 "$URL"
	feed l "{\"id\":\"$(id 2)\",\"json\":{\"n\":12345678901234567890, \"x\":1.10}}"
	[ "$(answered b)" = 200 ]
	[ "$(<b.body)" = '{"n":12345678901234567890, "x":1.10}' ]
	feed l "{\"id\":\"$(id 1)\",\"status\":418,\"text\":\"tea\",\"headers\":{\"X\":\"y\"}}"
	[ "$(answered a)" = 418 ]
	[ "$(<a.body)" = tea ]
	[ "$(field x a.head)" = y ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --reply-lines: without a reply it is 504, and a late one is noted" {
	listen_fed --reply-lines --reply-timeout 100ms
	[ "$(post -d 1 "$URL")" = 504 ]
	grep -q "$(id 1): no reply in time" l.err
	feed l "{\"id\":\"$(id 1)\"}" '{"id":"who?"}'
	await l.err "line 1: nobody waits for a reply to $(id 1)"
	await l.err 'line 2: nobody waits for a reply to who\?'
	kill "$PID_l"
	ended l
	[ "$status" -eq 1 ]
}

@test "wh-listen --reply-lines: a bad line is named, its request gets 502, exit 9" {
	listen_fed --reply-lines
	ask a -d 1 "$URL"
	feed l '{' '{"status":200}' '{"id":5}' '' \
	    "{\"id\":\"$(id 1)\",\"status\":1000}"
	[ "$(answered a)" = 502 ]
	await l.err '^wh-listen: line 1: '
	await l.err '^wh-listen: line 2: no "id"'
	await l.err '^wh-listen: line 3: "id" is not a string'
	await l.err '^wh-listen: line 5: status: 1000: none from 200 to 599'
	ask b -d 1 "$URL"
	feed l "{\"id\":\"$(id 2)\",\"status\":201}"
	[ "$(answered b)" = 201 ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 9 ]
}

@test "wh-listen --reply-lines: stdin's end is 502 for who waits, and the end" {
	listen_fed --reply-lines
	ask a -d 1 "$URL"
	id 1
	feed_end l
	[ "$(answered a)" = 502 ]
	ended l
	[ "$status" -eq 1 ]
	listen_fed --reply-lines
	feed_end l
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --reply-lines: who leaves is forgotten" {
	listen_fed --reply-lines
	ask a -d 1 "$URL"
	id 1
	kill "$PID_a"
	ended a
	ask b -d 2 "$URL"
	feed l "{\"id\":\"$(id 1)\"}" "{\"id\":\"$(id 2)\",\"status\":203}"
	[ "$(answered b)" = 203 ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --reply-lines: SIGTERM waits for replies, but no new requests" {
	listen_fed --reply-lines --drain 1m
	ask a -d 1 "$URL"
	id 1
	kill "$PID_l"
	until ! curl -s -o /dev/null "$URL"; do :; done
	feed l "{\"id\":\"$(id 1)\"}"
	[ "$(answered a)" = 200 ]
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --reply-lines: what a filter leaves out gets --reply" {
	listen_fed --reply-lines --reply 202 -s '.json == 1'
	[ "$(post -d 2 "$URL")" = 202 ]
	ask a -d 1 "$URL"
	feed l "{\"id\":\"$(id 1)\"}"
	[ "$(answered a)" = 200 ]
}

@test "wh-listen --reply-lines: stdout gone is 503 for who was not printed" {
	mkfifo fifo
	start_stuck() { exec wh-listen -v --reply-lines 0 >fifo; }
	start_fed l start_stuck
	exec {STUCK}<fifo
	FEEDS+=("$STUCK")
	PORT=$(await l.err 'listening on ')
	URL=http://127.0.0.1:${PORT##*:}/
	head -c 900000 /dev/zero | tr '\0' x >big
	for i in 1 2 3; do
		ask "a$i" --data-binary @big "$URL"
	done
	until [ "$(grep -c ': POST /, 900000 bytes' l.err)" -eq 3 ]; do
		kill -0 "$PID_l"
	done
	eval "exec $STUCK<&-"
	feed_end l
	ended l
	[ "$status" -eq 141 ]
	for i in 1 2 3; do
		ended "a$i"
	done
	# One may have been printed, and then nobody answered.
	[[ "$(cat a?.out)" =~ ^(502)?(503)+(502)?(503)*$ ]]
}

@test "wh-listen: options of replies that contradict each other are exit 2" {
	refused()
	{
		run -2 --separate-stderr wh-listen "$@"
		[ "$output" = '' ]
		[[ $stderr == "wh-listen: "* ]]
	}
	refused --reply-lines --reply-filter . 0
	refused --reply-lines 0 -- cat
	refused --reply-filter . 0 -- cat
	refused --reply-lines --spool q 0
	refused --spool q 0 -- cat
	refused --reply-lines -p 0
	refused --reply-lines 0 </dev/null
	[[ $stderr == *'no stdin'* ]]
	[ ! -e q ]
}
