#!/usr/bin/env bats
# wh-send-retry.bats - what is tried again and when: the engine's own tests
# (unit/deliver*.c) have the clock, these have a receiver.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper
load receiver

@test "wh-send: what each answer means: delivered, tried again, or final" {
	local on=() step outcome code attempts n=0

	while read -r step outcome code attempts; do
		n=$((n + 1))
		on+=(--on "^$n\$=$step")
		echo "$step $outcome ${code#-} $attempts" >>wanted
	done <<-'END'
	200 delivered 200 1
	201 delivered 201 1
	299 delivered 299 1
	early delivered 200 1
	300 failed 300 1
	301:Location:/x failed 301 1
	304 failed 304 1
	308 failed 308 1
	400 failed 400 1
	401 failed 401 1
	404 failed 404 1
	409 failed 409 1
	410 gone 410 1
	422 failed 422 1
	600 failed 600 1
	408 exhausted 408 3
	425 exhausted 425 3
	429 exhausted 429 3
	500 exhausted 500 3
	501 exhausted 501 3
	502 exhausted 502 3
	503 exhausted 503 3
	504 exhausted 504 3
	599 exhausted 599 3
	drop exhausted - 3
	reset exhausted - 3
	cut-head exhausted - 3
	cut-body exhausted - 3
	408,425,204 delivered 204 3
	cut-head,cut-body,204 delivered 204 3
	500,400 failed 400 2
	503,410 gone 410 2
	END
	receiver "${on[@]}"
	jq -cn "range(1; $n + 1) | {target: \"/\\(.)\", json: .}" >lines
	send -e --retries 2 --timeout 1m --breaker off "$URL/" <lines
	[ "$status" -eq 1 ]
	jq -rs 'sort_by(.line)[] | [.outcome,.status,.attempts] | join(" ")' \
	    <<<"$output" | paste -d' ' <(cut -d' ' -f1 wanted) - >got
	diff wanted got
	# And so often was it asked.  (Where a connection that was used before
	# breaks, libcurl tries by itself once more.)
	diff <(awk '!/^(drop|reset)/ { print $NF }' wanted) <(requests -rs '
	    map(select(.step | IN("drop", "reset") | not)) |
	    group_by(.target | ltrimstr("/") | tonumber)[] | length')
}

@test "wh-send: no answer is tried again; what all lines met is the exit status" {
	receiver --script hang
	send --retries 2 --timeout 100ms "$URL" <<<1
	[ "$status" -eq 8 ]
	[ "$(jq -c '[.outcome,.status,.attempts]' <<<"$output")" = \
	    '["exhausted",null,3]' ]
	receiver --script hang,200
	send --retries 1 --timeout 2s "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(each attempts)" = 2 ]
	send --retries 1 http://127.0.0.1:1/ <<<1
	[ "$status" -eq 3 ]
	[ "$(jq -c '[.outcome,.attempts]' <<<"$output")" = '["exhausted",2]' ]
}

@test "wh-send: a redirect is not followed, and the result says where to" {
	receiver --script '307:Location:/elsewhere?x=1,301,200'
	send --jobs 1 "$URL" <<<$'1\n2'
	[ "$status" -eq 1 ]
	[ "$(each error)" = \
	    "redirected to /elsewhere?x=1, which is not followed null" ]
	[ "$(requests -s length)" -eq 2 ]
}

@test "wh-send: Retry-After is waited for, be it seconds or a date" {
	local before

	before=$EPOCHREALTIME
	receiver --script '503:Retry-After: 1,204'
	send "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(jq -n "$EPOCHREALTIME - $before >= 1")" = true ]
	[ "$(requests -s '.[1].ms - .[0].ms >= 1000')" = true ]
	# A date has whole seconds, so 2 ahead of now is 1 at least.
	receiver --script '429-at=2,204'
	before=$EPOCHREALTIME
	send "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(jq -n "$EPOCHREALTIME - $before >= 1")" = true ]
	# One that has passed, or is none, asks for nothing.
	receiver --script '429-at=-60,429:Retry-After: soon,204'
	send "$URL" <<<1
	[ "$(each attempts)" = 3 ]
}

@test "wh-send: connections that are reset before TLS is up are tried again" {
	make_cert
	receiver --cert cert.pem --key key.pem --greet reset,reset,ok
	send --cacert ca.pem "https://localhost:$PORT" <<<1
	[ "$status" -eq 0 ]
	[ "$(each attempts)" = 3 ]
}

# Nobody would be told of the mistake for as long as retries go on.
@test "wh-send: TLS that can't fit is final: name, authority, no TLS at all" {
	make_cert
	receiver --cert cert.pem --key key.pem
	send "https://localhost:$PORT" <<<1
	[ "$status" -eq 4 ]
	[ "$(jq -c '[.outcome,.attempts]' <<<"$output")" = '["failed",1]' ]
	send --cacert ca.pem --resolve "other.example:$PORT:127.0.0.1" \
	    "https://other.example:$PORT" <<<1
	[ "$status" -eq 4 ]
	[ "$(jq -c '[.outcome,.attempts]' <<<"$output")" = '["failed",1]' ]
	[ "$(requests -s length)" -eq 0 ]
	receiver --greet plain
	send "https://localhost:$PORT" <<<1
	[ "$status" -eq 4 ]
	[ "$(jq -c '[.outcome,.attempts]' <<<"$output")" = '["failed",1]' ]
}

