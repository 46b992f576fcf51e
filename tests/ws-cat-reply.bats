#!/usr/bin/env bats
# ws-cat-reply.bats - requests and their replies, and when enough has come.

# shellcheck disable=SC2154,SC2016 # PID_NAME is set by start NAME, status by
# run; what is in single quotes is for another shell

load helper
load catting

# greeting LINE...: a file of messages that a server sends first
greeting()
{
	local line

	for line; do
		printf '{"kind":"text","base64":"%s"}\n' \
		    "$(printf %s "$line" | base64 -w0)"
	done >greeting
}

# ---- --match ----

@test "-1 --match: replies out of order, and news between them that are none" {
	greeting '{"method":"news"}' hello '{"id":7}'
	server --send-file greeting --reverse 3
	cat_of -1 --match .id "$URL" <<-'END'
	{"jsonrpc":"2.0","id":1,"method":"a"}
	{"jsonrpc":"2.0","id":2,"method":"b"}
	{"jsonrpc":"2.0","id":"1","method":"c"}
	END
	[ "$status" -eq 0 ]
	[ "$ERR" = '' ]
	[ "$OUT" = '{"method":"news"}
"hello"
{"id":7}
{"jsonrpc":"2.0","id":"1","method":"c"}
{"jsonrpc":"2.0","id":2,"method":"b"}
{"jsonrpc":"2.0","id":1,"method":"a"}' ]
}

@test "-1 --match: news alone are no replies" {
	greeting '{"method":"news"}' '{"id":2}' '{"id":null}'
	server --send-file greeting --close-after 1
	cat_of -1 --match .id "$URL" <<<'{"id":1}'
	[ "$status" -eq 6 ]
	[[ $ERR = *'after 0 of 1 replies'* ]]
	[ "$(wc -l <out)" -eq 3 ]
}

@test "-1 --match: a notification is sent, and not waited for" {
	server --reverse 4 --print
	cat_of -1 --match .id "$URL" <<-'END'
	{"id":1}
	{"method":"note"}
	{"id":null,"method":"note"}
	{"id":1,"again":true}
	END
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 4 ]
	[ "$(head -1 out)" = '{"id":1,"again":true}' ]
	cat_of -1 --match .id "$URL" <<<'{"method":"note"}'
	[ "$status" -eq 0 ]
	[ "$OUT" = '' ]
	[ "$(grep -c '"method\\": *\\"note' server.out)" -eq 3 ]
}

@test "--match: a line for which it fails is a bad line, a message is no reply" {
	greeting hello '[1]'
	server --send-file greeting --echo --print
	cat_of -v -1 --match .id "$URL" <<<$'"text"\n{"id":1}'
	[ "$status" -eq 9 ]
	[[ $ERR = *'line 1: --match: '*string* ]]
	[[ $ERR = *'no reply: --match: '*array* ]]
	[ "$OUT" = $'"hello"\n[1]\n{"id":1}' ]
	! grep '"text": "text"' server.out
}

@test "-e --match: a reply says which line it is to" {
	greeting '{"id":2,"early":true}'
	server --send-file greeting --reverse 3
	cat_of -e -1 --match .id "$URL" <<-'END'
	{"json":{"id":2}}
	{"text":"{\"id\":1}"}
	{"json":{"id":2}}
	END
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.line, .json.id]' out)" = '[null,2]
[1,2]
[2,1]
[3,2]' ] || [ "$(jq -c '[.line, .json.id]' out)" = '[1,2]
[3,2]
[2,1]
[null,2]' ]
}

@test "--match: does nothing without -1 or -e, and must compile" {
	cat_of --match .id ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 2 ]
	[[ $ERR = *'--match: does nothing without -1 or -e'* ]]
	cat_of -1 --match '.id |' ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 2 ]
	[[ $ERR = *'--match: '* ]]
	cat_of --until 'nonsense' ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 2 ]
	[[ $ERR = *'--until: '*nonsense* ]]
}

@test "-1 --match: 20,000 requests, replies a thousand at a time, backwards" {
	server --reverse 1000
	seq 20000 | sed 's/.*/{"id":&}/' >requests
	cat_of -1 --match .id "$URL" <requests
	[ "$status" -eq 0 ]
	sort -u out | wc -l | grep -qx 20000
}

