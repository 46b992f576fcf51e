#!/usr/bin/env bats
# wh-send-reach.bats - which addresses are connected to, through what, and
# which are refused to URLs that come in lines.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper
load receiver

setup()
{
	helper_setup
	unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY \
	    ALL_PROXY NO_PROXY
}

# proxy ARG...: sets PROXY; request lines are in proxy.out
proxy()
{
	start proxy "$PEERS/proxy.py" "$@"
	PROXY=http://127.0.0.1:$(await proxy.out '^[0-9]+')
}

# ---- URLs from lines ----

@test "wh-send -e: no spelling of an inner address gets a line's URL there" {
	local host

	receiver
	while read -r host; do
		echo "{\"url\":\"http://$host:$PORT/\",\"json\":1}"
	done >lines <<-'END'
	127.0.0.1
	127.1
	127.0.1
	2130706433
	017700000001
	0177.0.0.1
	0x7f000001
	0x7f.0.0.1
	0x7F.0x1
	0
	00.0x0.0.0
	localhost
	LOCALHOST
	me:secret@127.0.0.1
	8.8.8.8@127.0.0.1
	[::1]
	[0:0:0:0:0:0:0:1]
	[::]
	[::ffff:127.0.0.1]
	[::ffff:7f00:1]
	[::127.0.0.1]
	[64:ff9b::127.0.0.1]
	[64:ff9b:1::8.8.8.8]
	[2002:7f00:1::]
	[2001:0:7f00:1::]
	[fe80::1%25lo]
	[fc00::1]
	[ff02::1]
	10.0.0.1
	169.254.169.254
	0xa9fea9fe
	100.64.0.1
	192.168.0.1
	%31%32%37.0.0.1
	END
	send -e --retries 3 <lines
	[ "$status" -eq 1 ]
	[ "$(jq -r 'select(.outcome != "blocked")' <<<"$output")" = "" ]
	[ "$(wc -l <<<"$output")" -eq "$(wc -l <lines)" ]
	[ "$(jq -r .attempts <<<"$output" | sort -u)" = 1 ]
	[ "$(requests -s length)" -eq 0 ]
}

@test "wh-send -e: other schemes than http and https are refused in lines" {
	local url

	for url in ftp://127.0.0.1/ file:///etc/passwd gopher://127.0.0.1/ \
	    ws://127.0.0.1/ wss://127.0.0.1/ dict://127.0.0.1/ \
	    FILE:///etc/passwd ldap://127.0.0.1/ scp://127.0.0.1/x; do
		echo "{\"url\":\"$url\",\"json\":1}"
	done >lines
	send -e --allow-private <lines
	[ "$status" -eq 1 ]
	[ "$(jq -r .outcome <<<"$output" | sort | uniq -c | xargs)" = \
	    "9 blocked" ]
}

@test "wh-send -e: a name with an allowed address and then an inner one stays out" {
	# 127.0.0.2 stands for a public address; nobody listens there.
	receiver
	send -e --allow 127.0.0.2 --resolve "r.test:$PORT:127.0.0.2,127.0.0.1" \
	    <<<"{\"url\":\"http://r.test:$PORT/\",\"json\":1}"
	[ "$status" -eq 1 ]
	[ "$(jq -r .error <<<"$output")" = "127.0.0.1 is not a public address" ]
	[ "$(each outcome)" = blocked ]
	send -e --resolve "r.test:$PORT:10.0.0.1,[::1],127.0.0.1" \
	    <<<"{\"url\":\"http://r.test:$PORT/\",\"json\":1}"
	[ "$(each outcome)" = blocked ]
	[ "$(requests -s length)" -eq 0 ]
	# The other way round it gets to the allowed one.
	send -e --allow 127.0.0.1 --resolve "r.test:$PORT:10.0.0.1,127.0.0.1" \
	    <<<"{\"url\":\"http://r.test:$PORT/\",\"json\":1}"
	[ "$status" -eq 0 ]
	[ "$(requests -r '.headers[] | select(.[0] == "Host")[1]')" = \
	    "r.test:$PORT" ]
}

