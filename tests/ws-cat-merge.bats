#!/usr/bin/env bats
# ws-cat-merge.bats - several servers at once.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME, status by run

load helper

# servers [OPTION...]: two of python3-websockets, a and b; sets A and B
servers()
{
	start a /usr/bin/python3 "$PEERS/ws_server.py" "$@"
	start b /usr/bin/python3 "$PEERS/ws_server.py" "$@"
	A=ws://127.0.0.1:$(await a.out '^[0-9]+$')/
	B=ws://127.0.0.1:$(await b.out '^[0-9]+$')/
}

# heard NAME: the texts that server was sent
heard()
{
	jq -r '.text? // empty' "$1.out" | grep -v '^[0-9]*$' || :
}

@test "ws-cat URL URL: one stream, each message with its url" {
	servers --echo
	run -0 timeout 120 ws-cat -n 4 "$A" "$B" <<<$'{"json":{"n":1}}\n{"json":{"n":2}}'
	jq -se --arg a "$A" --arg b "$B" 'map(select(.url == $a).json.n) ==
	    [1, 2] and map(select(.url == $b).json.n) == [1, 2] and
	    all(.type == "message")' <<<"$output"
}

@test "ws-cat URL URL: a line goes to the one that its url names" {
	servers --print --echo
	jq -nc --arg a "$A" --arg b "$B" '{url:$a,text:"for a"},
	    {url:($b|rtrimstr("/")),text:"for b"}, {text:"for both"},
	    {url:"ws://else.where/",text:"for nobody"},
	    {url:$a,do:"ping"}' >lines
	run -9 --separate-stderr timeout 120 ws-cat --linger 0 -1 "$A" "${B%/}" <lines
	[ "$(heard a)" = $'for a\nfor both' ]
	[ "$(heard b)" = $'for b\nfor both' ]
	[ "${#lines[@]}" -eq 4 ]
	[[ $stderr = *'line 4: url: no connection to ws://else.where/'* ]]
	[[ $stderr = *'line 5: url: what to do is for all servers'* ]]
}

@test "ws-cat URL: what url an event names does not matter to one server" {
	servers --print
	run -0 timeout 120 ws-cat -e --linger 0 "$A" \
	    <<<'{"url":"ws://else.where/","text":"one"}'
	[ "$(heard a)" = one ]
}

@test "ws-cat URL URL: one that closes is left out, the others go on" {
	servers --print
	start c /usr/bin/python3 "$PEERS/ws_server.py" --close-after 0
	C=ws://127.0.0.1:$(await c.out '^[0-9]+$')/
	start_fed cat ws-cat -v --linger 0 "$C" "$A" "$B"
	await cat.err "$C: closed: 1000"
	feed cat '{"text":"1x"}' "{\"url\":\"$C\",\"text\":\"2x\"}"
	await cat.err "line 2: url: no connection to $C"
	feed_end cat
	ended cat
	[ "$status" -eq 9 ]
	[ "$(heard a)" = 1x ]
	[ "$(heard b)" = 1x ]
}

@test "ws-cat URL URL: one that cannot be reached is told of, the other goes on" {
	servers --echo
	run -3 --separate-stderr timeout 120 ws-cat -n 1 ws://127.0.0.1:1/ "$A" \
	    <<<'{"json":7}'
	[ "$(jq .json <<<"$output")" = 7 ]
	[[ $stderr = *'ws://127.0.0.1:1/: '* ]]
}

@test "ws-cat URL URL: other forms of lines, if they are asked for" {
	servers --echo
	run -0 timeout 120 ws-cat -p -n 4 "$A" "$B" <<<$'"x"\n"x"'
	[ "$output" = $'"x"\n"x"\n"x"\n"x"' ]
}

@test "ws-cat URL URL: SIGTERM closes all of them" {
	servers --print
	start cat ws-cat -v "$A" "$B"
	await cat.err "connected to $A"
	await cat.err "connected to $B"
	end_by TERM cat
	[ "$status" -eq 0 ]
	await a.out '"code": 1001'
	await b.out '"code": 1001'
}
