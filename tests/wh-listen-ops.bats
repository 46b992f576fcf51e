#!/usr/bin/env bats
# wh-listen-ops.bats - for whoever runs wh-listen: messages, figures, health,
# service managers, certificates, proxies in front, and rates.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper
load listening

# service OPTION... -- ARG...: wh-listen under a service manager; its options
# first
service()
{
	local options=()

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	start l /usr/bin/python3 "$PEERS/service.py" \
	    "${options[@]}" wh-listen --announce "$@"
}

# post ARG...: curl; prints the status
post()
{
	curl -sS -o reply -w '%{http_code}' "$@"
}

# stuck OPTION...: wh-listen with --metrics, and three requests to it while
# nobody reads its stdout: one waits once this returns, for 5 s at most
stuck()
{
	local i line

	mkfifo slow
	start l sh -c 'exec wh-listen --announce --metrics /metrics "$@" 0 \
	    >slow' - "$@"
	exec {slow}<slow
	read -r line <&"$slow"
	PORT=$(jq .port <<<"$line")
	head -c 900000 /dev/zero >body
	posts=()
	for i in 1 2 3; do
		{ post --data-binary @body "$(url "/$i")" >"status.$i" 3>&-; } &
		posts+=("$!")
	done
	until curl -sS "$(url /metrics)" |
	    grep -q '^wh_listen_requests_waiting [1-3]$'; do
		:
	done
}

# unstuck: what is read is in rest; all three have been taken
unstuck()
{
	cat <&"$slow" >rest &
	wait "${posts[@]}"
	[ "$(cat status.*)" = 204204204 ]
}

# remotes: of all events, in a row
remotes()
{
	jq -r 'select(.type == "request").remote' l.out | xargs
}

# ---- messages ----

@test "--log json: messages are lines of JSON, control bytes escaped" {
	local one

	for one in wh-listen wh-send ws-cat ws-serve; do
		run -2 --separate-stderr "$one" --log json --nonsense
		jq -e --arg one "$one" '.tool == $one and .level == "error" and
		    (.time | test("^20..-..-..T..:..:..\\.......Z$")) and
		    .message == "--nonsense: no such option" and
		    length == 4' <<<"$stderr"
	done
	run -2 --separate-stderr wh-listen --log json --cert $'a\e[31m\nb' 0
	[ "$(wc -l <<<"$stderr")" -eq 1 ]
	[[ $stderr == *'a\u001b[31m\nb'* ]] || [[ $stderr == *--key* ]]
	run -2 --separate-stderr wh-listen --log json --cert $'a\e[31m\nb' \
	    --key k 0
	[[ $stderr == *'a\u001b[31m\nb'* ]]
	listen -v --log json
	[ "$(post -d x "$(url)")" = 204 ]
	await l.err '"level":"debug"'
	jq -e -s 'map(.level) | contains(["debug", "info"])' l.err
	run -2 wh-listen --log xml 0
}

# ---- figures ----

@test "SIGUSR1: each program tells its figures, as text and as JSON" {
	local one

	start s ws-serve --announce --stay 0
	announced s
	start_fed cat ws-cat "ws://127.0.0.1:$PORT/"
	start_fed send wh-send --log json http://127.0.0.1:9/
	feed send '{'		# by its answer to that we know it is there
	await send.err 'line 1'
	await s.out '"type":"open"'
	feed cat '"hello"'
	await s.out '"type":"message"'
	listen --log json
	[ "$(post -d hello "$(url)")" = 204 ]
	for one in s cat send l; do
		pid=PID_$one
		kill -USR1 "${!pid}"
	done
	await s.err '^ws-serve: .*clients 1 .*messages_received 1 '
	await cat.err '^ws-cat: connected 1 messages_sent 1 '
	await send.err counters | jq -e '.counters.results.delivered == 0 and
	    .counters.in_flight == 0 and .level == "info"'
	await l.err counters | jq -e '.message == "counters" and
	    (.counters | .requests == {"204": 1} and .lines == 1 and
	    .body_bytes == 5 and .connections_taken == 1)'
	for one in s cat send l; do
		pid=PID_$one
		kill -0 "${!pid}"
	done
}

@test "wh-listen: SIGUSR1: told with -q, too" {
	listen -q
	kill -USR1 "$PID_l"
	await l.err '^wh-listen: connections 0 '
}

