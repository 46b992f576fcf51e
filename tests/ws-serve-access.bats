#!/usr/bin/env bats
# ws-serve-access.bats - who may come in: passwords, tokens, whoever decides on
# stdin; and how many, how fast.

# shellcheck disable=SC2154,SC2016 # PID_NAME is set by start NAME; $2y$

load helper
load feeding

# "open sesame" as htpasswd -B makes it, with costs of 2^5 and 2^9.
QUICK='$2y$05$g2SqOsxDKidxKdY.1i9q7etwkGEgIH0PHx1dqMCDPJB/nBw6G1czO'
SLOW='$2y$09$pEIJlbhGYlWRbJFiyfE57O.u90yoGPrEhNgOZZmk5t6M6E3n/tBXS'

# knock NAME TARGET [ARG...]: a client that may have to wait
knock()
{
	start_fed "$1" /usr/bin/python3 "$PEERS/ws_client.py" \
	    --send - "${@:3}" "$URL$2"
}

# get TARGET ARG...: curl; prints the status
get()
{
	curl -sS -o reply -D head -w '%{http_code}' \
	    "http://localhost:$PORT$1" "${@:2}"
}

# upgrade TARGET ARG...: curl asks for a websocket; prints the status
upgrade()
{
	curl -sS -o reply -D head -w '%{http_code}' -m 60 --http1.1 \
	    -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
	    -H 'Sec-WebSocket-Version: 13' \
	    -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
	    "http://localhost:$PORT$1" "${@:2}" || :
}

basic()
{
	printf 'Authorization: Basic %s' "$(printf %s "$1" | base64 -w 0)"
}

