#!/usr/bin/env bats
# wh-send.bats - deliveries: what is sent, when it is sent again, and what is
# said of it.  The receivers are scripted sockets (peers/http_server.py) and
# nginx.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper
load receiver

setup()
{
	helper_setup
	CORPUS=$REPO/tests/data/corpus.ndjson
}

# ---- what is sent ----

@test "wh-send: the body is the line's bytes, whatever jq would make of them" {
	local line

	receiver
	while IFS= read -r line; do
		printf '%s' "$line" | base64
	done >wanted <<-'END'
	{"a":1.10,"b":12345678901234567890,"a":2}
	  [1 , "\u0000\ud800\/"]	 
	"\u0064ata:;base64,AA=="
	1e400
	{"é":"\u00e9"}
	END
	while IFS= read -r line; do
		base64 -d <<<"$line" && echo
	done <wanted >lines
	send --jobs 1 "$URL" <lines
	[ "$status" -eq 0 ]
	requests -r .base64 >got
	diff wanted got
	[ "$(requests -r '.method + " " + .target' | uniq)" = "POST /" ]
	[ "$(requests -r '.headers[] | select(.[0] == "Content-Type")[1]' |
	    uniq)" = application/json ]
}

@test "wh-send: a line of 16 MB arrives whole" {
	receiver
	/usr/bin/python3 -c 'print("\"" + "y" * (16 << 20) + "\"")' >line
	send --timeout 2m "$URL" <line
	[ "$status" -eq 0 ]
	received | cmp - <(head -c -1 line)
}

@test "wh-send: no header is sent that was not asked for" {
	receiver
	send "$URL" <<<'{}'
	[ "$(requests -r '.headers[][0]' | sort | paste -sd' ')" = \
	    "Content-Length Content-Type Host User-Agent" ]
	[ "$(requests -r '.headers[] | select(.[0] == "Host")[1]')" = \
	    "${URL#http://}" ]
}

@test "wh-send -R: lines are sent as text" {
	receiver
	send -R --jobs 1 "$URL" <<<$'{not json\n "x" '
	[ "$status" -eq 0 ]
	[ "$(requests -r '.base64 | @base64d')" = $'{not json\n "x" ' ]
	[ "$(requests -r '.headers[] | select(.[0] == "Content-Type")[1]' |
	    uniq)" = "text/plain; charset=utf-8" ]
}

@test "wh-send --in text -0: records of text end with NUL" {
	receiver
	printf 'two\nlines\0\0last' >records
	send --jobs 1 --in text -R0 "$URL" <records
	[ "$status" -eq 0 ]
	[ "$(requests -r .base64 | xargs)" = \
	    "$(printf 'two\nlines' | base64) $(printf last | base64)" ]
	[ "$(each line)" = "1 2 3" ]
}

@test "wh-send --arg, --argjson: expressions see them" {
	receiver
	send -f '{n, $name, least: $least.n}' -s '.n > $least.n' \
	    --arg name '"n"' --argjson least '{"n":2}' "$URL" <<-'END'
	{"n":2}
	{"n":3}
	END
	[ "$status" -eq 0 ]
	[ "$(received)" = '{"n":3,"name":"\"n\"","least":2}' ]
}

@test "wh-send --body: any file is one request, to the byte" {
	receiver
	/usr/bin/python3 -c '
import sys
sys.stdout.buffer.write(bytes(range(256)) * 999 + b"\n\n")' >bytes
	send --body bytes "$URL"
	[ "$status" -eq 0 ]
	received | cmp - bytes
	[ "$(requests -r '.headers[] | select(.[0] == "Content-Type")[1]')" = \
	    application/octet-stream ]
	[ "$(jq -c '[.outcome, has("line")]' <<<"$output")" = \
	    '["delivered",false]' ]
}

@test "wh-send --body -: a JSON file says so, and -H says otherwise" {
	receiver
	printf '{"a":\n1}\n' | wh-send --body - "$URL"
	printf '{"a":\n1}\n' | wh-send -H 'content-type: a/b' --body - "$URL"
	[ "$(requests -r '.headers[] | select(.[0] | test("type"; "i"))[1]' |
	    paste -sd' ')" = "application/json a/b" ]
	[ "$(requests -r .base64 | uniq)" = "$(printf '{"a":\n1}\n' | base64)" ]
}

