#!/usr/bin/env bats
# ws-serve-command.bats - a command for each client: lines to and from it, how
# it ends, and that nothing is lost or left behind.

# shellcheck disable=SC2154 # status and PID_NAME are set by the helpers

load helper
load serving

# ---- lines ----

@test "ws-serve --: messages are lines on stdin, lines on stdout messages, kind and bytes" {
	serve -- cat
	client_fed a
	feed a '{"kind":"text","text":"plain é"}' \
	    '{"kind":"text","text":"{\"n\":12345678901234567890}"}' \
	    '{"kind":"text","text":""}' \
	    '{"kind":"text","text":"two\nlines"}' \
	    '{"kind":"binary","base64":"AP+ACg=="}' \
	    '{"kind":"text","text":"data:;base64,AAAA"}' \
	    '{"kind":"text","text":"end"}'
	await_text a end
	[ "$(jq -r 'select(.kind) | [.kind, .base64] | join(" ")' a.out)" = \
"text $(printf 'plain é' | base64)
text $(printf '{"n":12345678901234567890}' | base64)
text 
text $(printf 'two\nlines' | base64)
binary AP+ACg==
text $(printf 'data:;base64,AAAA' | base64)
text $(printf end | base64)" ]
	kill "$PID_a"
	await serve.out '"type":"close"'
	stop 0
	[ "$(jq -r '[.type, .client] | join(" ")' serve.out)" = \
'listening 
open c1
close c1' ]
	jq -e 'select(.type == "close") | .code == 1000 and .sent == 7 and
	    .received == 7' serve.out
}

@test "ws-serve -- -rR: lines are text as it stands, and the last needs no end" {
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'while IFS= read -r l; do
		[ "$l" = end ] && break
		echo "<$l>"
	done
	printf "no end"'
	printf '%s\n' hello '{"a": 1}' '  two  ' end |
	    ws-cat -rR "$URL" >out
	[ "$(<out)" = '<hello>
<{"a": 1}>
<  two  >
no end' ]
	stop 0
}

@test "ws-serve -- -0: records end with NUL, and may hold line feeds" {
	serve -rR -0 -- cat
	client_fed a
	feed a '{"kind":"text","text":"one\ntwo"}' '{"kind":"text","text":"3"}'
	await_text a 3
	await_text a 'one
two'
}

@test "ws-serve --: a line that is bad is named, and the others go through" {
	serve -- printf '%s\n' 1 '[2' '' '"\ud800"' '"3"'
	client a
	[ "$(closed a)" = '1000 ' ]
	[ "$(got a | xargs)" = '1 3' ]
	await serve.err 'c1: line 2: byte 3: expected'
	await serve.err 'c1: line 4: a lone surrogate'
	stop 9
}

@test "ws-serve --: what is no text is named with -R, as is what has no end" {
	serve -R -- printf 'a\n\377\nb'
	client a
	[ "$(closed a)" = '1000 ' ]
	[ "$(got a | xargs)" = 'a b' ]
	await serve.err 'c1: line 2: not UTF-8'
	stop 9
}

@test "ws-serve --: a command may speak first, and need not read" {
	serve -- sh -c 'echo 1; echo 2; exec sleep 1000'
	client a
	await_text a 2
	[ "$(got a | xargs)" = '1 2' ]
	kill "$PID_a"
	await serve.out '"type":"close"'
	stop 0
}

@test "ws-serve -- -f, --out-select: jq is between, in both directions" {
	serve --out-select '.n > 1' -f '{n, twice: (.n * 2)}' -- cat
	printf '{"n":%d}\n' 1 2 3 | ws-cat -n 2 "$URL" >out
	[ "$(<out)" = '{"n":2,"twice":4}
{"n":3,"twice":6}' ]
}

@test "ws-serve -- -e: the command has its client's events, and may address others" {
	# shellcheck disable=SC2016
	serve -e -- sh -c 'while IFS= read -r l; do
		echo "$l" >>"lines$WS_CLIENT"
		case $l in
		*all*) jq -c "del(.client)" ;;
		*bye*) echo "{\"do\":\"close\",\"client\":\"$WS_CLIENT\"," \
		    "\"code\":4321,\"reason\":\"so long\"}" ;;
		*who*) echo "{\"do\":\"who\"}" ;;
		*text*) echo "{\"text\":\"mine\"}" ;;
		esac <<X
$l
X
	done'
	client_fed a
	client_fed b
	feed a '{"kind":"text","text":"one"}'
	await_text a mine
	feed a '{"kind":"text","text":"for all"}'
	await_text b 'for all'
	await_text a 'for all'
	feed b '{"kind":"text","text":"who"}'
	[ "$(await linesc2 '"type":"clients"' | jq -c '.clients | sort')" = \
	    '["c1","c2"]' ]
	run ! grep '"clients"' linesc1 serve.out
	feed a '{"kind":"text","text":"bye"}'
	[ "$(closed a)" = '4321 so long' ]
	[ "$(got b)" = 'for all' ]
	await linesc1 '"type":"close"'
	[ "$(jq -r .type linesc1 | xargs)" = 'open message message message close' ]
	jq -se '.[0].headers and .[1].client == "c1" and .[1].room == "/" and
	    .[4].code == 4321' linesc1
}

