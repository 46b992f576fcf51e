#!/usr/bin/env bats
# wh-listen-sns.bats - --verify sns: the key is in a certificate that the
# message names, and that is fetched from Amazon's hosts alone.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper

HOST=sns.eu-west-1.amazonaws.com
TOPIC=arn:aws:sns:eu-west-1:123456789012:orders

# Amazon: a server with TLS for its host, which answers with the certificate
# in signer.pem; all of https goes there, through a proxy.
setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	make_cert
	printf 'subjectAltName=DNS:%s\n' $HOST >cert.ext
	openssl x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -days 2 \
	    -CAcreateserial -extfile cert.ext -out amazon.pem 2>/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sns \
	    -keyout signer.key -out signer.pem 2>/dev/null
}

setup()
{
	helper_setup
	cp "$BATS_FILE_TMPDIR"/*.pem "$BATS_FILE_TMPDIR"/*.key .
}

# amazon OPTION...: what it answers
amazon()
{
	start amazon wh-listen --announce --cert amazon.pem --key key.pem \
	    "$@" 0
	announced amazon
	start proxy python3 "$PEERS/proxy.py" --to "$PORT"
	https_proxy=http://127.0.0.1:$(await proxy.out '^[0-9]*$')
	export https_proxy
}

listen()
{
	start l wh-listen --announce --sns-cacert ca.pem "$@" 0
	announced l
}

message()
{
	node "$PEERS/sns.mjs" signer.key signer.pem "$@"
}

# post FILE: the status
post()
{
	curl -sS -o body -D fields -w '%{http_code}\n' --data-binary "@$1" \
	    -H 'Content-Type: text/plain; charset=UTF-8' \
	    "http://127.0.0.1:$PORT/"
}

# How often the certificate was fetched.
fetched()
{
	grep -c '"target":"/SimpleNotificationService-' amazon.out || :
}

@test "wh-listen --verify sns: messages are good by a certificate that is fetched once" {
	amazon --reply '200 application/x-pem-file @signer.pem'
	message 1 >one
	message 2 MessageId=second Subject= >two
	message 2 Type=SubscriptionConfirmation Token=t \
	    SubscribeURL=https://$HOST/?Action=ConfirmSubscription >three
	sed 's/1\.10/1.11/' one >changed
	listen --verify sns
	[ "$(post one)" = 204 ]
	[ "$(post two)" = 204 ]
	[ "$(post three)" = 204 ]
	[ "$(post changed)" = 401 ]
	await_lines l.out 4
	[ "$(fetched)" = 1 ]
	sed -n 2p l.out | jq -e '.verified == {"scheme":"sns"} and
	    (.text | fromjson.MessageId | startswith("22b80b92"))'
	await l.err "refused: sns: the signature doesn't fit"
}

@test "wh-listen --verify sns:ARN: of that topic, not of any customer's" {
	amazon --reply '200 application/x-pem-file @signer.pem'
	message 2 >ours
	message 2 TopicArn=${TOPIC}2 >theirs
	listen --verify sns:$TOPIC
	[ "$(post theirs)" = 401 ]
	[ "$(post ours)" = 204 ]
	await l.err 'refused: sns: it is of another topic'
}

@test "wh-listen --verify sns: nothing is fetched from elsewhere" {
	local url

	amazon --reply '200 application/x-pem-file @signer.pem'
	message 2 >good
	listen --verify sns
	for url in http://$HOST/a.pem https://$HOST.evil.example/a.pem \
	    https://evil.example/$HOST/a.pem https://$HOST@evil.example/a.pem \
	    https://s3.amazonaws.com/a.pem https://$HOST:444/a.pem \
	    "https://$HOST/a" "https://evil.example#.$HOST/a.pem" \
	    "https://sns.eu-west-1.amazonaws.com.cn.evil.example/a.pem"; do
		jq --arg url "$url" '.SigningCertURL = $url' good >bad
		echo "$url"
		[ "$(post bad)" = 401 ]
	done
	message 3 >version 2>/dev/null
	[ "$(post version)" = 401 ]
	[ "$(fetched)" = 0 ]
	[ "$(grep -c CONNECT proxy.out || :)" = 0 ]
	await l.err 'refused: sns: its certificate is not Amazon.s'
}

@test "wh-listen --verify sns: a certificate that is not to be had is 503, and not asked for again at once" {
	amazon --reply '404 text/plain none'
	message 2 >one
	listen --verify sns
	[ "$(post one)" = 503 ]
	grep -qi '^retry-after:' fields
	[ "$(post one)" = 503 ]
	[ "$(fetched)" = 1 ]
	await l.err 'no certificate there: status 404'
	[ "$(wc -l <l.out)" -eq 1 ]
}

@test "wh-listen --verify sns: a certificate that is not in force is refused" {
	amazon --reply '200 application/x-pem-file @signer.pem'
	message 2 >one
	listen --verify sns --now 1000000000
	[ "$(post one)" = 401 ]
	await l.err 'refused: sns: its certificate is not in force'
}

@test "wh-listen --verify sns: those that wait for the certificate are printed in the order they came in" {
	local name

	amazon --reply '200 application/x-pem-file @signer.pem'
	kill -STOP "$PID_amazon"
	listen --verify sns -v
	for name in first second third; do
		message 2 MessageId=$name >$name
	done
	for name in first second third; do
		curl -sS --data-binary @$name "http://127.0.0.1:$PORT/$name" \
		    3>&- &
		await l.err "POST /$name"
	done
	kill -CONT "$PID_amazon"
	await_lines l.out 4
	[ "$(sed 1d l.out | jq -r .path | xargs)" = '/first /second /third' ]
}

@test "wh-listen --verify sns: whoever leaves while the certificate is fetched is forgotten" {
	amazon --reply '200 application/x-pem-file @signer.pem'
	kill -STOP "$PID_amazon"
	message 2 >one
	listen --verify sns
	# With a reset: a mere end of what is sent is no leaving.
	python3 - "$PORT" <<-'EOF'
		import socket, struct, sys
		s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		body = open("one", "rb").read()
		s.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d"
		          b"\r\n\r\n" % len(body) + body)
		while b"CONNECT" not in open("proxy.out", "rb").read():
		    pass
		s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
		             struct.pack("ii", 1, 0))
		s.close()
	EOF
	kill -CONT "$PID_amazon"
	[ "$(post one)" = 204 ]
	await_lines l.out 2
	kill -TERM "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	[ "$(wc -l <l.out)" -eq 2 ]
}