@test "wh-listen --metrics: Prometheus reads them, and they are right" {
	listen --metrics /metrics --path '/a*' --max-body 10
	[ "$(post -d 12345 "$(url /a)")" = 204 ]
	[ "$(post -d 123 "$(url /abc)")" = 204 ]
	[ "$(post -d 123 "$(url /b)")" = 404 ]
	[ "$(post -d 12345678901 "$(url /a)")" = 413 ]
	[ "$(post -D head "$(url /metrics)")" = 200 ]
	grep -qi '^content-type: text/plain; version=0.0.4' head
	/usr/bin/python3 "$PEERS/metrics.py" <reply >got
	for line in 'requests_total{code=204} 2' 'requests_total{code=404} 1' \
	    'requests_total{code=413} 1' 'lines_total{} 2' \
	    'body_bytes_total{} 8' 'connections_taken_total{} 5' \
	    'connections{} 1' 'requests_in_flight{} 0' \
	    'requests_waiting{} 0' 'requests_abandoned_total{} 0' \
	    'output_waiting_bytes{} 0'; do
		grep -qxF "wh_listen_$line" got
	done
	[ "$(grep -c requests_total got)" -eq 3 ]
	[ "$(events)" -eq 2 ]
}

@test "wh-listen --health: 200 whatever waits, and no line" {
	stuck --health /up
	[ "$(post "$(url /up)"; curl -s "$(url '/up?now')")" = 200ok ]
	unstuck
	[ "$(curl -sS -I -o head -w '%{http_code}' "$(url /up)")" = 200 ]
	[ "$(post -d x "$(url /up)")" = 405 ]
	[ "$(post -X DELETE -D head "$(url /up)")" = 405 ]
	grep -qi '^allow: GET, HEAD' head
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	[ "$(grep -c /up rest)" -eq 0 ]
}

@test "wh-listen --health: 503 once it is ending" {
	listen --health /up --drain 1m --header-timeout 1m
	exec {c}<>"/dev/tcp/127.0.0.1/$PORT"
	printf 'GET /up HTTP/1.1\r\nHost: x\r\n' >&"$c"
	until kill -USR1 "$PID_l" && await l.err ' connections 1 ' 1; do
		:
	done
	kill "$PID_l"
	# No longer to be reached: it has heard.
	while (exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$PORT"); do
		:
	done
	printf '\r\n' >&"$c"
	read -r line <&"$c"
	[[ $line == 'HTTP/1.1 503 '* ]]
	exec {c}>&-
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --health, --metrics: what is no path, or the same twice, is exit 2" {
	run -2 wh-listen --health up 0
	[[ $output == *'--health: up: a path begins with a slash'* ]]
	run -2 wh-listen --metrics '/m?x' 0
	run -2 ws-serve --health /x --metrics /x 0
	[[ $output == *'two paths are needed'* ]]
}

# ---- the service manager ----

@test "wh-listen: socket activation: sockets passed are listened on, no address needed" {
	service --tcp 1 --unix sock --names 'web:local' -- \
	    -r -f '"\(.target) \($ENV | keys |
	    map(select(test("^(LISTEN|NOTIFY|WATCHDOG)_"))))"'
	await_lines l.out 2
	PORT=$(sed -n 1p l.out | jq .port)
	[ "$(sed -n 2p l.out | jq -r '.address, .name' | xargs)" = \
	    'unix:sock local' ]
	grep -q 'listening on 127.0.0.1:[0-9]* (web)' l.err
	for i in 1 2 3; do
		[ "$(post "$(url "/tcp$i")")" = 204 ]
		[ "$(post --unix-socket sock "http://x/unix$i")" = 204 ]
	done
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	[ "$(sed 1,2d l.out | xargs)" = \
	    '/tcp1 [] /unix1 [] /tcp2 [] /unix2 [] /tcp3 [] /unix3 []' ]
	[ -S sock ]	# it is the manager's
}

@test "wh-listen: socket activation: addresses besides, and variables of other processes" {
	service --tcp 1 -- 0
	await_lines l.out 2
	for PORT in $(jq .port l.out); do
		[ "$(post "$(url)")" = 204 ]
	done
	kill "$PID_l"
	ended l
	run -2 /usr/bin/python3 "$PEERS/service.py" --tcp 1 \
	    --pid 1 wh-listen
	[[ $output == *'ADDRESS: missing'* ]]
	run -2 env LISTEN_FDS=x sh -c 'LISTEN_PID=$$ exec wh-listen 0'
	[[ $output == *LISTEN_FDS* ]]
	run -2 env LISTEN_FDS=5 sh -c 'LISTEN_PID=$$ exec wh-listen 0 3<&- '
	[[ $output == *'LISTEN_FDS: descriptor '* ]]
	run -3 sh -c 'LISTEN_FDS=1 LISTEN_PID=$$ exec wh-listen 3</dev/null'
	[[ $output == *'fd:3: '* ]]
}

@test "wh-listen: fd:N: two processes on one socket that blocks, and neither waits for it" {
	# Both are woken for each connection, and one of them comes too late.
	start l /usr/bin/python3 "$PEERS/service.py" --tcp 1 sh -c \
	    'wh-listen --announce fd:3 & exec wh-listen --announce fd:3'
	await_lines l.out 2
	PORT=$(head -1 l.out | jq .port)
	timeout 120 hey -n 500 -c 5 -disable-keepalive -d x "$(url)" >hey.out
	grep -q '\[204\].*500 responses' hey.out
}

@test "wh-listen: socket activation by systemd itself" {
	command -v systemd-socket-activate >/dev/null ||
	    skip 'systemd is not installed'
	start l systemd-socket-activate -l "$PWD/sock" --fdname web \
	    "$(command -v wh-listen)" --announce
	await l.err [Ll]istening
	[ "$(post --unix-socket sock http://x/)" = 204 ]
	[ "$(events)" -eq 1 ]
	[ "$(head -1 l.out | jq -r .name)" = web ]
}

@test "wh-listen: sd_notify: ready, reloading, ready, stopping" {
	local where

	for where in "$PWD/notify" "@hookline-test-$$"; do
		: >notify.out
		service --notify "$where" -- 0
		await notify.out '"READY=1"'
		announced l
		kill -HUP "$PID_l"
		await_lines notify.out 3
		kill "$PID_l"
		ended l
		await_lines notify.out 4
		[ "$(jq -r '.[0]' notify.out | xargs)" = \
		    'READY=1 RELOADING=1 READY=1 STOPPING=1' ]
		jq -e -s '.[1] | length == 2 and (.[1] |
		    test("^MONOTONIC_USEC=[0-9]+$"))' notify.out
	done
}

