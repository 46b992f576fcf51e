#!/usr/bin/env bats
# wh-send-dead.bats - lines that were given up, and their second life.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper
load receiver

# what REQUESTS: method, target, Content-Type and body of each, sorted
what()
{
	requests -c "$1 | [.method, .target, (.headers[] |
	    select(.[0] == \"Content-Type\")[1]), .base64]" | sort
}

@test "wh-send --dead-letter: what was given up is there, and delivers when fed back" {
	receiver --on '^[0-9]$=204' --on '^a=500' --on '^b=404' --on '^c=drop'
	send --retries 1 --dead-letter dead -R "$URL/x?y=1" \
	    <<<$'1\na "x" \\ é\n2\nb\nc\n3'
	[ "$status" -eq 11 ]
	[ "$(each outcome)" = "delivered exhausted delivered failed exhausted delivered" ]
	[ "$(wc -l <dead)" -eq 3 ]
	[ "$(stat -c %a dead)" = 600 ]
	[ "$(jq -c keys_unsorted dead | uniq)" = \
	    '["type","id","time","headers","text","url","method","failed"]' ]
	diff <(jq -rs 'map(.id) | sort[]' dead) <(jq -rs 'map(select(
	    .outcome != "delivered").id) | sort[]' <<<"$output")
	[ "$(jq -s 'sort_by(.text) | map(.failed | [.outcome, .status, .attempts])' \
	    dead | jq -c .)" = \
	    '[["exhausted",500,2],["failed",404,1],["exhausted",null,2]]' ]
	what 'select(.step | IN("404", "drop", "500"))' | uniq >wanted
	[ "$(wc -l <wanted)" -eq 3 ]

	# The same requests, the same ids, to a URL that the lines name.
	receiver
	sed "s/127.0.0.1:[0-9]*/127.0.0.1:$PORT/" dead >again
	send -e "$URL/x?y=1" <again
	[ "$status" -eq 0 ]
	diff <(what .) wanted
	diff <(jq -rs 'map(.id)[]' dead | sort) \
	    <(jq -r .id <<<"$output" | sort)
}

@test "wh-send --dead-letter: events keep all that they said, bytes among it" {
	receiver --script 400
	cat >events <<-'END'
	{"type":"request","id":"r1","method":"PUT","target":"/a%2Fb?c","headers":[["X-B","1"],["x-b","2"],["Authorization","Basic line"],["Content-Type","x/y"]],"key":"\u006b","text":"{\"n\": 1.10}","json":{"n": 1.10}}
	{"id":"m2","method":"DELETE","headers":{"X-C":""},"key":7,"base64":"AP8K"}
	{"id":"m3","method":"GET","text":"","mine":[1.0]}
	{"id":"m4","json":{"n" : 12345678901234567890}}
	END
	send -e --dead-letter dead "$URL/in/" <events
	[ "$status" -eq 11 ]
	# As they came, but for what is added.
	diff <(jq -c 'del(.url, .method, .failed)' dead | sort) \
	    <(jq -c 'del(.method)' events | sort)
	[ "$(jq -c 'select(.id == "r1").headers' dead)" = \
	    '[["X-B","1"],["x-b","2"],["Authorization","Basic line"],["Content-Type","x/y"]]' ]
	requests -c '[.method, .target, (.headers | sort), .base64]' |
	    sort >first
	send -e "$URL/in/" <dead
	requests -c '[.method, .target, (.headers | sort), .base64]' |
	    sort | uniq -c | sed 's/^ *2 //' | diff first -
}

@test "wh-send --dead-letter: no secret gets there" {
	receiver --script 401
	printf 'whsec_%s' "$(printf 'a secret key of ours' | base64)" >key
	chmod 600 key
	send --dead-letter dead -H 'Authorization: Bearer SECRET1' \
	    -H 'X-Token: SECRET2' -H 'Cookie: c=SECRET3' \
	    --secret-file key \
	    "http://me:SECRET4@127.0.0.1:$PORT/" <<<1
	[ "$status" -eq 11 ]
	[ "$(requests -r '.headers[][1]' | grep -c 'SECRET[123]\|Basic')" -ge 3 ]
	[ "$(grep -c 'SECRET\|webhook-\|v1,' dead)" -eq 0 ]
	[ "$(jq -r .url dead)" = "$URL/" ]
	# With the URL as it was typed it is sent there, user info and all.
	send -e "http://me:SECRET4@127.0.0.1:$PORT/" <dead
	[ "$(requests -r '.headers[] | select(.[0] == "Authorization")[1]' |
	    tail -n 1)" = "Basic $(printf me:SECRET4 | base64)" ]
}

@test "wh-send: a URL in a line is trusted where the same was typed, or below it" {
	receiver
	cat >lines <<-END
	{"url":"$URL/a/b?c","json":1}
	{"url":"$URL/a/","json":1}
	{"url":"$URL/a","json":1}
	{"url":"$URL/ab","json":1}
	{"url":"$URL/a/../c","json":1}
	{"url":"$URL/a/%2e%2e/c","json":1}
	{"url":"http://x@127.0.0.1:$PORT/b","json":1}
	{"url":"$URL:80/a/","json":1}
	END
	send -e --jobs 1 "$URL/a/" <lines
	[ "$(each outcome)" = \
	    "delivered delivered blocked blocked blocked blocked blocked invalid" ]
	[ "$(requests -r .target | xargs)" = "/a/b?c /a/" ]
	send -e --jobs 1 "$URL/a" <lines
	[ "$(each outcome)" = \
	    "blocked blocked delivered blocked blocked blocked blocked invalid" ]
}

