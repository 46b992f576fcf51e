#!/usr/bin/env bats
# ws-cat-health.bats - servers that are silent, stuck or gone.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME, status by run

load helper
load catting

@test "ws-cat --idle-timeout: pongs are not enough, exit status 8 and a close frame" {
	server --print
	run timeout 120 ws-cat --ping 20ms --ping-timeout 10s \
	    --idle-timeout 300ms "$URL" </dev/null
	[ "$status" -eq 8 ]
	[[ $output = *'nothing but pongs for 300 ms' ]]
	await server.out '"kind": "close", "code": 1001'
}

@test "ws-cat --idle-timeout: a server that goes on talking is not idle" {
	cat >talk.py <<-'END'
	import asyncio
	async def serve(ws):
	    for i in range(15):
	        await asyncio.sleep(0.2)
	        await ws.send(str(i))
	    await ws.close()
	END
	start talk /usr/bin/python3 "$PEERS/ws_of.py" talk.py
	URL=ws://127.0.0.1:$(await talk.out '^[0-9]+$')/
	run -0 timeout 120 ws-cat --idle-timeout 2s "$URL" </dev/null
	[ "${#lines[@]}" -eq 15 ]
}

@test "ws-cat --idle-timeout: a connection that is idle is made again, if asked" {
	server --open
	start cat ws-cat --reconnect --backoff 1ms --idle-timeout 50ms "$URL"
	await cat.err 'nothing but pongs for 50 ms; next try'
	timeout "$LIMIT" sed -n '/"kind": "open"/{x;s/^/x/;/xxx/q;x}' \
	    <(exec tail -n +1 -F server.out 3>&-)
}

@test "ws-cat: a server that takes nothing is neither pinged nor taken for dead" {
	server --silent --print
	seq 1000000 3999999 >lines	# more than any kernel takes
	run timeout 120 ws-cat --ping 1s --ping-timeout 1s --timeout 4s \
	    "$URL" <lines
	[ "$status" -eq 8 ]
	[[ $output = *'timed out after 4000 ms'* ]]
}

@test "ws-cat: once it has taken all, it is" {
	raw
	run timeout 120 ws-cat --ping 20ms --ping-timeout 20ms "$URL" <<<1
	[ "$status" -eq 6 ]
	[[ $output = *'nothing came within 20 ms after a ping'* ]]
	await raw.out '"opcode": 9'
}

@test "ws-cat: while we do not read, a server is neither dead nor idle" {
	head -c 3000000 /dev/zero | tr '\0' x | base64 -w0 >b64
	printf '{"kind":"text","base64":"%s"}\n' "$(<b64)" >messages
	server --send-file messages
	mkfifo out
	exec {OUT}<>out
	start_from /dev/null cat bash -c 'exec ws-cat --ping 2s \
	    --ping-timeout 2s --idle-timeout 2s --timeout 6s "$1" >out' \
	    - "$URL"
	ended cat
	# Killed by the limit, as stdout takes nothing: but nobody else's fault.
	[ "$status" -eq 8 ]
	[[ $(<cat.err) = 'ws-cat: '*': timed out after 6000 ms' ]]
	exec {OUT}>&-
}

@test "ws-cat --linger: while we do not read, it is not the server that is quiet" {
	head -c 3000000 /dev/zero | tr '\0' x | base64 -w0 >b64
	printf '{"kind":"text","base64":"%s"}\n' "$(<b64)" >message
	cat message message message message message message >messages
	server --send-file messages
	mkfifo out
	exec {OUT}<>out
	# shellcheck disable=SC2016
	start cat bash -c 'exec ws-cat --linger 2s "$1" >out' - "$URL"
	timeout 60 head -c 1 <&"$OUT" >got
	stuck cat		# a second each, at least
	stuck cat
	stuck cat
	exec {IN}<out {OUT}>&-
	timeout 60 cat <&"$IN" >>got
	ended cat
	[ "$status" -eq 0 ]
	[ "$(wc -lc <got | xargs)" = "6 $((6 * 3000003))" ]
}

@test "ws-cat --linger: a server whose message takes its time is not quiet" {
	cat >slow.py <<-'END'
	import asyncio
	async def slowly():
	    for i in range(12):
	        yield str(i)
	        await asyncio.sleep(0.2)
	async def serve(ws):
	    await ws.send(slowly())
	    await ws.wait_closed()
	END
	start slow /usr/bin/python3 "$PEERS/ws_of.py" slow.py
	URL=ws://127.0.0.1:$(await slow.out '^[0-9]+$')/
	run -0 timeout 120 ws-cat --linger 1500ms "$URL" </dev/null
	[ "$output" = '"01234567891011"' ]
}

@test "ws-cat: what was sent a while ago is confirmed, should the server be lost now" {
	server --echo
	start_fed cat ws-cat --ping 0 "$URL"
	feed cat 1
	await cat.out '^1$'
	# shellcheck disable=SC2016
	timeout 60 bash -c 'until grep -q "messages_confirmed 1 " cat.err
	    do kill -USR1 "$1"; sleep 0.05; done' - "$PID_cat"
	kill -KILL "$PID_server"
	ended cat
	[ "$status" -eq 6 ]
	! grep 'not confirmed' cat.err
}

@test "ws-cat --connect-timeout: an answer that never ends is none" {
	cat >drip.py <<-'END'
	import socket, time
	s = socket.socket()
	s.bind(("127.0.0.1", 0))
	s.listen()
	print(s.getsockname()[1], flush=True)
	c, _ = s.accept()
	c.sendall(b"HTTP/1.1 101 Switching Protocols\r\nX: ")
	try:
	    while True:
	        c.sendall(b"x")
	        time.sleep(0.01)
	except OSError:
	    pass
	END
	start drip /usr/bin/python3 drip.py
	run timeout 120 ws-cat --connect-timeout 2s \
	    "ws://127.0.0.1:$(await drip.out '^[0-9]+$')/" </dev/null
	[ "$status" -eq 8 ]
	[[ $output = *'did not answer the handshake within 2000 ms' ]]
}

@test "ws-cat --close-timeout: a server that does not close is left" {
	raw --send 810131
	run -0 timeout 120 ws-cat --close-timeout 100ms -n 1 "$URL" </dev/null
	[ "$output" = 1 ]
	await raw.out '"opcode": 8'
	raw --send 810131
	run -137 timeout -s KILL 1 ws-cat --close-timeout 1h -n 1 "$URL" </dev/null
}