@test "sd_notify: all four programs, a watchdog, and nobody there" {
	start s /usr/bin/python3 "$PEERS/service.py" \
	    --notify "$PWD/n1" --watchdog 40000 ws-serve --announce 0
	announced s
	await notify.out WATCHDOG=1
	await_lines notify.out 4
	[ "$(head -1 notify.out)" = '["READY=1"]' ]
	kill "$PID_s"
	ended s
	await notify.out STOPPING=1
	echo 1 | NOTIFY_SOCKET=$PWD/none run -3 wh-send \
	    --retries 0 http://127.0.0.1:9/
	: >notify.out
	/usr/bin/python3 "$PEERS/service.py" --notify "$PWD/n2" \
	    wh-send --body /dev/null --retries 0 http://127.0.0.1:9/ || :
	await_lines notify.out 2
	/usr/bin/python3 "$PEERS/service.py" --notify "$PWD/n3" \
	    ws-cat ws://127.0.0.1:9/ </dev/null || :
	await_lines notify.out 4
	[ "$(jq -r '.[0]' notify.out | xargs)" = \
	    'READY=1 STOPPING=1 READY=1 STOPPING=1' ]
	run -2 env NOTIFY_SOCKET=nonsense wh-listen 0
}

# ---- SIGHUP ----

# shown: the subject that the server's certificate has now
shown()
{
	openssl s_client -connect "127.0.0.1:$PORT" </dev/null 2>/dev/null |
	    openssl x509 -noout -subject
}