@test "wh-send --body: an empty file is an empty body, not none" {
	receiver
	send --body /dev/null "$URL"
	[ "$status" -eq 0 ]
	[ "$(requests -r '.headers[] | select(.[0] == "Content-Length")[1]')" = 0 ]
}

@test "wh-send -H: adds, replaces, repeats, removes and reads files" {
	receiver
	printf 'X-File: 1\r\n\nX-Two:2\n' >fields
	send -H 'X-a: b c' -H 'x-A: d' -H 'user-agent: me' -H 'Content-Type:' \
	    -H 'X-Empty;' -H @fields "$URL" <<<'{}'
	[ "$status" -eq 0 ]
	[ "$(requests -c '[.headers[] | select(.[0] | test("^(x|u|content-t)"; "i"))]')" = \
	    '[["X-a","b c"],["x-A","d"],["user-agent","me"],["X-Empty",""],["X-File","1"],["X-Two","2"]]' ]
}

@test "wh-send -H: what would break the request is refused" {
	local field

	for field in 'no colon' $'A: b\r\nC: d' $'A: b\nC: d' 'a b: c' ': x' \
	    'Content-Length: 3' 'Transfer-Encoding: chunked' @missing; do
		send -H "$field" http://127.0.0.1:1/ <<<'{}'
		[ "$status" -eq 2 ]
		[ "${stderr#wh-send: }" != "$stderr" ]
	done
}

@test "wh-send -X: sets the method; HEAD with a body is a bad line" {
	receiver --script 200
	send -X PUT "$URL" <<<'{}'
	[ "$status" -eq 0 ]
	[ "$(requests -r .method)" = PUT ]
	send -X HEAD "$URL" <<<'{}'
	[ "$status" -eq 9 ]
	send -X 'A B' "$URL" <<<'{}'
	[ "$status" -eq 2 ]
}

@test "wh-send: the URL's path and query are sent as they stand" {
	receiver
	send "$URL/a%2Fb/../c//d?x=%20&x=1&" <<<'{}'
	[ "$(requests -r .target)" = '/a%2Fb/../c//d?x=%20&x=1&' ]
}

@test "wh-send: a URL without a scheme is http, and user info is never shown" {
	receiver
	send "me:secret@${URL#http://}/x" <<<'{}'
	[ "$status" -eq 0 ]
	[ "$(requests -r '.headers[] | select(.[0] == "Authorization")[1]')" = \
	    "Basic $(printf me:secret | base64)" ]
	[ "$(jq -r .url <<<"$output")" = "$URL/x" ]
}

@test "wh-send --unix-socket: delivers there" {
	start receiver "$PEERS/http_server.py" --unix "$PWD/s"
	await receiver.out '/s$'
	send --unix-socket s http://some.host/x <<<'{"a":1}'
	[ "$status" -eq 0 ]
	[ "$(requests -r '.target + " " + (.base64 | @base64d)')" = '/x {"a":1}' ]
	# What can't be reached is that, not the URL's host.
	send --unix-socket none --retries 0 http://some.host/x <<<'{"a":1}'
	[ "$status" -eq 3 ]
	[ "$(jq -r .error <<<"$output")" = "none: No such file or directory" ]
}

@test "wh-send: filters choose and change lines" {
	receiver
	send --jobs 1 -s '.a > 1' -f '.a, .b' "$URL" \
	    <<<$'{"a":1}\n{"a":2,"b":{"c":3}}'
	[ "$status" -eq 0 ]
	[ "$(requests -r '.base64 | @base64d' | paste -sd' ')" = '2 {"c":3}' ]
	[ "$(each line)" = "2 2" ]
}

# ---- events ----

