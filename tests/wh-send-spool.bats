#!/usr/bin/env bats
# wh-send-spool.bats - wh-send --spool and --dead-letter: what was accepted is
# delivered, this time or the next, or is kept where it can be looked at.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper

# receiver ARG...: sets URL; requests come as lines in receiver.out
receiver()
{
	local port

	start receiver "$PEERS/http_server.py" "$@"
	port=$(await receiver.out '^[0-9/]+')
	URL=http://127.0.0.1:$port
}

# requests JQ-ARG...: jq over the requests so far
requests()
{
	tail -n +2 receiver.out | jq "$@"
}

# bodies: in the order in which they came, on one line
bodies()
{
	requests -r '.base64 | @base64d' | paste -sd' '
}

# send ARG...: delivers from q; stdin is the caller's
send()
{
	run --separate-stderr wh-send --spool q --backoff 10ms..20ms "$@"
}

# enqueue LINE...
enqueue()
{
	printf '%s\n' "$@" | wh-send --spool q --enqueue
}

list()
{
	wh-send --spool q --list "$1" </dev/null
}

# segments: how many there are
segments()
{
	find q/seg -name '*.ndjson' | wc -l
}

teardown()
{
	helper_teardown
	! mountpoint -q "$BATS_TEST_TMPDIR/small" ||
	    umount "$BATS_TEST_TMPDIR/small"
}

# ---- in ----

@test "--enqueue: lines are on disk, each has its result, and nothing is sent" {
	enqueue '{"a":1.10}' '[2]' >out
	[ "$(jq -c '[.type,.line,.outcome]' out | xargs)" = \
	    '[result,1,spooled] [result,2,spooled]' ]
	/usr/bin/python3 "$PEERS/spool.py" q >events
	[ "$(jq -r .id out)" = "$(jq -r .id events)" ]
	[ "$(jq -r .type events | uniq)" = message ]
	grep -q '"json":{"a":1.10}' events
	[ "$(stat -c %a q)" = 700 ]
}

@test "--enqueue: a bad line is exit status 9, the others are stored" {
	run --separate-stderr wh-send --spool q --enqueue <<<$'1\n{\n2'
	[ "$status" -eq 9 ]
	[ "$(jq -r .outcome <<<"$output" | sort | xargs)" = \
	    'invalid spooled spooled' ]
	[ "$(list due | jq -c .json | xargs)" = '1 2' ]
}

@test "--enqueue -e: events stay as they are, and get an id if they have none" {
	printf '%s\n' '{"id":"mine","json":{"x":1.0}}' ' { "text" : "é" } ' \
	    '{}' '{"type":"open"}' |
	    wh-send -e --spool q --enqueue >out
	[ "$(wc -l <out)" -eq 3 ]
	list due >events
	[ "$(sed -n 1p events)" = '{"id":"mine","json":{"x":1.0}}' ]
	grep -q '^{ "text" : "é" ,"id":"msg_[0-9a-f-]*"}$' events
	grep -q '^{"id":"msg_[0-9a-f-]*"}$' events
	[ "$(jq -r .id out)" = "$(jq -r .id events)" ]
}

@test "--enqueue: several programs may write to one folder, beside a consumer" {
	local i pids=()

	receiver
	start sender wh-send --spool q --follow "$URL"
	for i in 1 2 3 4; do
		wh-send --spool q --enqueue < <(seq "$i" 4 400) >"out.$i" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	await_lines receiver.out 401
	[ "$(bodies | tr ' ' '\n' | sort -n | paste -sd' ')" = \
	    "$(seq -s' ' 400)" ]
}

@test "--spool: filters come before it, and secrets do not get into it" {
	receiver
	send -s '. > 1' -f '{n:.}' -H 'Authorization: Bearer swordfish' \
	    "${URL/\/\//\/\/user:swordfish@}" <<<$'1\n2'
	[ "$status" -eq 0 ]
	[ "$(bodies)" = '{"n":2}' ]
	receiver --script 400
	send -H 'Authorization: Bearer swordfish' \
	    "${URL/\/\//\/\/user:swordfish@}" <<<'{"a":1}'
	[ "$status" -eq 11 ]
	[ "$(list dead | jq -c .json)" = '{"a":1}' ]
	run ! grep -r swordfish q
}

