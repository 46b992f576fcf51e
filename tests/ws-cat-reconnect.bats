#!/usr/bin/env bats
# ws-cat-reconnect.bats - connections that are lost and made again.

# shellcheck disable=SC2154,SC2016 # PID_NAME is set by start NAME, status by
# run; $last is ws-cat's

load helper
load reconnecting

@test "ws-cat --reconnect: a server that is not there yet is waited for" {
	start port "$PEERS/port.py"
	port=$(await port.out .)
	URL=ws://127.0.0.1:$port/
	start_fed cat ws-cat --reconnect --backoff 10ms..20ms -1 "$URL"
	feed cat 1
	await cat.err 'next try in'
	start server /usr/bin/python3 "$PEERS/ws_server.py" --port "$port" --echo
	await cat.out '^1$'
	feed_end cat
	ended cat
	[ "$status" -eq 0 ]
}

@test "ws-cat --reconnect=N: so many tries in a row, then the last one's status" {
	run ws-cat --reconnect=2 --backoff 1ms ws://127.0.0.1:1/ </dev/null
	[ "$status" -eq 3 ]
	[ "$(grep -c 'next try' <<<"$output")" -eq 2 ]
	run -2 ws-cat --reconnect=0 ws://127.0.0.1:1/
	run -2 ws-cat --reconnect --backoff 5s..1s ws://127.0.0.1:1/
	[[ $output = *'--backoff: 5s..1s: ends before it begins' ]]
}

@test "ws-cat --reconnect: dropped and closed, and what was read meanwhile is none" {
	server drop=1 close=1001,1 close=1012,1 close=4001,1 serve
	start_fed cat ws-cat --reconnect --backoff 10ms..20ms -e --news "$URL"
	for i in 1 2 3 4; do
		await cat.out "\"type\":\"open\".*" >/dev/null
		feed cat "{\"json\":$i}"
		timeout "$LIMIT" bash -c "until [ \$(grep -c '\"retry\"' cat.out) -eq $i ]
		    do :; done"
	done
	feed cat '{"json":5}'
	await cat.out '"json":5'
	[ "$(got)" = $'1 1\n2 2\n3 3\n4 4\n5 5' ]
	end_by TERM cat
	[ "$(jq -r 'select(.type == "close") | .code' cat.out)" = \
	    $'1006\n1001\n1012\n4001\n1001' ]
	[ "$(jq -r 'select(.type == "close") | .received' cat.out)" = \
	    "$(jq -r 'select(.type == "close") | .sent' cat.out)" ]
	jq -se 'map(select(.type == "open")) | length == 5 and
	    all(.url == $url and .remote != null)' --arg url "$URL" cat.out
	jq -se 'map(select(.type == "retry")) |
	    (.[1].why == "the server closed with 1001: as told") and
	    all(.attempt >= 1 and .wait_ms >= 10 and .kept == 0)' cat.out
}

@test "ws-cat --reconnect: not after what is said for good" {
	for status in 401 403 404 400 410; do
		server "refuse=$status"
		cat_of "$URL" </dev/null
		[ "$status" -eq 5 ]
		[ "$(grep -c path server.out)" -eq 1 ]
	done
	server close=1000,0
	cat_of "$URL" </dev/null
	[ "$status" -eq 0 ]
	for code in 1008 3000 4401 4403 4404; do
		server "close=$code,0"
		cat_of "$URL" </dev/null
		[ "$status" -eq 7 ]
		[ "$(grep -c path server.out)" -eq 1 ]
	done
	make_cert
	start tls /usr/bin/python3 "$PEERS/ws_server.py" --cert cert.pem \
	    --key key.pem
	cat_of "wss://localhost:$(await tls.out '^[0-9]+$')/" </dev/null
	[ "$status" -eq 4 ]
}

@test "ws-cat --reconnect: nor after a broken rule, nor over --max-message" {
	start raw /usr/bin/python3 "$PEERS/ws_raw.py" --send 818100000000aa
	cat_of --close-timeout 100ms \
	    "ws://127.0.0.1:$(await raw.out '^[0-9]+$')/" </dev/null
	[ "$status" -eq 10 ]
	server serve
	cat_of --max-message 5 "$URL" <<<123456
	[ "$status" -eq 10 ]
}

