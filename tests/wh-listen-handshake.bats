#!/usr/bin/env bats
# wh-listen-handshake.bats - --handshake: each provider's subscription handshake
# has exactly the reply it wants, and makes no line; all else is a request.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper
load listening

# ask TARGET [CURL-OPTION...]: the reply, its Date aside, in `reply`
ask()
{
	local target=$1

	shift
	curl -sS -g --path-as-is -D fields -o body "$@" \
	    "http://127.0.0.1:$PORT$target"
	{ tr -d '\r' <fields | grep -v '^Date: '; cat body; } >reply
}

# replied FIELD...: the reply is 200 with these fields, and the body on stdin
replied()
{
	local length

	cat >want.body
	length=$(stat -c %s want.body)
	{
		echo 'HTTP/1.1 200 OK'
		[ $# -eq 0 ] || printf '%s\n' "$@"
		printf 'Content-Length: %s\n\n' "$length"
		cat want.body
	} >want
	diff want reply
}

# The texts of strangers are never taken for a page.
text()
{
	printf %s "$1" | replied 'Content-Type: text/plain' \
	    'X-Content-Type-Options: nosniff'
}

json()
{
	printf %s "$1" | replied 'Content-Type: application/json'
}

# status WANT: of the last reply
is_status()
{
	[ "$(sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p' reply)" = "$1" ]
}

# ---- by GET and OPTIONS ----

@test "wh-listen --handshake meta: hub.challenge, if the verify token is the secret" {
	printf 'meaty hamhock' >token
	listen --handshake meta --secret-file meta-token=token
	ask '/x?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=meaty%20hamhock'
	text 1158201444
	ask '/?hub.mode=subscribe&hub.challenge=%3Cscript%3E%C3%A9&hub.verify_token=meaty+hamhock'
	text '<script>é'
	grep -q '^wh-listen: handshake: meta: answered$' l.err
	[ "$(events)" = 0 ]
	for q in hub.verify_token=meaty 'hub.verify_token=' '' \
	    'hub.verify_token=meaty%20hamhock&hub.verify_token=meaty%20hamhock'
	do
		ask "/?hub.mode=subscribe&hub.challenge=1&$q"
		is_status 204
	done
	[ "$(events)" = 4 ]
	grep -q 'handshake: meta: not answered: hub.verify_token is not' l.err
	# what is no handshake is a request
	for q in 'hub.mode=subscribe&hub.verify_token=meaty+hamhock' \
	    'hub.challenge=1&hub.verify_token=meaty+hamhock' \
	    'hub.mode=subscribe&hub.verify_token=meaty+hamhock&hub.challenge=a%0d%0aX:y'
	do
		ask "/?$q"
		is_status 204
	done
	[ "$(events)" = 7 ]
	run ! grep -q hamhock l.err
}

@test "wh-listen --handshake websub: hub.challenge, of the topics that are wanted" {
	listen --handshake websub --handshake-topic http://a.example/feed
	ask '/?hub.mode=subscribe&hub.topic=http%3A%2F%2Fa.example%2Ffeed&hub.challenge=xyz&hub.lease_seconds=100'
	text xyz
	grep -q '^wh-listen: handshake: websub: http://a.example/feed: answered' l.err
	ask '/?hub.mode=unsubscribe&hub.topic=http://b.example/&hub.challenge=xyz'
	text xyz
	[ "$(events)" = 0 ]
	for q in 'hub.mode=subscribe&hub.topic=http://b.example/&hub.challenge=x' \
	    'hub.mode=unsubscribe&hub.topic=http://a.example/feed&hub.challenge=x' \
	    'hub.mode=denied&hub.topic=http://a.example/feed&hub.reason=no'
	do
		ask "/?$q"
		is_status 204
	done
	[ "$(events)" = 3 ]
}

@test "wh-listen --handshake cloudevents: the origin that is allowed, to the letter" {
	listen --handshake cloudevents --method POST \
	    --allowed-origin eventemitter.example.com --allowed-origin b.example
	ask /x -X OPTIONS -H 'WebHook-Request-Origin: eventemitter.example.com' \
	    -H 'WebHook-Request-Rate: 120' \
	    -H 'WebHook-Request-Callback: http://127.0.0.1:1/'
	replied 'Allow: POST' 'WebHook-Allowed-Origin: eventemitter.example.com' \
	    'WebHook-Allowed-Rate: *' </dev/null
	ask / -X OPTIONS -H 'WebHook-Request-Origin: b.example'
	replied 'Allow: POST' 'WebHook-Allowed-Origin: b.example' \
	    'WebHook-Allowed-Rate: *' </dev/null
	for o in Eventemitter.example.com x.b.example b.example. b.example:80 \
	    'b.example, c.example' '*' https://b.example bxexample; do
		ask / -X OPTIONS -H "WebHook-Request-Origin: $o"
		is_status 405	# as if OPTIONS were not known
		run ! grep -qi '^webhook-allowed' reply
	done
	ask / -X OPTIONS -H 'WebHook-Request-Origin: b.example' \
	    -H 'WebHook-Request-Origin: b.example'
	is_status 405
	ask / -X OPTIONS
	is_status 405
	[ "$(events)" = 0 ]
	kill "$PID_l"
	ended l
	listen --handshake cloudevents --allowed-origin '*' --rate 5/s
	ask / -X OPTIONS -H 'WebHook-Request-Origin: any.example'
	replied 'Allow: POST' 'WebHook-Allowed-Origin: any.example' \
	    'WebHook-Allowed-Rate: 300' </dev/null
	[ "$(events)" = 0 ]
}

@test "wh-listen --handshake cloudevents: wh-send asks, and keeps to what it is told" {
	listen --handshake cloudevents --allowed-origin me.example \
	    --cloudevents --method POST
	for mode in structured binary; do
		echo '{"a":1}' | wh-send --handshake cloudevents --cloudevents \
		    $mode --ce-source /test --ce-type t \
		    --handshake-origin me.example "http://127.0.0.1:$PORT/"
	done
	await_lines l.out 3
	[ "$(sed 1d l.out | jq -c '[.event|.source,.type]' | uniq -c |
	    xargs)" = '2 [/test,t]' ]
	[ "$(grep -c 'handshake: cloudevents: answered' l.err)" = 2 ]
	echo '{"a":1}' | {
		run wh-send --handshake cloudevents --retries 0 \
		    --handshake-origin you.example "http://127.0.0.1:$PORT/"
		[ "$status" -ne 0 ]
	}
	[ "$(events)" = 2 ]
}

@test "wh-listen --handshake dropbox: the challenge, nosniff" {
	listen --handshake dropbox
	ask '/dropbox-webhook?challenge=abc123'
	text abc123
	ask '/?challenge=%3Cimg+src=x%3E'
	text '<img src=x>'
	long=$(head -c 4096 /dev/zero | tr '\0' a)
	ask "/?challenge=$long"
	text "$long"
	[ "$(events)" = 0 ]
	for q in "challenge=${long}a" challenge= challenge 'challenge=%00' \
	    'challenge=a&challenge=a' 'challenge=a%0d%0ab' 'Challenge=a'; do
		ask "/?$q"
		is_status 204
	done
	ask '/?challenge=a' -d ''
	is_status 204
	[ "$(events)" = 8 ]
}

@test "wh-listen --handshake x: the token's HMAC, by the secret named x" {
	printf 'consumer secret' >secret
	listen --handshake x --secret-file x=secret
	ask '/?crc_token=challenge_string&nonce=7'
	json '{"response_token":"sha256=1BWFArkUG8LJw74mw6JD+wgG/cy4/r3Q/oEHWQfNze0="}'
	ask '/?crc_token=%22%3Cb%3E%5C'
	json "{\"response_token\":\"sha256=$(printf '"<b>\\' |
	    openssl dgst -sha256 -hmac 'consumer secret' -binary | base64)\"}"
	[ "$(events)" = 0 ]
	ask '/?crc_token='
	is_status 204
	[ "$(events)" = 1 ]
}