@test "--spool: bodies are what they would have been without it" {
	receiver
	printf '%s\n' '{"a":1.10,"b":12345678901234567890,"a":2}' '"x"' \
	    '1e400' '"\u0000\ud800"' >lines
	send --jobs 1 "$URL" <lines
	[ "$status" -eq 0 ]
	requests -r '.base64 | @base64d' >got
	wh-send --jobs 1 "$URL" <lines >out
	requests -r '.base64 | @base64d' | tail -n 4 | diff got -
	send --jobs 1 -R "$URL" <<<'5'
	send --jobs 1 --body - "$URL" <<<'not json'
	head -c 1000 /dev/urandom >body
	send --jobs 1 --body body "$URL"
	[ "$status" -eq 0 ]
	requests -r '.headers[] | select(.[0] == "Content-Type")[1]' |
	    tail -n 3 >types
	printf '%s\n' 'text/plain; charset=utf-8' application/octet-stream \
	    application/octet-stream | diff - types
	requests -r .base64 | tail -n 1 | base64 -d | cmp - body
}

@test "--spool: a full disk makes stdin wait, and loses nothing" {
	mkdir small
	mount -t tmpfs -o size=512k tmpfs small 2>/dev/null ||
	    skip "mounting a small file system needs root"
	/usr/bin/python3 -c 'print(("\"" + "x" * 999 + "\"\n") * 300)' >lines
	head -c 300k /dev/zero >small/filler
	start_from lines sender wh-send --spool small/q --enqueue
	await sender.err 'No space left on device; waiting for room'
	[ "$(wc -l <sender.out)" -lt 300 ]
	rm small/filler
	await sender.err 'has room again'
	ended sender
	[ "$status" -eq 0 ]
	[ "$(wc -l <sender.out)" -eq 300 ]
	[ "$(/usr/bin/python3 "$PEERS/spool.py" small/q |
	    wc -l)" -eq 300 ]
}

@test "--spool: after an error of the disk no line is said to be stored" {
	echo eio >fault
	preloaded disk
	run --separate-stderr env LD_PRELOAD="$PRELOAD" \
	    DISK_FAULT="$PWD/fault" wh-send --spool q --enqueue <<<'1'
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ "$stderr" = *'q: fdatasync: Input/output error'* ]]
	[ -z "$(list due)" ]
}

# ---- out ----

@test "--spool: without stdin it delivers what is there, in order, and ends" {
	receiver
	enqueue 1 2 3
	send --jobs 1 "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$(bodies)" = '1 2 3' ]
	[ "$(jq -r .outcome <<<"$output" | uniq)" = delivered ]
	[ "$(segments)" -eq 0 ]
	send "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$(bodies)" = '1 2 3' ]
}

@test "--spool: stdin's lines are delivered, after what was there before" {
	receiver
	enqueue 1
	send --jobs 1 "$URL" <<<$'2\n3'
	[ "$status" -eq 0 ]
	[ "$(bodies)" = '1 2 3' ]
	[ "$(segments)" -eq 0 ]
}

@test "--follow: lines are delivered as they come, beside wh-listen --spool" {
	receiver
	start sender wh-send --spool q --follow "$URL"
	start l wh-listen --announce --spool q 0
	announced l
	curl -sS -d one -H 'X-A: b' "http://127.0.0.1:$PORT/x"
	await_lines receiver.out 2
	[ "$(bodies)" = one ]
	requests -e '.headers | index([["X-A","b"]])'
	kill -KILL "$PID_l"
	ended l || :
	start l wh-listen --announce --spool q 0
	announced l
	curl -sS -d two "http://127.0.0.1:$PORT/x"
	await_lines receiver.out 3
	[ "$(bodies)" = 'one two' ]
	await_lines sender.out 2
	kill -TERM "$PID_l" "$PID_sender"
	ended l
	ended sender
	[ "$status" -eq 0 ]
	send "$URL" </dev/null
	[ "$(segments)" -eq 0 ]
}