@test "ws-serve(1): a calculator for each client, a program that counts" {
	grep -qxF "ws-serve 8081 -rR -- bc -lq" "$REPO/man/ws-serve.1"
	serve -rR -- bc -lq
	[ "$(printf '%s\n' 'x = 6' 'x * 7' '2 ^ 100' |
	    ws-cat -rR -n 2 "$URL" | xargs)" = '42 1267650600228229401496703205376' ]
	stop 0
	grep -qxF "ws-serve 8081 -rR -- sh -c\
 'for i in 1 2 3; do echo \$i; sleep 1; done'" "$REPO/man/ws-serve.1"
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'for i in 1 2 3; do echo $i; done'
	[ "$(ws-cat -rR "$URL" </dev/null | xargs)" = '1 2 3' ]
	serve -rR -- /usr/bin/python3 -c '
import sys
for n, line in enumerate(sys.stdin, 1):
    print(n, line.strip()[::-1], flush=True)'
	[ "$(printf 'abc\ndef\n' | ws-cat -rR -1 "$URL" | xargs)" = \
	    '1 cba 2 fed' ]
	serve -rR -- bash
	# shellcheck disable=SC2016
	[ "$(printf '%s\n' 'a=1' 'echo $((a + 1))' 'exit 9' |
	    ws-cat -rR "$URL" 2>err)" = 2 ]
	grep -q 'closed with 4009: the command ended with status 9' err
}

# ---- what it gets ----

@test "ws-serve --: what is known of the client is in the environment" {
	export WS_STALE=1 KEPT=2
	serve -rR -- env
	ws-cat -rR -H 'Two: 1' -H 'two: 2' -H 'Under_score: no' \
	    -H 'Do.t: no' -H 'Proxy: evil' -H 'Uni: é' --protocol v9 \
	    "$URL/a%2Fb/c?q=1&q=2" </dev/null >body
	holds() { grep -qxF -e "$1" body; }
	holds WS_CLIENT=c1
	holds WS_ROOM=/a%2Fb/c
	holds WS_PATH=/a%2Fb/c
	holds 'WS_QUERY=q=1&q=2'
	holds 'WS_TARGET=/a%2Fb/c?q=1&q=2'
	holds WS_METHOD=GET
	holds WS_PROTOCOL=v9
	holds "WS_REMOTE=$(sed -n 2p serve.out | jq -r .remote)"
	holds "WS_HEADER_HOST=localhost:$PORT"
	holds 'WS_HEADER_TWO=1, 2'
	holds WS_HEADER_PROXY=evil
	holds 'WS_HEADER_UNI=é'
	holds KEPT=2
	run ! grep -Ei '^HTTP_PROXY|under|WS_HEADER_DO|STALE' body
}

@test "ws-serve --: a command has its arguments as they are, and no shell" {
	serve -rR -- printf '%s|' '$HOME' 'a b' '; echo' -- '*'
	# shellcheck disable=SC2016
	[ "$(ws-cat -rR "$URL" </dev/null)" = '$HOME|a b|; echo|--|*|' ]
}

@test "ws-serve --: a command has no descriptor of ours, and its own group" {
	exec 9</dev/null
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'echo $$; ps -o pgid= -p $$; ls /proc/self/fd'
	exec 9<&-
	ws-cat -rR "$URL" </dev/null >out
	[ "$(sed -n 1p out | tr -d ' ')" = "$(sed -n 2p out | tr -d ' ')" ]
	[ "$(tail -n +3 out | xargs)" = '0 1 2 3' ]	# the last is the folder
}

@test "ws-serve --: stderr is passed on, with the client's id, and scrubbed" {
	serve -- sh -c 'echo one >&2; printf "two\033[1m\000end" >&2'
	client a
	[ "$(closed a)" = '1000 ' ]
	await serve.err 'ws-serve: c1: one'
	await serve.err 'ws-serve: c1: two\?\[1m\?end'
}

@test "ws-serve --: stdin is not read, and its end is none" {
	start_fed serve ws-serve --announce 0 -- cat
	announced serve
	URL=ws://localhost:$PORT
	feed serve '{"text":"for nobody"}'
	feed_end serve
	[ "$(echo 1 | ws-cat -1 "$URL")" = 1 ]
	stop 0
	[ "$(jq -r .type serve.out | xargs)" = 'listening open close' ]
	local option
	for option in --lines '--wait-clients 1'; do
		# shellcheck disable=SC2086
		run --separate-stderr ws-serve 0 $option -- cat
		[ "$status" -eq 2 ]
		[ "$stderr" = "ws-serve: ${option% 1}: does not go with COMMAND" ]
	done
}