@test "wh-send --dead-letter: blocked lines are there, invalid ones are not" {
	receiver
	send -e --dead-letter dead <<-END
	{"id":"1","url":"http://127.0.0.1:$PORT/","json":1}
	{"id":"2","url":"ftp://me:x@h/f","json":2}
	END
	[ "$status" -eq 11 ]
	[ "$(jq -c '[.id,.url,.failed.outcome,.json]' dead | sort)" = \
	    "[\"1\",\"http://127.0.0.1:$PORT/\",\"blocked\",1]
[\"2\",\"ftp://me:x@h/f\",\"blocked\",2]" ]
	# The result does not tell whose it is.
	[ "$(each url | tr ' ' '\n' | tail -n 1)" = ftp://h/f ]
	send -e --allow-private <dead
	[ "$(each outcome | tr ' ' '\n' | sort | xargs)" = \
	    "blocked delivered" ]

	send --dead-letter other --retries 0 http://127.0.0.1:1/ \
	    <<<$'1\n{bad\n2'
	[ "$status" -ne 11 ]
	[ "$(wc -l <other)" -eq 2 ]
}

# Not before fdatasync, which here takes its time.
@test "wh-send --dead-letter: the letter is on disk before the result is told" {
	receiver --script 400
	echo slow >fault
	mkdir seg
	preloaded disk
	start sender bash -c "exec env DISK_FAULT=$PWD/fault \
	    LD_PRELOAD=$PRELOAD \
	    wh-send --dead-letter seg/dead $URL <<<1"
	await seg/dead '"failed"'
	[ ! -s sender.out ]
	rm fault
	ended sender
	[ "$status" -eq 11 ]
	[ "$(jq -r .outcome sender.out)" = failed ]
}

@test "wh-send --dead-letter: times that a line said have seen their day" {
	receiver --script 400,204
	jq -cn '{id: "1", json: 1, deadline: (now + 60), not_before: (now - 1)},
	    {id: "2", json: 2, deadline: (now - 60), failed: {"attempts": 9}}' |
	    send -e --dead-letter dead "$URL"
	[ "$(jq -sc 'map(has("deadline") or has("not_before"))' dead)" = \
	    '[false,false]' ]
	[ "$(jq -c 'select(.id == "2").failed | [.outcome, .attempts]' dead)" = \
	    '["exhausted",0]' ]
	send -e "$URL" <dead
	[ "$status" -eq 0 ]
}

@test "wh-send --dead-letter: lines are appended; one cut short is ended first" {
	printf '{"old":1}\n{"torn":' >dead
	receiver --script 400
	send --dead-letter dead "$URL" <<<1
	send --dead-letter dead "$URL" <<<2
	[ "$(head -n 2 dead)" = $'{"old":1}\n{"torn":' ]
	[ "$(tail -n +3 dead | jq -r .json | xargs)" = "1 2" ]
}

@test "wh-send --dead-letter: a file that can't be had is a usage error" {
	receiver
	for file in missing/dead .; do
		send --dead-letter $file "$URL" <<<1
		[ "$status" -eq 2 ]
		[[ $stderr == "wh-send: $file: "* ]]
	done
	[ "$(requests -s length)" -eq 0 ]
}

@test "wh-send --dead-letter: a full disk is reported, results and status as without" {
	seq 50 >lines
	send --dead-letter /dev/full --retries 0 --breaker off http://127.0.0.1:1/ <lines
	[ "$status" -eq 3 ]
	[ "$(each outcome | tr ' ' '\n' | uniq -c | xargs)" = "50 exhausted" ]
	[[ $stderr == *"--dead-letter: /dev/full: No space left"* ]]
	[ "$(grep -c 'No space' <<<"$stderr")" -eq 1 ]
}

@test "wh-send --dead-letter: SIGTERM leaves all that was read there" {
	receiver --script 503
	start_fed sender wh-send --backoff 1h --dead-letter dead "$URL"
	feed sender 1 2 3
	await_lines receiver.out 4
	kill -TERM "$PID_sender"
	ended sender
	# More may have come, had it not been told to end.
	[ "$status" -eq 143 ]
	[ "$(jq -r .json dead | sort | xargs)" = "1 2 3" ]
	[ "$(jq -r .outcome sender.out | uniq -c | xargs)" = "3 failed" ]
}

@test "wh-send --dead-letter: a thousand lines given up at once are all there" {
	seq 1000 >lines
	wh-send --retries 0 --breaker off --dead-letter dead \
	    http://127.0.0.1:1/ <lines >results || [ $? -eq 11 ]
	[ "$(wc -l <dead)" -eq 1000 ]
	diff <(jq -r .id dead | sort) <(jq -r .id results | sort)
}
