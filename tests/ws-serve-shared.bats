#!/usr/bin/env bats
# ws-serve-shared.bats - one command for all clients, in the place of stdin and
# stdout.

# shellcheck disable=SC2154 # status and PID_NAME are set by the helpers

load helper
load serving

# say TEXT: a message, for feed
say()
{
	jq -nc --arg text "$1" '{kind: "text", text: $text}'
}

# scripted: a command that keeps what it is told in `told`, and says
# what the test feeds to the FIFO `say`
scripted()
{
	mkfifo say
	# shellcheck disable=SC2016
	start serve ws-serve --announce 0 --shared -- sh -c '
		exec 3<&0
		cat <&3 >told & exec cat <say'
	exec {SAY}>say
	FEEDS+=("$SAY")
	# shellcheck disable=SC2034 # for feed
	FEED_command=$SAY
	announced serve
	URL=ws://localhost:$PORT
}

@test "ws-serve --shared: events on its stdin, and what it says goes where it says" {
	scripted
	ROOM=/red client_fed a
	ROOM=/red client_fed b
	ROOM=/blue client_fed c
	await told '"client":"c3"'
	[ "$(jq -c '[.type, .client, .room]' told | xargs)" = \
	    '[open,c1,/red] [open,c2,/red] [open,c3,/blue]' ]
	feed a "$(say '{"x":1.10}')"
	[ "$(await told '"message"' | jq -c '[.client, .room]')" = \
	    '["c1","/red"]' ]
	grep -q '"json":{"x":1.10}' told
	feed command '{"text":"all"}' '{"room":"/red","text":"red"}' \
	    '{"client":"c3","text":"c3"}' \
	    '{"room":"/red","except":"c1","text":"not a"}' \
	    '{"client":["c1","c2"],"base64":"AP8="}' \
	    '{"do":"join","client":"c3","room":"/red"}' \
	    '{"room":"/red","text":"end"}' '{"do":"who","room":"/red"}' \
	    '{"do":"close","client":"c1","code":4444,"reason":"out"}'
	await_text b end
	await_text c end
	[ "$(closed a)" = '4444 out' ]
	[ "$(got a | xargs)" = 'all red end' ]
	[ "$(got b | xargs)" = 'all red not a end' ]
	[ "$(got c | xargs)" = 'all c3 end' ]
	grep -q '"AP8="' b.out
	[ "$(await told '"clients"' | jq -c '.clients | sort')" = \
	    '["c1","c2","c3"]' ]
	[ "$(await told '"close"' | jq -c '[.client, .code]')" = '["c1",4444]' ]
	[ "$(jq -r .type serve.out)" = listening ]
}

@test "ws-serve --shared: 100,000 lines through one cat come back to who sent them" {
	# (--slow block: the clients may be the slower on a busy machine.)
	serve --slow block --shared -- cat
	seq -f '{"n":%.0f}' 100000 >sent
	start other ws-cat -1 "$URL"
	ws-cat -1 "$URL" <sent >got
	cmp sent got
	seq -f '{"m":%.0f}' 20000 >sent2
	ws-cat -1 "$URL" <sent >got &
	ws-cat -1 "$URL" <sent2 >got2
	wait $!
	cmp sent got
	cmp sent2 got2
	stop 0
}

@test "ws-serve(1): one program for all greets who comes" {
	tr -s ' \n' ' ' <"$REPO/man/ws-serve.1" |
	    grep -qF 'if .type == "open" then {client, text: "hello \e(.client)"} elif .type == "message" then del(.client) else empty end'
	# shellcheck disable=SC2016
	serve --shared -- jq -c --unbuffered '
	    if .type == "open" then {client, text: "hello \(.client)"}
	    elif .type == "message" then del(.client) else empty end'
	client_fed a
	await_text a 'hello c1'
	ROOM=/other client b
	await_text b 'hello c2'
	feed a "$(say hi)"
	await_text a hi
	[ "$(got b)" = 'hello c2' ]
}