@test "wh-send -e: a request is forwarded with its headers, but for this hop's" {
	receiver
	send -e "$URL/in/" <<-'END'
	{"type":"request","id":"r1","method":"PATCH","target":"/h%2Fx/../y?x=1&x=%3d","headers":[["Host","a"],["X-b","1"],["x-B","2"],["X-GitHub-Event","push"],["X-B","3"],["Content-Type","x/y"],["Content-Length","99"],["Connection","close, X-Hop"],["x-hop","1"],["Keep-Alive","1"],["Proxy-Authorization","1"],["TE","trailers"],["Trailer","x"],["Transfer-Encoding","chunked"],["Upgrade","h2c"],["Expect","100-continue"],["Accept","*/*"],["User-Agent","GitHub"]],"text":"{\"a\": 1.10}","json":{"a": 1.10}}
	END
	[ "$status" -eq 0 ]
	[ "$(requests -r '.method + " " + .target')" = \
	    'PATCH /in/h%2Fx/../y?x=1&x=%3d' ]
	[ "$(requests -c '[.headers[] | select(.[0] | test("Host|Content-Length") | not)]')" = \
	    '[["X-b","1"],["x-B","2"],["X-GitHub-Event","push"],["X-B","3"],["Content-Type","x/y"],["Accept","*/*"],["User-Agent","GitHub"]]' ]
	[ "$(received)" = '{"a": 1.10}' ]
	[ "$(each id)" = r1 ]
}

@test "wh-send -e: every message of the corpus arrives bit for bit" {
	receiver
	/usr/bin/python3 - "$CORPUS" >events <<-'END'
	import base64, json, sys
	for line in open(sys.argv[1], encoding="utf-8"):
	    m = json.loads(line)
	    body = {"base64": m["base64"]}
	    if m["kind"] == "text":
	        text = base64.b64decode(m["base64"]).decode()
	        body = {"text": text}
	    print(json.dumps({"type": "request", "method": "POST", **body}))
	END
	send -e --jobs 1 "$URL" <events
	[ "$status" -eq 0 ]
	diff <(jq -r .base64 "$CORPUS") <(requests -r .base64)
}

@test "wh-send -e: an event edited on the way is sent as edited" {
	receiver
	send -e --jobs 1 "$URL" < <(jq -c '.json.x = 1' <<-'END'
	{"type":"request","method":"POST","text":"{\"x\": 0, \"y\":1.10}","json":{"x": 0, "y":1.10}}
	END
	)
	received | jq -e '. == {"x": 1, "y": 1.1}'
}

@test "wh-send -e: the target is appended only where it was asked for" {
	local event='{"type":"request","method":"GET","target":"/t?q","text":""}'

	receiver
	send -e "$URL" <<<"$event"
	send -e "$URL/x" <<<"$event"
	send -e --append-path "$URL/x" <<<"$event"
	send -e "$URL/" <<<"$event"
	send -e "$URL/?a/" <<<"$event"
	[ "$(requests -r .target | paste -sd' ')" = '/ /x /x/t?q /t?q /?a/' ]
	[ "$(requests -r '.headers[][0]' | grep -c Content-Length)" -eq 0 ]
	send -e --append-path "$URL/?a" <<<"$event"
	[ "$status" -eq 2 ]
}

@test "wh-send -e: a line may say method, headers as an object, and id" {
	receiver
	send -e "$URL" -H 'X-A: mine' <<<'{"id":"7","method":"PUT","headers":{"x-a":"1","X-B":["2","3"]},"json":{"n": 1}}'
	[ "$status" -eq 0 ]
	[ "$(requests -c '[.method, [.headers[] | select(.[0] | test("^x"; "i"))]]')" = \
	    '["PUT",[["X-B","2"],["X-B","3"],["X-A","mine"]]]' ]
	[ "$(received)" = '{"n": 1}' ]
	[ "$(each id)" = 7 ]
}

@test "wh-send -e: news is skipped" {
	receiver
	send -e -v "$URL" <<-'END'
	{"type":"open","client":"c1"}
	{"type":"message","client":"c1","json":1}
	{"type":"close","client":"c1"}
	END
	[ "$status" -eq 0 ]
	[ "$(received)" = 1 ]
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[[ $stderr == *"2 events of other types skipped"* ]]
}