@test "wh-send -e --allow: blocks and addresses, and no more than these" {
	receiver
	send -e --allow 127.0.0.0/31 --allow ::1 --retries 0 <<-END
	{"url":"$URL/a","json":1}
	{"url":"http://[::ffff:127.0.0.1]:$PORT/b","json":2}
	{"url":"http://127.0.0.2:$PORT/","json":3}
	{"url":"http://10.0.0.1:$PORT/","json":4}
	END
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "delivered delivered blocked blocked" ]
	[ "$(requests -r .target | sort | paste -sd' ')" = "/a /b" ]
}

@test "wh-send -e: a redirect leads a line's URL nowhere" {
	receiver --script "302:Location: http\\://127.0.0.1/"
	send -e --allow 127.0.0.1 <<<"{\"url\":\"$URL/\",\"json\":1}"
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.outcome,.status]' <<<"$output")" = '["failed",302]' ]
	[ "$(requests -s length)" -eq 1 ]
}

@test "wh-send -e: the environment's proxies are not for URLs from lines" {
	local name

	receiver
	for name in http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY; do
		export "$name=$URL"
	done
	send -e --resolve p.test:80:10.0.0.1 <<-'END'
	{"url":"http://127.0.0.1:1/","json":1}
	{"url":"https://127.0.0.1:1/","json":2}
	{"url":"http://p.test/","json":3}
	END
	[ "$status" -eq 1 ]
	[ "$(each outcome)" = "blocked blocked blocked" ]
	[ "$(requests -s length)" -eq 0 ]
}

@test "wh-send -e: -x and --unix-socket are not for URLs from lines, either" {
	receiver --unix "$PWD/s"
	proxy
	send -e -x "$PROXY" <<<'{"url":"http://127.0.0.1:1/","json":1}'
	[ "$(each outcome)" = blocked ]
	send -e --unix-socket s <<<'{"url":"http://127.0.0.1:1/","json":1}'
	[ "$(each outcome)" = blocked ]
	[ "$(wc -l <proxy.out)" -eq 1 ]
	[ "$(requests -s length)" -eq 0 ]
	# One that the user trusts is as one that was typed.
	send -e --allow-private --unix-socket s \
	    <<<'{"url":"http://some.host/x","json":1}'
	[ "$status" -eq 0 ]
}

@test "wh-send -e: who replies for ever is cut, and it has been delivered" {
	receiver --script endless
	send -e --reply --timeout 10m "$URL" <<<'{"json":1}'
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.outcome,.reply.truncated,(.reply.text | length)]' \
	    <<<"$output")" = '["delivered",true,4096]' ]
}

@test "wh-send: --allow and --resolve that make no sense are usage errors" {
	local args

	for args in '--allow 10.0.0.1/8' '--allow x' '--allow 127.0.0.1:80' \
	    '--resolve a' '--resolve a:80' '--resolve a:x:127.0.0.1' \
	    '--resolve a:80:b' '--resolve a:80:127.0.0.1,' \
	    '--resolve :80:127.0.0.1'; do
		# shellcheck disable=SC2086 # several words
		send $args http://127.0.0.1:1 <<<1
		[ "$status" -eq 2 ]
		[[ $stderr == "wh-send: ${args%% *}: "* ]]
	done
}

# ---- proxies ----

@test "wh-send: a typed URL goes through the environment's proxy" {
	receiver
	proxy
	http_proxy=$PROXY send http://some.test:"$PORT/x?y" <<<'{"a":1}'
	[ "$status" -eq 0 ]
	[ "$(tail -n +2 proxy.out)" = \
	    "POST http://some.test:$PORT/x?y HTTP/1.1" ]
	[ "$(requests -r '.target + " " + (.base64 | @base64d)')" = \
	    '/x?y {"a":1}' ]
	[ "$(requests -r '[.headers[][0]] | map(select(test("^proxy"; "i"))) |
	    length')" -eq 0 ]
	# Each to its own, though it is one handle of libcurl's.
	http_proxy=$PROXY send -e --jobs 1 "http://some.test:$PORT/x/" <<-'END'
	{"target":"/1"}
	{"target":"/2?q"}
	{"target":"/2?q"}
	{"target":"/3"}
	END
	[ "$status" -eq 0 ]
	[ "$(requests -r .target | tail -n 4 | sed 's|.*/x||' |
	    paste -sd' ')" = "/1 /2?q /2?q /3" ]
}

@test "wh-send: no_proxy leaves it out" {
	receiver
	proxy
	export http_proxy=$PROXY
	no_proxy=127.0.0.1 send "$URL" <<<1
	[ "$status" -eq 0 ]
	no_proxy='*' send "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(wc -l <proxy.out)" -eq 1 ]
	no_proxy=other.test send "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(wc -l <proxy.out)" -eq 2 ]
}

