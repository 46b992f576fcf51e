#!/usr/bin/env bats
# pipelines.bats - the programs in a row, as the README and the pages show
# them; and what no row of them may do: damage a message, lose one, or pile
# them up in memory.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper

setup()
{
	helper_setup
	CORPUS=$REPO/tests/data/corpus.ndjson
}

# at NAME PROGRAM: awaits the program's word that it listens; sets PORT
at()
{
	local line

	line=$(await "$1.err" "^$2: listening on ") || return 1
	PORT=${line##*:}
	PORT=${PORT//[^0-9]/}
}

# peer NAME SCRIPT ARG...: a peer that prints its port first; sets PORT
peer()
{
	local name=$1 script=$2

	shift 2
	start "$name" /usr/bin/python3 "$PEERS/$script" "$@"
	PORT=$(await "$name.out" '^[0-9]+$')
}

hook()
{
	curl -sS -o /dev/null "http://localhost:$PORT/${2-}" \
	    -H 'Content-Type: application/json' --data-binary "$1"
}

# The corpus, each message a file body.N; bodies of text alone, or all.
bodies()
{
	/usr/bin/python3 - "$@" <<-'END'
	import base64, json, sys
	n = 0
	for line in open(sys.argv[1], encoding="utf-8"):
	    m = json.loads(line)
	    if len(sys.argv) > 2 and sys.argv[2] in m.get("name", ""):
	        continue
	    n += 1
	    open(f"body.{n}", "wb").write(base64.b64decode(m["base64"]))
	END
}

post_bodies()
{
	local file

	for file in $(ls body.* | sort -t. -k2n); do
		curl -sS -o /dev/null "http://localhost:$PORT/" \
		    -H 'Content-Type: x/y' --data-binary "@$file" || return 1
	done
}

messages()
{
	/usr/bin/python3 "$PEERS/messages.py" "$@"
}

# ---- as typed ----

@test "wh-listen | jq: webhooks are seen as they come in" {
	pipeline() { wh-listen 0 | jq .; }
	start p pipeline
	at p wh-listen
	hook '{"action": "opened"}' 'hook%2Fx?x=1'
	kill "$(pgrep -P "$PID_p" wh-listen)"	# jq keeps what no terminal shows
	ended p
	await p.out '"text": "\{\\"action\\": \\"opened\\"\}"'
	await p.out '"target": "/hook%2Fx\?x=1"'
}

@test "wh-listen | jq -r: a member of each webhook's body" {
	pipeline() { wh-listen 0 | jq -r --unbuffered .json.action; }
	start p pipeline
	at p wh-listen
	hook '{"action":"opened"}'
	hook '{"action":"closed"}'
	await_lines p.out 2
	[ "$(cat p.out)" = $'opened\nclosed' ]
}

@test "jq -c | wh-send: each line is one request" {
	peer hooks hooks.py
	echo '{"items":[{"id":1},{"id":2},"three"]}' >feed.json
	jq -c '.items[]' feed.json | wh-send "http://localhost:$PORT/hook" >out
	[ "$(jq -r .outcome out)" = $'delivered\ndelivered\ndelivered' ]
	await_lines hooks.out 4
	tail -n +2 hooks.out | jq -r '.base64|@base64d' | sort >got
	printf '%s\n' '"three"' '{"id":1}' '{"id":2}' | diff - got
	[ "$(sed 1d hooks.out | jq -r '"\(.method) \(.target)"' | sort -u)" = \
	    'POST /hook' ]
}

@test "wh-send --body: one request with a file's bytes" {
	peer hooks hooks.py
	printf '{"a":\n 1.10}\n\377\0' >payload.json
	wh-send "http://localhost:$PORT/hook" --body payload.json
	await_lines hooks.out 2
	sed 1d hooks.out | jq -r .base64 | base64 -d | cmp - payload.json
}

@test "wh-listen | ws-serve: webhook bodies into every client" {
	pipeline() { wh-listen 0 | ws-serve 0; }
	start p pipeline
	at p ws-serve
	for one in 1 2; do
		start "client$one" /usr/bin/python3 "$PEERS/ws_client.py" \
		    "ws://localhost:$PORT/"
		await "client$one.out" '"open"'
	done
	at p wh-listen
	hook '{"a": 1.10}'
	hook $'\xff\x01'
	for one in 1 2; do
		await_lines "client$one.out" 3
		messages <(sed 1d "client$one.out") >got
		messages >want <(printf '%s\n' \
		    '{"kind":"text","text":"{\"a\": 1.10}"}' \
		    '{"kind":"binary","hex":"ff01"}')
		diff want got
	done
}

@test "wh-listen | ws-serve --lines --page feed: whole events, and a page" {
	pipeline() { wh-listen 0 | ws-serve 0 --lines --page feed; }
	start p pipeline
	at p ws-serve
	curl -sS -D head "http://localhost:$PORT/" >page.html
	grep -qi '^content-security-policy:' head
	grep -qi '^<!doctype html>' page.html
	start client /usr/bin/python3 "$PEERS/ws_client.py" \
	    "ws://localhost:$PORT/"
	await client.out '"open"'
	at p wh-listen
	hook '{"a": 1.10}' x
	await_lines client.out 2
	sed 1d client.out | jq -r '.base64|@base64d' >event
	grep -q '"text":"{\\"a\\": 1.10}","json":{"a": 1.10}}$' event
	[ "$(jq -r '.type + .target' event)" = request/x ]
}

@test "ws-cat | jq: a stream into jq" {
	printf '{"kind":"text","base64":"%s"}\n' \
	    "$(printf '{"price":1}' | base64)" \
	    "$(printf '{"price":\n2}' | base64)" >feed
	peer server ws_server.py --send-file feed --close-after 0
	ws-cat "ws://localhost:$PORT/" </dev/null | jq .price >got
	[ "$(cat got)" = $'1\n2' ]
}

@test "ws-cat | wh-send: messages become webhooks" {
	printf '{"kind":"text","base64":"%s"}\n' \
	    "$(printf '{"n":1.10}' | base64)" \
	    "$(printf '[2]' | base64)" >feed
	peer server ws_server.py --send-file feed --close-after 0
	bot=$PORT
	peer hooks hooks.py
	ws-cat "ws://localhost:$bot/" </dev/null |
	    wh-send "http://localhost:$PORT/bot" >out
	[ "$(jq -r .outcome out)" = $'delivered\ndelivered' ]
	await_lines hooks.out 3
	[ "$(sed 1d hooks.out | jq -r '.base64|@base64d' | sort)" = \
	    $'[2]\n{"n":1.10}' ]
}

@test "ws-serve --relay --page chat | tee, ws-cat -rR: a chat" {
	pipeline() { ws-serve 0 --relay --page chat | tee chat.ndjson; }
	start p pipeline
	at p ws-serve
	curl -sS "http://localhost:$PORT/lobby" | grep -qi '^<!doctype html>'
	start_fed ann ws-cat -rR "ws://localhost:$PORT/lobby"
	start_fed bob ws-cat -rR "ws://localhost:$PORT/lobby"
	start_fed eve ws-cat -rR "ws://localhost:$PORT/elsewhere"
	for one in 1 2 3; do
		await_lines chat.ndjson "$one"
	done
	feed ann 'hello, "world" \ [1'
	await bob.out '^hello, "world" \\ \[1$'
	feed bob '42'
	await ann.out '^42$'
	await chat.ndjson '"room":"/lobby","json":42}$'
	feed_end ann
	feed_end bob
	[ ! -s eve.out ]
	[ "$(grep -c . ann.out)" = 1 ]
}

@test "webhooks through a firewall: bodies arrive byte for byte" {
	public() { wh-listen 0 | ws-serve 0 --lines; }
	laptop() { ws-cat -r "ws://localhost:$feed/" |
	    wh-send -e "http://localhost:$hooks"; }
	start public public
	at public ws-serve
	feed=$PORT
	peer hooks hooks.py
	hooks=$PORT
	start laptop laptop
	await public.out '"type":"open"'
	at public wh-listen
	bodies "$CORPUS"
	post_bodies
	await_lines hooks.out $(($(ls body.* | wc -l) + 1))
	messages --bodies "$CORPUS" | sort >want
	messages --bodies hooks.out | sort >got
	diff want got
}

# ---- what is carried over arrives as it was ----

# carry OPTION...: the corpus through two clients in a row, into b.out
carry()
{
	local a b

	messages --write --big "$CORPUS" >corpus
	peer a ws_server.py --send-file corpus --close-after 0
	a=ws://localhost:$PORT/
	peer b ws_server.py --print
	b=ws://localhost:$PORT/
	ws-cat "$@" "$a" </dev/null |
	    ws-cat "$@" --linger 100ms "$b" >back
	[ "${PIPESTATUS[*]}" = '0 0' ]
	[ ! -s back ]
	await b.out '"kind": "close", "code": 1000' >/dev/null
}

@test "ws-cat | ws-cat: every message is carried over, kind and bytes" {
	carry
	messages --spaces corpus >want
	messages b.out >got
	diff want got
}

@test "ws-cat -e | ws-cat -e: line feeds in JSON are carried over, too" {
	carry -e
	messages corpus >want
	messages b.out >got
	diff want got
}

@test "wh-listen | wh-send -e: every body is forwarded, bit by bit" {
	peer hooks hooks.py
	hooks=$PORT
	pipeline() { wh-listen --max-body 16M 0 |
	    wh-send -e "http://localhost:$hooks"; }
	messages --write --big "$CORPUS" >corpus
	bodies corpus
	start p pipeline
	at p wh-listen
	post_bodies
	await_lines hooks.out $(($(ls body.* | wc -l) + 1))
	messages --bodies corpus | sort >want
	messages --bodies hooks.out | sort >got
	diff want got
	[ "$(sed 1d hooks.out | jq -r '.headers[]|select(
	    .[0]|ascii_downcase=="content-type")|.[1]' | sort -u)" = x/y ]
}

@test "wh-listen | jq -c . | wh-send -e: not edited, so the bytes stay" {
	peer hooks hooks.py
	hooks=$PORT
	pipeline() { wh-listen 0 | jq -c --unbuffered . |
	    wh-send -e "http://localhost:$hooks"; }
	start p pipeline
	at p wh-listen
	bodies "$CORPUS" surrogate	# jq 1.6 ends at them
	post_bodies
	await_lines hooks.out $(($(ls body.* | wc -l) + 1))
	jq -c 'select(.name|contains("surrogate")|not)' "$CORPUS" >corpus
	messages --bodies corpus | sort >want
	messages --bodies hooks.out | sort >got
	diff want got
}

@test "wh-listen | jq '.json.x=1' | wh-send -e: edited, so that is sent" {
	peer hooks hooks.py
	hooks=$PORT
	pipeline() { wh-listen 0 | jq -c --unbuffered '.json.x=1' |
	    wh-send -e "http://localhost:$hooks"; }
	start p pipeline
	at p wh-listen
	hook '{"a": 1}'
	await_lines hooks.out 2
	[ "$(sed 1d hooks.out | jq -r '.base64|@base64d')" = '{"a":1,"x":1}' ]
}

# ---- a reader that does not read ----

# flat PID...: none has ever had 32 MB of memory (sanitizers take more).
flat()
{
	local pid peak

	for pid in "$@"; do
		peak=$(awk '/^VmHWM:/ { print $2 }' "/proc/$pid/status")
		[ -n "${HOOKLINE_SAN-}" ] || [ "$peak" -lt 32768 ] || {
			echo "it had $peak kB" >&2
			return 1
		}
	done
}

wrote()
{
	awk '/^wchar:/ { print $2 }' "/proc/$1/io"
}

# settled PID [MOST]: awaits that its writes are stuck; fails if MOST bytes
# (300 MB) have gone through.
settled()
{
	local was=-1 now same=0

	while [ $same -lt 10 ]; do
		now=$(wrote "$1") || return 1
		[ "$now" -lt "${2:-300000000}" ] || return 1
		same=$((now == was && now > 0 ? same + 1 : 0))
		was=$now
		sleep 0.05	# nothing tells that nothing happens
	done
}

# went_through PID BYTES: awaits that it has written so much.
went_through()
{
	local tries=1200

	until [ "$(wrote "$1")" -ge "$2" ]; do
		[ $((tries--)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# flood NAME CMD...: the command's stdin is an endless run of lines
flood()
{
	local name=$1

	shift
	mkfifo "$name.fifo"
	start_from "$name.fifo" "$name" "$@"
	start "${name}_yes" sh -c "exec yes '{\"a\":1}' >$name.fifo"
}

# 30 MB in numbered lines of 1 kB.
numbered()
{
	awk 'BEGIN {
		for (s = "x"; length(s) < 990; s = s s)
			;
		for (i = 1; i <= 30000; i++)
			printf "{\"n\":%d,\"s\":\"%s\"}\n", i, substr(s, 1, 990)
	}'
}

# stuck NAME CMD...: started with nobody reading its stdout, until woken NAME
stuck()
{
	local name=$1 fd

	mkfifo "$name.stdout"
	start_stuck() { exec "$@" >"$name.stdout"; }
	start_from "${input:-/dev/null}" "$name" start_stuck "${@:2}"
	exec {fd}<"$name.stdout"
	printf -v "STUCK_$name" %s "$fd"
	FEEDS+=("$fd")	# other programs must not hold it
}

# woken NAME: all that NAME prints, from now on, into NAME.got.
woken()
{
	local fd=STUCK_$1

	cat <&"${!fd}" >"$1.got" 3>&- &
	READER=$!
	STARTED+=("$READER")
}

@test "ws-cat: a server that does not read holds stdin back" {
	peer server ws_server.py --silent
	flood cat ws-cat "ws://localhost:$PORT/"
	settled "$PID_cat_yes"
	flat "$PID_cat"
}

@test "ws-cat: a server that reads late has lost nothing" {
	peer server ws_server.py --silent --print
	numbered >lines
	mkfifo fifo
	start_from fifo cat ws-cat --linger 100ms "ws://localhost:$PORT/"
	start source sh -c 'exec cat lines >fifo'
	settled "$PID_source" 29000000
	flat "$PID_cat"
	kill -USR1 "$PID_server"
	ended cat
	[ "$status" -eq 0 ]
	await server.out '"close"' >/dev/null
	jq -r 'select(.kind?=="text").text' server.out | cmp - lines
}

@test "ws-cat: a reader that reads late has lost nothing" {
	numbered >lines
	jq -Rc '{kind:"text",base64:@base64}' lines >messages
	peer server ws_server.py --send-file messages --close-after 0
	stuck cat ws-cat "ws://localhost:$PORT/"
	settled "$PID_cat" 29000000
	flat "$PID_cat"
	woken cat
	ended cat
	[ "$status" -eq 0 ]
	wait "$READER"
	cmp cat.got lines
}

@test "wh-send: a receiver that does not answer holds stdin back" {
	peer hooks hooks.py --silent
	flood send wh-send "http://localhost:$PORT/"
	settled "$PID_send_yes"
	flat "$PID_send"
}

@test "wh-send: whose results are read late, has delivered every line once" {
	numbered >lines
	peer hooks hooks.py --count
	mkfifo fifo
	input=fifo
	start source sh -c 'exec cat lines >fifo'
	stuck send wh-send "http://localhost:$PORT/"
	settled "$PID_source" 29000000
	flat "$PID_send"
	woken send
	ended send 120
	[ "$status" -eq 0 ]
	wait "$READER"
	[ "$(jq -r .outcome send.got | sort | uniq -c | xargs)" = \
	    '30000 delivered' ]
	jq -r .line send.got | sort -n | cmp - <(seq 30000)
	kill "$PID_hooks"
	await hooks.out '"count": 30000'
}

@test "wh-listen: answers 204 for what a late reader gets, and 503 for more" {
	head -c 10000 /dev/zero | tr '\0' x >body
	stuck listen wh-listen 0
	at listen wh-listen
	start hey hey -n 5000 -c 200 -m POST -D body "http://localhost:$PORT/"
	settled "$PID_listen"
	flat "$PID_listen"
	woken listen
	ended hey
	flat "$PID_listen"
	kill "$PID_listen"
	ended listen
	wait "$READER"
	taken=$(sed -n 's/.*\[204\]\t\([0-9]*\) .*/\1/p' hey.out)
	[ "$taken" -gt 0 ]
	[ "$(wc -l <listen.got)" -eq "$taken" ]
	[ "$(jq -r '.text|length' listen.got | sort -u)" = 10000 ]
}

@test "ws-serve: a client that does not read is closed, and memory is flat" {
	mkfifo serve.fifo
	start_from serve.fifo serve ws-serve 0 --in payload
	exec {fd}>serve.fifo
	FEEDS+=("$fd")
	at serve ws-serve
	start client /usr/bin/python3 "$PEERS/ws_client.py" --slow \
	    "ws://localhost:$PORT/"
	await serve.out '"type":"open"'
	start yes sh -c "exec yes '{\"a\":1}' >serve.fifo"
	await serve.out '"type":"close"'
	went_through "$PID_yes" 50000000	# nobody else has to wait
	flat "$PID_serve"
}

@test "ws-serve: whose events are read late, has lost none" {
	numbered >lines
	jq -Rc '{kind:"text",text:.}' lines >messages
	stuck serve ws-serve 0
	at serve ws-serve
	start client /usr/bin/python3 "$PEERS/ws_client.py" \
	    --send messages --eof-close "ws://localhost:$PORT/"
	settled "$PID_serve" 29000000
	flat "$PID_serve"
	woken serve
	ended client
	await serve.got '"type":"close"' >/dev/null
	kill "$PID_serve"
	ended serve
	wait "$READER"
	sed -n 's/.*"type":"message".*"json":\({"n".*}\)}$/\1/p' serve.got |
	    cmp - lines
}