@test "wh-send --schedule: as many retries as it has waits, or --retries" {
	receiver --script 500
	run --separate-stderr wh-send --schedule 1ms,2ms,3ms "$URL" <<<1
	[ "$(each attempts)" = 4 ]
	run --separate-stderr wh-send --schedule 1ms,2ms --retries 5 "$URL" \
	    <<<1
	[ "$(each attempts)" = 6 ]
	run --separate-stderr wh-send --schedule 1ms,2ms --retries 0 "$URL" \
	    <<<1
	[ "$(each attempts)" = 1 ]
	[ "$(each outcome)" = exhausted ]
}

@test "wh-send --schedule standard: the first retry comes after 5 seconds" {
	receiver --script 500,200
	start_fed sender wh-send --schedule standard "$URL"
	feed sender 1
	feed_end sender
	await receiver.out '"n": 2'
	[ "$(requests -s '.[1].ms - .[0].ms >= 5000')" = true ]
	ended sender
	[ "$status" -eq 0 ]
}

@test "wh-send --max-age: no retry that would come later is waited for" {
	receiver --script 500
	run --separate-stderr wh-send --backoff 1h --max-age 1m "$URL" <<<1
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.outcome,.status,.attempts]' <<<"$output")" = \
	    '["exhausted",500,1]' ]
}

@test "wh-send -e: not_before and deadline, as RFC 3339 or as jq's now has them" {
	local before

	receiver
	before=$EPOCHREALTIME
	jq -cn '{not_before: (now + 1), json: 1},
	    {not_before: (now + 1 | todate), json: 2},
	    {not_before: "2020-01-01T00:00:00.5+02:00", json: 3},
	    {deadline: (now - 1), json: 4},
	    {deadline: (now + 60 | todate), json: 5},
	    {not_before: (now + 3600), deadline: (now + 0.5), json: 6},
	    {not_before: null, deadline: null, json: 7}' >lines
	send -e "$URL" <lines
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "delivered delivered delivered exhausted delivered exhausted delivered" ]
	[ "$(each attempts)" = "1 1 1 0 1 0 1" ]
	[ "$(each error | tr -s ' ')" = "null null null its deadline has passed null its deadline has passed null" ]
	[ "$(jq -n "$EPOCHREALTIME - $before >= 1")" = true ]
	send -e "$URL" <<-'END'
	{"not_before":"tomorrow","json":1}
	{"deadline":[1],"json":1}
	{"deadline":-1,"json":1}
	{"not_before":"2026-13-01T00:00:00Z","json":1}
	END
	[ "$status" -eq 9 ]
	[ "$(each outcome)" = "invalid invalid invalid invalid" ]
}

@test "wh-send --breaker: after so many failures in a row a host is paused" {
	receiver --script 500,500,500,200
	seq 20 >lines
	start_from lines sender wh-send --jobs 1 --breaker 3/1h \
	    --backoff 1ms..2ms "$URL"
	await_lines receiver.out 4
	# Nothing else comes, and nothing has been given up.
	[ -z "$(timeout 1 tail -n +5 -f receiver.out | head -n 1)" ]
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 143 ]
	[ "$(jq -r .outcome sender.out | sort -u)" = failed ]
	# And somebody was told.
	[ "$(grep -c 'fails, and is paused for 3600s' sender.err)" -eq 1 ]
}

@test "wh-send --breaker: a host comes back with one request, then two" {
	receiver --script 500,500,500,500,500,slow=100
	seq 40 >lines
	send --breaker 3/300ms --jobs-per-host 3 "$URL" <lines
	[ "$status" -eq 0 ]
	[ "$(each outcome | tr ' ' '\n' | sort -u)" = delivered ]
	# The first that is answered had it to itself, and no more than three
	# ever were under way.
	[ "$(requests -s 'map(.in_flight) | [.[5], (.[6] <= 2), max]' |
	    jq -c .)" = '[1,true,3]' ]
}

@test "wh-send --breaker: one host's pause is not another's" {
	receiver --script 503
	mv receiver.out dead.out
	local dead=$URL

	receiver
	for n in $(seq 100); do
		echo "{\"url\":\"$dead\",\"json\":$n}"
		echo "{\"url\":\"$URL\",\"json\":$n}"
	done >lines
	start_from lines sender wh-send -e --allow-private --breaker 10/1h
	await_lines receiver.out 101
	await_lines sender.out 100
	[ "$(jq -r .outcome sender.out | uniq -c | xargs)" = "100 delivered" ]
	[ "$(tail -n +2 dead.out | wc -l)" -le 17 ]
}

@test "wh-send --breaker: a host that is away for good gives its lines back" {
	seq 50 >lines
	send --breaker 5/50ms --retries 3 http://127.0.0.1:1/ <lines
	[ "$status" -eq 3 ]
	[ "$(each outcome | tr ' ' '\n' | sort | uniq -c | xargs)" = \
	    "50 exhausted" ]
	# Most of them were never sent themselves.
	[ "$(jq -s 'map(.attempts) | add < 100' <<<"$output")" = true ]
	[[ $(jq -r .error <<<"$output") == *"its host is away: "* ]]
}

@test "wh-send: options about retries are checked" {
	local args

	for args in '--breaker x' '--breaker 10' '--breaker 0/1s' \
	    '--breaker /1s' '--breaker 3/x' '--schedule x' '--schedule 5s,' \
	    '--schedule ,5s' '--retries -1' '--max-age 0s' '--rate x' \
	    '--rate 0/s' '--queue 0'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr wh-send $args http://x </dev/null
		[ "$status" -eq 2 ]
		[[ $stderr == *"${args%% *}: "* ]]
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
	done
}