@test "wh-send -x: that proxy, and not the environment's; -x '' none" {
	receiver
	proxy
	http_proxy=http://127.0.0.1:1 send -x "$PROXY" "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(wc -l <proxy.out)" -eq 2 ]
	http_proxy=$PROXY send -x '' "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(wc -l <proxy.out)" -eq 2 ]
	send -x http://127.0.0.1:1 --retries 0 "$URL" <<<1
	[ "$status" -eq 3 ]
}

@test "wh-send -x: https goes by CONNECT, with a user and a password" {
	make_cert
	receiver --cert cert.pem --key key.pem
	proxy --user 'me:se cret'
	send --cacert ca.pem -x "${PROXY/:\/\//://me:se%20cret@}" \
	    "https://localhost:$PORT/" <<<1
	[ "$status" -eq 0 ]
	[ "$(tail -n +2 proxy.out)" = "CONNECT localhost:$PORT HTTP/1.1" ]
	! grep -q cret <<<"$output$stderr" || false
	# The proxy's own refusal is no answer of the receiver's.
	send --cacert ca.pem -x "$PROXY" --retries 0 \
	    "https://localhost:$PORT/" <<<1
	[ "$status" -eq 1 ]
	[ "$(jq -c '[.outcome,.status]' <<<"$output")" = '["exhausted",null]' ]
	[[ $(jq -r .error <<<"$output") == *407* ]]
}

# ---- connecting ----

@test "wh-send --connect-timeout: nobody takes the connection" {
	start deaf "$PEERS/deaf.py"
	PORT=$(await deaf.out '^[0-9]+')
	send --retries 0 --connect-timeout 100ms "http://127.0.0.1:$PORT" <<<1
	[ "$status" -eq 8 ]
	[ "$(each outcome)" = exhausted ]
	[ "$(jq '.ms < 20000' <<<"$output")" = true ]
}

@test "wh-send --connect-timeout: nobody answers the TLS handshake" {
	start hooks "$PEERS/hooks.py" --silent
	PORT=$(await hooks.out '^[0-9]+')
	send --retries 0 --connect-timeout 100ms "https://127.0.0.1:$PORT" <<<1
	[ "$status" -eq 8 ]
	[ "$(each outcome)" = exhausted ]
}

# ---- TLS ----

# A certificate of a client, by the authority of make_cert.
make_client_cert()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj /CN="$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null &&
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key \
	    -CAcreateserial -days 2 -out "$1.pem" 2>/dev/null
}

@test "wh-send --cert, --key: a server that wants a certificate gets it" {
	make_cert
	make_client_cert someone
	receiver --cert cert.pem --key key.pem --client-ca ca.pem
	URL=https://localhost:$PORT
	send --cacert ca.pem --cert someone.pem --key someone.key "$URL" <<<1
	[ "$status" -eq 0 ]
	[ "$(requests -r .peer)" = someone ]
	# Both may be in one file.
	cat someone.pem someone.key >both.pem
	send --cacert ca.pem --cert both.pem "$URL" <<<1
	[ "$status" -eq 0 ]
}

@test "wh-send: without a certificate, or with a wrong one: exit status 4" {
	make_cert
	receiver --cert cert.pem --key key.pem --client-ca ca.pem
	URL=https://localhost:$PORT
	# The server may be gone before its alert was read, nine times of ten
	# under the sanitizers: then it is tried again.
	send --retries 300 --breaker off --cacert ca.pem "$URL" <<<1
	[ "$status" -eq 4 ]
	[ "$(each outcome)" = failed ]
	[[ $(each error) == *"certificate required"* ]]
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days 2 -subj /CN=stranger -keyout s.key -out s.pem 2>/dev/null
	send --retries 300 --breaker off --cacert ca.pem --cert s.pem \
	    --key s.key "$URL" <<<1
	[ "$status" -eq 4 ]
	[ "$(each outcome)" = failed ]
	[ "$(requests -s length)" -eq 0 ]
}

