#!/usr/bin/env bats
# ws-cat-status.bats - how a run can end: the exit status, and what is said.
#
# Each row is one situation, and all rows of a test are tried; those that fail
# are named.  What ends well, and by signals, is in ws-cat.bats.

# shellcheck disable=SC2034,SC2154 # status is set by run_row and by ended

load helper
load catting

setup()
{
	helper_setup
	FAILED=
}

# row NAME STATUS PATTERN ARG...: ws-cat with these, without a stdin, ends with
# this status and says this on stderr, and nothing else
row()
{
	run_row "$@" </dev/null
}

# fed NAME STATUS PATTERN ARG...: the same, with our stdin for its own
fed()
{
	run_row "$@"
}

run_row()
{
	local name=$1 want=$2 pattern=$3

	shift 3
	status=0
	timeout 120 ws-cat --close-timeout 300ms "$@" >out 2>err || status=$?
	# shellcheck disable=SC2053 # a pattern
	[ "$status" -eq "$want" ] && [[ $(<err) = $pattern ]] && return
	echo "$name: status $status instead of $want, said: $(<err)"
	FAILED+=" $name,"
}

none_failed()
{
	[ -z "$FAILED" ]
}

@test "2: what was asked for makes no sense" {
	: >empty
	row 'no URL' 2 'ws-cat: URL: missing*'
	row 'another scheme' 2 'ws-cat: ftp:*' ftp://x/
	row 'no host' 2 'ws-cat: ws:///:*' ws:///
	row 'a secret in what is no URL' 2 'ws-cat: ws://x:99999/: *' \
	    ws://me:secret@x:99999/
	row 'no proxy' 2 'ws-cat: --proxy: ftp: not http*' -x ftp://u:pw@x ws://x/
	row 'no port' 2 '*Port number*' ws://x:99999/
	row 'no option' 2 'ws-cat: --nope: no such option*' --nope ws://x/
	row 'no size' 2 'ws-cat: --max-message:*5x*' --max-message 5x ws://x/
	row 'no time' 2 'ws-cat: --timeout:*' --timeout soon ws://x/
	row 'no CA' 2 'ws-cat: --cacert: nosuch: No such file*' \
	    --cacert nosuch wss://x/
	row 'no key' 2 'ws-cat: --key: nosuch: No such file*' \
	    --cert empty --key nosuch wss://x/
	none_failed
}

@test "3: the server cannot be reached" {
	row 'no such name' 3 '*Could not resolve host: no..name' ws://no..name/
	row 'IPv6 of an IPv4 address' 3 'ws-cat: ws://127.0.0.1:1/: *' \
	    -6 ws://127.0.0.1:1/
	row 'no unix socket' 3 '*: nosuch: No such file or directory' \
	    --unix-socket nosuch ws://x/
	row 'no socket' 3 '*: out: Connection refused' --unix-socket out ws://x/
	row 'no proxy' 3 'ws-cat: ws://x/: *127.0.0.1 port 1 *' \
	    -x http://127.0.0.1:1 ws://x/
	raw --answer 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'
	row 'a proxy that refuses' 3 'ws-cat: ws://x/: *response 403' \
	    -x "http://127.0.0.1:$PORT" ws://x/
	raw --reset
	row 'reset in the TLS handshake' 3 '*onnection reset*' \
	    "wss://127.0.0.1:$PORT/"
	none_failed
}

# issued NAME ALTNAME END: cert.pem and key.pem by ca.pem, good from 2020 until
# the year END begins
issued()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj "/CN=$1" -keyout key.pem -out cert.csr 2>/dev/null
	printf 'subjectAltName=%s\n' "$2" >cert.ext
	cat >ca.conf <<-'END'
	[ca]
	default_ca = ours
	[ours]
	database = issued
	new_certs_dir = .
	rand_serial = yes
	default_md = sha256
	policy = any
	[any]
	commonName = supplied
	END
	: >issued
	openssl ca -batch -config ca.conf -cert ca.pem -keyfile ca.key \
	    -startdate 20200101000000Z -enddate "${3}0101000000Z" \
	    -extfile cert.ext -in cert.csr -out cert.pem 2>/dev/null
}

