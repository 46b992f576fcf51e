#!/usr/bin/env bats
# ws-cat-record.bats - what is recorded, and sent again from a recording.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME, status by run

load helper
load reconnecting

teardown()
{
	helper_teardown
	! mountpoint -q "$BATS_TEST_TMPDIR/small" ||
	    umount "$BATS_TEST_TMPDIR/small"
}

# peer NAME OPTION...: a server of python3-websockets; sets URL
peer()
{
	start "$1" /usr/bin/python3 "$PEERS/ws_server.py" "${@:2}"
	URL=ws://127.0.0.1:$(await "$1.out" '^[0-9]+$')/
}

# replay OPTION...: of `rec`, bounded in time
replay()
{
	timeout 120 ws-cat --replay rec "$@"
}

# recording: lines of it, by jq: TIME DIRECTION JSON...
recording()
{
	while [ $# -gt 0 ]; do
		jq -nc --arg t "2026-11-25T10:00:$1Z" --arg d "$2" \
		    --argjson j "$3" \
		    '{type:"message",time:$t,direction:$d,json:$j}'
		shift 3
	done
}

# texts NAME: what that server was sent
texts()
{
	jq -r '.text? // empty' "$1.out"
}

# whole FILE: is each of its lines JSON?  One that is torn at the end aside.
whole()
{
	/usr/bin/python3 - "$1" <<-'END'
	import json, sys
	lines = open(sys.argv[1], "rb").read().split(b"\n")
	for line in lines[:-1]:
	    json.loads(line)
	print(len(lines) - 1)
	END
}

# ---- recording ----

@test "--record: both directions, in their order, with times, as events" {
	peer echo --echo
	run -0 ws-cat -1 --record rec "$URL" <<<$'{"a":1.10}\n"data:;base64,AP8="'
	[ "$output" = $'{"a":1.10}\n"data:;base64,AP8="' ]
	[ "$(jq -r .type rec)" = $'open\nmessage\nmessage\nmessage\nmessage\nclose' ]
	[ "$(jq -r 'select(.direction == "out") | .json // .base64' rec |
	    tail -n 1)" = AP8= ]
	[ "$(jq -r '.direction // empty' rec | sort | uniq -c | xargs)" = '2 in 2 out' ]
	[ "$(grep -c '"direction":"[a-z]*","json":{"a":1.10}}$' rec)" = 2 ]
	jq -se 'map(.time) as $t | $t == ($t | sort)' rec
	jq -se 'map(.id) | length == (unique | length)' rec
	[ "$(stat -c %a rec)" = 600 ]
}

@test "--record: appends, and makes nothing else of what is there" {
	peer echo --echo
	echo '{"mine":true}' >rec
	ws-cat -1 --record rec "$URL" <<<1 >out
	ws-cat -1 --record rec "$URL" <<<2 >out
	[ "$(head -n 1 rec)" = '{"mine":true}' ]
	[ "$(jq -r 'select(.direction == "in").json' rec)" = $'1\n2' ]
}

@test "--record: what -s holds back, --echo returns, --hello says is in it" {
	printf '{"kind":"text","base64":"%s"}\n' "$(printf 1 | base64)" \
	    "$(printf 2 | base64)" >feed
	peer source --send-file feed --print
	timeout 120 ws-cat --echo --hello '"hi"' -n 2 -s '. == 2' --record rec \
	    "$URL" >out
	[ "$(cat out)" = 2 ]
	[ "$(jq -r 'select(.direction == "out") | .text // .json' rec)" = \
	    $'hi\n1\n2' ]
	[ "$(jq -r 'select(.direction == "in") | .json' rec)" = $'1\n2' ]
}

@test "--record: of several servers, with the url of each" {
	peer a --echo
	A=$URL
	peer b --echo --print
	timeout 120 ws-cat -1 --record rec "$A" "$URL" <<<'{"json":1}' >out
	jq -se --arg a "$A" --arg b "$URL" '[.[] | select(.direction)] |
	    (map(select(.url == $a) | .direction) == ["out", "in"]) and
	    (map(select(.url == $b) | .direction) == ["out", "in"])' rec
	# Each server is sent its own again.
	timeout 120 ws-cat --fast --replay rec --linger 0 "$A" "$URL" >out
	[ "$(texts b)" = $'1\n1' ]
}

@test "--record, --replay: every message of the corpus, kind and bytes" {
	/usr/bin/python3 "$PEERS/messages.py" --write --big \
	    "$REPO/tests/data/corpus.ndjson" >corpus
	/usr/bin/python3 "$PEERS/messages.py" corpus >want
	peer a --send-file corpus --close-after 0
	ws-cat -e --hello '"hi"' --record came "$URL" </dev/null >events
	peer b --print
	ws-cat -e --linger 0 --record rec "$URL" <events
	peer c --print
	replay --fast --linger 0 "$URL"
	/usr/bin/python3 "$PEERS/messages.py" c.out | diff want -
	# What came, sent to a client, as the page has it.
	start serve sh -c 'exec ws-serve --announce --wait-clients 1 \
	    -s ".direction == \"in\"" 0 <came'
	announced serve
	start client /usr/bin/python3 "$PEERS/ws_client.py" \
	    "ws://127.0.0.1:$PORT/"
	ended client
	/usr/bin/python3 "$PEERS/messages.py" client.out | diff want -
}

@test "--record: killed at any moment, it has left whole lines" {
	peer endless --endless
	local n=0 round

	for round in 1 2 3 4 5; do
		start cat sh -c 'exec ws-cat --record rec "$1" >/dev/null' - "$URL"
		await_lines rec $((n + 500 * round))
		kill -KILL "$PID_cat"
		ended cat || :
		n=$(whole rec)
		# The next would end a torn line, and this test take it for bad.
		truncate -s "$(head -n "$n" rec | wc -c)" rec
	done
	[ "$n" -ge 7500 ]
}

@test "--record: a line that was torn is ended, and the next is whole" {
	peer echo --echo
	printf '{"type":"message","direc' >rec
	ws-cat -1 --record rec "$URL" <<<1 >out
	[ "$(sed 1d rec | jq -r 'select(.direction == "in").json')" = 1 ]
	run -9 --separate-stderr replay --fast -1 "$URL"
	[ "$output" = 1 ]
	[[ $stderr = 'ws-cat: rec: line 1: byte '* ]]
	# At its end, too: all that is whole is sent.
	printf '{"type":"message","direc' >>rec
	sed -i 1d rec
	run -9 --separate-stderr replay --fast -1 "$URL"
	[ "$output" = 1 ]
	[[ $stderr = 'ws-cat: rec: line 5: byte '* ]]
}

@test "--record: on a full disk the recording ends, and nothing else" {
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null ||
	    skip "mounting needs root"
	peer echo --echo
	seq 1000000 1005000 >lines
	run -1 --separate-stderr timeout 60 ws-cat -1 --record small/rec "$URL" <lines
	[ "$output" = "$(cat lines)" ]
	[ "$stderr" = "ws-cat: small/rec: write error: No space left on device; no more is recorded" ]
	[ "$(tail -c 1 small/rec | od -An -tx1)" = " 0a" ]
	n=$(whole small/rec)
	[ "$n" -gt 10 ]
	[ "$n" -lt 5000 ]
}

@test "--record: a pipe that is slow is waited for, one that goes is given up" {
	peer echo --echo
	mkfifo pipe
	seq 1000000 1030000 >lines
	start_from lines cat ws-cat -1 --record pipe "$URL"
	exec {fd}<pipe
	await cat.out '^1000000$'
	cat <&"$fd" >rec &
	ended cat
	[ "$status" -eq 0 ]
	wait $!
	cmp lines cat.out
	[ "$(jq -r 'select(.direction == "out").json' rec)" = "$(cat lines)" ]
	exec {fd}<&-

	start_fed cat ws-cat -1 --record pipe "$URL"
	exec {fd}<pipe
	feed cat 1
	await cat.out '^1$'
	exec {fd}<&-
	feed cat 2
	feed_end cat
	ended cat
	[ "$status" -eq 1 ]
	[ "$(cat cat.out)" = $'1\n2' ]
	grep -q '^ws-cat: pipe: write error: Broken pipe; no more' cat.err
}

# ---- replaying ----

@test "--replay: at the gaps of the recording, and only what was sent" {
	peer sink --print
	recording 00.0 out '"first"' 00.3 in '"reply"' 00.5 out '"second"' \
	    00.5 out '"third"' >rec
	replay --linger 0 --record again "$URL" </dev/null
	await sink.out '"code": 1000'
	[ "$(jq -r 'select(.kind == "text").text' sink.out)" = \
	    $'"first"\n"second"\n"third"' ]
	# Never too early; how late, the machine knows.
	/usr/bin/python3 - again <<-'END'
	import datetime, json, sys
	t = [datetime.datetime.fromisoformat(m["time"].rstrip("Z"))
	     for m in map(json.loads, open(sys.argv[1]))
	     if m.get("direction") == "out"]
	assert (t[1] - t[0]).total_seconds() > 0.45, t
	END
}

@test "--replay: of two runs, the time between them is not waited for" {
	peer sink --print
	recording 00.0 out 1 >rec
	echo '{"type":"open","time":"2036-11-25T10:00:00Z"}' >>rec
	echo '{"type":"message","time":"2036-11-25T10:00:00.1Z","text":"2"}' >>rec
	echo '{"text":"without a time"}' >>rec
	replay --linger 0 "$URL" </dev/null
	await sink.out '"code": 1000'
	[ "$(texts sink)" = $'1\n2\nwithout a time' ]
}

@test "--replay --fast: at once" {
	peer sink --print
	recording 00.0 out 1 30.0 out 2 59.0 out 3 >rec
	timeout 120 ws-cat --replay rec --fast --linger 0 "$URL"
	await sink.out '"code": 1000'
	[ "$(texts sink)" = $'1\n2\n3' ]
}

@test "--replay --fast: no faster than the server reads" {
	peer sink --silent
	recording 00.0 out "\"$(printf '%1000s' x)\"" >one
	mkfifo pipe
	start cat ws-cat -v --replay pipe --fast "$URL"
	yes "$(cat one)" 2>/dev/null >pipe &
	await cat.err connected
	stuck cat
	[ "$(rss_kb "$PID_cat")" -lt "${HOOKLINE_SAN:+40}40000" ]
}

@test "--replay: - is stdin, or a pipe; else stdin is left alone" {
	peer echo --echo
	recording 00.0 out 1 00.0 out 2 >rec
	[ "$(ws-cat --replay - -1 "$URL" <rec)" = $'1\n2' ]
	[ "$(ws-cat --replay <(cat rec) -1 "$URL" </dev/null)" = $'1\n2' ]
	[ -z "$(ws-cat --replay /dev/null -1 "$URL")" ]
	seq 5 >lines
	{ replay -1 "$URL"; cat; } <lines >out
	[ "$(cat out)" = $'1\n2\n1\n2\n3\n4\n5' ]
}

@test "--replay: a file of other lines is told of, line by line" {
	peer sink --print
	printf '%s\n' '{"a":1}' 'no JSON' '[1]' \
	    '{"type":"message","time":"noon","text":"x"}' \
	    '{"type":"request","direction":"out","text":"sent"}' >rec
	run -9 --separate-stderr replay --linger 0 "$URL"
	await sink.out '"code": 1000'
	[ "$(texts sink)" = sent ]
	[[ $stderr = *'rec: line 1: neither text, base64 nor json in it'* ]]
	[[ $stderr = *'rec: line 2: byte '* ]]
	[[ $stderr = *'rec: line 3: an event is a JSON object'* ]]
	[[ $stderr = *'rec: line 4: "time" is not as RFC 3339 has it'* ]]
}

@test "--replay: with --ack and --reconnect nothing is lost" {
	server drop=2 drop=2 serve
	for n in $(seq 20); do
		recording 00.0 out "$n"
	done >rec
	cat_of --replay rec --ack . --linger 0 "$URL"
	[ "$status" -eq 0 ]
	[ "$(got | cut -d' ' -f2 | sort -nu)" = "$(seq 20)" ]
}

@test "--replay: with --match, line is the recording's" {
	peer echo --reverse 2
	recording 00.0 out '{"id":1}' 00.0 in '{"id":1}' 00.0 out '{"id":2}' >rec
	run -0 replay --fast -1 --out events --match .id "$URL"
	[ "$(jq -c '[.json.id, .line]' <<<"$output")" = $'[2,3]\n[1,1]' ]
}

@test "--replay: --in-select chooses, --in-filter changes what is sent" {
	peer echo --echo
	recording 00.0 out '{"n":1}' 00.1 out '{"n":2}' 00.2 out '{"n":3}' >rec
	run -0 replay -1 --in-select '.json.n != 2' \
	    --in-filter '.json.n += 1, .json.n += 2' "$URL"
	[ "$(jq .n <<<"$output" | xargs)" = '2 3 4 5' ]
}

@test "--replay: a server that closes before the end is exit 6" {
	peer once --echo --close-after 1
	recording 00.0 out 1 59.0 out 2 >rec
	run -6 --separate-stderr replay -1 "$URL"
	[ "$output" = 1 ]
	[[ $stderr = *'the server closed before all was said: the recording has more'* ]]
}

@test "--replay: a signal ends it between two messages" {
	peer sink --print
	recording 00.0 out 1 59.0 out 2 >rec
	start cat ws-cat --replay rec "$URL"
	await sink.out '"text": "1"'
	end_by TERM cat
	[ "$status" -eq 143 ]
	await sink.out '"code": 1001'
}

@test "--record, --replay: what does not go together is refused" {
	refused()
	{
		run -2 --separate-stderr timeout 120 ws-cat "${@:2}" ws://127.0.0.1:1/
		[[ $stderr = "ws-cat: $1"* ]]
	}
	recording 00.0 out 1 >rec
	refused '--fast: needs --replay' --fast
	refused '--replay: contradicts --echo' --replay rec --echo
	refused '--replay: a recording is events, so --raw-input' --replay rec -R
	refused '--replay: a recording is events, so --in' --replay rec --in payload
	refused '--replay: it would never end: rec' --replay rec --record rec
	refused 'no/file: No such file' --replay no/file
	refused '.: a folder' --replay .
	refused 'no/file: No such file' --record no/file
	refused '.: Is a directory' --record .
	refused '--record: stdout has the messages' --record -
	[ ! -e ./- ]
}