@test "wh-listen --handshake okta: the challenge of the header field, as JSON" {
	listen --handshake okta
	ask / -H 'X-Okta-Verification-Challenge: Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg'
	json '{"verification":"Me_rShK8JHsTnbyYrWXCEoMGbM_zsZ6k0hLPZ_Pg"}'
	ask / -H 'x-okta-verification-challenge: a"b\c</script>'
	json '{"verification":"a\"b\\c</script>"}'
	[ "$(events)" = 0 ]
	ask / -H 'X-Okta-Verification-Challenge: a' \
	    -H 'X-Okta-Verification-Challenge: b'
	is_status 204
	ask / -d '' -H 'X-Okta-Verification-Challenge: a'
	is_status 204
	[ "$(events)" = 2 ]
}

# ---- by POST, unsigned ----

@test "wh-listen --handshake eventgrid: the validation code" {
	listen --handshake eventgrid
	event='"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent"'
	ask / -H 'Content-Type: application/json; charset=utf-8' \
	    -H 'aeg-event-type: SubscriptionValidation' -d "[{\"id\":\"1\",\
\"topic\":\"/subscriptions/x\",\"subject\":\"\",$event,\"data\":{\
\"validationCode\":\"512d38b6-c7b8-40c8-89fe-f46f9e9622b6\",\
\"validationUrl\":\"https://rp-eastus2.eventgrid.azure.net/x\"},\
\"dataVersion\":\"1\"}]"
	json '{"validationResponse":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6"}'
	ask / -H 'Content-Type: text/html' \
	    -d "[{$event,\"data\":{\"validationCode\":\"\\u003cb>\\n\"}}]"
	is_status 204
	ask / -H 'Content-Type: text/html' \
	    -d "[{$event,\"data\":{\"validationCode\":\"\\u003cb>\\\"\"}}]"
	json '{"validationResponse":"<b>\""}'
	[ "$(events)" = 1 ]
	for data in 7 null '["a"]' '{"a":1}'; do
		ask / -d "[{$event,\"data\":{\"validationCode\":$data}}]"
		is_status 204
	done
	[ "$(events)" = 5 ]
}

