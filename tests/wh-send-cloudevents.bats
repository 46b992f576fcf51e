#!/usr/bin/env bats
# wh-send-cloudevents.bats - lines as CloudEvents, read by the CloudEvents
# project's own SDK; and the handshake of its webhooks.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper

# receiver ARG...: sets URL; what it has seen is in receiver.out
receiver()
{
	start receiver node "$PEERS/cloudevents.mjs" "$@"
	URL=http://127.0.0.1:$(await receiver.out '^[0-9]+')
}

# seen JQ-ARG...: jq over the requests so far
seen()
{
	tail -n +2 receiver.out | jq "$@"
}

send()
{
	run --separate-stderr wh-send --jobs 1 --backoff 10ms..20ms "$@"
}

each()
{
	jq -rs "sort_by(.line)[] | .$1" <<<"$output" | paste -sd' '
}

@test "wh-send --cloudevents: each line is the data of one, in either mode" {
	local mode

	receiver
	for mode in structured binary; do
		send --cloudevents $mode --ce-source /feeds/1 \
		    --ce-type com.example.item "$URL" <<-'END'
		{"a":1.5,"é":"\u00e9"}
		[1, 2]
		"text"
		END
		[ "$status" -eq 0 ]
		jq -r .id <<<"$output" >>ids
	done
	[ "$(seen -r .mode | uniq -c | xargs)" = "3 structured 3 binary" ]
	seen -r .event.id | diff ids -
	[ "$(seen -c '.event | [.source, .type, .specversion, .datacontenttype]' |
	    sort -u)" = \
	    '["/feeds/1","com.example.item","1.0","application/json"]' ]
	seen -r '.event.time' | while read -r time; do
		[ $(($(date +%s) - $(date -d "$time" +%s))) -lt 600 ]
	done
	[ "$(seen -c '.base64 | @base64d | fromjson')" = \
	    '{"a":1.5,"é":"é"}
[1,2]
"text"
{"a":1.5,"é":"é"}
[1,2]
"text"' ]
	# In binary mode the data is the line, to the byte.
	[ "$(seen -r 'select(.mode == "binary").base64 | @base64d' | sed -n 2p)" \
	    = '[1, 2]' ]
	[ "$(seen -r '.headers["content-type"]' | uniq | paste -sd' ')" = \
	    "application/cloudevents+json application/json" ]
}

@test "wh-send --cloudevents: numbers keep their digits in structured mode" {
	start hooks "$PEERS/http_server.py"
	URL=http://127.0.0.1:$(await hooks.out '^[0-9]+')
	send --cloudevents structured "$URL" <<<'{"n":12345678901234567890,"m":1.10}'
	[ "$status" -eq 0 ]
	tail -n 1 hooks.out | jq -r '.base64 | @base64d' |
	    grep -q '"datacontenttype":"application/json","data":{"n":12345678901234567890,"m":1.10}}$'
}

@test "wh-send --cloudevents: text and bytes are data, too" {
	local mode

	receiver
	printf 'say "hi"\\\n' >text
	/usr/bin/python3 -c '
import sys
sys.stdout.buffer.write(bytes(range(256)))' >bytes
	for mode in structured binary; do
		send -R --cloudevents $mode "$URL" <text
		[ "$status" -eq 0 ]
		send --body bytes --cloudevents $mode "$URL"
		[ "$status" -eq 0 ]
	done
	[ "$(seen -r .event.datacontenttype | paste -sd,)" = \
	    "text/plain; charset=utf-8,application/octet-stream,text/plain; charset=utf-8,application/octet-stream" ]
	for n in 2 4; do
		seen -s -r ".[$n - 1].base64" | base64 -d | cmp - bytes
	done
	[ "$(seen -s -r '.[0].base64 | @base64d | fromjson')" = 'say "hi"\' ]
	[ "$(seen -s -r '.[2].base64 | @base64d')" = 'say "hi"\' ]
	# Text that looks like one is no CloudEvent.
	send -R --cloudevents binary "$URL" \
	    <<<'{"specversion":"1.0","id":"1","source":"s","type":"t"}'
	[ "$(seen -s '.[-1].event.id == "1"')" = false ]
}

@test "wh-send --cloudevents: a line that is one keeps its attributes" {
	local mode

	receiver
	for mode in structured binary; do
		send --cloudevents $mode --ce-source other --ce-type other "$URL" \
		    <<-'END'
		{"specversion":"1.0","id":"7 é\"%","source":"/s?x=%20","type":"t.u","time":"2020-01-02T03:04:05Z","subject":"a b","comexample":"x","n":3,"b":true,"datacontenttype":"text/xml","data":"<a/>"}
		{"specversion":"1.0","id":"8","source":"s","type":"t","data":{"x":[1]}}
		{"specversion":"1.0","id":"9","source":"s","type":"t","data_base64":"AP8="}
		{"specversion":"1.0","id":"10","source":"s","type":"t"}
		END
		[ "$status" -eq 0 ]
	done
	[ "$(seen -r .mode | uniq -c | xargs)" = "4 structured 4 binary" ]
	# The SDK leaves the fields' values encoded, and all are text to it.
	seen -c 'select(.mode == "binary").event |= with_entries(.value |=
	    if . == "7%20%C3%A9%22%25" then "7 é\"%"
	    elif . == "a%20b" then "a b"
	    elif . == "/s?x=%2520" then "/s?x=%20"
	    elif . == "3" then 3 elif . == "true" then true else . end) |
	    .event | del(.time) | if .id == "8" then del(.datacontenttype)
	    else . end' | jq -cS . >events
	head -n 4 events | diff - <(tail -n 4 events)
	[ "$(head -n 1 events | jq -c '[.id, .source, .type, .subject, .comexample, .n, .b]')" = \
	    '["7 é\"%","/s?x=%20","t.u","a b","x",3,true]' ]
	[ "$(seen -r 'select(.event.type == "t.u").event.time' | uniq)" = \
	    2020-01-02T03:04:05.000Z ]
	[ "$(seen -s -c '[.[4:][] | .base64 // ""]')" = \
	    "[\"$(printf '<a/>' | base64)\",\"$(printf '{"x":[1]}' | base64)\",\"AP8=\",\"\"]" ]
	[ "$(seen -s -c '[.[4:][].headers["content-type"]]')" = \
	    '["text/xml","application/json",null,null]' ]
}

@test "wh-send -e --cloudevents: a webhook becomes one, with its provider's type" {
	receiver
	send -e --cloudevents binary --ce-source github "$URL" <<-'END'
	{"type":"request","id":"01","time":"2026-01-02T03:04:05.678901Z","method":"POST","target":"/","headers":[["Content-Type","application/json; charset=utf-8"],["X-GitHub-Event","push"]],"event":{"id":"72d3","type":"push"},"text":"{\"ref\": 1}"}
	{"type":"message","id":"02","time":"bad","json":{"n": 1}}
	{"type":"request","id":"03","method":"POST","headers":[],"text":""}
	END
	[ "$status" -eq 0 ]
	[ "$(seen -c '.event | [.id, .type, .datacontenttype]' | paste -sd' ')" = \
	    '["01","push","application/json; charset=utf-8"] ["02","message","application/json"] ["03","request",null]' ]
	[ "$(seen -s -r '.[0].event.time')" = 2026-01-02T03:04:05.678Z ]
	[ "$(seen -s -r '.[0].headers["x-github-event"]')" = push ]
	[ "$(seen -s -r '.[0].headers["ce-time"]')" = 2026-01-02T03:04:05.678901Z ]
	[ "$(seen -s -r '.[0].base64 | @base64d')" = '{"ref": 1}' ]
	send -e --cloudevents binary --ce-type com.github "$URL" <<-'END'
	{"type":"request","event":{"type":"push"},"json":1}
	END
	[ "$(seen -s -r '.[-1].event.type')" = com.github ]
}

@test "wh-send -e --cloudevents: one that came by wh-listen goes on, in either mode" {
	local mode

	receiver
	start_fed sender wh-send -e --cloudevents structured --jobs 1 "$URL"
	start_fed sender2 wh-send -e --cloudevents binary --jobs 1 "$URL"
	start listener wh-listen --announce 0
	announced listener
	curl -sS "localhost:$PORT/b" -H 'ce-specversion: 1.0' -H 'ce-id: %C3%A9' \
	    -H 'CE-Source: /s' -H 'ce-type: t' -H 'ce-ext: x' \
	    -H 'Content-Type: application/json' -d '{"a": 1}'
	curl -sS "localhost:$PORT/s" \
	    -H 'Content-Type: application/cloudevents+json; charset=utf-8' \
	    -d '{"specversion":"1.0","id":"é","source":"/s","type":"t",
	    "ext":"x","data":{"a": 1}}'
	await_lines listener.out 3
	for mode in sender sender2; do
		tail -n +2 listener.out | feed $mode
		await_lines $mode.out 2
	done
	[ "$(seen -r .mode | uniq -c | xargs)" = "2 structured 2 binary" ]
	[ "$(seen -c '.event | [.id, .source, .type, .ext]' | sed 's/%C3%A9/é/' |
	    sort -u)" = '["é","/s","t","x"]' ]
	[ "$(seen -c '.base64 | @base64d | fromjson' | sort -u)" = '{"a":1}' ]
	# Nothing of the other mode is left.
	[ "$(seen -c 'select(.mode == "structured").headers |
	    keys | map(select(startswith("ce-")))' | sort -u)" = '[]' ]
	# In binary mode its data stays as it is.
	[ "$(seen -r 'select(.mode == "binary").base64 | @base64d' |
	    sort -u)" = '{"a": 1}' ]
}

@test "wh-send --cloudevents: what is signed is the event as it is sent" {
	local mode

	echo whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw >secret
	chmod 600 secret
	start listener wh-listen --announce --cloudevents \
	    --verify standard-webhooks --secret-file secret 0
	announced listener
	for mode in structured binary; do
		send --cloudevents $mode --secret-file secret \
		    "http://127.0.0.1:$PORT" <<<'{"a": 1.10}'
		[ "$status" -eq 0 ]
		jq -r .id <<<"$output" >>ids
	done
	await_lines listener.out 3
	tail -n +2 listener.out | jq -r .event.id | diff ids -
	[ "$(tail -n +2 listener.out | jq -r .verified.scheme | uniq)" = \
	    standard-webhooks ]
}

@test "wh-send --cloudevents: data that is no base64 is a bad line" {
	receiver
	send --cloudevents binary "$URL" <<-'END'
	{"specversion":"1.0","id":"9","source":"s","type":"t","data_base64":"?"}
	{"specversion":"1.0","id":"9","source":"s","type":"t","data_base64":7}
	END
	[ "$status" -eq 9 ]
	[ "$(each outcome)" = "invalid invalid" ]
}

@test "wh-send: CloudEvents' options that contradict each other are usage errors" {
	local args

	for args in '--cloudevents x' '--ce-type t' '--ce-source s' \
	    '--cloudevents binary --ce-type=' \
	    '--cloudevents structured -H Content-Type:x/y' \
	    '--cloudevents binary -H ce-id:1'; do
		# shellcheck disable=SC2086 # several words
		send $args http://127.0.0.1:1 <<<1
		[ "$status" -eq 2 ]
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
	done
	send --cloudevents binary --ce-source 'a b' http://127.0.0.1:1 <<<1
	[ "$status" -eq 2 ]
}

# ---- the handshake ----

ORIGIN='--handshake cloudevents --handshake-origin sender.example.com'

@test "wh-send --handshake: a URL is asked once, and then gets its lines" {
	receiver --rate '*'
	seq 20 >lines
	# shellcheck disable=SC2086 # several words
	send --jobs 64 $ORIGIN --handshake-rate 1000 "$URL/in?x" <lines
	[ "$status" -eq 0 ]
	[ "$(seen -r .method | uniq -c | xargs)" = "1 OPTIONS 20 POST" ]
	[ "$(seen -s -c '.[0] | [.url, .headers["webhook-request-origin"],
	    .headers["webhook-request-rate"], .headers["content-length"]]')" = \
	    '["/in?x","sender.example.com","1000",null]' ]
	[ "$(jq -s 'map(.attempts) | unique' -c <<<"$output")" = '[1]' ]
}

@test "wh-send --handshake: who does not allow it gets nothing, and it is told" {
	receiver --refuse
	# shellcheck disable=SC2086
	send $ORIGIN "$URL" <<<$'1\n2\n3'
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "failed failed failed" ]
	[ "$(jq -r .error <<<"$output" | sort -u)" = "the receiver did not \
allow deliveries from sender.example.com (OPTIONS was answered 405)" ]
	[ "$(seen -r .method | xargs)" = OPTIONS ]
}

@test "wh-send --handshake: the rate that is allowed is kept to" {
	local before

	# One each 50 ms, of which the first comes at once.
	receiver --rate 1200
	seq 21 >lines
	before=$EPOCHREALTIME
	# shellcheck disable=SC2086
	send --jobs 64 --jobs-per-host 64 $ORIGIN "$URL" <lines
	[ "$(jq -n "$EPOCHREALTIME - $before >= 1")" = true ]
	[ "$status" -eq 0 ]
	[ "$(seen -r .method | sort | uniq -c | xargs)" = "1 OPTIONS 21 POST" ]
}

@test "wh-send --handshake: each URL is asked, and answers for itself" {
	local no yes

	receiver
	yes=$URL
	mv receiver.out allows.out
	ln allows.out receiver.out
	start refuser node "$PEERS/cloudevents.mjs" --refuse
	no=http://127.0.0.1:$(await refuser.out '^[0-9]+')
	# shellcheck disable=SC2086
	send -e --allow-private $ORIGIN <<-END
	{"url":"$yes/a","json":1}
	{"url":"$no/a","json":2}
	{"url":"$yes/b","json":3}
	{"url":"$yes/a","json":4}
	END
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "delivered failed delivered delivered" ]
	[ "$(seen -r '.method + .url' | sort | uniq -c | xargs)" = \
	    "1 OPTIONS/a 1 OPTIONS/b 2 POST/a 1 POST/b" ]
}

