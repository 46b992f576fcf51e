#!/usr/bin/env bats
# ws-serve-rooms.bats - who is in which room, what stdin can order, and
# messages by POST.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load feeding

# row NAME: the texts that a client has received, on one line
row()
{
	got "$1" | tr '\n' ' '
}

# who N: the Nth answer to who
who()
{
	jq -c 'select(.type == "clients") | .clients | sort' serve.out |
	    sed -n "${1}p"
}

# post TARGET ARG...: curl; prints the status
post()
{
	curl -sS -o reply -w '%{http_code}' "http://localhost:$PORT$1" "${@:2}"
}

@test "ws-serve: join and leave move clients between rooms, also out of their own" {
	serve
	client a /a
	client b /b
	client c /c
	feed serve '{"do":"join","client":["c1","c2"],"room":"/x"}' \
	    '{"room":"/x","text":"x1"}' '{"room":"/a","text":"a1"}' \
	    '{"do":"leave","client":"c1","room":"/x"}' \
	    '{"do":"leave","client":"c1","room":"/a"}' \
	    '{"room":"/x","text":"x2"}' '{"room":"/a","text":"a2"}' \
	    '{"do":"join","client":"c1","room":"/a"}' \
	    '{"do":"join","client":"c1","room":"/a"}' \
	    '{"room":"/a","text":"a3"}' '{"text":"end"}'
	for name in a b c; do
		await_text "$name" end
	done
	[ "$(row a)" = 'x1 a1 a3 end ' ]
	[ "$(row b)" = 'x1 x2 end ' ]
	[ "$(row c)" = 'end ' ]
}

@test "ws-serve: who answers with the clients of a room, or with all" {
	serve
	client a /a
	client_fed b /b
	feed serve '{"do":"who","room":"/a"}' \
	    '{"do":"join","client":"c2","room":"/a"}' \
	    '{"do":"who","room":"/a"}' '{"do":"who","room":"/nowhere"}' \
	    '{"do":"who"}' '{"do":"leave","client":"c1","room":"/a"}' \
	    '{"do":"who","room":"/a"}'
	await_lines serve.out 8
	[ "$(who 1)" = '["c1"]' ]
	[ "$(who 2)" = '["c1","c2"]' ]
	[ "$(who 3)" = '[]' ]
	[ "$(who 4)" = '["c1","c2"]' ]
	[ "$(who 5)" = '["c2"]' ]
	[ "$(jq -c 'select(.type == "clients") | keys_unsorted' serve.out |
	    sed -n 1p)" = '["type","id","time","room","clients"]' ]
	feed_end b
	kill "$PID_b"
	await serve.out '"type":"close"'
	feed serve '{"do":"who","room":"/a"}'
	await_lines serve.out 10
	[ "$(who 6)" = '[]' ]
}

@test "ws-serve: orders that name nobody, or lack a member" {
	serve -v
	client a /a
	feed serve '{"do":"join","client":"c9","room":"/x"}' \
	    '{"do":"join","room":"/x"}' '{"do":"join","client":"c1"}' \
	    '{"do":"leave","client":"c1","room":7}' \
	    '{"do":"join","client":7,"room":"/x"}' '{"do":"who","room":[]}' \
	    '{"do":"leave","client":"c1","room":"/never"}' \
	    '{"client":["c1","c9"],"text":"end"}'
	await_text a end
	feed_end serve
	ended serve
	[ "$status" -eq 9 ]
	[ "$(grep -o 'line [0-9]*' serve.err | tr '\n' ' ')" = \
	    'line 2 line 3 line 4 line 5 line 6 ' ]
	[ "$(grep -c 'c9: no such client' serve.err)" = 2 ]
}

@test "ws-serve: who has nowhere to be answered where lines are payloads" {
	serve --out payload
	feed serve '{"do":"who"}'
	feed_end serve
	ended serve
	[ "$status" -eq 9 ]
	grep -q 'who: lines on stdout are no events' serve.err
}

@test "ws-serve(1): of two in a row the second says in its rooms what is said in the first's" {
	grep -q '^\.Fl f Ql del(\.client)$' "$REPO/man/ws-serve.1"
	in_row()
	{
		ws-serve 0 --announce | tee first |
		    ws-serve 0 --announce -f 'del(.client)'
	}
	start serve in_row
	announced serve
	URL=ws://localhost:$PORT
	client other /b
	client b /a
	PORT=$(await first '"listening"' | jq .port)
	URL=ws://localhost:$PORT
	client_fed a /a
	feed a '{"kind":"text","text":"hi"}' '{"kind":"binary","base64":"AP8="}'
	await b.out '"AP8="'
	[ "$(got b)" = hi ]
	[ -z "$(got other)" ]
}