@test "wh-send -e: a URL from a line does not reach private addresses" {
	local port

	receiver
	port=${URL##*:}
	# The first opens a connection that the others must not reuse.
	send -e --jobs 1 --retries 3 "$URL/open" <<-END
	{"json":1}
	{"url":"http://127.0.0.1:$port/","json":2}
	{"url":"http://localhost:$port/","json":2}
	{"url":"http://[::ffff:127.0.0.1]:$port/","json":2}
	{"url":"http://0x7f.1:$port/","json":2}
	{"url":"http://0:$port/","json":2}
	{"url":"http://me@127.1:$port/","json":2}
	{"url":"ftp://127.0.0.1:$port/","json":2}
	{"url":"file:///etc/passwd","json":2}
	END
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "delivered blocked blocked blocked blocked blocked blocked blocked blocked" ]
	[ "$(requests -r .target)" = /open ]
	grep -q 'not a public address' <<<"$output"
}

@test "wh-send -e: an environment's proxy is no way around that" {
	receiver
	http_proxy=$URL send -e <<<'{"url":"http://127.0.0.1:1/","json":1}'
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = blocked ]
	[ "$(requests -r .target)" = "" ]
}

@test "wh-send -e --allow-private: it does if the user says so" {
	receiver
	send -e --allow-private <<<"{\"url\":\"$URL/x\",\"json\":1}"
	[ "$status" -eq 0 ]
	[ "$(requests -r .target)" = /x ]
}

@test "wh-send -e: a line without a URL, where none was given, is bad" {
	send -e <<<'{"json":1}'
	[ "$status" -eq 9 ]
	[ "$(each outcome)" = invalid ]
}

# ---- answers ----

@test "wh-send: a 500 is retried with the same bytes, and the result says how often" {
	receiver --script 500,503,204
	send "$URL" <<<'{"a":1}'
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.outcome,.status,.attempts]' <<<"$output")" = \
	    '["delivered",204,3]' ]
	[ "$(requests -r .base64 | sort | uniq -c | awk '{ print $1 }')" -eq 3 ]
}

@test "wh-send: 408, 425 and 429 are retried, too" {
	receiver --script 408,425,429,200
	send "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(each attempts)" = 4 ]
}

@test "wh-send: retries end, and the line is exhausted" {
	receiver --script 502
	send --retries 2 "$URL" <<<1
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.outcome,.status,.attempts]' <<<"$output")" = \
	    '["exhausted",502,3]' ]
	[ "$(requests -s length)" -eq 3 ]
	[[ $stderr == *"1 of 1 not delivered"*502* ]]
}

@test "wh-send: Retry-After is a floor under the backoff" {
	receiver --script '429:Retry-After: 1,204'
	send "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(requests -s '.[1].ms - .[0].ms >= 1000')" = true ]
}

@test "wh-send: other statuses are final, and redirects are not followed" {
	receiver --script '400,404,301:Location: /other,304,418'
	send --jobs 1 "$URL" <<<$'1\n2\n3\n4\n5'
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "failed failed failed failed failed" ]
	[ "$(each status)" = "400 404 301 304 418" ]
	[ "$(requests -s length)" -eq 5 ]
}

@test "wh-send: after a 410 nothing more is sent to that URL" {
	receiver --script 410,204
	send -e --jobs 1 "$URL/" <<-'END'
	{"target":"/a","json":1}
	{"target":"/a","json":2}
	{"target":"/b","json":3}
	{"target":"/a","json":4}
	END
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "gone gone delivered gone" ]
	[ "$(requests -r .target | paste -sd' ')" = "/a /b" ]
}

@test "wh-send: a reply cut off in its head or body is no success" {
	local step

	for step in cut-head cut-body drop reset; do
		receiver --script $step
		send --retries 1 "$URL" <<<1
		[ "$status" -eq 1 ]
		[ "$(jq -c '[.outcome,.status,.attempts]' <<<"$output")" = \
		    '["exhausted",null,2]' ]
		jq -e .error <<<"$output"
	done
}

@test "wh-send: a reply that was cut off is tried again" {
	receiver --script cut-head,cut-body,drop,reset,200
	send "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(each attempts)" = 5 ]
}

