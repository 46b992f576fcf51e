#!/usr/bin/env bats
# ws-serve-ping.bats - who is taken for dead, and who is not.

# shellcheck disable=SC2034,SC2154 # URL is for client; PID_NAME by start NAME

load helper
load feeding

# figure NAME: of --metrics
figure()
{
	curl -sS "http://localhost:$PORT/m" |
	    awk -v name="ws_serve_$1" '$1 == name { print $2 }'
}

@test "ws-serve: who takes what is sent is alive, though it says nothing" {
	serve --ping 300ms --ping-timeout 3s --queue 64M
	# The ping is behind all that it has yet to take: some seconds.
	start slow /usr/bin/python3 -c "if 1:
	    import socket, time
	    s = socket.socket()
	    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
	    s.connect(('127.0.0.1', $PORT))
	    s.sendall(b'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n'
	        b'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
	        b'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
	    got = s.recv(100)
	    print('open', flush=True)
	    while got and b'the end' not in got:
	        got = got[-8:] + s.recv(1 << 17)
	        time.sleep(0.02)
	    print('all' if got else 'cut', flush=True)
	    while s.recv(1 << 17):
	        pass"
	await slow.out open
	seq -f '{"text":"%010000.0f"}' 2000 | feed serve
	feed serve '{"text":"the end"}'
	await slow.out 'all' 120
	# And dead once there is nothing more to take.
	await serve.out '"type":"close".*"code":1006'
}

@test "ws-serve: while stdout has no room nobody is taken for dead" {
	serve_gated --ping 500ms --ping-timeout 2s --metrics /m
	client_fed a /
	seq -f '{"kind":"text","text":"%0900000.0f"}' 4 | feed a &
	feeder=$!
	until [ "$(figure output_waiting_bytes)" -gt 1048576 ]; do :; done
	# Longer than any ping and its answer may take.
	run timeout 4 tail -f /dev/null --pid="$PID_a"
	[ "$status" -eq 124 ]
	[ "$(figure clients)" = 1 ]
	open_gate
	await events '"text":"0*4"' >/dev/null
	wait "$feeder"
}
