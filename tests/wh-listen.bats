#!/usr/bin/env bats
# wh-listen.bats - webhooks in, one event line each: exact to the byte, read in
# one way only, and answered with a 2xx only once stdout has the line.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper
load listening

# post ARG...: curl; prints the status
post()
{
	curl -sS -o reply -w '%{http_code}' "$@"
}

# raw OPTION...: sends stdin as it is; the replies, one a line, in raw.out
raw()
{
	timeout 120 /usr/bin/python3 "$PEERS/http_raw.py" "$@" \
	    "$PORT" >raw.out
}

# replies: their statuses in a row
replies()
{
	jq -r '.status // "end"' raw.out | xargs
}

# event N: the N-th event, once it is there
event()
{
	await_lines l.out $(($1 + 1))
	sed -n "$(($1 + 1))p" l.out
}

# get TARGET FIELD...: a request in bytes
get()
{
	local target=$1

	shift
	printf 'GET %s HTTP/1.1\r\nHost: x\r\n' "$target"
	[ $# -eq 0 ] || printf '%s\r\n' "$@"
	printf '\r\n'
}

# exact FILE...: the events' bodies are the files' bytes, in their order
exact()
{
	await_lines l.out $(($# + 1))
	/usr/bin/python3 - l.out "$@" <<-'END'
	import base64, json, sys
	lines = open(sys.argv[1], "rb").read().split(b"\n")[1:]
	for line, path in zip(lines, sys.argv[2:]):
	    body = open(path, "rb").read()
	    e = json.loads(line)
	    if "base64" in e:
	        assert base64.b64decode(e["base64"]) == body, path
	        assert "text" not in e and "json" not in e, path
	        continue
	    assert e["text"].encode() == body, path
	    try:
	        json.loads(body.decode())
	    except ValueError:
	        assert "json" not in e, path
	    else:
	        spliced = body.strip().replace(b"\n", b" ")
	        assert line.endswith(b',"json":' + spliced + b"}"), path
	END
}

# ---- exact ----

@test "wh-listen: an event has its members in the order of the contract" {
	listen
	[ "$(post "$(url '/a?b=c')" -H 'X-GitHub-Event: push' \
	    -H 'X-GitHub-Delivery: 7' -d '{"a":1}')" = 204 ]
	event 1 >event
	[ "$(jq -r 'keys_unsorted|join(" ")' event)" = "type id time remote \
method target path query headers event text json" ]
	[[ $(jq -r .id event) =~ ^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}- ]]
	[[ $(jq -r .time event) =~ ^20[0-9-]{8}T[0-9:]{8}\.[0-9]{6}Z$ ]]
	[[ $(jq -r .remote event) =~ ^127\.0\.0\.1:[0-9]+$ ]]
	[ "$(jq -r .method event)" = POST ]
}

@test "wh-listen: bodies keep every byte" {
	listen
	/usr/bin/python3 - <<-'END'
	import os
	bodies = [bytes(range(256)), b"\xff\xfe", b"\xed\xa0\x80", b"",
	    b'{"n":12345678901234567890}', b'{"x":1.10}', b'{"a":1,"a":2}',
	    b'{"a":\n [1,\r\n 2]\n}\n', b' 1 ', b'"\\ud800"', b"null",
	    '"\u2028é\U0001f600"'.encode(), b"a=1&b=2", b"\x00", b"\xef\xbb\xbf1",
	    b'{"a":' * 150 + b"1" + b"}" * 150, b"\n\n", b'{"a":1}{"a":2}',
	    os.urandom(1 << 20), b'"' + b"x" * ((1 << 20) - 2) + b'"']
	for i, body in enumerate(bodies):
	    open(f"body.{i + 1}", "wb").write(body)
	END
	for i in $(seq 20); do
		post "$(url)" --data-binary "@body.$i" >>statuses
	done
	[ "$(cat statuses)" = "$(printf '204%.0s' $(seq 20))" ]
	exact $(seq -f body.%.0f 20)
}

@test "wh-listen: header fields keep their order, case and repeats" {
	listen
	get / 'X-b: 1' 'x-A:  2 ' 'X-B:3' 'UTF-8: é' 'Empty:' \
	    $'Tab:\ta\tb\t' | raw --replies 1
	[ "$(event 1 | jq -c .headers)" = '[["Host","x"],["X-b","1"],["x-A",'\
'"2"],["X-B","3"],["UTF-8","é"],["Empty",""],["Tab","a\tb"]]' ]
}

@test "wh-listen: the target stays as it came, path and query split from it" {
	listen
	t='/a%2Fb/../c?x=1&x=2&y=%C3%A9'
	[ "$(post --path-as-is "$(url "$t")")" = 204 ]
	event 1 >event
	[ "$(jq -r .target event)" = "$t" ]
	[ "$(jq -r .path event)" = '/a%2Fb/../c' ]
	[ "$(jq -c .query event)" = '{"x":["1","2"],"y":["é"]}' ]
}

@test "wh-listen: a query's values are decoded, where that is text" {
	listen
	get '/?b=1+2&a=%26%3d&b=%ff&c&=v&d=%zz%4&%62=3&&e=%00' |
	    raw --replies 1
	[ "$(event 1 | jq -c .query)" = '{"b":["1 2","%ff","3"],"a":["&="],'\
'"c":[""],"":["v"],"d":["%zz%4"],"e":["\u0000"]}' ]
	get '/?' | raw --replies 1
	[ "$(event 2 | jq -c '[.path,.query]')" = '["/",{}]' ]
}

@test "wh-listen: absolute and asterisk targets" {
	listen
	get 'http://h.example/p?q=1' | raw --replies 1
	[ "$(event 1 | jq -c '[.target,.path,.query]')" = \
	    '["http://h.example/p?q=1","/p",{"q":["1"]}]' ]
	get '*' | sed 's/^GET/OPTIONS/' | raw --replies 1
	[ "$(event 2 | jq -c '[.target,.path]')" = '["*","*"]' ]
}

@test "wh-listen: any method is taken" {
	listen
	n=0
	for m in GET PUT DELETE PATCH OPTIONS HEAD PURGE x-y; do
		get / | sed "s/^GET/$m/" | raw --replies 1
		[ "$(replies)" = 204 ]
		n=$((n + 1))
		[ "$(event $n | jq -r .method)" = $m ]
	done
}

@test "wh-listen: providers' own fields say the event's id and type" {
	listen
	n=0
	while read -r want fields; do
		eval "get / $fields" | raw --replies 1
		n=$((n + 1))
		[ "$(event $n | jq -c .event)" = "$want" ]
	done <<-'END'
	{"id":"1","type":"push"} 'x-github-event: push' 'X-GitHub-Delivery: 1'
	{"id":"msg_1"} 'webhook-id: msg_1' 'webhook-timestamp: 1'
	{"id":"msg_2"} 'svix-id: msg_2'
	{"id":"3","type":"com.x"} 'ce-type: com.x' 'ce-id: 3'
	{"id":"4","type":"Push_Hook"} 'X-Gitlab-Event: Push_Hook' 'X-Gitlab-Event-UUID: 4'
	{"id":"5","type":"repo:push"} 'X-Event-Key: repo:push' 'X-Request-UUID: 5'
	{"id":"6","type":"pr:opened"} 'X-Request-Id: 6' 'X-Event-Key: pr:opened'
	null 'X-Request-Id: 6' 'X-Request-UUID: 7'
	{"id":"8"} 'X-Request-Id: 6' 'X-Atlassian-Webhook-Identifier: 8'
	{"id":"9"} 'X-GitHub-Delivery: 9' 'X-GitHub-Delivery: 10'
	{"id":"a","type":"push"} 'X-GitHub-Event: x' 'X-Gitea-Event: push' 'X-Gitea-Delivery: a'
	END
}

# cloudevent FIELD... <BODY: one in a request; prints what event says of it
cloudevent()
{
	local before body

	before=$(events)
	body=$(cat)
	{
		printf '%s\r\n' 'POST / HTTP/1.1' 'Host: x' "$@" \
		    "Content-Length: ${#body}" ''
		printf %s "$body"
	} | raw --replies 1
	[ "$(replies)" = 204 ]
	event $((before + 1)) | jq -c .event
}

@test "wh-listen --cloudevents: attributes of both modes, whole or not at all" {
	local binary=('ce-specversion: 1.0' 'ce-id: 1' 'ce-source: /s'
	    'ce-type: com.x')

	listen --cloudevents
	[ "$(cloudevent "${binary[@]}" 'ce-subject: Euro%20%E2%82%AC' \
	    'CE-Time: 2018-04-05T03:56:24Z' 'Content-Type: text/plain' \
	    'ce-myext: "a b"' <<<hello)" = '{"id":"1","type":"com.x",'\
'"specversion":"1.0","source":"/s","subject":"Euro €",'\
'"time":"2018-04-05T03:56:24Z","datacontenttype":"text/plain",'\
'"myext":"a b"}' ]
	[ "$(cloudevent 'Content-Type: application/cloudevents+json' <<-'END'
	{"specversion":"1.0","type":"t","source":"/s","id":"2",
	 "n":3,"data":{"id":"no"}}
	END
	)" = '{"id":"2","type":"t","specversion":"1.0","source":"/s","n":3}' ]
	# not whole: as without the option
	[ "$(cloudevent 'ce-id: 3' 'ce-type: x' <<<'')" = \
	    '{"id":"3","type":"x"}' ]
	[ "$(cloudevent "${binary[@]}" 'ce-a: %ff' <<<'')" = \
	    '{"id":"1","type":"com.x"}' ]
	[ "$(cloudevent 'Content-Type: application/cloudevents+json' \
	    <<<'{"id":"2"}')" = null ]
	[ "$(cloudevent 'Content-Type: application/cloudevents-batch+json' \
	    <<<'[]')" = null ]
	[ "$(cloudevent 'X-GitHub-Event: push' <<<'')" = '{"type":"push"}' ]
}

# ---- framing ----

@test "wh-listen: chunked bodies" {
	listen
	head -c 300000 /dev/urandom >body
	[ "$(post "$(url)" -H 'Transfer-Encoding: chunked' \
	    --data-binary @body)" = 204 ]
	exact body
	printf '%s\r\n' 'POST / HTTP/1.1' 'Host: x' \
	    'Transfer-Encoding: Chunked' '' '5;a="b;c"' hello 0A ', "world" ' \
	    000 'X-T: 1' '' | raw --replies 1 --piece 1
	[ "$(replies)" = 204 ]
	[ "$(event 2 | jq -r .text)" = 'hello, "world" ' ]
}

@test "wh-listen: 100 Continue before a body that waits for it, 417 else" {
	listen
	head -c 300000 /dev/zero | tr '\0' x >body
	curl -sS -v -H 'Expect: 100-continue' --data-binary @body "$(url)" \
	    2>log
	grep -q '^< HTTP/1.1 100 Continue' log
	grep -q '^< HTTP/1.1 204' log
	exact body
	printf 'hello' >rest
	get / 'Expect: 100-Continue' 'Content-Length: 5' |
	    raw --replies 1 --then rest
	[ "$(replies)" = '100 204' ]
	get / 'Expect: nonsense' | raw
	[ "$(replies)" = '417 end' ]
	[ "$(events)" = 2 ]
}

@test "wh-listen: a refused body is not asked for" {
	listen --max-body 4
	get / 'Expect: 100-continue' 'Content-Length: 5' | raw
	[ "$(replies)" = '413 end' ]
}

@test "wh-listen: connections are kept and used again" {
	listen
	curl -sS -w '%{num_connects}\n' "$(url /1)" -d x "$(url /2)" -d y >out
	[ "$(xargs <out)" = '1 0' ]
	[ "$(events)" = 2 ]
	get / 'Connection: close' | raw
	[ "$(replies)" = '204 end' ]
	jq -c .headers raw.out | grep -q '\["Connection","close"\]'
}

@test "wh-listen: pipelined requests are answered in their order" {
	listen --reply '200 text/plain ok'
	{ get /1; get /2 'Content-Length: 3'; printf abc; get /3; } >in
	raw --replies 3 <in
	[ "$(replies)" = '200 200 200' ]
	[ "$(event 3 | jq -r .target)" = /3 ]
	[ "$(sed 1d l.out | jq -r '.target+.text' | xargs)" = '/1 /2abc /3' ]
	for i in $(seq 100); do cat in; done | raw --replies 300
	[ "$(replies | tr ' ' '\n' | sort | uniq -c | xargs)" = '300 200' ]
	[ "$(events)" = 303 ]
	raw --replies 3 --piece 1 <in
	[ "$(events)" = 306 ]
}

@test "wh-listen: HTTP/1.0 is answered and closed, unless it is to be kept" {
	listen
	printf 'GET / HTTP/1.0\r\n\r\n' | raw
	[ "$(replies)" = '204 end' ]
	printf 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n' >in
	cat in in | raw --replies 2
	[ "$(replies)" = '204 204' ]
	jq -c .headers raw.out | grep -q '\["Connection","keep-alive"\]'
}

# ---- refused ----

@test "wh-listen: limits of size: 413, 414, 431" {
	listen --max-body 1k --max-header 1k
	head -c 1024 /dev/zero >body
	[ "$(post "$(url)" --data-binary @body)" = 204 ]
	printf x >>body
	[ "$(post "$(url)" --data-binary @body)" = 413 ]
	[ "$(post "$(url)" -H 'Transfer-Encoding: chunked' \
	    --data-binary @body)" = 413 ]
	get / "Big: $(head -c 1024 /dev/zero | tr '\0' x)" | raw
	[ "$(replies)" = '431 end' ]
	get "/$(head -c 1024 /dev/zero | tr '\0' x)" | raw
	[ "$(replies)" = '414 end' ]
	[ "$(events)" = 1 ]
}

@test "wh-listen: limits of time: 408, and silence where nothing came" {
	local one peers=()

	# So long as a peer may take to send what it has; all at once.
	listen --header-timeout 3s --body-timeout 3s --idle-timeout 3s
	mkdir head body nothing whole
	printf 'GET / HTTP/1.1\r\nHost:' >head/in
	get / 'Content-Length: 5' >body/in
	: >nothing/in
	get / >whole/in
	for one in head body nothing whole; do
		{ cd "$one" && raw <in 3>&-; } &
		peers+=("$!")
	done
	wait "${peers[@]}"
	said() { (cd "$1" && replies); }
	[ "$(said head)" = '408 end' ]
	[ "$(said body)" = '408 end' ]
	[ "$(said nothing)" = end ]
	[ "$(said whole)" = '204 end' ]
	[ "$(events)" = 1 ]
}

@test "wh-listen --path, --method: others get 404, and 405 with Allow" {
	listen --path '/hooks/*' --path /x --method POST,PUT
	[ "$(post -d x "$(url /hooks/a)")" = 204 ]
	[ "$(post -X PUT -d x "$(url '/x?y=1')")" = 204 ]
	[ "$(post -d x "$(url /hooks/a/b)")" = 404 ]
	[ "$(post -d x "$(url /)")" = 404 ]
	[ "$(post "$(url /x)" -D head)" = 405 ]
	grep -qi $'^allow: POST, PUT\r$' head
	[ "$(events)" = 2 ]
}

# ---- replies ----

@test "wh-listen --reply: a status, or one with a type and a text or file" {
	listen --reply '202 text/plain; charset=utf-8 thank you'
	[ "$(post "$(url)" -D head)" = 202 ]
	[ "$(cat reply)" = 'thank you' ]
	grep -qi $'^content-type: text/plain; charset=utf-8\r$' head
	grep -qi $'^content-length: 9\r$' head
	grep -qiE '^date: ..., .. ... 20.. ..:..:.. GMT' head
	get / | sed s/GET/HEAD/ | raw --replies 1
	[ "$(replies)" = 202 ]
	kill "$PID_l"
	ended l
	printf '\377\0{}' >file
	listen --reply '200 application/json @file'
	[ "$(post "$(url)")" = 200 ]
	cmp reply file
	kill "$PID_l"
	ended l
	listen --reply 500
	[ "$(post "$(url)" -D head)" = 500 ]
	[ "$(events)" = 1 ]
}

@test "wh-listen: 204 has neither body nor Content-Length" {
	listen
	post "$(url)" -D head
	[ ! -s reply ]
	run ! grep -qi '^content-length' head
}

@test "wh-listen: options at fault are exit 2" {
	for args in '' '--reply 99 0' '--reply abc 0' '--reply 100 0' \
	    '--method , 0' '--cert x 0' '--in events 0' '-n 0 0' \
	    '--max-body x 0' '-1 -n 2 0'; do
		# shellcheck disable=SC2086 # several words
		run -2 --separate-stderr wh-listen $args
		[[ $stderr == 'wh-listen: '* ]]
	done
	# Neither would ever be met.
	run -2 --separate-stderr wh-listen --method GET,post 0
	[ "$stderr" = 'wh-listen: --method: post: is written POST' ]
	run -2 --separate-stderr wh-listen --path 'hooks/*' 0
	[ "$stderr" = 'wh-listen: --path: hooks/*: a path begins with a slash' ]
	run -2 --separate-stderr wh-listen --reply-filter '.a |' 0
	[[ $stderr == 'wh-listen: --reply-filter: jq: error: '* ]]
	run -2 --separate-stderr wh-listen --reply '200 text/plain @none' 0
	[ "$stderr" = 'wh-listen: none: No such file or directory' ]
	run -2 wh-listen --reply '204 text/plain x' 0
	run -2 wh-listen -s '.a |' 0
	run -3 wh-listen 192.0.2.1:0
}

# ---- the end ----

@test "wh-listen -n: ends when so many were printed and answered" {
	listen -n 2
	[ "$(post "$(url /1)")" = 204 ]
	[ "$(post "$(url /2)")" = 204 ]
	ended l
	[ "$status" -eq 0 ]
	[ "$(events)" = 2 ]
}

@test "wh-listen -1: prints one request, whoever else is there" {
	listen -1
	{ get /1; get /2; get /3; } | raw
	ended l
	[ "$status" -eq 0 ]
	[ "$(events)" = 1 ]
	[ "$(jq -r 'select(.status==204)|.status' raw.out)" = 204 ]
	run ! grep -q '"status": 204' <(sed 1d raw.out)
}

@test "wh-listen -1 -s: waits for the one that is selected" {
	listen -1 -s '.json.action == "opened"'
	[ "$(post "$(url)" -d '{"action":"closed"}')" = 204 ]
	[ "$(post "$(url)" -d '{"action":"opened"}')" = 204 ]
	ended l
	[ "$(sed 1d l.out | jq -r .json.action)" = opened ]
}

@test "wh-listen --for: ends after so long" {
	listen --for 200ms
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen: SIGTERM lets in flight what is, and ends with 0" {
	listen --drain 1m
	get / 'Content-Length: 5' >in
	printf hello >late.tmp
	start slow /usr/bin/python3 "$PEERS/http_raw.py" \
	    --then late "$PORT"
	kill "$PID_slow" # a client that says nothing must not matter
	start_from in slow /usr/bin/python3 "$PEERS/http_raw.py" \
	    --then late "$PORT"
	await slow.out sent
	[ "$(post "$(url)")" = 204 ]	# so the other's head has been read
	kill -TERM "$PID_l"
	until ! curl -sS -o /dev/null "$(url)" 2>/dev/null; do :; done
	mv late.tmp late
	ended slow
	[ "$(jq -r '.status // empty' slow.out)" = 204 ]
	ended l
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 l.out | jq -r .text)" = hello ]
}

@test "wh-listen: what is not done within --drain is left, with 143" {
	listen --drain 100ms
	get / 'Content-Length: 5' >in
	start_from in slow /usr/bin/python3 "$PEERS/http_raw.py" \
	    --then late "$PORT"
	await slow.out sent
	[ "$(post "$(url)")" = 204 ]
	kill -TERM "$PID_l"
	ended l
	[ "$status" -eq 143 ]
}

# ---- where ----

@test "wh-listen: listens on several addresses, and says so" {
	start l wh-listen --announce 0 unix:sock '[::1]:0'
	await_lines l.out 3
	[ "$(jq -r .address l.out | xargs)" = '127.0.0.1 unix:sock ::1' ]
	[ "$(grep -c '^wh-listen: listening on ' l.err)" = 3 ]
	[ "$(post --unix-socket sock http://x/)" = 204 ]
	await_lines l.out 4
	[ "$(tail -n 1 l.out | jq -r .remote)" = unix: ]
	[ "$(post "http://[::1]:$(sed -n 3p l.out | jq .port)/")" = 204 ]
	await_lines l.out 5
	[[ $(tail -n 1 l.out | jq -r .remote) == '[::1]:'* ]]
	kill "$PID_l"
	ended l
	[ ! -e sock ]
}

@test "wh-listen --cert: TLS" {
	make_cert
	listen --cert cert.pem --key key.pem
	head -c 1000000 /dev/urandom >body
	for i in 1 2; do
		[ "$(post --cacert ca.pem "https://localhost:$PORT/$i" \
		    --data-binary @body)" = 204 ]
	done
	exact body body
	get / | raw || :	# no TLS: no matter
	[ "$(post --cacert ca.pem "https://localhost:$PORT/")" = 204 ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	run -4 wh-listen --cert key.pem --key key.pem 0
}

@test "wh-listen --max-clients: more wait until one ends" {
	listen --max-clients 1 --idle-timeout 2s
	{ get /1 | raw 3>&-; } &
	one=$!
	await l.out '"target":"/1"'
	[ "$(post "$(url /2)")" = 204 ]
	wait "$one"
	[ "$(replies)" = '204 end' ]
}

# ---- lines ----

@test "wh-listen -s: what is not selected is answered all the same" {
	listen -s '.method == "POST"'
	[ "$(post "$(url)")" = 204 ]
	[ "$(post "$(url)" -d '{"n":12345678901234567890}')" = 204 ]
	event 1 | grep -q '"json":{"n":12345678901234567890}}$'
	[ "$(events)" = 1 ]
}

@test "wh-listen -f: a line is what the expression yields" {
	start l wh-listen -r -f '.json[]' 0
	PORT=$(await l.err 'listening on ')
	PORT=${PORT##*:}
	[ "$(post "$(url)" -d '["a","b"]')" = 204 ]
	[ "$(post "$(url)" -d '[]')" = 204 ]
	await_lines l.out 2
	[ "$(xargs <l.out)" = 'a b' ]
}

@test "wh-listen -f: a request that cannot be passed on is 500, the exit 1" {
	listen -f '.json.a + 1'
	[ "$(post "$(url)" -d '{"a":{}}')" = 500 ]
	[ "$(post "$(url)" -d '{"a":1}')" = 204 ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 1 ]
	[ "$(sed 1d l.out)" = 2 ]
	grep -q '^wh-listen: line 1 of output: ' l.err
}

@test "wh-listen -p: the bodies alone" {
	listen -p
	[ "$(post "$(url)" -d '{"a": 1.10}')" = 204 ]
	[ "$(post "$(url)" -d hello)" = 204 ]
	[ "$(post "$(url)" --data-binary $'\xff')" = 204 ]
	await_lines l.out 4
	[ "$(sed 1d l.out)" = '{"a": 1.10}
"hello"
"data:;base64,/w=="' ]
}

@test "wh-listen --out text -0: raw bodies, each ended by NUL" {
	start l wh-listen --out text -r0 0
	PORT=$(await l.err 'listening on ')
	PORT=${PORT##*:}
	[ "$(post "$(url)" --data-binary $'two\nlines')" = 204 ]
	[ "$(post "$(url)" -d '{"a": 1.10}')" = 204 ]
	[ "$(tr '\n\0' '|\n' <l.out)" = 'two|lines
{"a": 1.10}' ]
}

@test "wh-listen --arg, --argjson: expressions see them" {
	listen -s '.json.n > $least.n' -f '[$name, .json.n]' \
	    --arg name '"n"' --argjson least '{"n":2}'
	[ "$(post "$(url)" -d '{"n":2}')" = 204 ]
	[ "$(post "$(url)" -d '{"n":3}')" = 204 ]
	[ "$(sed 1d l.out)" = '["\"n\"",3]' ]
}

# ---- stdout ----

# stuck: wh-listen with nobody reading its stdout, which is in $STUCK
stuck()
{
	mkfifo fifo
	start_stuck() { exec wh-listen -v 0 >fifo; }
	start l start_stuck
	exec {STUCK}<fifo
	FEEDS+=("$STUCK")	# other programs must not hold it
	PORT=$(await l.err 'listening on ')
	PORT=${PORT##*:}
}

# uploads NAME N: so many requests of 900 kB at once; their statuses in NAME.out
uploads()
{
	[ -e body ] || head -c 900000 /dev/zero | tr '\0' x >body
	# shellcheck disable=SC2016 # for the shell inside
	start "$1" sh -c 'for i in $(seq "$1"); do curl -sS -o /dev/null \
	    -D "$3.$i" -w "%{http_code}\n" --data-binary @body "$2" &
	    done; wait' - "$2" "$(url)" "$1"
}

# It has the bodies of so many requests.
received()
{
	local n

	until n=$(grep -c ': POST /, 900000 bytes' l.err); [ "$n" -ge "$1" ]; do
		kill -0 "$PID_l" || return 1
	done
}

@test "wh-listen: stdout gone is 503 for who waits, and 141" {
	stuck
	uploads a 3
	received 3		# more than a pipe holds
	eval "exec $STUCK<&-"
	ended l
	[ "$status" -eq 141 ]
	ended a
	[ "$(sort -u a.out | xargs)" = '204 503' ]
	run ! grep -v -e 'listening on' -e 'POST' l.err
}

@test "wh-listen: a request that waits too long for stdout is 503, unprinted" {
	stuck
	uploads a 3
	received 3
	uploads b 2		# stdout's queue is full, so these are not read
	await_lines b.out 2
	[ "$(xargs <b.out)" = '503 503' ]
	grep -qi '^retry-after: ' b.1
	[ "$(rss_kb "$PID_l")" -lt 32768 ]
	cat <&"$STUCK" >got 3>&- &
	READER=$!
	STARTED+=("$READER")
	ended a
	[ "$(xargs <a.out)" = '204 204 204' ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	wait "$READER"
	[ "$(jq '.text|length' got | xargs)" = '900000 900000 900000' ]
}
