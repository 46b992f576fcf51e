#!/usr/bin/env bats
# ws-serve-who.bats - what clients learn of each other, and of themselves.

load helper
load feeding

# reader NAME TARGET [ARG...]: a client that reads events, and sends what it is
# fed
reader()
{
	client_fed "$1" "$2" --protocol hookline.events "${@:3}"
}

# left NAME: the client goes
left()
{
	local pid=PID_$1

	feed_end "$1"
	kill "${!pid}"
	ended "$1"
}

short='[.count, .client, (.clients | sort), .names]'

@test "ws-serve ?who: a client learns who is in its room, and who comes and goes" {
	serve --relay
	reader a '/a?who&name=Ann'
	[ "$(await_got a clients | jq -c "$short, .room, (keys | length)")" = \
	    "$(printf '%s\n' '[1,"c1",["c1"],{"c1":"Ann"}]' '"/a"' 8)" ]
	reader x /b
	reader b '/a?name=Bob+%E2%82%AC&who=1'
	[ "$(await_got b clients | jq -cS "$short")" = \
	    '[2,"c3",["c1","c3"],{"c1":"Ann","c3":"Bob €"}]' ]
	[ "$(await_got a '"count":2' | jq -cS "$short")" = \
	    '[2,null,["c1","c3"],{"c1":"Ann","c3":"Bob €"}]' ]
	feed serve '{"do":"join","client":"c2","room":"/a"}'
	[ "$(await_got a '"count":3' | jq -c .clients)" = '["c2","c3","c1"]' ]
	left b
	await_got a '"count":2,"clients":\["c2","c1"\],"names":\{"c1":"Ann"\}'
	# Who did not ask is told nothing.
	[ -z "$(got x)" ]
}

@test "ws-serve ?who: a crowd is told of by number, and of a hundred by name" {
	serve --relay
	reader a '/a?who'
	start crowd /usr/bin/python3 -c 'import asyncio, sys, websockets
async def main():
	all = [await websockets.connect(sys.argv[1]) for _ in range(150)]
	print("here", flush=True)
	await asyncio.sleep(600)
asyncio.run(main())' "$URL/a"
	await crowd.out here
	[ "$(await_got a '"count":151' | jq -c '(.clients | length), .names')" = \
	    "$(printf '%s\n' 100 null)" ]
	# Far fewer times than clients have come: they came within a moment.
	[ "$(got a | grep -c clients)" -lt 75 ]
}

@test "ws-serve ?who: without --relay a client is told of itself alone" {
	serve --history 5
	reader a '/a?who&last=5'
	reader b '/a?who'
	[ "$(await_got b clients | jq -cS "$short")" = '[1,"c2",["c2"],null]' ]
	feed serve '{"text":"end"}'
	await_got a end
	[ "$(got a | jq -rc '.type, (.clients // empty)' | tr '\n' ' ')" = \
	    'resumed clients ["c1"] message ' ]
}

@test "ws-serve ?who: it follows what is sent of the history, and its id is good for ?since" {
	local id

	serve --relay --history 5
	feed serve '{"room":"/a","text":"one"}' '{"do":"who"}'
	await serve.out clients
	reader a '/a?who&last=5'
	id=$(await_got a clients | jq -r .id)
	[ "$(got a | head -n 3 | jq -r .type | tr '\n' ' ')" = \
	    'resumed message clients ' ]
	feed serve '{"room":"/a","text":"two"}'
	await_got a two
	reader b "/a?who&since=$id"
	await_got b clients
	[ "$(got b | head -n 3 | jq -c '[.type, .resumed, .text]' | tr '\n' ' ')" = \
	    '["resumed",true,null] ["message",null,"two"] ["clients",null,null] ' ]
}

@test "ws-serve ?own: what a client sends comes back as the event that others get" {
	serve --relay --history 5
	reader a '/a?own&name=Ann'
	reader b '/a'
	feed a '{"kind":"text","text":"{\"n\":1.10}"}'
	await_got b 1.10
	await_got a 1.10
	[ "$(got a)" = "$(got b)" ]
	[ "$(got a | jq -c '[.client, .name]')" = '["c1","Ann"]' ]
	[ "$(got a)" = "$(await serve.out '"type":"message"')" ]
}

@test "ws-serve ?own: so it does without --relay, and not to a client that reads payloads" {
	serve
	reader a '/a?own'
	start_fed p /usr/bin/python3 "$PEERS/ws_client.py" \
	    --send - "$URL/a?own&who"
	await p.out '"open": true'
	feed p '{"kind":"text","text":"mine"}'
	feed a '{"kind":"text","text":"hi"}'
	await_got a '"text":"hi"'
	[ "$(got a | wc -l)" = 1 ]
	feed serve '{"text":"end"}'
	await_got p end
	[ "$(got p)" = end ]
}

@test "ws-serve ?name: it is in the client's events, and in the answer to who" {
	serve
	reader a '/a?name=%22Ann%22'
	reader b '/a?name='
	feed a '{"kind":"text","text":"hi"}'
	await serve.out '"type":"message"'
	feed serve '{"do":"who","room":"/a"}'
	await serve.out '"type":"clients"'
	left a
	await serve.out '"type":"close"'
	[ "$(jq -c 'select(.client == "c1") | [.type, .name]' serve.out |
	    tr '\n' ' ')" = \
	    '["open","\"Ann\""] ["message","\"Ann\""] ["close","\"Ann\""] ' ]
	[ "$(jq -c 'select(.client == "c2") | has("name")' serve.out)" = false ]
	[ "$(jq -c 'select(.type == "clients") | .names' serve.out)" = \
	    '{"c1":"\"Ann\""}' ]
}

@test "ws-serve ?name: one that is too long, or holds NUL, is refused with 400" {
	serve
	for name in "$(printf 'n%.0s' {1..129})" 'a%00b'; do
		[ "$(curl -sS -o reply -w '%{http_code}' -H 'Upgrade: websocket' \
		    -H 'Connection: Upgrade' -H 'Sec-WebSocket-Version: 13' \
		    -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
		    "http://localhost:$PORT/a?name=$name")" = 400 ]
		grep -q 'name= is' reply
	done
	reader a "/a?name=$(printf 'n%.0s' {1..128})"
	await serve.out '"name":"n{128}"'
}