@test "wh-send --reply: the result has the reply, without early hints" {
	receiver --script early,repeats
	send --jobs 1 --reply "$URL" <<<$'1\n2'
	[ "$status" -eq 0 ]
	[ "$(jq -sc 'map(.reply)' <<<"$output")" = '[{"headers":[["Content-Length","3"]],"text":"ok\n"},{"headers":[["X-b","1"],["x-A","2"],["X-B","3"],["Empty",""],["Content-Length","3"]],"text":"ok\n"}]' ]
}

@test "wh-send --reply: a long reply is cut, and says so" {
	receiver --script big=9999999
	send --reply "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.reply.truncated, (.reply.text | length)]' \
	    <<<"$output")" = '[true,4096]' ]
}

@test "wh-send --reply: text, JSON and bytes are told as such" {
	local event

	receiver --script echo
	for event in '{"text":"a\u00e9\n"}' '{"text":"{\"a\": 1.10}"}' \
	    '{"base64":"/wA="}' '{"text":""}'; do
		echo "$event"
	done >lines
	send -e --jobs 1 --reply "$URL" <lines
	[ "$status" -eq 0 ]
	jq -se 'map(.reply | del(.headers)) == [{"text": "aé\n"},
	    {"text": "{\"a\": 1.10}", "json": {"a": 1.1}},
	    {"base64": "/wA="}, {"text": ""}]' <<<"$output"
	grep -q '"json":{"a": 1.10}}}$' <<<"$output"
}

@test "wh-send --reply: 4 KiB are kept, and no half of a character" {
	receiver --script echo
	/usr/bin/python3 - >lines <<-'END'
	import json
	for text in ["x" * 4096, "x" * 4097, "é" * 2049, "x" + "é" * 2048,
	             "x" + "\U0001f600" * 1024, "\xff" * 3]:
	    print(json.dumps({"text": text}))
	print('{"base64":"' + "/" * 5464 + '"}')
	END
	send -e --jobs 1 --reply "$URL" <lines
	[ "$status" -eq 0 ]
	[ "$(jq -c '.reply | [.truncated // false, (.text // "" | utf8bytelength),
	    (.base64 // "" | length)]' <<<"$output" | xargs)" = \
	    "[false,4096,0] [true,4096,0] [true,4096,0] [true,4095,0] [true,4093,0] [false,6,0] [true,0,5464]" ]
}

@test "wh-send: results are numbered lines of JSON, in the contract's order" {
	receiver
	send "$URL/x" <<<1
	[ "$(jq -c keys_unsorted <<<"$output")" = \
	    '["type","id","time","line","url","outcome","status","attempts","ms"]' ]
	[[ $(jq -r .id <<<"$output") =~ ^msg_[0-9a-f-]{36}$ ]]
}

# ---- failures and exit statuses ----

@test "wh-send: nobody listens: retried, then exit status 3" {
	send --retries 1 http://127.0.0.1:1/ <<<$'1\n2'
	[ "$status" -eq 3 ]
	[ "$(each outcome)" = "exhausted exhausted" ]
	[ "$(each attempts)" = "2 2" ]
}

@test "wh-send: an unknown name is told" {
	send --retries 0 http://nowhere.invalid/ <<<1
	[ "$status" -eq 3 ]
	[[ $output == *nowhere.invalid* ]]
}

@test "wh-send: a receiver that does not answer in time: exit status 8" {
	receiver --script hang
	send --retries 0 --timeout 100ms "$URL" <<<1
	[ "$status" -eq 8 ]
	[ "$(each outcome)" = exhausted ]
}

@test "wh-send: failures of several kinds, or some successes: exit status 1" {
	receiver --script 204,hang
	send --jobs 1 --retries 0 --timeout 2s "$URL" <<<$'1\n2'
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "delivered exhausted" ]
}