@test "ws-serve --shared -p: lines are messages, for all and of all" {
	serve -p --shared -- jq -c --unbuffered '{heard: .}'
	client_fed a
	client_fed b
	feed a "$(say '[1]')"
	await_text a '{"heard":[1]}'
	await_text b '{"heard":[1]}'
	feed b "$(say two)"
	await_text a '{"heard":"two"}'
}

@test "ws-serve --shared: a bad line is named, and stderr passed on" {
	scripted
	client a
	feed command '[' '{"text":1}' '{"text":"good"}'
	await_text a good
	await serve.err 'ws-serve: sh: line 1: byte'
	await serve.err 'ws-serve: sh: line 2: '
	stop 9
}

@test "ws-serve --shared: what it says on stderr is passed on" {
	serve --shared -- sh -c 'echo hello >&2; cat'
	await serve.err 'ws-serve: sh: hello'
	stop 0
}

@test "ws-serve --shared: its last line needs no end, and when it ends, so do we" {
	# shellcheck disable=SC2016
	serve --shared -- sh -c 'read -r l
		seq 5000 | sed "s/.*/{\"text\":\"&\"}/"
		printf "{\"text\":\"last\"}"'
	client a
	[ "$(closed a)" = '1001 ' ]
	got a | cmp - <(seq 5000; echo last)
	ended serve
	[ "$status" -eq 0 ]
	run ! grep -v listening serve.err
}

@test "ws-serve --shared: if it fails, so do we" {
	# shellcheck disable=SC2016
	serve --shared -- sh -c 'read -r l; exit 3'
	client a
	[ "$(closed a)" = '1001 ' ]
	ended serve
	[ "$status" -eq 1 ]
	await serve.err 'ws-serve: sh: ended with status 3'
}

@test "ws-serve --shared: a command that is not there is exit 2" {
	run --separate-stderr ws-serve --announce 0 --shared -- no-such-command
	[ "$status" -eq 2 ]
	[ "$stderr" = 'ws-serve: no-such-command: command not found' ]
	[ -z "$output" ]
	run --separate-stderr ws-serve --announce 0 --shared
	[ "$status" -eq 2 ]
	[ "$stderr" = 'ws-serve: --shared: needs COMMAND' ]
}

@test "ws-serve --shared --stay: it is started again, told who is here, and misses nothing" {
	# shellcheck disable=SC2016
	serve --stay --shared -- sh -c '
		n=$(($(ls told* 2>/dev/null | wc -l) + 1))
		while IFS= read -r l; do
			printf "%s\n" "$l" >>"told$n"
			case $l in
			*die*) exit 3 ;;
			*message*) printf "%s\n" "$l" ;;
			esac
		done'
	client_fed a
	client b
	client_fed c
	kill "$PID_b"
	await told1 '"close"'
	feed a "$(say one)"
	await_text a one
	feed a "$(say die)"
	await serve.err 'sh: is started again in '
	# While it is away.
	feed c "$(say two)"
	await_text c two
	feed a "$(say three)"
	await_text a three
	[ "$(jq -c '[.type, .client]' told2 | xargs)" = \
	    '[open,c1] [open,c3] [message,c3] [message,c1]' ]
	jq -se '.[0].headers and .[0].id' told2
	cmp <(head -n 1 told1) <(head -n 1 told2)
	feed c "$(say 'die again')"
	await told3 '"open"'
	stop 0
	await serve.err 'sh: ended with status 3'
}

@test "ws-serve --shared --stay: who comes while it is away is told to it, too" {
	mkfifo hold
	# shellcheck disable=SC2016
	serve --stay --shared -- sh -c 'echo x >>runs
		read -r l <hold; read -r l
		printf "%s\n" "$l" | jq -c "{client, text: \"seen\"}"
		[ "$(wc -l <runs)" -gt 1 ] && exec cat'
	client a
	echo >hold
	await_text a seen
	await serve.err 'is started again'
	start b /usr/bin/python3 "$PEERS/ws_client.py" "$URL/"
	echo >hold
	await b.out '"open": true'
	stop 0
}