@test "wh-listen --handshake graph: the token, decoded, as text" {
	listen --handshake graph
	ask '/?validationToken=Validation%3a+Testing+client%2bapp+%3Cb%3E' \
	    -d '' -H 'Content-Type: text/plain; charset=utf-8'
	text 'Validation: Testing client+app <b>'
	[ "$(events)" = 0 ]
	ask '/?validationToken=a' -d '{"value":[]}'
	is_status 204
	ask '/?validationToken=a&validationToken=b' -d ''
	is_status 204
	ask '/?validationToken=a'
	is_status 204
	[ "$(events)" = 3 ]
}

@test "wh-listen --handshake monday: the same JSON" {
	listen --handshake monday
	ask / -H 'Content-Type: application/json' \
	    -d '{ "challenge" : "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}'
	json '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}'
	[ "$(events)" = 0 ]
	for body in '{"challenge":1}' '{"challenge":"a","event":{}}' \
	    '{"challenge":"a\r\nb"}' '{"challenge":"\ud800"}' \
	    '{"challenge":"a","challenge":"b"}' '["challenge"]' \
	    '{"challenge":"a"' '{"challenge":""}'; do
		ask / -d "$body"
		is_status 204
	done
	[ "$(events)" = 8 ]
}

@test "wh-listen --handshake asana: the secret is stored, for its owner alone, then echoed" {
	secret=b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81
	listen --handshake asana --handshake-secret-file asana.key
	ask / -d '' -H "X-Hook-Secret: $secret"
	replied "X-Hook-Secret: $secret" </dev/null
	[ "$(cat asana.key)" = "$secret" ]
	[ "$(stat -c %a asana.key)" = 600 ]
	# asked again; and by one who would like to replace it
	ask / -d '{}' -H "X-Hook-Secret: $secret"
	replied "X-Hook-Secret: $secret" </dev/null
	[ "$(events)" = 0 ]
	ask / -d '' -H 'X-Hook-Secret: 0123456789abcdef0123456789abcdef'
	is_status 204
	[ "$(events)" = 1 ]
	grep -q 'asana.key holds another secret' l.err
	[ "$(cat asana.key)" = "$secret" ]
	ask / -d '{"events":[]}' -H "X-Hook-Secret: $secret"
	is_status 204
	ask / -d '' -H 'X-Hook-Secret: short'
	is_status 204
	[ "$(events)" = 3 ]
	run ! grep -q "$secret" l.err
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	listen --handshake asana --handshake-secret-file none/asana.key
	ask / -d '' -H "X-Hook-Secret: $secret"
	is_status 204
	[ "$(events)" = 1 ]
	grep -q 'none/asana.key: No such file or directory' l.err
}