@test "wh-send: TLS is verified: exit status 4, no retry; --cacert and -k trust" {
	make_cert
	receiver --cert cert.pem --key key.pem
	URL=https://localhost:${URL##*:}
	send "$URL" <<<1
	[ "$status" -eq 4 ]
	[ "$(jq -c '[.outcome,.attempts]' <<<"$output")" = '["failed",1]' ]
	[ "$(requests -s length)" -eq 0 ]
	send --cacert ca.pem "$URL" <<<1
	[ "$status" -eq 0 ]
	send -k "$URL" <<<1
	[ "$status" -eq 0 ]
	send --cacert missing.pem "$URL" <<<1
	[ "$status" -eq 2 ]
}

@test "wh-send: bad lines are numbered, the others sent, exit status 9" {
	receiver
	send "$URL" <<<$'{"a":1}\n\nnot json\n{"a":2}\n{"b":'
	[ "$status" -eq 9 ]
	[[ $stderr == *"line 3: "* ]]
	[[ $stderr == *"line 5: "* ]]
	[ "$(each line)" = "1 3 4 5" ]
	[ "$(each outcome)" = "delivered invalid delivered invalid" ]
}

@test "wh-send: a line that never was a request has its result, too" {
	receiver
	printf 'a\n\xff\nb\n' >lines
	send -R "$URL" <lines
	[ "$status" -eq 9 ]
	[ "$(each line)" = "1 2 3" ]
	[ "$(each outcome)" = "delivered invalid delivered" ]
	[ "$(jq -r 'select(.line == 2).error' <<<"$output")" = "not UTF-8" ]
	# One that fails in a filter, and one that is no JSON there.
	send -f '.a' "$URL" <<<$'{"a":1}\n[]\n{\n{"a":2}'
	[ "$status" -eq 9 ]
	[ "$(each line)" = "1 2 3 4" ]
	[ "$(each outcome)" = "delivered invalid invalid delivered" ]
	[[ $(jq -r 'select(.line == 2).error' <<<"$output") == *"Cannot index array"* ]]
}

@test "wh-send: results of bad lines wait for stdout, too" {
	mkfifo out
	start sender bash -c "yes \$'\\xff' | exec wh-send -R http://127.0.0.1:1 >out"
	exec {hold}<out
	read -r -u "$hold" _
	await sender.err 'line 2000:'
	# 2 MB of results is all that is made.
	run await sender.err 'line 100000:' 2
	[ "$status" -ne 0 ]
	exec {hold}<&-
	ended sender
}

@test "wh-send: usage errors end with 2 and a sentence" {
	local args

	for args in '' 'ftp://x' 'http://a b' 'http://x http://y' \
	    '--body f -e http://x' '--body missing http://x' \
	    '--backoff 5s..1s http://x' '--backoff x http://x' \
	    '-e -R http://x' '--jobs 0 http://x' '--key k http://x' '--nonsense http://x'; do
		# shellcheck disable=SC2086 # several words
		run --separate-stderr wh-send $args </dev/null
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
	done
}

@test "wh-send: a FIFO whose writer was quick is read to its end" {
	receiver
	mkfifo fifo
	start_from fifo sender timeout 60 wh-send "$URL"
	echo 1 >fifo
	ended sender
	[ "$status" -eq 0 ]
}

@test "wh-send: no input, nothing to do, exit status 0" {
	run wh-send http://127.0.0.1:1/ </dev/null
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run bash -c 'wh-send http://127.0.0.1:1/ <&-'
	[ "$status" -eq 0 ]
}

# ---- many at once ----

@test "wh-send: deliveries overlap, up to --jobs-per-host" {
	receiver --hold 8
	seq 64 >lines
	send "$URL" <lines
	[ "$status" -eq 0 ]
	[ "$(requests -s 'map(.in_flight) | max')" -eq 8 ]
	[ "$(wc -l <<<"$output")" -eq 64 ]
}

@test "wh-send: connections are kept and reused" {
	receiver --script 200
	seq 500 >lines
	send "$URL" <lines
	[ "$status" -eq 0 ]
	[ "$(requests -s 'map(.connection) | max <= 8')" = true ]
	[ "$(each outcome | tr ' ' '\n' | uniq -c | awk '{ print $1 }')" -eq 500 ]
}