@test "--spool: published signatures of GitHub, Stripe and Slack verify behind it" {
	local signed=$PEERS/signed.py n
	local vectors=$REPO/tests/data/signatures/signatures.ndjson

	receiver
	start l wh-listen --announce --spool q 0
	announced l
	"$signed" send "$vectors" "$PORT"
	kill -KILL "$PID_l"
	ended l || :
	n=$(wh-send --spool q --list due </dev/null | wc -l)
	[ "$n" -ge 10 ]
	send "$URL/" </dev/null
	[ "$status" -eq 0 ]
	"$signed" check "$vectors" receiver.out >verdicts
	[ "$(grep -c ' ok$' verdicts)" -eq "$n" ]
	[ "$(grep -vc ' ok$' verdicts)" -eq 0 ]
}

@test "--spool --order key: a line that waits holds up those of its key, over restarts" {
	receiver --script 503,503,204
	printf '{"k":%s}\n' 1 2 1 2 3 |
	    wh-send --spool q --enqueue --order-key .k >out
	[ "$(list due | jq .key | xargs)" = '1 2 1 2 3' ]
	start sender wh-send --spool q --follow --jobs 1 --order key \
	    --backoff 1h --breaker off "$URL"
	await q/state.ndjson 'done'
	[ "$(bodies)" = '{"k":1} {"k":2} {"k":3}' ]
	kill -KILL "$PID_sender"
	ended sender || :
	receiver
	send --jobs 1 --order key --retry-now "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$(bodies)" = '{"k":1} {"k":2} {"k":1} {"k":2}' ]
}

@test "--spool --sign: the id of a delivery is the same over restarts, its time is not" {
	receiver --script 503
	printf whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw >secret
	chmod 600 secret
	enqueue 1
	start sender wh-send --spool q --backoff 1h --secret-file secret "$URL"
	await q/state.ndjson retry
	kill -KILL "$PID_sender"
	ended sender || :
	requests '.headers' >first
	receiver
	field() { jq -r --arg n "$1" '.[] | select(.[0] == $n)[1]' "$2"; }
	# Its time has a second's resolution.
	until [ "$(date +%s)" -gt "$(field webhook-timestamp first)" ]; do :; done
	send --retry-now --secret-file secret "$URL" </dev/null
	[ "$status" -eq 0 ]
	requests '.headers' >second
	[ -n "$(field webhook-id first)" ]
	[ "$(field webhook-id first)" = "$(field webhook-id second)" ]
	[ "$(field webhook-timestamp first)" != \
	    "$(field webhook-timestamp second)" ]
	run ! grep -r MfKQ9r8G q
}

@test "--spool: a receiver that is away: all is kept, exit status 11; next time it arrives" {
	receiver --script 503
	start_fed sender wh-send --spool q --backoff 1h --drain 1m "$URL"
	feed sender 1 2 3
	feed_end sender
	await_lines receiver.out 4
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 11 ]
	[ "$(jq -r .outcome sender.out | xargs)" = 'spooled spooled spooled' ]
	[ "$(jq -r .state q/state.ndjson | sort | uniq -c | xargs)" = \
	    '3 retry' ]
	[ "$(jq -r .attempts q/state.ndjson | uniq)" -eq 1 ]
	receiver
	send --retry-now "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$(bodies | tr ' ' '\n' | sort | xargs)" = '1 2 3' ]
	[ "$(jq -r .id <<<"$output" | sort)" = \
	    "$(jq -r .id sender.out | sort)" ]
	[ "$(jq -r .attempts <<<"$output" | uniq)" -eq 2 ]
}