# ---- its end ----

@test "ws-serve --: the exit status is the close code, behind all that was said" {
	# shellcheck disable=SC2016
	serve -R -- sh -c 'IFS= read -r n
		seq 5000
		[ "$n" != \"KILL\" ] || kill -KILL $$
		exit "${n:-0}"'
	for n in 0 3 255; do
		echo "{\"kind\":\"text\",\"text\":\"$n\"}" >"say$n"
		client "a$n" --send "say$n"
	done
	echo '{"kind":"text","text":"KILL"}' >say
	client k --send say
	[ "$(closed a0)" = '1000 ' ]
	[ "$(closed a3)" = '4003 the command ended with status 3' ]
	[ "$(closed a255)" = '4255 the command ended with status 255' ]
	[ "$(closed k)" = '1011 the command was ended by SIGKILL' ]
	for n in a0 a3 a255 k; do
		got $n | cmp - <(seq 5000)
	done
	await serve.err 'c4: the command was ended by SIGKILL'
	stop 0
	[ "$(jq 'select(.type == "close") | .code' serve.out | sort | xargs)" = \
	    '1000 1011 4003 4255' ]
}

@test "ws-serve --: a command that closes stdout but lives on still hears" {
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'echo open; exec >&-
	    IFS= read -r l; echo "$l" >heard; exit 5'
	client_fed a
	await_text a open
	feed a '{"kind":"text","text":"still there"}'
	[ "$(closed a)" = '4005 the command ended with status 5' ]
	[ "$(<heard)" = 'still there' ]
}

@test "ws-serve --: what a command leaves running ends with it" {
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'sleep 1000 & echo $!; exit 4'
	client a
	[ "$(closed a)" = '4004 the command ended with status 4' ]
	gone "$(got a)"
}

@test "ws-serve --: a command that is not there is exit 2, before anything is heard" {
	run --separate-stderr ws-serve --announce 0 -- no-such-command
	[ "$status" -eq 2 ]
	[ "$stderr" = 'ws-serve: no-such-command: command not found' ]
	[ -z "$output" ]
	run --separate-stderr ws-serve 0 --
	[ "$status" -eq 2 ]
}

@test "ws-serve --: one that goes missing later is 1011, and said" {
	printf '#!/bin/sh\nexec cat\n' >./command
	chmod +x command
	serve -- ./command
	[ "$(echo 1 | ws-cat -1 "$URL")" = 1 ]
	rm command
	client a
	[ "$(closed a)" = \
	    '1011 the command could not be run: No such file or directory' ]
	await serve.err 'c2: the command could not be run: No such file'
	stop 0
}

@test "ws-serve --: no more processes is 1013, no more descriptors 503" {
	preloaded vfork
	export VFORK_FAULT=$PWD/fault
	serve_few()
	{
		LD_PRELOAD=$PRELOAD exec prlimit --nofile=48:48 ws-serve \
		    --announce 0 -- cat
	}
	start serve serve_few
	announced serve
	URL=ws://localhost:$PORT
	[ "$(echo 1 | ws-cat -1 "$URL")" = 1 ]
	touch fault
	client a
	[ "$(closed a)" = \
'1013 the command could not be run: Resource temporarily unavailable' ]
	rm fault
	for ((i = 0; i < 12; i++)); do
		start "b$i" /usr/bin/python3 "$PEERS/ws_client.py" "$URL/"
		await "b$i.out" 'open|refused' >/dev/null
		grep -q refused "b$i.out" && break
	done
	[ "$(jq .refused "b$i.out")" = 503 ]
	await serve.err 'no command for it: .*Too many open files'
	kill "$PID_b0"
	ended b0
	until [ "$(echo 2 | ws-cat -1 "$URL" 2>/dev/null)" = 2 ]; do
		kill -0 "$PID_serve"
	done
}

@test "ws-serve -- --metrics: commands are counted" {
	serve --metrics /metrics -- sh -c 'read -r n; exit "$n"'
	local metrics=http://localhost:$PORT/metrics
	for n in 0 3; do
		echo $n | ws-cat "$URL" || :
	done
	client a
	curl -s "$metrics" >got
	grep -qx 'ws_serve_commands_total 3' got
	grep -qx 'ws_serve_commands_failed_total 1' got
	grep -qx 'ws_serve_commands_running 1' got
}

# ---- the client's end ----

@test "ws-serve --: who leaves ends his command's stdin, and that is all it takes" {
	# shellcheck disable=SC2016
	serve --command-grace 1h -- sh -c 'cat >/dev/null
	    echo done >"done$WS_CLIENT"'
	client a
	client b
	kill "$PID_a"
	await donec1 'done'
	kill -KILL "$PID_b"
	await donec2 'done'
	stop 0
}

@test "ws-serve --: a command that does not mind is told to, with its group" {
	# shellcheck disable=SC2016
	serve --command-grace 10ms -rR -- sh -c 'sleep 1000 & echo $$ $!; wait'
	client a
	await_lines a.out 2
	read -r leader grandchild <<<"$(got a)"
	kill -KILL "$PID_a"
	gone "$leader" "$grandchild"
}

@test "ws-serve --: who ignores SIGTERM, too, is killed" {
	# shellcheck disable=SC2016
	serve --drain 1m --command-grace 10ms -rR -- sh -c 'trap "" TERM HUP
	    sleep 1000 & echo $$ $!; wait; wait'
	client a
	await_lines a.out 2
	read -r leader grandchild <<<"$(got a)"
	kill -KILL "$PID_a"
	gone "$leader" "$grandchild"
	stop 0
}

@test "ws-serve --: a command killed with kill -9 leaves nobody waiting" {
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'echo $$; exec sleep 1000'
	client a
	await_lines a.out 2
	kill -KILL "$(got a)"
	[ "$(closed a)" = '1011 the command was ended by SIGKILL' ]
}

@test "ws-serve --: a client that is gone is noticed though its command never reads" {
	# shellcheck disable=SC2016
	serve --ping 500ms --ping-timeout 2s --command-grace 10ms -rR -- \
	    sh -c 'echo $$; exec sleep 1000'
	head -c 700 /dev/zero | tr '\0' x >line
	for ((i = 0; i < 10; i++)); do cat line line >line2; mv line2 line; done
	jq -Rc '{kind: "text", text: .}' line >one
	cat one one one one one one one one one one one one >many
	client a --send many
	await_lines a.out 2
	leader=$(got a | head -n 1)
	kill -KILL "$PID_a"
	gone "$leader"
	await serve.out '"type":"close"'
}

# ---- our end ----

@test "ws-serve --: SIGTERM ends their stdin, what they say is heard, then 1001" {
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'echo ready; cat; echo bye; exit 3'
	client a
	client b
	await_text a ready
	await_text b ready
	stop 0
	[ "$(closed a)" = '1001 ' ]
	[ "$(closed b)" = '1001 ' ]
	[ "$(got a | xargs)" = 'ready bye' ]
	[ "$(jq -c 'select(.type == "close") | .code' serve.out | xargs)" = \
	    '1001 1001' ]
}

@test "ws-serve --: SIGTERM ends the groups of those that do not mind, too" {
	# shellcheck disable=SC2016
	serve --drain 1m --command-grace 10ms -rR -- sh -c 'trap "" TERM
	    sleep 1000 & echo $$ $!; wait; wait'
	client a
	await_lines a.out 2
	read -r leader grandchild <<<"$(got a)"
	stop 0
	gone "$leader" "$grandchild"
	[ "$(closed a)" = '1001 ' ]
}

@test "ws-serve -- --drain: when time is up they are killed, and that is told" {
	# shellcheck disable=SC2016
	serve --drain 100ms -rR -- sh -c 'trap "" TERM
	    sleep 1000 & echo $$ $!; wait; wait'
	client a
	await_lines a.out 2
	read -r leader grandchild <<<"$(got a)"
	stop 143
	gone "$leader" "$grandchild"
	await serve.err 'commands that still ran are killed'
}

@test "ws-serve --: told twice to end, nothing of them is left" {
	# shellcheck disable=SC2016
	serve --drain 1h --command-grace 1h -rR -- sh -c 'trap "" TERM
	    sleep 1000 & echo $$ $!; wait; wait'
	client a
	await_lines a.out 2
	read -r leader grandchild <<<"$(got a)"
	insist serve
	[ "$status" -eq 143 ]
	gone "$leader" "$grandchild"
}

@test "ws-serve --: killed, its commands are told to end" {
	# shellcheck disable=SC2016
	serve -rR -- sh -c 'echo $$; exec sleep 1000'
	client a
	await_lines a.out 2
	kill -KILL "$PID_serve"
	gone "$(got a)"
}

@test "ws-serve --: stdout gone ends the commands, and us" {
	mkfifo fifo
	start_piped() { exec ws-serve --announce 0 -rR -- cat >fifo; }
	start serve start_piped
	exec {OUT}<fifo
	read -r line <&$OUT
	PORT=$(jq .port <<<"$line")
	URL=ws://localhost:$PORT
	client a
	eval "exec $OUT<&-"
	kill "$PID_a"
	ended serve
	[ "$status" -eq 141 ]
}