@test "4: TLS fails" {
	make_cert
	for version in 1.2 1.3; do
		raw --tls --tls-version $version --client-ca ca.pem
		row "no certificate of ours, TLS $version" 4 \
		    '*alert*' --cacert ca.pem "wss://localhost:$PORT/"
	done
	raw --tls
	row 'an unknown CA' 4 '*certificate*' "wss://localhost:$PORT/"
	raw --tls --tls-version 1.1
	row 'TLS 1.1' 4 '*protocol version*' \
	    --cacert ca.pem "wss://localhost:$PORT/"
	: >empty
	raw --mute
	row 'a CA that is none' 4 '*certificate file: empty' \
	    --cacert empty "wss://127.0.0.1:$PORT/"
	raw --banner 'HTTP/1.1 400 Bad Request\r\n\r\n'
	row 'no TLS' 4 '*wrong version number*' "wss://localhost:$PORT/"
	issued other.example DNS:other.example 2100
	raw --tls
	row 'another name' 4 '*no alternative certificate subject name*' \
	    --cacert ca.pem "wss://localhost:$PORT/"
	raw --tls
	row 'an address that is not in it' 4 '*127.0.0.1*' \
	    --cacert ca.pem "wss://127.0.0.1:$PORT/"
	issued localhost DNS:localhost 2021
	raw --tls
	row 'expired' 4 '*certificate has expired*' \
	    --cacert ca.pem "wss://localhost:$PORT/"
	none_failed
}

# refused HEAD [BODY]: answers with this
refused()
{
	raw --answer "HTTP/1.1 $1\r\nContent-Length: ${#2}\r\n\r\n$2"
}

@test "5: the upgrade is refused, the server's words are told" {
	refused '401 Unauthorized\r\nWWW-Authenticate: Basic realm=x'
	row 401 5 '*the server answered 401 Unauthorized' "ws://127.0.0.1:$PORT/"
	refused '403 Forbidden' '{"error": "no such user"}'
	row 403 5 '*403 Forbidden: {"error": "no such user"}' \
	    "ws://127.0.0.1:$PORT/"
	refused '404 Not Found' 'nothing here'
	row 404 5 '*404 Not Found: nothing here' "ws://127.0.0.1:$PORT/"
	refused '429 Too Many Requests\r\nRetry-After: 9' 'slow down'
	row 429 5 '*429 Too Many Requests*: slow down' "ws://127.0.0.1:$PORT/"
	refused '500 Internal Server Error'
	row 500 5 '*500 Internal Server Error' "ws://127.0.0.1:$PORT/"
	raw --answer 'HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nlater\r\n0\r\n\r\n'
	row '503, chunked' 5 '*503 Busy*: later' "ws://127.0.0.1:$PORT/"
	raw --answer 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 Gone Away\r\nContent-Length: 0\r\n\r\n'
	row '404 behind 103' 5 '*404 Gone Away' "ws://127.0.0.1:$PORT/"
	raw --answer 'HTTP/1.1 403 No\r\nContent-Length: 900\r\n\r\ncut off'
	row 'a body that is cut off' 5 '*403 No: cut off' "ws://127.0.0.1:$PORT/"
	none_failed
}

@test "6: the connection is lost" {
	raw --reset
	row 'reset before the answer' 6 '*onnection reset*' "ws://127.0.0.1:$PORT/"
	raw --answer 'HTTP/1.1 101 Switching Pr'
	row 'the answer is cut off' 6 '*without answering the handshake' \
	    "ws://127.0.0.1:$PORT/"
	raw --send 810131 --reset
	row 'reset' 6 '*onnection reset*' "ws://127.0.0.1:$PORT/"
	raw --reply 810131 --reset
	fed 'reset, not all was confirmed' 6 \
	    '*\(1 of 1 messages sent were not confirmed\)' \
	    "ws://127.0.0.1:$PORT/" <<<1
	raw --send 810131 --hang-up
	row 'no close frame (1006)' 6 '*ended without a close frame' \
	    "ws://127.0.0.1:$PORT/"
	raw --send 8105313233 --hang-up
	row 'within a frame' 6 '*ended without a close frame' \
	    "ws://127.0.0.1:$PORT/"
	make_cert
	raw --tls --send 810131 --hang-up
	row 'TLS, no close frame' 6 \
	    '*@(ended without a close frame|unexpected eof while reading*)' \
	    --cacert ca.pem "wss://localhost:$PORT/"
	none_failed
}