@test "--spool: a retry waits for its time over a restart, but for --retry-now" {
	receiver --script 503
	start_fed sender wh-send --spool q --backoff 1h "$URL"
	feed sender 1
	await q/state.ndjson retry
	kill -KILL "$PID_sender"
	ended sender || :
	start second wh-send --spool q --follow -v --drain 1m "$URL"
	enqueue 2
	await_lines receiver.out 3
	[ "$(bodies)" = '1 2' ]
	kill -TERM "$PID_second"
	ended second
	[ "$status" -eq 11 ]
	receiver
	send --retry-now --jobs 1 "$URL" </dev/null
	[ "$(bodies)" = '1 2' ]
	[ "$(jq -r .attempts <<<"$output" | xargs)" = '2 2' ]
}

@test "--spool: retries are counted over restarts" {
	receiver --script 503
	enqueue 1
	send --retries 0 "$URL" </dev/null
	[ "$status" -eq 11 ]
	list dead | wh-send -e --spool q --enqueue
	wh-send --spool q --purge dead </dev/null
	start sender wh-send --spool q --retries 3 --backoff 1h "$URL"
	await q/state.ndjson '"attempts":1'
	kill -KILL "$PID_sender"
	ended sender || :
	send --retries 3 --retry-now "$URL" </dev/null
	[ "$status" -eq 11 ]
	[ "$(jq -r '[.outcome,.attempts] | join(" ")' <<<"$output")" = \
	    'exhausted 4' ]
	[ "$(list dead | jq .failed.attempts)" -eq 4 ]
}