@test "ws-serve: a client in several rooms gets a message for several of them once" {
	serve --relay
	client_fed a /a
	client_fed b /b
	client c /b
	feed serve '{"do":"join","client":["c1","c2"],"room":"/x"}' \
	    '{"do":"join","client":"c1","room":"/b"}' '{"do":"who","room":"/b"}'
	await serve.out '"type":"clients"'
	feed b '{"kind":"text","text":"from b"}'
	await_text a 'from b'
	await_text c 'from b'
	feed a '{"kind":"text","text":"from a"}'
	await_text b 'from a'
	await_text c 'from a'
	feed serve '{"except":["c2","c3"],"text":"end"}' '{"text":"all"}'
	for name in a b c; do
		await_text "$name" all
	done
	[ "$(row a)" = 'from b end all ' ]
	[ "$(row b)" = 'from a all ' ]
	[ "$(row c)" = 'from b from a all ' ]
	[ "$(jq -r 'select(.type == "message").room' serve.out |
	    tr '\n' ' ')" = '/b /a ' ]
}

@test "ws-serve: answers that nobody reads make stdin wait, not memory grow" {
	serve_gated
	printf -v room '/%0200d' 0
	yes "{\"do\":\"who\",\"room\":\"$room\"}" | head -n 100000 | feed serve &
	feeder=$!
	run timeout 1 tail --pid="$feeder" -f /dev/null
	[ "$status" -eq 124 ]
	open_gate
	wait "$feeder"
	feed_end serve
	ended serve
	[ "$status" -eq 0 ]
	ended gate
	[ "$(wc -l <events)" = 100000 ]
}

# ---- --publish ----

@test "ws-serve --publish: POSTs go to a room, or to all, as text or binary" {
	serve --publish /say --page chat
	client a /a
	client b /b
	[ "$(post '/say?room=%2Fa' -d 'to a')" = 204 ]
	[ "$(post /say -d 'to all')" = 204 ]
	[ "$(post '/say?room=/nobody' -d 'lost')" = 204 ]
	[ "$(post /say --data-binary $'\xff')" = 204 ]
	[ "$(post /say -H 'Content-Type: application/octet-stream' \
	    -d bytes)" = 204 ]
	[ "$(post /say -H 'Content-Type: Application/Octet-Stream ; a=b' \
	    -d bytes)" = 204 ]
	[ "$(post /say -H 'Content-Type: no/type of ours' -d text)" = 204 ]
	await_lines a.out 7
	await_lines b.out 6
	[ "$(row a)" = 'to a to all text ' ]
	[ "$(jq -r 'select(.kind) | .kind, .base64' b.out | tr '\n' ' ')" = \
	    'text dG8gYWxs binary /w== binary Ynl0ZXM= binary Ynl0ZXM= text dGV4dA== ' ]
	[ "$(post /say)" = 405 ]
	[ "$(post /)" = 200 ]
	[ "$(post / -d x)" = 405 ]
}

@test "ws-serve --publish: pages of other origins may not, long bodies are refused" {
	serve --publish /say --max-message 1000 --origin https://example.com
	client a /
	[ "$(post /say -H 'Origin: https://evil.example' -d evil)" = 403 ]
	[ "$(post /say -H 'Origin: null' -d null)" = 403 ]
	[ "$(post /say -H "Origin: http://localhost:$PORT" -d own)" = 204 ]
	[ "$(post /say -H 'Origin: https://example.com' -d listed)" = 204 ]
	[ "$(head -c 1001 /dev/zero | post /say --data-binary @-)" = 413 ]
	[ "$(post /say -d end)" = 204 ]
	await_text a end
	[ "$(row a)" = 'own listed end ' ]
}

@test "ws-serve: without --publish a POST is no message" {
	serve
	client a /
	[ "$(post /say -d x)" = 405 ]
	feed serve '{"text":"end"}'
	await_text a end
	[ "$(row a)" = 'end ' ]
	for path in say '/say?x' /up /figures; do
		run -2 --separate-stderr ws-serve 0 --health /up \
		    --metrics /figures --publish "$path"
		[[ $stderr == "ws-serve: --publish: $path"* ]]
	done
}

@test "ws-serve --publish: 503 while clients have no room" {
	serve --publish /say --slow block --queue 64k --max-message 8M
	start slow /usr/bin/python3 "$PEERS/ws_client.py" --slow \
	    "$URL/"
	await slow.out '"open": true'
	head -c 8000000 /dev/zero | tr '\0' x >big
	for _ in 1 2 3; do
		got=$(post /say --data-binary @big)
		[ "$got" = 503 ] && break
	done
	[ "$got" = 503 ]
	kill -USR1 "$PID_slow"
	await_lines slow.out 2
	until [ "$(post /say -d end)" = 204 ]; do :; done
	await_text slow end
}