@test "ws-serve --shared: SIGTERM lets it see all out" {
	# shellcheck disable=SC2016
	serve --shared -- sh -c 'cat >told; echo done >>told'
	client a
	client b
	await told '"c2"'
	stop 0
	[ "$(closed a)" = '1001 ' ]
	[ "$(closed b)" = '1001 ' ]
	[ "$(tail -n 1 told)" = 'done' ]
	[ "$(grep -c '"type":"close".*"code":1001' told)" -eq 2 ]
}

@test "ws-serve --shared: one that does not mind SIGTERM is killed, with its group" {
	# shellcheck disable=SC2016
	serve --drain 1m --command-grace 10ms --shared -- sh -c 'trap "" TERM
	    sleep 1000 & echo $$ $! >pids; wait; wait'
	await pids ' '
	read -r leader grandchild <pids
	stop 0
	gone "$leader" "$grandchild"
}

@test "ws-serve --shared --drain: when time is up it is killed, and that is told" {
	# shellcheck disable=SC2016
	serve --drain 100ms --shared -- sh -c 'trap "" TERM
	    sleep 1000 & echo $$ $! >pids; wait; wait'
	await pids ' '
	read -r leader grandchild <pids
	stop 143
	gone "$leader" "$grandchild"
}

@test "ws-serve --shared --drain: a client that does not answer costs the command nothing" {
	serve --drain 2s --shared -- sh -c 'cat >told; echo done >>told'
	client a --slow
	await told '"c1"'
	stop 0
	[ "$(tail -n 1 told)" = 'done' ]
	grep -q '"type":"close".*"client":"c1"' told
	run ! grep 'killed' serve.err
}

@test "ws-serve --shared: killed, it is told to end" {
	# shellcheck disable=SC2016
	serve --shared -- sh -c 'echo $$ >pid; exec sleep 1000'
	pid=$(await pid .)
	kill -KILL "$PID_serve"
	gone "$pid"
}

@test "ws-serve --shared: while it does not read, no client is read" {
	mkfifo hold
	serve --slow block --shared -- sh -c 'read -r go <hold; exec cat'
	seq -f '"%.0f--------------------------------------------"' 300000 >sent
	ws-cat -1 "$URL" <sent >got &
	local cat=$!
	until [ -e "/proc/$cat/io" ] &&
	    before=$(grep rchar "/proc/$cat/io") &&
	    timeout 0.2 tail -f /dev/null --pid=$cat ||
	    [ "$before" = "$(grep rchar "/proc/$cat/io")" ]; do
		kill -0 $cat
	done
	[ "$(rss_kb "$PID_serve")" -lt "${HOOKLINE_SAN:+10}32768" ]
	echo go >hold
	wait $cat
	cmp sent got
}

@test "ws-serve --shared --slow block: while a client does not read, it is not read" {
	# shellcheck disable=SC2016
	serve --slow block --shared -- sh -c 'read -r l; read -r l
		seq -f "{\"text\":\"%010000.0f\"}" 2000; exec cat'
	client slow --slow
	client quick
	await_lines quick.out 2
	for ((;;)); do
		before=$(grep rchar "/proc/$PID_serve/io")
		timeout 0.2 tail -f /dev/null || :
		[ "$before" = "$(grep rchar "/proc/$PID_serve/io")" ] && break
	done
	[ "$(wc -l <quick.out)" -lt 2001 ]
	[ "$(rss_kb "$PID_serve")" -lt "${HOOKLINE_SAN:+10}32768" ]
	kill -USR1 "$PID_slow"
	await_lines slow.out 2001
	await_lines quick.out 2001
	got slow | cmp - <(seq -f %010000.0f 2000)
}

@test "ws-serve --shared --metrics: its runs are counted" {
	serve --stay --metrics /metrics --shared -- sh -c 'read -r l; exit 1'
	client a
	until curl -s -o figures "http://localhost:$PORT/metrics" &&
	    grep -qx 'ws_serve_commands_failed_total 2' figures; do
		kill -0 "$PID_serve"
	done
	grep -qE '^ws_serve_commands_total [23]$' figures
}