@test "wh-send --handshake: a question that got no answer is tried again" {
	start hooks "$PEERS/http_server.py" \
	    --script 'drop,503,200:WebHook-Allowed-Origin: *,204'
	URL=http://127.0.0.1:$(await hooks.out '^[0-9]+')
	# shellcheck disable=SC2086
	send $ORIGIN "$URL" <<<'{"a":1}'
	[ "$status" -eq 0 ]
	[ "$(tail -n +2 hooks.out | jq -r .method | xargs)" = \
	    "OPTIONS OPTIONS OPTIONS POST" ]
	[ "$(jq .attempts <<<"$output")" -eq 3 ]
	# And given up like any other.
	# shellcheck disable=SC2086
	send --retries 1 $ORIGIN http://127.0.0.1:1 <<<1
	[ "$status" -eq 3 ]
	[ "$(each outcome)" = exhausted ]
}

@test "wh-send --handshake: another origin's permission is none" {
	local origin

	for origin in other.example.com sender.example.com.evil.example ''; do
		start hooks "$PEERS/http_server.py" --script \
		    "200:WebHook-Allowed-Origin: $origin"
		URL=http://127.0.0.1:$(await hooks.out '^[0-9]+')
		# shellcheck disable=SC2086
		send $ORIGIN "$URL" <<<1
		[ "$status" -eq 1 ]
		[ "$(each outcome)" = failed ]
		kill "$PID_hooks"
		ended hooks || :
	done
}