# ---- signed ----

# hmac KEY: in hexadecimal, of stdin
hmac()
{
	openssl dgst -sha256 -hmac "$1" -r | cut -d ' ' -f 1
}

# ask_v0 FIELD KEY BODY: signed as Slack and Zoom do, in fields of that prefix
ask_v0()
{
	local now

	now=$(date +%s)
	ask / -H "$1-Request-Timestamp: $now" -d "$3" \
	    -H "$1-Signature: v0=$(printf %s "v0:$now:$3" | hmac "$2")"
}

@test "wh-listen --handshake slack: the challenge, if the signature is good" {
	local body='{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}'

	printf 8f742231b10e >key
	listen --handshake slack --verify slack --secret-file key
	ask_v0 X-Slack 8f742231b10e "$body"
	text 3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P
	ask_v0 X-Slack 8f742231b10e \
	    '{"challenge":"<script>\u003c\"é","type":"url_verification"}'
	text '<script><"é'
	[ "$(events)" = 0 ]
	ask_v0 X-Slack another "$body"
	is_status 401
	[ "$(tail -n 1 reply)" = 'not verified' ]
	ask / -d "$body"
	is_status 401
	run ! grep -q 3eZbrw reply
	[ "$(events)" = 0 ]
	grep -q 'handshake: slack: not answered: its signature is not good' l.err
	# a request of Slack's that is none
	ask_v0 X-Slack 8f742231b10e '{"type":"event_callback","challenge":"a"}'
	is_status 204
	ask_v0 X-Slack 8f742231b10e \
	    '{"type":"url_verification","challenge":"a\r\nX: y"}'
	is_status 204
	[ "$(events)" = 2 ]
	kill "$PID_l"
	ended l
	# not even where a bad one is taken; nor if it is someone else's
	printf github >hub
	listen --handshake slack --verify slack --secret-file slack=key \
	    --verify github --secret-file github=hub --on-bad tag
	ask / -d "$body"
	is_status 204
	ask / -d "$body" -H \
	    "X-Hub-Signature-256: sha256=$(printf %s "$body" | hmac github)"
	is_status 204
	[ "$(sed 1d l.out | jq -c .verified | xargs)" = \
	    'false {scheme:github,key:github}' ]
}

@test "wh-listen --handshake zoom: the token and its HMAC, by the secret that signed" {
	local body='{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}'

	printf 'old secret' >old
	printf 'zoom secret' >new
	listen --handshake zoom --verify zoom --secret-file zoom=old \
	    --secret-file zoom=new
	ask_v0 x-zm 'zoom secret' "$body"
	json '{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"33c87763eeee7760422d82e566d46fe8b5eaca6c3da5abf7923e6e8765c76a26"}'
	ask_v0 x-zm 'old secret' "$body"
	json "{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\",\"encryptedToken\":\"$(
	    printf qgg8vlvZRS6UYooatFL8Aw | hmac 'old secret')\"}"
	[ "$(events)" = 0 ]
	ask_v0 x-zm another "$body"
	is_status 401
	ask_v0 x-zm 'zoom secret' '{"event":"meeting.started","payload":{}}'
	is_status 204
	[ "$(events)" = 1 ]
	# read anew
	printf third >new
	kill -HUP "$PID_l"
	await l.err 'the secrets were read again'
	ask_v0 x-zm third "$body"
	json "{\"plainToken\":\"qgg8vlvZRS6UYooatFL8Aw\",\"encryptedToken\":\"$(
	    printf qgg8vlvZRS6UYooatFL8Aw | hmac third)\"}"
	run ! grep -q secret$ l.err
}

