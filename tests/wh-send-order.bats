#!/usr/bin/env bats
# wh-send-order.bats - lines in order, limits on how many at once and how
# fast, many hosts, and many lines.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper
load receiver

# arrived: the bodies that were answered with a 2xx, in their order
arrived()
{
	requests -r 'select(.step | test("204|slow")).base64 | @base64d'
}

# ---- order ----

@test "wh-send --order-key: lines of one key arrive in order, over retries" {
	# Some lines fail, some more than once.
	receiver --script slow=10 --on '"n":[0-9]*3}=500,204,503,204,drop,204' \
	    --on '"k":"c","n":1}=500,500,500,500,204'
	jq -cn 'range(40) as $n | ("a", "b", "c", 7) | {k: ., n: $n}' >lines
	send --order key --order-key .k "$URL" <lines
	[ "$status" -eq 0 ]
	[ "$(each outcome | tr ' ' '\n' | sort | uniq -c | xargs)" = \
	    "160 delivered" ]
	arrived >got
	for k in '"a"' '"b"' '"c"' 7; do
		diff <(jq -cn --argjson k "$k" 'range(40) | {k: $k, n: .}') \
		    <(jq -c --argjson k "$k" 'select(.k == $k)' got)
	done
	# Different keys do not wait for each other.
	[ "$(requests -s 'map(.in_flight) | max')" -gt 1 ]
}

@test "wh-send -e --order key: a key that fails holds back itself alone" {
	receiver --on bad=500
	jq -cn 'range(20) | ({key: "x"}, {key: "y"}, {}) + {json: "good \(.)"},
	    {key: "\u0062ad", json: "bad \(.)"}' >lines
	start_fed sender wh-send -e --order key --backoff 1h "$URL"
	feed sender <lines
	await_lines sender.out 60
	[ "$(jq -r .outcome sender.out | uniq -c | xargs)" = "60 delivered" ]
	# One of its lines was tried, the others were not.
	[ "$(requests -r '.base64 | @base64d' | grep -c bad)" -eq 1 ]
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 143 ]
	[ "$(jq -r .outcome sender.out | uniq -c | xargs)" = \
	    "60 delivered 20 failed" ]
}

@test "wh-send --order-key: after a line that was given up the next one goes on" {
	receiver --on '^2=400' --on '^3=500'
	send --order-key '. > 0' --retries 1 "$URL" <<<$'1\n2\n3\n4'
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "delivered failed exhausted delivered" ]
	[ "$(requests -r '.base64 | @base64d' | xargs)" = "1 2 3 3 4" ]
}

@test "wh-send --order-key: lines without a key are in no order" {
	receiver --on slow=slow=1500
	send --order-key .k "$URL" <<-'END'
	{"k":null,"n":"slow"}
	{"n":2}
	{"k":"\u0061","n":"slow"}
	{"k":"a","n":4}
	END
	[ "$status" -eq 0 ]
	[ "$(requests -r '.base64 | @base64d | fromjson | .n' | tail -1)" = 4 ]
	[ "$(jq -r .line <<<"$output" | head -1)" = 2 ]
}

@test "wh-send --order host: one after the other, host by host" {
	receiver --on '^5=500,500,204'
	mv receiver.out other.out
	local other=$URL

	receiver
	for n in $(seq 20); do
		echo "{\"url\":\"$URL\",\"json\":$n}"
		echo "{\"url\":\"$other\",\"json\":$n}"
	done >lines
	send -e --allow-private --order host <lines
	[ "$status" -eq 0 ]
	diff <(arrived) <(seq 20)
	mv other.out receiver.out
	diff <(arrived) <(seq 20)
	[ "$(requests -s 'map(.in_flight) | max')" -eq 1 ]
}

@test "wh-send: a key that can't be had is a bad line, and no other's matter" {
	receiver
	send --order-key '.k | ascii_downcase' "$URL" <<<$'{"k":"A"}\n{"k":1}\n{"k":"a"}'
	[ "$status" -eq 9 ]
	[ "$(each outcome)" = "delivered invalid delivered" ]
	[[ $stderr == *"line 2: --order-key: "* ]]
	send -e --order key "$URL" <<<$'{"key":{},"json":1}\n{"key":2,"json":1}'
	[ "$status" -eq 9 ]
	[ "$(each outcome)" = "invalid delivered" ]
}

@test "wh-send: options about order are checked" {
	local args

	for args in '--order key' '--order none --order-key .a' '--order-key .a[' \
	    '--order host --order-key .a' '--order line' '--body f --order-key .a'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr wh-send $args http://x </dev/null
		[ "$status" -eq 2 ]
		[ -n "$stderr" ]
	done
}

# ---- how many, how fast ----

@test "wh-send --jobs: never more at once, whatever the hosts" {
	for n in 1 2 3; do
		receiver --script slow=20
		mv receiver.out "out$n"
		for i in $(seq 30); do
			echo "{\"url\":\"$URL\",\"json\":$i}"
		done >"lines$n"
	done
	paste -d'\n' lines1 lines2 lines3 >lines
	send -e --allow-private --jobs 2 <lines
	[ "$status" -eq 0 ]
	[ "$(jq -s 'map(.in_flight) | max' <(tail -qn +2 out1 out2 out3))" \
	    -le 2 ]
}

@test "wh-send --rate: no faster than that, retries among them" {
	local before

	receiver --on '^7$=500,204'
	seq 20 >lines
	before=$EPOCHREALTIME
	send --rate 20/s "$URL" <lines
	# 21 requests, of which the first comes at once.
	[ "$(jq -n "$EPOCHREALTIME - $before >= 1")" = true ]
	[ "$status" -eq 0 ]
	[ "$(requests -s length)" -eq 21 ]
}

# ---- many hosts ----

@test "wh-send -e: 1000 lines to 200 hosts, a tenth of them dead" {
	start hosts "$PEERS/many_hosts.py" 200 10
	PORT=$(await hosts.out '^[0-9]+')
	seq 0 999 | awk -v port="$PORT" '{
		printf "{\"url\":\"http://127.0.1.%d:%d/\",\"json\":%d}\n",
		    1 + $1 % 200, port, $1 }' >lines
	start_from lines sender wh-send -e --allow-private --backoff 1h
	# The living are served while the dead wait for their next try.
	await_lines sender.out 900
	[ "$(jq -r .outcome sender.out | uniq -c | xargs)" = "900 delivered" ]
	kill -TERM "$PID_hosts"
	await_lines hosts.out 181
	# Each of its own lines, and each of them once.
	[ "$(tail -n +2 hosts.out | sort -u | wc -l)" -eq 180 ]
	[ "$(tail -n +2 hosts.out | awk '{ print $2 }' | uniq)" = 5 ]
	[ "$(rss_kb "$PID_sender")" -lt "${HOOKLINE_SAN:+10}32768" ]
}

# ---- memory ----

@test "wh-send: 50,000 lines of 10,000 keys leave memory where it was" {
	# (Else the sanitizer would keep 256 MB of what was freed.)
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1 \
	    run timeout 120 "$REPO/tests/soak/send.py" 50000
	echo "$output"
	[ "$status" -eq 0 ]
}
