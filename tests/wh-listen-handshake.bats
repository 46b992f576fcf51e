#!/usr/bin/env bats
# wh-listen-handshake.bats - --handshake: each provider's subscription handshake
# has exactly the reply it wants, and makes no line; all else is a request.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper

# listen OPTION...: starts wh-listen on a free port
listen()
{
	start l wh-listen --announce "$@" 0
	announced l
}

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

# events: how many lines there are
events()
{
	grep -c '"type":"request"' l.out || :
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
	listen --handshake cloudevents --allowed-origin '*'
	ask / -X OPTIONS -H 'WebHook-Request-Origin: any.example'
	replied 'Allow: POST' 'WebHook-Allowed-Origin: any.example' \
	    'WebHook-Allowed-Rate: *' </dev/null
	[ "$(events)" = 0 ]
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
	while IFS='|' read -r args want; do
		# shellcheck disable=SC2086 # several words
		run -2 --separate-stderr wh-listen $args 0
		[[ $stderr == "wh-listen: $want"* ]]
	done <<-'END'
	--handshake none|--handshake: none: not one that is known
	--handshake okta,|--handshake: : not one
	--handshake cloudevents|--handshake cloudevents: needs --allowed-origin
	--handshake asana|--handshake asana: needs --handshake-secret-file
	--handshake x|--handshake x: needs --secret-file x=FILE
	--handshake okta --allowed-origin a|--allowed-origin: goes with --handshake cloudevents
	--allowed-origin a|--allowed-origin: goes with --handshake cloudevents
	--handshake-topic a|--handshake-topic: goes with --handshake websub
	--handshake-secret-file a|--handshake-secret-file: goes with --handshake asana
	END
}
