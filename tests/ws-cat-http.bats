#!/usr/bin/env bats
# ws-cat-http.bats - the HTTP side of ws-cat: who we are, redirects, proxies,
# which addresses.

# shellcheck disable=SC2153,SC2154 # PORT is set by the helpers, PID_NAME by
# start NAME, status by run

load helper
load catting

# asked NAME: the values of that field, in each handshake so far
asked()
{
	jq -r --arg name "$1" 'select(.kind? == "open") | .headers[] |
	    select(.[0] | ascii_downcase == $name) | .[1]' server.out
}

# sender STEP: an HTTP server that answers so; sets FROM
sender()
{
	start sender /usr/bin/python3 "$PEERS/http_server.py" --script "$@"
	FROM=$(await sender.out '^[0-9]+$')
}

once()
{
	echo '{"a":1}' | timeout 120 ws-cat -1 "$@"
}

@test "ws-cat -u: name and password, which is in a file" {
	server --open --echo
	printf ' pass:word \n' >secret
	[ "$(once -u "me:@secret" "ws://127.0.0.1:$PORT/")" = '{"a":1}' ]
	[ "$(asked authorization)" = "Basic $(printf me:pass:word | base64)" ]
}

@test "ws-cat -u: a password in an argument is refused, and not shown" {
	run ws-cat -u me:hunter2 ws://127.0.0.1:1/
	[ "$status" -eq 2 ]
	[[ $output == *"NAME:@FILE"* && $output != *hunter2* ]]
	run ws-cat -u me ws://127.0.0.1:1/
	[ "$status" -eq 2 ]
}

@test "ws-cat --bearer-file, and -u counts less than -H, a URL's user less than -u" {
	server --open --echo
	echo t0ken >token
	echo p >p
	once --bearer-file token "ws://127.0.0.1:$PORT/"
	once -u me:@p -H 'Authorization: mine' "ws://127.0.0.1:$PORT/"
	once -u me:@p "ws://you:x@127.0.0.1:$PORT/"
	[ "$(asked authorization)" = "Bearer t0ken
mine
Basic $(printf me:p | base64)" ]
}

@test "ws-cat: a file of credentials that is missing, empty or has lines, exit status 2" {
	: >empty
	run ws-cat --bearer-file nowhere ws://127.0.0.1:1/
	[ "$status" -eq 2 ]
	[[ $output == *"--bearer-file: nowhere: "* ]]
	run ws-cat -u me:@empty ws://127.0.0.1:1/
	[ "$status" -eq 2 ]
	[[ $output == *"--user: empty: empty"* ]]
	seq 2 >two
	run -2 ws-cat --bearer-file two ws://127.0.0.1:1/
	[ "$output" = 'ws-cat: --bearer-file: two: more than one line' ]
}

@test "ws-cat -b: cookies, from arguments and files, are one field" {
	server --open --echo
	echo 'sid=31d4d96e407aad42' >jar
	once -b a=1 -b @jar "ws://127.0.0.1:$PORT/"
	[ "$(asked cookie)" = "a=1; sid=31d4d96e407aad42" ]
	run ws-cat -b nothing ws://127.0.0.1:1/
	[ "$status" -eq 2 ]
}

@test "ws-cat: a redirect is not followed, and named, exit status 5" {
	sender '301:Location: ws%3A//127.0.0.1%3A1/there'
	run once "ws://127.0.0.1:$FROM/"
	[ "$status" -eq 5 ]
	[[ $output == *"301"*"see ws://127.0.0.1:1/there"* ]]
}

@test "ws-cat --max-redirects: another path, a relative one, another host without credentials" {
	server --open --echo
	echo p >p
	sender "302:Location: /two?x=1,307:Location: http%3A//127.0.0.1%3A$PORT/three"
	run once --max-redirects 2 -u me:@p -b c=1 -H 'X-Mine: 1' \
	    "ws://127.0.0.1:$FROM/one"
	[ "$status" -eq 0 ]
	[ "$output" = '{"a":1}' ]
	[ "$(jq -r 'select(.method?) | .target' sender.out | xargs)" = \
	    "/one /two?x=1" ]
	[ "$(jq -r 'select(.method?) | .headers[] | select(.[0] ==
	    "Authorization" or .[0] == "Cookie") | .[1]' sender.out |
	    sort -u | wc -l)" -eq 2 ]
	[ "$(jq -r 'select(.kind? == "open") | .path' server.out)" = /three ]
	[ -z "$(asked authorization)$(asked cookie)" ]
	[ "$(asked x-mine)" = 1 ]
	[ "$(asked host)" = "127.0.0.1:$PORT" ]
}

@test "ws-cat --max-redirects: no further, exit status 5" {
	sender '302:Location: /again'
	run once --max-redirects 3 "ws://127.0.0.1:$FROM/"
	[ "$status" -eq 5 ]
	[[ $output == *"302"*"see /again"* ]]
	[ "$(grep -c '"method"' sender.out)" -eq 4 ]
}

@test "ws-cat --max-redirects: not from TLS to none, nor to another scheme" {
	make_cert
	sender '302:Location: http%3A//127.0.0.1%3A1/' --cert cert.pem --key key.pem
	run once --max-redirects 1 --cacert ca.pem "wss://localhost:$FROM/"
	[ "$status" -eq 5 ]
	[[ $output == *"from TLS to none"* ]]
	kill "$PID_sender"
	sender '302:Location: file%3A///etc/passwd'
	run once --max-redirects 1 "ws://127.0.0.1:$FROM/"
	[ "$status" -eq 5 ]
	[[ $output == *"not http, https, ws or wss"* ]]
}

@test "ws-cat -x: through a proxy by CONNECT, which wants a password" {
	server --open --echo
	start proxy /usr/bin/python3 "$PEERS/proxy.py" --user me:pw
	PROXY=$(await proxy.out '^[0-9]+$')
	echo pw >pw
	[ "$(once -x "http://127.0.0.1:$PROXY" --proxy-user me:@pw \
	    "ws://127.0.0.1:$PORT/")" = '{"a":1}' ]
	await proxy.out "^CONNECT 127.0.0.1:$PORT "
	run once -x "http://127.0.0.1:$PROXY" "ws://127.0.0.1:$PORT/"
	[ "$status" -eq 3 ]
	[[ $output == *407* ]]
	run ws-cat -x "http://127.0.0.1:$PROXY" --proxy-user me:pw ws://h/
	[ "$status" -eq 2 ]
}

@test "ws-cat -x socks5h://...: through a proxy by SOCKS, which looks the name up" {
	server --open --echo
	start proxy /usr/bin/python3 "$PEERS/proxy.py" --socks --user me:pw
	PROXY=127.0.0.1:$(await proxy.out '^[0-9]+$')
	echo pw >pw
	echo no >no
	[ "$(once -x "socks5h://$PROXY" --proxy-user me:@pw \
	    "ws://there.example:$PORT/")" = '{"a":1}' ]
	await proxy.out "^there.example:$PORT$"
	[ "$(once -x "socks5://$PROXY" --proxy-user me:@pw \
	    "ws://127.0.0.1:$PORT/")" = '{"a":1}' ]
	await proxy.out "^127.0.0.1:$PORT$"
	run -3 once -x "socks5://$PROXY" --proxy-user me:@no "ws://127.0.0.1:$PORT/"
	[[ $output = *rejected* ]]
}

# tls_proxy [OPTION...]: one that is spoken to over TLS; sets PROXY
tls_proxy()
{
	start proxy /usr/bin/python3 "$PEERS/proxy.py" --tls "$@"
	PROXY=https://localhost:$(await proxy.out '^[0-9]+$')
}

@test "ws-cat -x https://...: what comes with the proxy's own answer is not left in TLS" {
	make_cert
	tls_proxy --behind 'HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nhere'
	run -5 once --cacert ca.pem -x "$PROXY" ws://there.example/
	[ "$output" = 'ws-cat: ws://there.example/: the server answered 403 No: here' ]
}

@test "ws-cat -x https://...: a server with TLS or none, which does not read for a while" {
	make_cert
	seq -f '"%01000.0f"' 20000 >lines
	tls_proxy
	for tls in '' '--cert cert.pem --key key.pem'; do
		# shellcheck disable=SC2086 # $tls is several words, or none
		start server /usr/bin/python3 "$PEERS/ws_server.py" --silent \
		    --echo $tls
		URL=ws${tls:+s}://localhost:$(await server.out '^[0-9]+$')/
		start_from lines cat ws-cat -v -1 --cacert ca.pem -x "$PROXY" \
		    "$URL"
		await cat.err connected
		stuck cat
		kill -USR1 "$PID_server"
		ended cat
		[ "$status" -eq 0 ]
		cmp lines cat.out
		kill "$PID_server"
	done
	run -4 once -x "$PROXY" "$URL"
	[[ $output = *certificate* ]]
}

@test "ws-cat: the environment's proxy, and no_proxy" {
	server --open --echo
	start proxy /usr/bin/python3 "$PEERS/proxy.py"
	PROXY=$(await proxy.out '^[0-9]+$')
	http_proxy=http://127.0.0.1:$PROXY once "ws://127.0.0.1:$PORT/a"
	await proxy.out "^CONNECT 127.0.0.1:$PORT "
	http_proxy=http://127.0.0.1:$PROXY no_proxy=127.0.0.1 \
	    once "ws://127.0.0.1:$PORT/b"
	http_proxy=http://127.0.0.1:$PROXY once -x '' "ws://127.0.0.1:$PORT/c"
	[ "$(grep -c CONNECT proxy.out)" -eq 1 ]
	[ "$(jq -r 'select(.kind? == "open") | .path' server.out | xargs)" = \
	    "/a /b /c" ]
}

@test "ws-cat -4, -6: of a name's addresses those only" {
	server --open --echo
	once -4 "ws://localhost:$PORT/"
	run once -6 "ws://127.0.0.1:$PORT/"
	[ "$status" -eq 3 ]
	grep -qs '^0*1 ' /proc/net/if_inet6 || skip "no IPv6 here"
	start six /usr/bin/python3 "$PEERS/ws_server.py" --host ::1 --open --echo
	PORT=$(await six.out '^[0-9]+$')
	once -6 "ws://localhost:$PORT/"
	once -6 "[::1]:$PORT"
	await_lines six.out 3
	[ "$(jq -r '.headers? // empty | map(select(.[0] == "Host"))[0][1]' \
	    six.out)" = $'localhost:'"$PORT"$'\n[::1]:'"$PORT" ]
	run -3 once -4 "ws://[::1]:$PORT/"
	[[ $output = "ws-cat: ws://[::1]:$PORT/: "* ]]
}

@test "ws-cat --cert, --key: the server sees our certificate, and the name it was asked for" {
	make_cert
	mkdir its
	cp cert.pem key.pem its
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj /CN=client-7 -keyout my.key -out my.csr 2>/dev/null
	openssl x509 -req -in my.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
	    -days 2 -out my.pem 2>/dev/null
	start server /usr/bin/python3 "$PEERS/ws_server.py" --echo --open \
	    --cert its/cert.pem --key its/key.pem --client-ca ca.pem
	port=$(await server.out '^[0-9]+$')
	run -0 ws-cat -1 --cacert ca.pem --cert my.pem --key my.key \
	    "wss://localhost:$port/" <<<1
	[ "$output" = 1 ]
	await server.out '"sni": "localhost", "cn": "client-7"'
}