# hex TEXT
hex()
{
	printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
}

# closing CODE REASON: sends this close frame
closing()
{
	raw --closes --send "$(printf '88%02x%04x' $((2 + ${#2})) \
	    "$1")$(hex "$2")"
}

@test "0 or 7: what the server closes with" {
	for code in 1000 1001; do
		closing $code bye
		row "$code" 0 '' "ws://127.0.0.1:$PORT/"
	done
	raw --closes --send 8800
	row 'no code' 0 '' "ws://127.0.0.1:$PORT/"
	for code in 1003 1008 1011 1013 3000 4001 4999; do
		closing $code 'go away'
		row "$code" 7 "*the server closed with $code: go away" \
		    "ws://127.0.0.1:$PORT/"
	done
	closing 4000 ''
	row '4000, no reason' 7 '*the server closed with 4000' \
	    "ws://127.0.0.1:$PORT/"
	closing 4000 $'\e[31mred'
	row 'a reason to be wary of' 7 '*4000: ?\[31mred' "ws://127.0.0.1:$PORT/"
	none_failed
}

@test "8: too late" {
	raw --mute
	# libcurl's clock, or ours
	row 'no TLS handshake' 8 \
	    '*@(not connected within 300 ms|SSL connection timeout)' \
	    --connect-timeout 300ms "wss://127.0.0.1:$PORT/"
	raw --mute
	row '--timeout, no handshake' 8 '*timed out after 300 ms' \
	    --timeout 300ms "ws://127.0.0.1:$PORT/"
	raw --send 810131
	row '--timeout, not enough' 8 '*timed out after 2000 ms, 1 of 2 messages' \
	    --timeout 2s -n 2 "ws://127.0.0.1:$PORT/"
	none_failed
}

@test "0, 1 or 9: lines and messages" {
	raw --closes --send 810131810132
	row '--until is met' 0 '' --until '. == 2' "ws://127.0.0.1:$PORT/"
	raw --closes --send 8102225d880203e8
	row 'a filter fails' 1 '*line 1 of output: *' -f '.x' \
	    "ws://127.0.0.1:$PORT/"
	raw --closes --reply 88020fa1
	fed 'a bad line, then 4001' 7 '*line 1: *closed with 4001*' \
	    "ws://127.0.0.1:$PORT/" <<<$'{\n1'
	none_failed
}

@test "10: the server breaks the protocol, or a limit" {
	local name frames said

	while IFS='|' read -r name frames said; do
		raw --closes --send "$frames"
		row "$name" 10 "ws-cat: ws://127.0.0.1:$PORT/: $said" \
		    --max-message 10 "ws://127.0.0.1:$PORT/"
		await raw.out '"opcode": 8, "hex": "03' >/dev/null ||
			FAILED+=" $name: no close frame,"
	done <<-'END'
	not UTF-8|8101ff|*not UTF-8*
	a reserved opcode|8300|*an unknown opcode
	a reserved bit|c10131|*a reserved bit is set
	a ping of 126|897e007e|*a control frame too long*
	a fragmented ping|0900|*a control frame*in parts*
	a continuation of nothing|800131|*a continuation without a beginning
	a text within a text|010131810132|*a message within a fragmented message
	a length of 2^63|827f8000000000000000|*an overlong length
	a length of too many bytes|817e000131|*an overlong length
	half a close code|880103|*a close frame with half a code
	a close code that must not be sent|880203ed|*a close code that may not be sent
	a close reason that is not UTF-8|880303e8ff|*closed with 1007*not UTF-8
	over --max-message|810b3132333435363738393031|*closed with 1009*over the limit
	announcing over --max-message|827f0000000010000000|*closed with 1009*over the limit
	over --max-message in fragments|010a30313233343536373839800131|*closed with 1009*over the limit
	END
	raw --answer "HTTP/1.1 200 OK\r\nX: $(printf '%070000d' 0)"
	row 'a head without an end' 10 '*head too long' "ws://127.0.0.1:$PORT/"
	raw --banner '220 mail.example ESMTP\r\n'
	row 'no HTTP' 10 '*not valid HTTP*' "ws://127.0.0.1:$PORT/"
	none_failed
}