# ask_twitch TYPE ID BODY [KEY]
ask_twitch()
{
	local now

	now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	ask / -d "$3" -H "Twitch-Eventsub-Message-Type: $1" \
	    -H "Twitch-Eventsub-Message-Id: $2" \
	    -H "Twitch-Eventsub-Message-Timestamp: $now" \
	    -H "Twitch-Eventsub-Message-Signature: sha256=$(
	    printf %s "$2$now$3" | hmac "${4-s3cre77890ab}")"
}

VERIFICATION=webhook_callback_verification

@test "wh-listen --handshake twitch: the challenge, if the signature is good" {
	local body='{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{"id":"f1c2a387"}}'

	printf s3cre77890ab >key
	listen --handshake twitch --verify twitch --secret-file key
	ask_twitch $VERIFICATION e76c6bd4 "$body"
	text pogchamp-kappa-360noscope-vohiyo
	[ "$(events)" = 0 ]
	ask_twitch $VERIFICATION e76c6bd4 "$body" another
	is_status 401
	[ "$(events)" = 0 ]
	ask_twitch revocation e76c6bd4 "$body"
	is_status 204
	[ "$(events)" = 1 ]
}

@test "wh-listen(1): the example for Twitch" {
	printf s3cre77890ab >twitch
	awk '/^\.Bd -literal/ { text = ""; next }
	    /^\.Ed/ && text ~ /--handshake twitch/ { printf "%s", text }
	    { text = text $0 "\n" }' "$REPO/man/wh-listen.1" |
	    sed 's/\\e/\\/g; s/ 8080 / --announce 0 /' >example
	start l bash example
	announced l
	ask_twitch $VERIFICATION e76c6bd4 '{"challenge":"pogchamp"}'
	text pogchamp
	ask_twitch notification befa7b53 '{"event":{"user_id":"1337"}}'
	is_status 204
	ask_twitch notification befa7b53 '{"event":{"user_id":"1337"}}'
	is_status 200
	[ "$(events)" = 1 ]
}

# ask_discord BODY [SIGNED]: signed by key.pem
ask_discord()
{
	local now

	now=$(date +%s)
	printf %s "$now${2-$1}" >signed
	ask / -d "$1" -H "X-Signature-Timestamp: $now" \
	    -H "X-Signature-Ed25519: $(openssl pkeyutl -sign -rawin \
	    -inkey key.pem -in signed | od -An -v -tx1 | tr -d ' \n')"
}

@test "wh-listen --handshake discord: PINGs of both kinds, and 401 to a bad signature" {
	openssl genpkey -algorithm ed25519 -out key.pem
	openssl pkey -in key.pem -pubout -outform DER | tail -c 32 |
	    od -An -v -tx1 | tr -d ' \n' >public
	listen --handshake discord --verify discord --secret-file public
	ask_discord '{"id":"1","application_id":"2","token":"t","type":1,"version":1}'
	json '{"type":1}'
	ask_discord '{"version":1,"application_id":"2","type":0}'
	printf '%s\n' 'HTTP/1.1 204 No Content' \
	    'Content-Type: application/json' '' | diff - reply
	[ "$(events)" = 0 ]
	ask_discord '{"type":1,"id":"1"}' '{"type":1,"id":"2"}'
	is_status 401
	ask / -d '{"type":1}'
	is_status 401
	[ "$(events)" = 0 ]
	ask_discord '{"id":"1","type":2,"data":{}}'
	is_status 204
	ask_discord '{"version":1,"type":1,"event":{"type":"X","data":{}}}'
	is_status 204
	ask_discord '{"id":"1","type":"1"}'
	is_status 204
	[ "$(events)" = 3 ]
}