# ---- --until ----

@test "--until: the message that it is true of is the last one printed" {
	server --echo --print
	start_fed cat ws-cat --until '.done' "$URL"
	feed cat '{"done":false}' '{"n":2}' '{"done":true}' '{"n":4}'
	ended cat
	[ "$status" -eq 0 ]
	[ "$(<cat.out)" = $'{"done":false}\n{"n":2}\n{"done":true}' ]
	await server.out '"kind": "close", "code": 1000'
}

@test "--until: sees events with -e, variables, and what -s holds back" {
	greeting '{"n":1}' '{"n":2}' '{"n":3}'
	server --send-file greeting
	cat_of -e --arg last 2 --until '.json.n == ($last | tonumber)' "$URL" \
	    </dev/null
	[ "$status" -eq 0 ]
	[ "$(jq -c .json.n out)" = $'1\n2' ]
	cat_of -s '.n == 1' --until '.n == 3' "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$OUT" = '{"n":1}' ]
	cat_of -r -f '.n | tostring' --until '.n == 3' "$URL" </dev/null
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2\n3' ]
}

@test "--until: fails on a message, which is told, and it goes on" {
	greeting '[1]' '{"n":3}' '{"n":4}'
	server --send-file greeting
	cat_of --until '.n == 3' "$URL" </dev/null
	[ "$status" -eq 1 ]
	[[ $ERR = *'a message: --until: '*array* ]]
	[ "$OUT" = $'[1]\n{"n":3}' ]
}

@test "--until: the server closes first, exit status 6" {
	greeting '{"n":1}'
	server --send-file greeting --close-after 0
	cat_of --until '.n == 3' "$URL" </dev/null
	[ "$status" -eq 6 ]
	[[ $ERR = *'closed after 1 messages, --until was true of none' ]]
}

# ---- together ----

@test "-n and --until, -1 and --until: whichever comes first" {
	server --echo
	cat_of -n 2 --until '. == 1' "$URL" <<<$'1\n2\n3'
	[ "$status" -eq 0 ]
	[ "$OUT" = 1 ]
	cat_of -n 2 --until '. == 3' "$URL" <<<$'1\n2\n3'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2' ]
	cat_of -1 --until '. == 4' "$URL" <<<$'1\n2\n3'
	[ "$status" -eq 0 ]
	[ "$OUT" = $'1\n2\n3' ]
}

@test "--linger: what was asked for has not come while it is quiet, exit status 8" {
	server --echo
	cat_of -n 3 --linger 2s "$URL" <<<$'1\n2'
	[ "$status" -eq 8 ]
	[[ $ERR = *'quiet for 2000 ms after 2 of 3 messages' ]]
	cat_of --until '. == 3' --linger 2s "$URL" <<<$'1\n2'
	[ "$status" -eq 8 ]
	[[ $ERR = *'quiet for 2000 ms after 2 messages, --until was true of none' ]]
	cat_of -1 --match '.id' --linger 2s "$URL" <<<'{"id":1}'
	[ "$status" -eq 0 ]
}

@test "--linger with -1: a reply that is missing, exit status 8" {
	server
	cat_of -1 --linger 100ms "$URL" <<<1
	[ "$status" -eq 8 ]
	[[ $ERR = *'quiet for 100 ms after 0 of 1 replies'* ]]
}

@test "--timeout: while replies are missing, exit status 8; not once all are there" {
	server --reverse 2
	# (A server may take a second to shake hands.)
	cat_of -1 --match .id --timeout 2s "$URL" <<<'{"id":1}'
	[ "$status" -eq 8 ]
	[[ $ERR = *'timed out after 2000 ms, 0 of 1 replies'* ]]
	cat_of -1 --match .id --timeout 1m "$URL" <<<$'{"id":1}\n{"id":2}'
	[ "$status" -eq 0 ]
	cat_of -n 2 --timeout 2s "$URL" <<<1
	[ "$status" -eq 8 ]
	[[ $ERR = *'timed out after 2000 ms, 0 of 2 messages'* ]]
	cat_of --linger 1m --timeout 2s "$URL" <<<1
	[ "$status" -eq 8 ]
	[[ $ERR = *'timed out after 2000 ms' ]]
}