@test "wh-send --handshake: a line's URL is asked at public addresses only" {
	receiver
	# shellcheck disable=SC2086
	send -e $ORIGIN <<<"{\"url\":\"$URL\",\"json\":1}"
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = blocked ]
	[ "$(seen -s length)" -eq 0 ]
}

@test "wh-send --handshake: wh-listen gives its consent" {
	start listener wh-listen --announce --handshake cloudevents \
	    --allowed-origin sender.example.com 0
	announced listener
	# shellcheck disable=SC2086
	send $ORIGIN "http://127.0.0.1:$PORT/x" <<<1
	[ "$status" -eq 0 ]
	await_lines listener.out 2
	send --handshake cloudevents --handshake-origin other.example.com \
	    "http://127.0.0.1:$PORT/x" <<<1
	[ "$status" -eq 1 ]
	[[ $(each error) == *"did not allow"* ]]
	await_lines listener.out 2
}

@test "wh-send --handshake: SIGTERM while the answer is awaited" {
	start hooks "$PEERS/http_server.py" --script hang
	URL=http://127.0.0.1:$(await hooks.out '^[0-9]+')
	# shellcheck disable=SC2086
	start_fed sender wh-send --drain 100ms $ORIGIN "$URL"
	feed sender 1 2
	await hooks.out OPTIONS
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 143 ]
	[ "$(jq -r .outcome sender.out | uniq -c | xargs)" = "2 failed" ]
}

@test "wh-send --handshake: options that make no sense are usage errors" {
	local args

	for args in '--handshake cloudevents' '--handshake-origin a' \
	    '--handshake-rate 1' '--handshake x --handshake-origin a' \
	    '--handshake cloudevents --handshake-origin a/b'; do
		# shellcheck disable=SC2086
		send $args http://127.0.0.1:1 <<<1
		[ "$status" -eq 2 ]
	done
}
