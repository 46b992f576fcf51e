#!/usr/bin/env bats
# wh-send-spool-load.bats - wh-send --spool with many lines, killed at any time
# and with receivers that are away.

# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load receiver

@test "--spool: nothing is lost when either side is killed, 200 times" {
	run --separate-stderr timeout 200 /usr/bin/python3 \
	    "$PEERS/crash_send.py" "$BUILD/wh-listen" \
	    "$BUILD/wh-send" q 200
	echo "$output $stderr"
	[ "$status" -eq 0 ]
	[ "$(jq .rounds <<<"$output")" -eq 200 ]
	[ "$(jq .acknowledged <<<"$output")" -gt 200 ]
	[ -z "$(find q/seg -name '*.ndjson')" ]
}

@test "--spool: 300,000 lines for a host that is away take no more memory" {
	receiver --script hang
	seq 300000 | wh-send --spool q --enqueue >out
	start sender wh-send --spool q --follow --jobs 8 --queue 1M "$URL"
	await_lines receiver.out 2
	kill -USR1 "$PID_sender"
	await sender.err waiting
	[ "$(rss_kb "$PID_sender")" -lt "${HOOKLINE_SAN:+10}32768" ]
}

@test "--spool: lines for a host that is away leave room for others', and arrive in the end" {
	local port

	start port "$PEERS/port.py"
	port=$(await port.out .)
	receiver
	{
		/usr/bin/python3 -c 'for i in range(3000): print(
		    "{\"url\":\"http://127.0.0.1:'"$port"'/\",\"json\":%d}" % i)'
		seq -f '{"json":%g}' 100
	} | wh-send -e --spool q --enqueue >out
	start sender wh-send --spool q --follow --allow-private --queue 64k \
	    --breaker 10/500ms --backoff 1s..2s --retries 100000 "$URL"
	await_lines receiver.out 101
	[ ! -e q/dead.ndjson ]
	[ "$(wc -l <sender.out)" -le 100 ]
	start other "$PEERS/http_server.py" --port "$port"
	await_lines other.out 3001
	await_lines sender.out 3100
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 0 ]
	[ "$(tail -n +2 other.out | jq -r .base64 | sort -u | wc -l)" -eq 3000 ]
}

@test "--spool: a key that fails leaves the memory to others, and keeps its order in the end" {
	{
		seq -f '{"json":{"k":"a","n":%g}}' 3000
		seq -f '{"json":{"k":"b","n":%g}}' 100
	} | wh-send -e --spool q --enqueue >out
	receiver --on '"a"=503'
	start sender wh-send --spool q --follow --queue 64k --backoff 1h \
	    --breaker off --order-key .json.k "$URL"
	# The port, one of a, all of b.
	await_lines receiver.out 102
	await_lines sender.out 100
	[ "$(requests -r '.base64 | @base64d | fromjson.k' | sort |
	    uniq -c | xargs)" = '1 a 100 b' ]
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 11 ]
	# The first of a fails once more; what others of a there are waits.
	receiver --on '"n":1}=503,204' --on '"n":2000}=503,204'
	send --spool q --queue 64k --backoff 1s --retry-now --breaker off \
	    --order-key .json.k "$URL"
	echo "$stderr"
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 3000 ]
	[ "$(requests -r '.base64 | @base64d | fromjson.n' | uniq)" = \
	    "$(seq 3000)" ]
}

@test "--spool: a line of a key that can't be sent does not change the order of the others" {
	{
		seq -f '{"json":{"k":"a","n":%g}}' 200
		echo '{"base64":"!","json":{"k":"a"}}'
		seq -f '{"json":{"k":"a","n":%g}}' 201 400
		seq -f '{"json":{"c":%g}}' 400
	} | wh-send -e --spool q --enqueue >out
	receiver --on '"n":1}=503,204' --on '"c"=slow=10'
	send --spool q --queue 32k --backoff 2s --breaker off \
	    --order-key .json.k "$URL"
	echo "$stderr"
	[ "$status" -eq 11 ]
	[ "$(jq -r .outcome <<<"$output" | sort | uniq -c | xargs)" = \
	    '800 delivered 1 invalid' ]
	[ "$(requests -r '.base64 | @base64d | fromjson | .n // empty' |
	    uniq)" = "$(seq 400)" ]
}