# new_cert NAME [KEY...]: self-signed, in cert.pem and key.pem
new_cert()
{
	local name=$1

	shift
	[ $# -gt 0 ] ||
	    set -- -newkey ec -pkeyopt ec_paramgen_curve:P-256
	openssl req -x509 "$@" -nodes -days 2 -subj "/CN=$name" \
	    -addext subjectAltName=IP:127.0.0.1 -keyout key.new \
	    -out cert.new 2>/dev/null
	mv key.new key.pem
	mv cert.new cert.pem
}

@test "wh-listen: SIGHUP: a new certificate is shown, open connections live on" {
	new_cert first
	listen --cert cert.pem --key key.pem
	[[ $(shown) == *first ]]
	start_fed old openssl s_client -quiet -connect "127.0.0.1:$PORT"
	feed old $'GET /1 HTTP/1.1\r\nHost: x\r\n\r'
	await old.out 'HTTP/1.1 204'
	new_cert second
	kill -HUP "$PID_l"
	await l.err 'read again'
	[[ $(shown) == *second ]]
	# Of another kind: the old one is not kept beside it.
	new_cert third -newkey rsa:2048
	kill -HUP "$PID_l"
	until [[ $(shown) == *third ]]; do
		:
	done
	feed old $'GET /2 HTTP/1.1\r\nHost: x\r\n\r'
	await_lines l.out 3
	[ "$(events)" -eq 2 ]
	[ "$(post --cacert cert.pem "https://127.0.0.1:$PORT/")" = 204 ]
}

@test "wh-listen: SIGHUP: a certificate that cannot be used is told of, the old one stays" {
	new_cert first
	listen --cert cert.pem --key key.pem
	echo nonsense >cert.pem
	kill -HUP "$PID_l"
	await l.err '^wh-listen: cert.pem: .*stays as it was'
	[[ $(shown) == *first ]]
	rm cert.pem
	kill -HUP "$PID_l"
	await l.err '^wh-listen: cert.pem: No such file .*stays as it was'
	mv key.pem key.old
	new_cert second
	mv key.old key.pem
	kill -HUP "$PID_l"
	await l.err '^wh-listen: key.pem: .*stays as it was'
	[[ $(shown) == *first ]]
	new_cert third
	kill -HUP "$PID_l"
	await l.err 'the certificate was read again'
	[[ $(shown) == *third ]]
	[ "$(grep -c 'stays' l.err)" -eq 3 ]
}

# signed SECRET: posts a body that is signed as GitHub's are
signed()
{
	local mac

	mac=$(printf x | openssl dgst -sha256 -hmac "$1" -r)
	post -d x -H "X-Hub-Signature-256: sha256=${mac%% *}" "$(url)"
}

@test "wh-listen: SIGHUP: a new secret is in force, a bad one is not" {
	echo old >secret
	listen --verify github --secret-file secret
	[ "$(signed old)" = 204 ]
	[ "$(signed new)" = 401 ]
	: >secret
	kill -HUP "$PID_l"
	await l.err 'the secrets are as before: '
	[ "$(signed old)" = 204 ]
	echo new >secret
	kill -HUP "$PID_l"
	await l.err 'the secrets were read again'
	[ "$(signed new)" = 204 ]
	[ "$(signed old)" = 401 ]
	kill -USR1 "$PID_l"
	await l.err 'requests.401 2 '
}

@test "wh-listen: SIGHUP: nothing to read again is no reason to end, a lost terminal is" {
	listen -v
	kill -HUP "$PID_l"
	await l.err 'no certificate'
	[ "$(post -d x "$(url)")" = 204 ]
	cat >terminal.py <<-'END'
	import os, pty, signal, sys
	pid, terminal = pty.fork()
	if pid == 0:
	    os.execvp("sh", ["sh", "-c", "exec wh-listen 0 >out"])
	while b"listening" not in os.read(terminal, 1000):
	    pass
	os.close(terminal)
	print(os.waitpid(pid, 0)[1])
	END
	start t /usr/bin/python3 terminal.py
	ended t
	[ "$(cat t.out)" = 0 ]
}

# ---- certificates of clients ----

# client_cert NAME: a certificate by ca.pem and ca.key, in NAME.pem and
# NAME.key
client_cert()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key \
	    -CAcreateserial -days 2 -out "$1.pem" 2>/dev/null
}

@test "wh-listen --client-ca: who shows no certificate of it is not served" {
	local to

	make_cert
	client_cert friend
	cp ca.pem first.pem
	listen --cert cert.pem --key key.pem --client-ca first.pem
	to=https://localhost:$PORT/
	[ "$(post --cacert first.pem --cert friend.pem --key friend.key \
	    "$to")" = 204 ]
	for version in 1.2 1.3; do
		run -0 post --cacert first.pem --tls-max "$version" \
		    --cert friend.pem --key friend.key "$to"
		run ! post --cacert first.pem --tls-max "$version" "$to"
	done
	[ "$(events)" -eq 3 ]
	# Another authority of the same name.
	cp cert.pem first-cert.pem
	make_cert
	client_cert stranger
	run ! post --cacert first.pem --cert stranger.pem \
	    --key stranger.key "$to"
	[ "$(events)" -eq 3 ]
	run -2 wh-listen --client-ca first.pem 0
	[[ $output == *'--client-ca: needs --cert'* ]]
	run -4 wh-listen --cert cert.pem --key key.pem \
	    --client-ca key.pem 0
	[[ $output == *'key.pem: '* ]]
	run -2 wh-listen --cert cert.pem --key key.pem --client-ca none 0
}

@test "wh-listen --client-ca: after SIGHUP the old ones count no more, not in a session" {
	local version

	make_cert
	client_cert friend
	cp ca.pem trusted.pem
	cp cert.pem server.pem
	cp key.pem server.key
	listen --cert server.pem --key server.key --client-ca trusted.pem
	for version in 1_2 1_3; do
		{ printf 'GET / HTTP/1.0\r\n\r\n'; await l.out x 1 || :; } |
		    openssl s_client "-tls$version" -ign_eof -sess_out s \
		    -cert friend.pem -key friend.key \
		    -connect "127.0.0.1:$PORT" >full 2>&1 || :
		grep -q 'HTTP/1.1 204' full
		mv s "session$version"
	done
	printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -tls1_2 -ign_eof \
	    -sess_in session1_2 -connect "127.0.0.1:$PORT" >again 2>&1 || :
	grep -q 'HTTP/1.1 204' again
	grep -q '^Reused' again
	make_cert
	cp ca.pem trusted.pem
	kill -HUP "$PID_l"
	await l.err 'read again'
	for version in 1_2 1_3; do
		printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client \
		    "-tls$version" -ign_eof -sess_in "session$version" \
		    -cert friend.pem -key friend.key \
		    -connect "127.0.0.1:$PORT" >refused 2>&1 || :
		run ! grep -q 'HTTP/1.1 204' refused
	done
	client_cert newcomer
	run -0 post -k --cert newcomer.pem --key newcomer.key \
	    "https://127.0.0.1:$PORT/"
}

# ---- proxies ----

@test "wh-listen --trust-proxy: the client is whom a trusted proxy names" {
	listen --trust-proxy 127.0.0.0/8 --trust-proxy 10.0.0.0/8
	for for in 203.0.113.9 '6.6.6.6, 203.0.113.9:4711' \
	    '6.6.6.6, 2001:db8::1, 10.1.1.1' nonsense; do
		[ "$(post -H "X-Forwarded-For: $for" "$(url)")" = 204 ]
	done
	[ "$(post -H 'Forwarded: for="[2001:db8::1]:9";proto=https' \
	    "$(url)")" = 204 ]
	await_lines l.out 6
	[[ $(remotes) == '203.0.113.9 203.0.113.9:4711 2001:db8::1 127.0.0.1:'*\
' [2001:db8::1]:9' ]]
}

@test "wh-listen --trust-proxy: nobody else is believed" {
	listen
	[ "$(post -H 'X-Forwarded-For: 203.0.113.9' "$(url)")" = 204 ]
	await_lines l.out 2
	[[ $(remotes) == 127.0.0.1:* ]]
	kill "$PID_l"
	ended l
	listen --trust-proxy 10.0.0.0/8 --trust-proxy unix
	[ "$(post -H 'X-Forwarded-For: 203.0.113.9' "$(url)")" = 204 ]
	await_lines l.out 2
	[[ $(remotes) == 127.0.0.1:* ]]
	run -2 wh-listen --trust-proxy 10.0.0.1/8 0
	[[ $output == *'--trust-proxy: 10.0.0.1/8: '* ]]
}

@test "wh-listen --trust-proxy unix: peers on unix sockets" {
	start l wh-listen --announce --trust-proxy unix unix:sock
	announced l
	[ "$(post --unix-socket sock -H 'X-Forwarded-For: 203.0.113.9' \
	    http://x/)" = 204 ]
	[ "$(post --unix-socket sock http://x/)" = 204 ]
	await_lines l.out 3
	[ "$(remotes)" = '203.0.113.9 unix:' ]
}

@test "wh-listen --trust-proxy: behind nginx, with and without a lie of the client's" {
	listen --trust-proxy 127.0.0.1
	mkdir nginx
	cat >nginx.conf <<-END
	daemon off;
	pid nginx/pid;
	error_log nginx/error.log;
	events {}
	http {
		access_log off;
		client_body_temp_path nginx/body;
		proxy_temp_path nginx/proxy;
		fastcgi_temp_path nginx/fastcgi;
		uwsgi_temp_path nginx/uwsgi;
		scgi_temp_path nginx/scgi;
		server {
			listen unix:$PWD/front;
			set_real_ip_from unix:;
			real_ip_header X-Test-Client;
			location / {
				proxy_pass http://127.0.0.1:$PORT;
				proxy_set_header X-Forwarded-For
				    \$proxy_add_x_forwarded_for;
			}
		}
	}
	END
	start nginx nginx -p "$PWD" -e nginx/error.log -c nginx.conf
	until curl -s --unix-socket front -o reply \
	    -H 'X-Test-Client: 198.51.100.7' http://x/; do
		:
	done
	[ "$(post --unix-socket front -H 'X-Test-Client: 198.51.100.8' \
	    -H 'X-Forwarded-For: 203.0.113.9, 127.0.0.1' http://x/)" = 204 ]
	# nginx knows nothing of Forwarded, and passes it on.
	[ "$(post --unix-socket front -H 'X-Test-Client: 198.51.100.9' \
	    -H 'Forwarded: for=203.0.113.9' http://x/)" = 204 ]
	await_lines l.out 4
	[[ $(remotes) == '198.51.100.7 198.51.100.8 127.0.0.1:'* ]]
}

# ---- rates ----

@test "wh-listen --rate: too many from one client are 429, with the time to wait" {
	listen --rate 3/h --trust-proxy 127.0.0.1 --path /a -v
	for from in 1 2 1 1; do
		[ "$(post -H "X-Forwarded-For: 192.0.2.$from" \
		    "$(url /a)")" = 204 ]
	done
	[ "$(post -D head -d x -H 'X-Forwarded-For: 192.0.2.1' \
	    "$(url /a)")" = 429 ]
	wait=$(sed -n 's/^Retry-After: \([0-9]*\).*/\1/p' head)
	[ "$wait" -le 1200 ] && [ "$wait" -gt 900 ]
	[ "$(cat reply)" = 'too many requests' ]
	# What is not for here costs nothing; others are not held back.
	for _ in 1 2 3 4; do
		[ "$(post -H 'X-Forwarded-For: 192.0.2.2' \
		    "$(url /b)")" = 404 ]
	done
	for from in 192.0.2.2 192.0.2.2 2001:db8::1 2001:db8::2 2001:db8::3; do
		[ "$(post -H "X-Forwarded-For: $from" "$(url /a)")" = 204 ]
	done
	[ "$(post -H 'X-Forwarded-For: 2001:db8:0:0:1::1' \
	    "$(url /a)")" = 429 ]
	[ "$(events)" -eq 9 ]
	run -2 wh-listen --rate fast 0
	[[ $output == *"--rate: 'fast' is not a rate"* ]]
}

@test "wh-listen --rate: a request that waits for stdout is counted once" {
	stuck --rate 4/h
	unstuck
	[ "$(post "$(url)")" = 204 ]
	[ "$(post "$(url)")" = 429 ]
}

# ---- the page's example ----

# unit SECTION: the unit in hookline(7) that begins with it
unit()
{
	awk -v section="[$1]" '
	/^\.Bd/ { getline; on = $0 == section }
	/^\.Ed/ { on = 0 }
	on { gsub(/\\e/, "\\"); print }
	' "$REPO/man/hookline.7"
}

@test "hookline(7): the units are such as systemd takes, and do as they say" {
	local line

	unit Socket >hooks.socket
	unit Service | sed "s,/usr/local/bin/wh-listen,$(command -v \
	    wh-listen),; s/^User=.*/User=daemon/" >hooks.service
	grep -q ^ListenStream= hooks.socket
	if command -v systemd-analyze >/dev/null; then
		systemd-analyze verify --man=no ./hooks.socket ./hooks.service \
		    >verify.out 2>&1 || :
		run ! grep hooks verify.out
	fi
	mkdir credentials
	echo secret >credentials/github
	line=$(sed -e ':a' -e '/\\$/{N;ba' -e '}' -e 's/\\\n//g' hooks.service |
	    sed -n 's/^ExecStart=//p' |
	    sed "s,%S,$PWD,; s,%d,$PWD/credentials,")
	# shellcheck disable=SC2086 # several words
	start l /usr/bin/python3 "$PEERS/service.py" --tcp 1 \
	    --notify "$PWD/notify" --watchdog 30000000 $line
	await notify.out READY=1
	PORT=$(await l.err 'listening on' |
	    jq -r '.message | split(":") | last')
	[ "$(post "$(url /up)")" = 200 ]
	[ "$(signed wrong)" = 401 ]
	[ "$(signed secret)" = 204 ]
	cat hooks/seg/*.ndjson | jq -e '.verified.scheme == "github"'
}