@test "wh-send: --cert and --key that do not fit, or are none, are told" {
	make_cert
	make_client_cert someone
	receiver --cert cert.pem --key key.pem --client-ca ca.pem
	URL=https://localhost:$PORT
	send --cacert ca.pem --cert someone.pem --key key.pem "$URL" <<<1
	[ "$status" -eq 4 ]
	[ "$(each outcome)" = failed ]
	send --cacert ca.pem --key key.pem "$URL" <<<1
	[ "$status" -eq 2 ]
	# A key with a passphrase is not asked for on the terminal.
	openssl pkey -in someone.key -aes256 -passout pass:x -out locked.key
	send --cacert ca.pem --cert someone.pem --key locked.key "$URL" <<<1
	[ "$status" -eq 4 ]
}

# ---- connections are kept ----

@test "wh-send: one job at a time is one connection" {
	receiver
	seq 50 >lines
	send --jobs 1 "$URL" <lines
	[ "$status" -eq 0 ]
	[ "$(requests -s 'map(.connection) | unique | length')" -eq 1 ]
}

@test "wh-send: a kept connection that the server has closed costs no attempt" {
	receiver --script 200,close,200
	start_fed sender wh-send --jobs 1 --retries 0 "$URL"
	feed sender 1
	await_lines sender.out 1
	feed sender 2
	await_lines sender.out 2
	feed sender 3
	feed_end sender
	ended sender
	[ "$status" -eq 0 ]
	[ "$(jq -r .outcome sender.out | sort -u)" = delivered ]
	[ "$(requests -s 'map(.connection) | unique | length')" -eq 2 ]
}

# nginx over TLS, at tls.sock, with one log line for each request
nginx_tls()
{
	make_cert
	cat >nginx.conf <<-END
	daemon off; pid $PWD/pid; error_log $PWD/nginx.err;
	events { worker_connections 512; }
	http {
		client_body_temp_path $PWD/b; proxy_temp_path $PWD/p;
		fastcgi_temp_path $PWD/f; uwsgi_temp_path $PWD/u;
		scgi_temp_path $PWD/s;
		log_format seen '\$connection \$server_protocol \$uri';
		access_log $PWD/access.log seen;
		server {
			listen unix:$PWD/tls.sock ssl http2;
			ssl_certificate $PWD/cert.pem;
			ssl_certificate_key $PWD/key.pem;
			location / { return 204; }
		}
	}
	END
	start nginx nginx -c "$PWD/nginx.conf" -e "$PWD/nginx.err"
	timeout "$LIMIT" bash -c 'until [ -s pid ]; do :; done'
}

# HTTP/2 is for libcurl 8.5 and later: why, lib/client/transfer.c says.
wanted_protocol()
{
	local have

	have=$(curl --version | sed -n 's|.*libcurl/\([0-9.]*\).*|\1|p')
	if [ "$(printf '%s\n' 8.5.0 "$have" | sort -V | head -n 1)" = 8.5.0 ]; then
		echo HTTP/2.0
	else
		echo HTTP/1.1
	fi
}

@test "wh-send: over TLS, nginx gets each line once, on few connections" {
	nginx_tls
	for n in $(seq 1000); do
		echo "{\"target\":\"/$n\",\"json\":$n}"
	done >lines
	send --unix-socket tls.sock --jobs-per-host 64 --cacert ca.pem \
	    -e https://localhost/ <lines
	[ "$status" -eq 0 ]
	[ "$(jq -r .outcome <<<"$output" | sort | uniq -c | xargs)" = \
	    "1000 delivered" ]
	kill "$PID_nginx"
	ended nginx
	[ "$(awk '{ print $3 }' access.log | sort -u | wc -l)" -eq 1000 ]
	[ "$(wc -l <access.log)" -eq 1000 ]
	[ "$(awk '{ print $2 }' access.log | sort -u)" = "$(wanted_protocol)" ]
	awk '{ print $1 }' access.log | sort | uniq -c | sort -n >connections
	[ "$(wc -l <connections)" -le 64 ]
	# Side by side on one, where that is possible.
	[ "$(wanted_protocol)" = HTTP/1.1 ] ||
	    [ "$(awk 'END { print $1 }' connections)" -ge 100 ]
}