@test "--spool: what is given up is dead, with the reason, and can be sent again" {
	receiver --script 400,204
	send --jobs 1 "$URL" <<<$'{"a":1}\n{"a":2}'
	[ "$status" -eq 11 ]
	[[ "$stderr" = *'1 of 2 not delivered'* ]]
	[[ "$stderr" = *'what was given up is in q/dead.ndjson'* ]]
	[ "$(segments)" -eq 0 ]
	list dead >dead
	[ "$(jq -c '[.json.a,.failed.outcome,.failed.status,.failed.attempts]
	    ' dead)" = '[1,"failed",400,1]' ]
	wh-send -e --spool q --enqueue <dead
	wh-send --spool q --purge dead </dev/null
	[ -z "$(list dead)" ]
	receiver --script 404
	send "$URL" </dev/null
	[ "$status" -eq 11 ]
	[ "$(list dead | jq -r .id)" = "$(jq -r .id dead)" ]
	[ "$(list dead | grep -o '"failed":{' | wc -l)" -eq 1 ]
	[ "$(list dead | jq .failed.status)" -eq 404 ]
}

@test "--spool: while the disk is full, what is given up waits for room in dead.ndjson" {
	mkdir small
	mount -t tmpfs -o size=256k tmpfs small 2>/dev/null ||
	    skip "mounting a small file system needs root"
	receiver --script 400
	seq 100 | wh-send --spool small/q --enqueue >out
	head -c 1M /dev/zero >small/filler || :
	start sender wh-send --spool small/q "$URL"
	await_lines sender.out 100
	await sender.err 'dead.ndjson: No space left on device'
	[ "$(find small/q/seg -name '*.ndjson' | wc -l)" -eq 1 ]
	rm small/filler
	ended sender
	[ "$status" -eq 11 ]
	[ "$(grep -c dead.ndjson: sender.err)" -eq 1 ]
	[ "$(wh-send --spool small/q --list dead </dev/null | wc -l)" -eq 100 ]
	[ "$(find small/q/seg -name '*.ndjson' | wc -l)" -eq 0 ]
}

@test "--spool: a line that cannot be sent is dead, and holds up no other" {
	receiver
	printf '%s\n' '{"json":1,"method":"A B"}' '{"url":"http://10.0.0.1/"}' \
	    '{"url":"gopher://x/","json":1}' '{"json":2}' |
	    wh-send -e --spool q --enqueue
	send "$URL" </dev/null
	[ "$status" -eq 11 ]
	[ "$(bodies)" = 2 ]
	[ "$(list dead | jq -r .failed.outcome | xargs)" = \
	    'invalid blocked blocked' ]
	[ "$(segments)" -eq 0 ]
}

@test "--spool: a line that was damaged is put aside, and the others arrive" {
	local segment

	receiver
	enqueue 1 2 3
	segment=$(echo q/seg/*.ndjson)
	sed -i 's/"json":2/"json":7/' "$segment"
	send --jobs 1 "$URL" </dev/null
	[ "$status" -eq 1 ]
	[ "$(bodies)" = '1 3' ]
	[[ "$stderr" = *"${segment##*/}: line 2 does not verify"* ]]
	[ "$(jq -c '[.type,.segment,.line,.json.json]' q/bad.ndjson)" = \
	    "[\"bad\",\"${segment##*/}\",2,7]" ]
	[ "$(segments)" -eq 0 ]
}

@test "--spool: an event without an id has the same one whenever it is sent" {
	receiver --script 503
	start l wh-listen --announce --spool q -f 'del(.id)' 0
	announced l
	curl -sS -d one "http://127.0.0.1:$PORT/x"
	kill -TERM "$PID_l"
	ended l
	send --retries 0 "$URL" </dev/null
	[ "$(list dead | jq 'has("id")')" = false ]
	mv q/dead.ndjson old
	jq -r .id <<<"$output" >ids
	receiver
	start l wh-listen --announce --spool q -f 'del(.id)' 0
	announced l
	curl -sS -d two "http://127.0.0.1:$PORT/x"
	receiver --script 503
	start sender wh-send --spool q --backoff 1h "$URL"
	await q/state.ndjson retry
	kill -TERM "$PID_sender"
	ended sender
	receiver
	send --retry-now "$URL" </dev/null
	[ "$(jq -r .id <<<"$output")" = "$(jq -r .id sender.out)" ]
	[ "$(cat ids)" != "$(jq -r .id sender.out)" ]
}

@test "--spool: one consumer at a time: exit status 3" {
	receiver
	enqueue 1
	start sender wh-send --spool q --follow "$URL"
	await_lines receiver.out 2
	send "$URL" </dev/null
	[ "$status" -eq 3 ]
	[ "$stderr" = 'wh-send: q: somebody else delivers from it' ]
}

# ---- looking ----

@test "--list, --purge: due, dead and done" {
	receiver --script 204,400,hang
	enqueue 1 2 3
	start sender wh-send --spool q --jobs 1 --keep 1h --follow \
	    --drain 100ms "$URL"
	await q/state.ndjson '"dead"'
	[ "$(list due | jq .json)" = 3 ]
	[ "$(list dead | jq .json)" = 2 ]
	[ "$(list 'done' | jq .json)" = 1 ]
	kill -TERM "$PID_sender"
	ended sender
	receiver
	send --keep 1h "$URL" </dev/null
	[ -z "$(list due)" ]
	[ "$(list 'done' | jq .json | xargs)" = '1 3' ]
	[ "$(find q/done -name '*-1.ndjson' | wc -l)" -eq 1 ]
	wh-send --spool q --purge 'done' </dev/null
	[ -z "$(list 'done')" ]
	enqueue 4 5
	run --separate-stderr wh-send --spool q --purge due </dev/null
	[ "$status" -eq 0 ]
	[ "$stderr" = 'wh-send: q: 2 lines deleted' ]
	[ -z "$(list due)" ]
	[ "$(segments)" -eq 0 ]
	[ "$(list dead | jq .json)" = 2 ]
	wh-send --spool q --purge dead </dev/null
	[ -z "$(list dead)" ]
}

@test "--list: a folder that is not there is exit status 2" {
	run --separate-stderr wh-send --spool no --list due </dev/null
	[ "$status" -eq 2 ]
	[ "$stderr" = 'wh-send: no: No such file or directory' ]
	[ ! -e no ]
}

@test "--list: 200,000 lines go through a reader that leaves" {
	seq 200000 | wh-send --spool q --enqueue >out
	[ "$(list due | wc -l)" -eq 200000 ]
	list due | head -n 1 | jq -e '.json == 1'
}

@test "--keep: what was kept for so long goes" {
	receiver
	enqueue 1
	send --keep 1h "$URL" </dev/null
	[ "$(list 'done' | jq .json)" = 1 ]
	touch -d '2 hours ago' q/done/*
	send --keep 1h "$URL" </dev/null
	[ -z "$(list 'done')" ]
	[ "$(find q/done -type f | wc -l)" -eq 0 ]
}

@test "--spool: options that do not go together are exit status 2" {
	local options

	while read -r options; do
		# shellcheck disable=SC2086
		run --separate-stderr wh-send $options </dev/null
		[ "$status" -eq 2 ] || { echo "$options: $status"; false; }
	done <<-'END'
	--enqueue
	--follow http://localhost/
	--list due
	--spool q
	--spool q --list
	--spool q --list all
	--spool q --list due --purge dead
	--spool q --enqueue --follow
	--spool q --enqueue http://localhost/
	--spool q --list due http://localhost/
	--spool q --list due -s .
	--spool q --dead-letter f http://localhost/
	END
	[ ! -e q ]
}

# ---- --dead-letter ----

@test "--dead-letter: lines given up are in the file: exit status 11; fed back they arrive" {
	receiver --script 204,400
	run --separate-stderr wh-send --jobs 1 --dead-letter dead \
	    -H 'Authorization: Bearer swordfish' "$URL" <<<$'1\n{"a":1.0}\n"x"'
	[ "$status" -eq 11 ]
	[ "$(wc -l <dead)" -eq 2 ]
	[ "$(stat -c %a dead)" = 600 ]
	[ "$(jq -r .id dead)" = "$(jq -r 'select(.outcome == "failed").id
	    ' <<<"$output")" ]
	run ! grep swordfish dead
	receiver
	# To another place.
	sed -i 's/,"url":"[^"]*"//' dead
	run --separate-stderr wh-send -e --jobs 1 "$URL" <dead
	[ "$status" -eq 0 ]
	[ "$(bodies)" = '{"a":1.0} "x"' ]
	[ "$(jq -r .id <<<"$output")" = "$(jq -r .id dead)" ]
}

@test "--dead-letter: events, files, and what a signal cut off are among them" {
	receiver --script 503
	printf 'not json' >body
	run --separate-stderr wh-send --retries 0 --dead-letter dead \
	    --body body "$URL"
	[ "$status" -eq 11 ]
	run --separate-stderr wh-send --retries 0 --dead-letter dead -e \
	    "$URL" <<<'{"id":"mine","text":"é","x":[1.0]}'
	[ "$status" -eq 11 ]
	start_fed sender wh-send --backoff 1h --dead-letter dead "$URL"
	feed sender 7
	feed_end sender
	await_lines receiver.out 4
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 11 ]
	[ "$(jq -r '.text // .json' dead | xargs)" = 'not json é 7' ]
	[ "$(sed -n 2p dead | jq -c 'del(.failed, .url, .method)')" = \
	    "$(jq -c . <<<'{"id":"mine","text":"é","x":[1.0]}')" ]
	receiver
	sed -i 's/,"url":"[^"]*"//' dead
	wh-send -e --jobs 1 "$URL" <dead >out
	[ "$(bodies)" = 'not json é 7' ]
}

@test "--dead-letter: bad lines are not among them; a file that can't be written is told" {
	receiver
	run --separate-stderr wh-send --dead-letter dead "$URL" <<<'{'
	[ "$status" -eq 9 ]
	[ ! -s dead ]
	run --separate-stderr wh-send --dead-letter no/such "$URL" <<<1
	[ "$status" -eq 2 ]
	receiver --script 400
	run --separate-stderr wh-send --dead-letter /dev/full "$URL" <<<1
	[ "$status" -eq 1 ]
	[[ "$stderr" = *'/dev/full: No space left'* ]]
}