# amazon STEP,...: its host, behind a proxy that all of its names lead to
amazon()
{
	make_cert
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj /CN=aws -keyout aws.key -out aws.csr 2>/dev/null
	echo subjectAltName=DNS:sns.us-west-2.amazonaws.com >aws.ext
	openssl x509 -req -in aws.csr -CA ca.pem -CAkey ca.key -days 2 \
	    -CAcreateserial -extfile aws.ext -out aws.pem 2>/dev/null
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=sns -days 2 \
	    -keyout sns.key -out sns.pem 2>/dev/null
	start aws "$PEERS/http_server.py" --cert aws.pem \
	    --key aws.key --script "$1"
	start proxy "$PEERS/proxy.py" --to "$(await aws.out .)"
	unset no_proxy NO_PROXY HTTPS_PROXY
	https_proxy=http://127.0.0.1:$(await proxy.out .)
	export https_proxy
}

# ask_sns TYPE URL [KEY]: a message of that type, signed
ask_sns()
{
	local arn=arn:aws:sns:us-west-2:123456789012:MyTopic sig

	sig=$(printf '%s\n' Message 'You have chosen' MessageId 165545c9 \
	    SubscribeURL "$2" Timestamp 2026-04-26T20:45:04.751Z \
	    Token 2336412f37 TopicArn $arn Type "$1" |
	    openssl dgst -sha256 -sign "${3-sns.key}" | base64 -w 0)
	jq -n '$ARGS.named' --arg Type "$1" --arg Message 'You have chosen' \
	    --arg MessageId 165545c9 --arg Token 2336412f37 \
	    --arg TopicArn $arn --arg SubscribeURL "$2" \
	    --arg Timestamp 2026-04-26T20:45:04.751Z \
	    --arg SignatureVersion 2 --arg Signature "$sig" --arg \
	    SigningCertURL https://sns.us-west-2.amazonaws.com/sns.pem >sent
	https_proxy='' ask / -H "x-amz-sns-message-type: $1" \
	    -H 'Content-Type: text/plain; charset=UTF-8' --data-binary @sent
}

CONFIRM='https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=x&Token=2336412f37'

@test "wh-listen --handshake sns: the URL is fetched from Amazon, and then the answer is 200" {
	amazon file=sns.pem,200
	listen --handshake sns --verify sns --sns-confirm --sns-cacert ca.pem
	ask_sns SubscriptionConfirmation "$CONFIRM"
	replied </dev/null
	await_lines aws.out 3
	[ "$(sed 1d aws.out | jq -r .target | xargs)" = \
	    "/sns.pem ${CONFIRM#https://sns.us-west-2.amazonaws.com}" ]
	[ "$(sed 1d proxy.out | sort -u)" = \
	    'CONNECT sns.us-west-2.amazonaws.com:443 HTTP/1.1' ]
	grep -q 'handshake: sns: arn:aws:sns:.*:MyTopic: confirmed$' l.err
	run ! grep -q 2336412f37 l.err
	[ "$(events)" = 0 ]
	# signed, but not there; not signed; signed, but not a confirmation
	for url in 'https://evil.example/?Action=ConfirmSubscription' \
	    'http://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription' \
	    'https://sns.us-west-2.amazonaws.com@evil.example/?Action=ConfirmSubscription' \
	    'https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe'; do
		ask_sns SubscriptionConfirmation "$url"
		is_status 204
	done
	[ "$(events)" = 4 ]
	openssl genrsa -out other.key 2048 2>/dev/null
	ask_sns SubscriptionConfirmation "$CONFIRM" other.key
	is_status 401
	ask_sns UnsubscribeConfirmation "$CONFIRM"
	is_status 204
	[ "$(events)" = 5 ]
	[ "$(wc -l <aws.out)" = 3 ]
}

@test "wh-listen --handshake sns: a confirmation that fails is 503, and may be asked again" {
	amazon file=sns.pem,403,200
	listen --handshake sns --verify sns --sns-confirm --sns-cacert ca.pem
	ask_sns SubscriptionConfirmation "$CONFIRM"
	is_status 503
	grep -q '^Retry-After: ' reply
	await l.err 'handshake: sns: .*: not confirmed: status 403$'
	ask_sns SubscriptionConfirmation "$CONFIRM"
	replied </dev/null
	[ "$(events)" = 0 ]
	kill "$PID_l"
	ended l
	[ "$status" -eq 0 ]
	# of another topic, or from a host whose certificate is another's
	listen --handshake sns --verify sns:arn:aws:sns:us-west-2:1:Other \
	    --sns-confirm --sns-cacert ca.pem
	ask_sns SubscriptionConfirmation "$CONFIRM"
	is_status 401
	kill "$PID_l"
	ended l
	listen --handshake sns --verify sns --sns-confirm
	ask_sns SubscriptionConfirmation "$CONFIRM"
	is_status 503
	[ "$(events)" = 0 ]
}