@test "ws-cat --reconnect: refused for now is tried again, Retry-After is a floor" {
	server refuse=503 refuse=500 refuse=429,1 refuse=503,2 serve
	cat_of -e --news -n 1 "$URL" <<<'{"json":1}'
	[ "$status" -eq 0 ]
	[ "$(got)" = '5 1' ]
	jq -se 'map(select(.type == "retry").wait_ms) |
	    .[0] < 1000 and .[1] < 1000 and .[2] >= 1000 and .[2] < 2000 and
	    .[3] >= 2000' out
	jq -se 'map(select(.type == "retry").attempt) == [1, 2, 3, 4]' out
}

@test "ws-cat --reconnect: what may be lost is counted, exit status 6" {
	start raw /usr/bin/python3 "$PEERS/ws_raw.py" --reply 8900 --hang-up
	URL=ws://127.0.0.1:$(await raw.out '^[0-9]+$')/
	status=0
	timeout 120 ws-cat --reconnect=1 --backoff 1ms -e --news "$URL" \
	    <<<'{"json":1}' >out 2>err || status=$?
	[ "$status" -eq 3 ] || [ "$status" -eq 6 ]
	grep 'may be lost' err
	jq -se 'map(select(.type == "retry").unconfirmed) | .[0] == 1' out
}

@test "ws-cat -1 --reconnect: a line that had arrived, but whose reply is lost, exit status 6" {
	cat >mute.py <<-'END'
	conns = 0
	async def serve(ws):
	    global conns
	    conns += 1
	    async for message in ws:
	        if conns == 1:
	            await (await ws.ping())     # behind the answer to the barrier
	            ws.transport.close()
	            return
	        await ws.send(message)
	END
	start mute /usr/bin/python3 "$PEERS/ws_of.py" mute.py
	cat_of -1 "ws://127.0.0.1:$(await mute.out '^[0-9]+$')/" <<<1
	[ "$status" -eq 6 ]
	grep '1 of 1 messages may be lost' err
	[ ! -s out ]
}

@test "ws-cat --hello: first on every connection, before what stdin has" {
	server drop=2 drop=2 serve
	printf '%s\n' '{"auth":1}' '' '"two"' >hello
	cat_of --hello @hello -n 6 "$URL" <<<'3'
	[ "$(got | head -n 6)" = $'1 {"auth":1}\n1 two\n2 {"auth":1}\n2 two\n3 {"auth":1}\n3 two' ]
	server serve
	cat_of --hello 'not JSON' -R -n 1 "$URL" </dev/null
	[ "$(got)" = '1 not JSON' ]
	run -2 ws-cat --hello 'not JSON' "$URL"
	[[ $output = *'--hello: '* ]]
	run -2 ws-cat --hello @nowhere "$URL"
}

@test "ws-cat --resume: \$last in --hello and the URL" {
	server drop=1 drop=1 serve
	cat_of --resume .seq --hello '{"since":$last,"as":"<$last>","seq":"a b/1"}' \
	    -n 3 "${URL}x?since=\$last&x=\$lastly" </dev/null
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.path) | .path' server.out)" = '/x?since=&x=$lastly
/x?since=a%20b%2F1&x=$lastly
/x?since=a%20b%2F1&x=$lastly' ]
	[ "$(got)" = '1 {"since":null,"as":"<>","seq":"a b/1"}
2 {"since":"a b/1","as":"<a b/1>","seq":"a b/1"}
3 {"since":"a b/1","as":"<a b/1>","seq":"a b/1"}' ]
	# What is no message any more with what was remembered is told.
	server drop=1 serve
	cat_of --resume '"!"' --hello '"data:;base64,$last"' "$URL" </dev/null
	[ "$status" -eq 2 ]
	grep base64 err
	[ "$(grep -c '"path"' server.out)" -eq 2 ]
	server drop=1 serve
	cat_of -R --resume 'length' --hello 'since $last' -n 2 "$URL" </dev/null
	[ "$(got)" = $'1 since \n2 since 6' ]
}

@test "ws-cat --reconnect: a signal while it waits ends it" {
	start cat ws-cat --reconnect --backoff 1h ws://127.0.0.1:1/
	await cat.err 'next try'
	end_by TERM cat
	[ "$status" -eq 143 ]
	run -8 timeout 120 ws-cat --reconnect --backoff 1h --timeout 100ms \
	    ws://127.0.0.1:1/ </dev/null
}

@test "ws-cat --news is of events" {
	run -2 ws-cat --news ws://127.0.0.1:1/
	[[ $output = *'--news: '* ]]
	server close=1000,0
	cat_of --out events --news "$URL" </dev/null
	jq -se 'map(.type) == ["open", "close"]' out
}
