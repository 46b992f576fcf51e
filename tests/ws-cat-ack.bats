#!/usr/bin/env bats
# ws-cat-ack.bats - lines that are sent until they are acknowledged.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME, status by run

load helper
load reconnecting

@test "ws-cat --ack: what is not acknowledged is sent again, each ends up there" {
	server drop=2 drop=2 serve
	# The answer to the last message of a connection is lost with it, or not.
	seq 1 20 >lines
	cat_of --ack . --linger 0 "$URL" <lines
	[ "$status" -eq 0 ]
	[ "$(got | cut -d' ' -f2 | sort -nu)" = "$(seq 1 20)" ]
	[ "$(sort -nu out)" = "$(seq 1 20)" ]
}

@test "ws-cat --ack: true is the oldest, --ack-all takes those before" {
	cat >acks.py <<-'END'
	async def serve(ws):
	    for _ in range(4):
	        await ws.recv()
	    for text in ('{"note":9}', '{"ok":true}', '{"ack":3}', '{"ack":77}'):
	        await ws.send(text)
	    await ws.close()
	END
	start acks /usr/bin/python3 "$PEERS/ws_of.py" acks.py
	URL=ws://127.0.0.1:$(await acks.out '^[0-9]+$')/
	jq -nc '{id:(1,2,3,4)}' >lines
	run -6 ws-cat --ack '.ok // .ack // .id' "$URL" <lines
	[[ $output = *'2 of 4 messages sent were not confirmed'* ]]
	run -6 ws-cat --ack '.ok // .ack // .id' --ack-all "$URL" <lines
	[[ $output = *'1 of 4 messages sent were not confirmed'* ]]
	run -2 ws-cat --ack-all "$URL"
	run -2 ws-cat --ack-window 1k "$URL"
	run -2 ws-cat --ack '{' "$URL"
}

@test "ws-cat --ack-window: stdin is not read beyond what it holds" {
	start server /usr/bin/python3 "$PEERS/ws_server.py" --print
	URL=ws://127.0.0.1:$(await server.out '^[0-9]+$')/
	seq 1000000 1050000 >lines
	start_from lines cat ws-cat -v --ack . --ack-window 10k "$URL"
	await server.out '"text": "1000050"'
	kept=0
	for ((n = 1; kept < 10240; n++)); do
		kill -USR1 "$PID_cat"
		until [ "$(grep -c kept_bytes cat.err)" -eq "$n" ]; do
			kill -0 "$PID_cat"
		done
		kept=$(tail -n 1 cat.err | sed 's/.*kept_bytes \([0-9]*\).*/\1/')
	done
	[ "$kept" -le 20480 ]
	end_by TERM cat
	[ "$status" -eq 143 ]
}

@test "ws-cat --ack: a server killed 100 times under load loses nothing" {
	run -0 --separate-stderr timeout 300 /usr/bin/python3 "$PEERS/ws_killed.py" \
	    100 ws-cat -q --reconnect --backoff 1ms..5ms --linger 0 \
	    --ack '.ack // .id' --ack-window 64k
	echo "$output"
	jq -e '.status == 0 and .missing == 0 and .ordered' <<<"$output"
}

@test "ws-cat --reconnect without --ack: no more is missing than was said" {
	run -0 --separate-stderr timeout 120 /usr/bin/python3 "$PEERS/ws_killed.py" \
	    5 ws-cat --reconnect --backoff 1ms..5ms --linger 0 \
	    --close-timeout 1h	# which is not for who is gone
	echo "$output"
	[ "$(jq .status <<<"$output")" -eq 6 ]
	said=$(sed -n 's/.*: \([0-9]*\) of .*may be lost.*/\1/p' <<<"$stderr")
	jq -e --argjson said "$said" '.missing <= $said and .repeated == 0 and
	    .ordered' <<<"$output"
}