# ---- all of them ----

@test "wh-listen --handshake: names in lists, others' handshakes are requests" {
	listen --handshake okta,monday --handshake dropbox
	ask '/?challenge=a'
	text a
	ask / -H 'X-Okta-Verification-Challenge: a'
	json '{"verification":"a"}'
	ask / -d '{"challenge":"a"}'
	json '{"challenge":"a"}'
	[ "$(events)" = 0 ]
	ask '/?validationToken=a' -d ''
	is_status 204
	[ "$(events)" = 1 ]
	kill "$PID_l"
	ended l
	listen
	ask '/?challenge=a'
	is_status 204
	[ "$(events)" = 1 ]
}

@test "wh-listen --handshake: one that nobody signs needs no signature, all else does" {
	printf app >app
	printf token >token
	listen --handshake meta,dropbox --verify meta --secret-file meta=app \
	    --secret-file meta-token=token
	ask '/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=token'
	text 1
	ask '/?challenge=a'
	text a
	[ "$(events)" = 0 ]
	ask '/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=app'
	is_status 401
	ask '/?challenge='
	is_status 401
	ask / -d x -H "X-Hub-Signature-256: sha256=$(printf x | hmac app)"
	is_status 204
	# what is in every such URL is no key
	ask / -d x -H "X-Hub-Signature-256: sha256=$(printf x | hmac token)"
	is_status 401
	kill -HUP "$PID_l"
	await l.err 'the secrets were read again'
	ask / -d x -H "X-Hub-Signature-256: sha256=$(printf x | hmac token)"
	is_status 401
	[ "$(events)" = 1 ]
}

@test "wh-listen --handshake: --path counts, --method does not for GET; -1 waits for a request" {
	listen --handshake dropbox,graph --path '/hook' --method PUT -1
	ask '/hook?challenge=a'
	text a
	ask '/other?challenge=a'
	is_status 404
	ask '/hook?validationToken=a' -d ''
	is_status 405
	ask '/hook?challenge=a&challenge=b'
	is_status 405
	ask '/hook?challenge=b' -X GET -d x	# there is more than the head
	is_status 405
	[ "$(events)" = 0 ]
	ask '/hook' -X PUT -d x
	is_status 204
	ended l
	[ "$status" -eq 0 ]
	[ "$(events)" = 1 ]
}

@test "wh-listen --handshake: options at fault are exit 2" {
	printf key >k
	while IFS='|' read -r args want; do
		# shellcheck disable=SC2086 # several words
		run -2 --separate-stderr wh-listen $args 0
		[[ $stderr == "wh-listen: $want"* ]]
	done <<-'END'
	--handshake meta --secret-file meta-token=none|secret meta-token: none: No such file
	--handshake none|--handshake: none: not one that is known
	--handshake okta,|--handshake: : not one
	--handshake cloudevents|--handshake cloudevents: needs --allowed-origin
	--handshake asana|--handshake asana: needs --handshake-secret-file
	--handshake x|--handshake x: needs --secret-file x=FILE
	--handshake okta --allowed-origin a|--allowed-origin: goes with --handshake cloudevents
	--allowed-origin a|--allowed-origin: goes with --handshake cloudevents
	--handshake-topic a|--handshake-topic: goes with --handshake websub
	--handshake-secret-file a|--handshake-secret-file: goes with --handshake asana
	--sns-confirm|--sns-confirm: goes with --handshake sns
	--handshake slack|--handshake slack: needs --verify slack
	--handshake zoom --verify slack --secret-file k|--handshake zoom: needs --verify zoom
	--handshake sns --verify sns|--handshake sns: needs --sns-confirm
	END
}