@test "wh-send: a host that hangs holds up no other" {
	receiver --script hang
	mv receiver.out hanging.out
	ln hanging.out receiver.out
	local slow=$URL

	start other "$PEERS/http_server.py"
	fast=http://127.0.0.1:$(await other.out '^[0-9]+')
	{
		for _ in $(seq 100); do echo "{\"url\":\"$slow\",\"json\":1}"; done
		echo "{\"url\":\"$fast\",\"json\":2}"
	} >lines
	start_from lines sender wh-send -e --allow-private
	await sender.out '"outcome":"delivered"'
}

# ---- flow ----

@test "wh-send: memory stays flat before a receiver that never answers" {
	receiver --script hang
	start sender bash -c "yes '{\"a\":1}' | exec wh-send $URL"
	await_lines receiver.out 9
	[ "$(rss_kb "$(pgrep -P "$PID_sender" wh-send)")" -lt \
	    "${HOOKLINE_SAN:+10}32768" ]
}

@test "wh-send: lines that wait for a retry are bounded, then stdin waits" {
	local count=-1

	receiver --script 503
	/usr/bin/python3 -c 'print(("\"" + "x" * 1000 + "\"\n") * 9999)' >lines
	start_from lines sender wh-send --backoff 1h..1h --breaker off \
	    --queue 1M "$URL"
	await_lines receiver.out 500
	# Until it has stopped.
	while [ "$(wc -l <receiver.out)" -ne "$count" ]; do
		count=$(wc -l <receiver.out)
		timeout 1 tail -n "+$((count + 1))" -f receiver.out |
		    head -n 1 >next || :
	done
	[ "$count" -gt 500 ]
	[ "$count" -lt 1500 ]
	[ "$(rss_kb "$PID_sender")" -lt "${HOOKLINE_SAN:+10}32768" ]
	[ ! -s sender.out ]
}

@test "wh-send: stdout that is not read stops the reading of stdin" {
	receiver
	mkfifo out
	# Results of 250 bytes: 20,000 are more than a pipe and a queue hold.
	seq 20000 >lines
	start sender bash -c "exec wh-send $URL <lines >out"
	exec {hold}<out
	await_lines receiver.out 2000
	read -r -u "$hold" _
	cat <&"$hold" >rest &
	wait $!
	[ "$(wc -l <rest)" -eq 19999 ]
	ended sender
	[ "$status" -eq 0 ]
}

@test "wh-send: stdout gone ends it at once" {
	receiver
	yes 1 | { wh-send "$URL" || echo $? >status; } | head -n 1
	[ "$(cat status)" -eq 141 ]
}

@test "wh-send: SIGTERM: what is in flight is finished and told" {
	receiver --script until=told
	start_fed sender wh-send --drain 1m "$URL"
	feed sender '{"a":1}'
	await receiver.out base64
	kill -TERM "$PID_sender"
	: >told
	ended sender
	[ "$status" -eq 143 ]
	[ "$(jq -r .outcome sender.out)" = delivered ]
}

@test "wh-send: SIGTERM: what waits for a retry is told as not delivered" {
	receiver --script 503
	start_fed sender wh-send --backoff 1h "$URL"
	feed sender 1 2 3
	await_lines receiver.out 4
	kill -TERM "$PID_sender"
	ended sender
	[ "$status" -eq 143 ]
	[ "$(jq -r .outcome sender.out | uniq -c | xargs)" = "3 failed" ]
}

@test "wh-send: SIGTERM: --drain limits how long that takes" {
	receiver --script hang
	start_fed sender wh-send --drain 100ms "$URL"
	feed sender 1
	await receiver.out base64
	kill -TERM "$PID_sender"
	ended sender 4	# without the option it is 5 s
	[ "$status" -eq 143 ]
	[ "$(jq -r .outcome sender.out)" = failed ]
}

@test "wh-send: SIGTERM at the end of input, all delivered: exit status 0" {
	receiver --script until=told
	start_fed sender wh-send --drain 1m "$URL"
	feed sender 1
	feed_end sender
	await receiver.out base64
	kill -TERM "$PID_sender"
	: >told
	ended sender
	[ "$status" -eq 0 ]
	[ "$(jq -r .outcome sender.out)" = delivered ]
}