@test "ws-serve --basic-file: page, websocket and --publish want a name and its password" {
	printf '%s\n' '# who may' '' "ann:se:cret" "bob:$QUICK" \
	    "cyd:$(openssl passwd -6 -salt x 'pässword')" >users
	serve -v --basic-file users --page chat --publish /post --health /up
	for target in / /post /room; do
		[ "$(get $target)" = 401 ]
		grep -qi '^WWW-Authenticate: Basic realm="ws-serve"' head
		[ "$(get $target -d x)" = 401 ]
		[ "$(upgrade $target)" = 401 ]
	done
	[ "$(get /up)" = 200 ]
	for wrong in ann:cret ann: ann 'bob:open sesam' "bob:$QUICK" eve:x : \
	    'ann:se:cret ' 'Ann:se:cret' "cyd:passw"; do
		[ "$(get / -u "$wrong" </dev/null)" = 401 ]
	done
	for right in ann:se:cret 'bob:open sesame' 'bob:open sesame' \
	    'cyd:pässword'; do
		[ "$(get / -u "$right")" = 200 ]
		[ "$(get /post -u "$right" -d x)" = 204 ]
	done
	[ "$(get / -H 'Authorization: Digest x')" = 401 ]
	[ "$(get / -H 'Authorization: Basic !!!')" = 401 ]
	[ "$(get / -u ann:se:cret -H 'Authorization: Basic eA==')" = 401 ]
	client_fed a /room --header "$(basic 'bob:open sesame')"
	feed a '{"kind":"text","text":"hi"}'
	[ "$(await serve.out '"message"' | jq -r .user)" = bob ]
	feed_end a
	run ! grep -e c2U6Y3Jl -e se:cret -e sesame -e 'Basic ' serve.out serve.err
	[ "$(jq -c 'select(.type == "open").headers[] |
	    select(.[0] == "Authorization")' serve.out)" = \
	    '["Authorization","***"]' ]
}

@test "ws-serve --token-file: as Bearer, or in the query; told of as whose it is, never as it is" {
	printf '%s\n' 'robot:t0k-en/+1==' 'nameless' >tokens
	serve -v --token-file tokens --page feed
	[ "$(get /)" = 401 ]
	grep -qi '^WWW-Authenticate: Bearer' head
	[ "$(get '/?token=t0k-en')" = 401 ]
	[ "$(get '/?token=')" = 401 ]
	[ "$(get '/?token=robot:t0k-en/%2b1==')" = 401 ]
	[ "$(get / -u robot:t0k-en/+1==)" = 401 ]
	[ "$(get '/?a=1&token=t0k-en/%2b1==')" = 200 ]
	[ "$(get / -H 'Authorization: bearer t0k-en/+1==')" = 200 ]
	client_fed a '/a?token=t0k-en/%2B1%3D%3D&x=1'
	client_fed b /b --header 'Authorization: Bearer nameless'
	feed a '{"kind":"text","text":"hi"}'
	feed b '{"kind":"text","text":"ho"}'
	await_lines serve.out 5
	[ "$(jq -c 'select(.client) | [.type, .room, .user]' serve.out |
	    sort | tr '\n' ' ')" = '["message","/a","robot"] '`
	    `'["message","/b",null] ["open","/a","robot"] ["open","/b",null] ' ]
	run ! grep -e t0k -e nameless serve.out serve.err
}

@test "ws-serve: with both files either will do; who is known calls itself nothing else" {
	echo ann:secret >users
	echo robot:t1 >tokens
	serve -v --basic-file users --token-file tokens --relay
	[ "$(get /)" = 401 ]
	[ "$(grep -ci '^WWW-Authenticate:' head)" -eq 2 ]
	client_fed a '/?name=Bob' --header "$(basic ann:secret)"
	client b '/?token=t1&name=Bob' --header "$(basic eve:x)"
	feed a '{"kind":"text","text":"hi"}'
	await_lines b.out 2
	[ "$(jq -c 'select(.client) | [.type, .user, .name]' serve.out |
	    tr '\n' ' ')" = '["open","ann","ann"] ["open","robot","robot"] '`
	    `'["message","ann","ann"] ' ]
}

# refused_lines OPTION GOOD: each line of stdin, behind a good one, is refused by
# its number, and not told
refused_lines()
{
	local line

	while read -r line; do
		printf '%s\n%b\n' "$2" "$line" >file
		run -2 --separate-stderr ws-serve 0 "$1" file
		[[ $stderr == *"$1: file: line 2 "* ]]
		[[ $stderr != *hidden* ]]
	done
}

@test "ws-serve: files of names and tokens that will not do, and secrets as arguments, exit status 2" {
	refused_lines --basic-file ok:fine <<-'END'
		hidden
		:hidden
		hidden:
		hid\x01den:x
		ok:hidden
		x:$apr1$8hidden$2iSQ0YXQ8Vl9gS9pCG.iE/
		x:{SHA}hidden
		x:$2y$hidden
		x\xff:hidden
	END
	refused_lines --token-file fine <<-'END'
		hid den
		name:
		hidden$
		a:b:hidden
		fine
	END
	: >empty
	run -2 ws-serve 0 --basic-file empty
	[[ $output == *'empty: is empty'* ]]
	run -2 ws-serve 0 --token-file missing
	[[ $output == *'missing: No such file'* ]]
	for option in basic token; do
		run -2 ws-serve 0 --$option hidden
		[[ $output == *"use --$option-file"* && $output != *hidden* ]]
	done
}

@test "ws-serve: SIGHUP reads names and tokens again; what can't be read leaves them" {
	echo ann:one >users
	echo t1 >tokens
	serve -v --basic-file users --token-file tokens --page chat
	client_fed a / --header "$(basic ann:one)"
	echo ann:two >users
	echo t2 >tokens
	kill -HUP "$PID_serve"
	await serve.err 'were read again'
	[ "$(get / -u ann:one)" = 401 ]
	[ "$(get / -u ann:two)" = 200 ]
	[ "$(get '/?token=t1')" = 401 ]
	[ "$(get '/?token=t2')" = 200 ]
	# Who is in stays in.
	feed a '{"kind":"text","text":"still here"}'
	await serve.out 'still here'
	echo 'ann:three' >users
	rm tokens
	kill -HUP "$PID_serve"
	await serve.err 'as before: --token-file: tokens: No such file'
	[ "$(get / -u ann:two)" = 200 ]
	[ "$(get '/?token=t2')" = 200 ]
	mkfifo tokens
	kill -HUP "$PID_serve"
	await serve.err 'as before: tokens: not a file'
	rm tokens
	echo t3 >tokens
	kill -HUP "$PID_serve"
	until [ "$(get / -u ann:three)" = 200 ]; do :; done
}

# crowd NAME N USER:PASSWORD [FIELD...]: so many requests at once
crowd()
{
	start "$1" /usr/bin/python3 "$PEERS/http_crowd.py" "$PORT" \
	    "$2" "$(basic "$3")" "${@:4}"
}

# in_flight N: awaits so many requests that are not answered
in_flight()
{
	local limit=$((SECONDS + LIMIT))

	until get /m >/dev/null &&
	    grep -qx "ws_serve_requests_in_flight $1" reply; do
		[ "$SECONDS" -lt "$limit" ] || return 1
	done
}

@test "ws-serve --basic-file: slow hashes hold up nobody else, and only so many wait" {
	printf 'ann:%s\n' "$SLOW" >users
	echo t1 >tokens
	serve -v --basic-file users --token-file tokens --page chat --metrics /m \
	    --login-rate 0
	crowd many 100 'eve:open sesame'
	await many.out 503 >/dev/null
	[ "$(get '/?token=t1')" = 200 ]
	get /m >/dev/null
	[ "$(awk '/^ws_serve_requests_in_flight/ { print $2 }' reply)" -gt 0 ]
	ended many
	grep -qx 401 many.out
	[ "$(grep -cx -e 401 -e 503 many.out)" -eq 100 ]
	[ "$(grep -cx 401 many.out)" -ge 64 ]
	# Once it has proved to fit it is known.
	[ "$(get / -u 'ann:open sesame')" = 200 ]
	crowd known 100 'ann:open sesame'
	ended known
	[ "$(grep -cx 200 known.out)" -eq 100 ]
	[ "$(get / -u 'ann:open sesam')" = 401 ]
}

@test "ws-serve --basic-file: a client that leaves before its password is checked is forgotten" {
	printf 'ann:%s\n' "$SLOW" >users
	serve -v --basic-file users --page chat --metrics /m --login-rate 0
	crowd many 60 'ann:open sesam' 'Upgrade: websocket' \
	    'Sec-WebSocket-Version: 13'
	await many.out sent
	kill -KILL "$PID_many"
	in_flight 0
	grep -q '^ws_serve_requests_total{code="400"} ' reply
	[ "$(get / -u 'ann:open sesame')" = 200 ]
	# One that is checked while all ends holds nothing up.
	crowd last 20 'ann:open sesam'
	await last.out sent
	kill "$PID_serve"
	ended serve
	[ "$status" -eq 0 ]
}

@test "ws-serve --login-rate: an address that is wrong too often gets 429, whatever it shows" {
	printf '%s\n' ann:right "bob:$QUICK" >users
	echo t1 >tokens
	serve -v --basic-file users --token-file tokens --page chat --health /up \
	    --login-rate 4/h --trust-proxy 127.0.0.1 --trust-proxy ::1
	from() { get "${@:2}" -H "X-Forwarded-For: $1"; }
	for _ in 1 2 3 4 5; do
		[ "$(from 192.0.2.1 /)" = 401 ]
		[ "$(from 192.0.2.1 / -u ann:right)" = 200 ]
		[ "$(from 192.0.2.1 '/?token=t1')" = 200 ]
	done
	[ "$(from 192.0.2.1 / -u ann:wrong)" = 401 ]
	[ "$(from 192.0.2.1 '/?token=t2')" = 401 ]
	[ "$(from 192.0.2.1 / -H 'Authorization: Digest x')" = 401 ]
	# Whether it is right has yet to be found out.
	[ "$(from 192.0.2.1 / -u 'bob:open sesame')" = 200 ]
	for shown in -uann:wrong -uann:right -HX:y; do
		[ "$(from 192.0.2.1 / "$shown")" = 429 ]
		grep -qiE '^Retry-After: [89][0-9]{2}.?$' head
	done
	[ "$(upgrade '/?token=t1' -H 'X-Forwarded-For: 192.0.2.1')" = 429 ]
	[ "$(from 192.0.2.1 /up)" = 200 ]
	[ "$(from 192.0.2.2 / -u 'bob:open sesame')" = 200 ]
	[ -z "$(jq -c 'select(.client)' serve.out)" ]
	run -2 ws-serve 0 --token-file tokens --login-rate often
	[[ $output == *'--login-rate: '* ]]
}

@test "ws-serve --login-rate: unix sockets are not counted" {
	echo ann:right >users
	start serve ws-serve unix:s --stay --page chat --basic-file users \
	    --login-rate 1/h
	await serve.err 'listening on'
	for _ in 1 2 3; do
		[ "$(get / --unix-socket s -u ann:wrong)" = 401 ]
	done
	[ "$(get / --unix-socket s -u ann:right)" = 200 ]
}

# ---- how many, how fast ----

@test "ws-serve --max-per-ip: further clients get 429 until one leaves" {
	serve -v --max-per-ip 2
	client a /
	client b /
	[ "$(upgrade /)" = 429 ]
	grep -qi '^Retry-After: 1' head
	run ! ws-cat "$URL/" </dev/null
	kill "$PID_a"
	await serve.out '"type":"close"'
	client c /
	[ "$(upgrade /)" = 429 ]
}

@test "ws-serve --max-per-ip, --trust-proxy: the address is the client's; of IPv6 it is the /64" {
	serve -v --max-per-ip 1 --trust-proxy 127.0.0.1 --trust-proxy ::1
	client a / --header 'X-Forwarded-For: 192.0.2.1'
	[ "$(upgrade / -H 'X-Forwarded-For: 192.0.2.1')" = 429 ]
	client b / --header 'X-Forwarded-For: 192.0.2.2'
	client c / --header 'Forwarded: for="[2001:db8:1:2::3]:47"'
	[ "$(upgrade / -H 'X-Forwarded-For: 2001:db8:1:2:ffff::1')" = 429 ]
	client d / --header 'X-Forwarded-For: 2001:db8:1:3::1'
	[ "$(jq -r 'select(.type == "open") | .remote' serve.out |
	    tr '\n' ' ')" = \
	    '192.0.2.1 192.0.2.2 [2001:db8:1:2::3]:47 2001:db8:1:3::1 ' ]
}

@test "ws-serve --rate: who sends more is closed with 1008, and not heard any more" {
	serve -v --rate 5/h --relay
	client b /
	client_fed a /
	yes '{"kind":"text","text":"x"}' | head -n 9 | feed a
	await a.out '"close": 1008, "reason": "too many messages"'
	[ "$(grep -c '"type":"message"' serve.out)" -eq 5 ]
	[ "$(await serve.out '"close"' | jq -c '[.code, .received]')" = \
	    '[1008,5]' ]
	await_lines b.out 6
	run -2 ws-serve 0 --rate x
	[[ $output == *'--rate: '* ]]
}

# ---- --ask ----

@test "ws-serve --ask: whoever reads stdout accepts or rejects on stdin" {
	serve -v --ask --relay
	knock a '/lobby?x=1&x=2&y' --header 'Cookie: id=7' \
	    --protocol hookline.events
	ask=$(await serve.out '"type":"ask"')
	[ "$(jq -c 'keys_unsorted' <<<"$ask")" = \
	    '["type","id","time","client","room","remote","query","headers"]' ]
	[ "$(jq -c '[.client, .room, .query]' <<<"$ask")" = \
	    '["c1","/lobby",{"x":["1","2"],"y":[""]}]' ]
	jq -e '.headers | any(. == ["Cookie", "id=7"])' <<<"$ask"
	run ! grep -q open a.out
	# The event itself, with what is to be done.
	feed serve "$(jq -c '.do = "accept"' <<<"$ask")"
	await a.out '"open": true'
	[ "$(await serve.out '"type":"open"' | jq -c '[.client, .room]')" = \
	    '["c1","/lobby"]' ]
	knock b /lobby
	await serve.out '"type":"ask".*"c2"' >/dev/null
	feed serve '{"do":"accept","client":"c2","user":"Bob","room":"/vip"}'
	await b.out '"open": true'
	feed b '{"kind":"text","text":"hi"}'
	[ "$(await serve.out '"message"' | jq -c \
	    '[.client, .room, .user, .text]')" = '["c2","/vip","Bob","hi"]' ]
	knock c /
	await serve.out '"type":"ask".*"c3"' >/dev/null
	feed serve '{"do":"reject","client":["c3","c9"]}'
	await c.out '"refused": 403'
	start d curl -sS -i -N -H 'Connection: Upgrade' \
	    -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
	    -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
	    "http://localhost:$PORT/"
	await serve.out '"type":"ask".*"c4"' >/dev/null
	feed serve '{"do":"reject","client":"c4","status":429,"reason":"later"}'
	ended d
	[[ $(<d.out) == 'HTTP/1.1 429 '*later ]]
	grep -qi '^Retry-After: 1' d.out
	feed_end serve
	ended serve
	[ "$status" -eq 0 ]
}

@test "ws-serve --ask: no answer in time is 504; one that leaves is forgotten" {
	serve -v --ask --ask-timeout 200ms --metrics /m
	[ "$(upgrade '/?name=a%00b')" = 400 ]
	run ! grep '"ask"' serve.out
	[ "$(upgrade /)" = 504 ]
	kill "$PID_serve"
	ended serve
	serve -v --ask --metrics /m --max-per-ip 1
	knock a /
	await serve.out '"c1"' >/dev/null
	[ "$(upgrade /)" = 429 ]
	kill -KILL "$PID_a"
	in_flight 0
	grep -qx 'ws_serve_asks_waiting 0' reply
	feed serve '{"do":"accept","client":"c1"}'
	await serve.err 'c1: no such client'
	knock b /
	await serve.out '"c2"' >/dev/null
	kill "$PID_serve"
	await b.out '"refused": 503'
	ended serve
	[ "$status" -eq 0 ]
	run ! grep -q '"type":"open"' serve.out
}

@test "ws-serve --ask: with --stay nobody comes in once stdin has ended" {
	serve -v --ask --stay
	knock a /
	await serve.out '"c1"' >/dev/null
	feed_end serve
	await a.out '"refused": 503'
	[ "$(upgrade /)" = 503 ]
}

@test "ws-serve --ask, --token-file: who has no token is not asked about, and none is told" {
	echo robot:t0ken >tokens
	serve -v --ask --token-file tokens
	[ "$(upgrade /)" = 401 ]
	knock a '/?token=t0ken&since=x' --header 'Authorization: Bearer t0ken'
	ask=$(await serve.out '"type":"ask"')
	[ "$(jq -c '[.client, .user, .query]' <<<"$ask")" = \
	    '["c1","robot",{"since":["x"]}]' ]
	# What it says of who it is counts for more.
	feed serve '{"do":"accept","client":"c1","user":""}'
	await a.out '"open": true'
	[ "$(await serve.out '"type":"open"' | jq -c .user)" = null ]
	run ! grep t0ken serve.out serve.err
}

@test "ws-serve --ask: wrong answers are bad lines; without stdin and events there is no asking" {
	serve -v --ask
	feed serve '{"do":"accept"}' '{"do":"reject","client":"c1","status":200}' \
	    '{"do":"reject","client":"c1","reason":7}' \
	    '{"do":"accept","client":"c1","room":[]}' '{"do":"accept","client":1}'
	feed_end serve
	ended serve
	[ "$status" -eq 9 ]
	[ "$(grep -c 'line [1-5]' serve.err)" -eq 5 ]
	run -2 ws-serve 0 --ask </dev/null
	[[ $output == *'nobody could answer'* ]]
	for options in --lines -p '--out payload' '--wait-clients 1'; do
		# shellcheck disable=SC2086 # several words
		run -2 ws-serve 0 --ask $options < <(sleep 5)
		[[ $output == *--ask* ]]
	done
	serve -v
	feed serve '{"do":"accept","client":"c1"}'
	await serve.err 'accept: without --ask'
}

@test "ws-serve(1): the example of --ask lets in who knows the word" {
	sed -n '/^ws-serve 8081 --ask/,/^\.Ed/p' "$REPO/man/ws-serve.1" |
	    sed '/^\.Ed/d; s/8081/0 --announce/; s/<back |/<back | tee said |/' >example
	[ -s example ]
	mkfifo back
	start said sh ./example
	line=$(await said '"listening"')
	PORT=$(jq .port <<<"$line")
	[ "$(upgrade '/?word=plugh')" = 403 ]
	run -0 ws-cat --linger 100ms "ws://localhost:$PORT/?word=xyzzy" <<<'"hi"'
	await said '"text":"hi"'
}

@test "ws-serve --ask --shared: the command decides who comes in" {
	serve -v --ask --shared -- jq -c --unbuffered 'if .type == "ask" then
	    .do = if .room == "/good" then "accept" else "reject" end else . end'
	[ "$(upgrade /bad)" = 403 ]
	run -0 ws-cat -1 "$URL/good" <<<'"echo"'
	[ "$output" = '"echo"' ]
	run -2 ws-serve 0 --ask -- cat
	[[ $output == *'--ask: with a COMMAND'* ]]
}

@test "ws-serve --token-file -- COMMAND: it is told who it is for, and no token" {
	echo robot:t0ken >tokens
	echo t0ken >bearer
	serve -v --token-file tokens -R -- env
	run ws-cat -r "$URL/?a=1&token=t0ken&b=2" --bearer-file bearer </dev/null
	[[ $output == *WS_USER=robot* ]]
	[[ $output == *'a=1&b=2'* ]]
	[[ $output != *t0ken* ]]
}
