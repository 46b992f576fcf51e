#!/usr/bin/env bats
# wh-send-sign.bats - --sign: what is made, when it is made, and of whose
# secrets.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper

WHSEC=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

# receiver ARG...: sets URL; requests come as lines in receiver.out
receiver()
{
	start receiver "$PEERS/http_server.py" "$@"
	URL=http://127.0.0.1:$(await receiver.out '^[0-9/]+')
}

# field NAME: that field of each request so far
field()
{
	tail -n +2 receiver.out | jq -r --arg name "$1" \
	    '.headers[] | select(.[0] | ascii_downcase == $name)[1]'
}

# code KEY TEXT: HMAC of SHA-256 in base64, with a key in hexadecimal
code()
{
	printf %s "$2" | openssl dgst -sha256 -mac hmac -macopt "hexkey:$1" \
	    -binary | base64
}

hex()
{
	od -An -v -tx1 | tr -d ' \n'
}

refused()
{
	local words=$1

	shift
	run --separate-stderr wh-send "$@" http://127.0.0.1:9/ </dev/null
	[ "$status" -eq 2 ]
	[ "$stderr" = "wh-send: $words" ]
	[ -z "$output" ]
}

@test "wh-send --secret-file: Standard Webhooks by itself; the id is the result's, the time is now" {
	local key id time

	receiver
	printf %s $WHSEC >s
	run --separate-stderr wh-send --secret-file s "$URL" \
	    <<<'{"test": 2432232314}'
	[ "$status" -eq 0 ]
	id=$(field webhook-id)
	time=$(field webhook-timestamp)
	[ "$id" = "$(jq -r .id <<<"$output")" ]
	[[ $id == msg_* ]]
	(($(date +%s) - time < 60 && $(date +%s) - time >= -1))
	key=$(base64 -d <<<"${WHSEC#whsec_}" | hex)
	[ "$(field webhook-signature)" = \
	    "v1,$(code "$key" "$id.$time.{\"test\": 2432232314}")" ]
	# And nothing that could tell the secret.
	run ! grep -q "${WHSEC#whsec_}" receiver.out <<<"$output$stderr"
}

@test "wh-send --sign: several secrets are several signatures, and either verifies" {
	receiver
	printf %s $WHSEC >new
	printf whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD >old
	wh-send --secret-file new --secret-file old "$URL" <<<'{}' >results
	[[ $(field webhook-signature) =~ ^v1,[^\ ]{44}\ v1,[^\ ]{44}$ ]]
	for s in new old; do
		start $s wh-listen --announce --verify standard-webhooks \
		    --secret-file $s 0
		announced $s
		wh-send --secret-file new --secret-file old \
		    "http://127.0.0.1:$PORT" <<<'{}'
	done
	printf %s $WHSEC >third
	printf other >fourth
	run --separate-stderr wh-send --sign stripe --secret-file third \
	    --secret-file fourth "$URL" <<<'{}'
	[[ $(field stripe-signature) =~ ^t=[0-9]*,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$ ]]
}

@test "wh-send --sign: several schemes, each with its own secret" {
	receiver
	printf %s $WHSEC >standard-webhooks
	printf mysecret >github
	wh-send --sign standard-webhooks --sign github \
	    --secret-file standard-webhooks --secret-file github "$URL" \
	    <<<'{"foo":"bar"}' >results
	[ "$(field x-hub-signature-256)" = sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3 ]
	[ "$(field webhook-signature | wc -l)" -eq 1 ]
	start l wh-listen --announce --verify github --verify standard-webhooks \
	    --secret-file standard-webhooks --secret-file github 0
	announced l
	wh-send --sign standard-webhooks --secret-file standard-webhooks \
	    "http://127.0.0.1:$PORT" <<<'{}'
	await_lines l.out 2
	sed -n 2p l.out | jq -e '.verified.scheme == "standard-webhooks"'
}

@test "wh-send --sign: the id stays over retries, time and signature are made afresh" {
	receiver --script 503,204
	openssl ecparam -genkey -name prime256v1 -noout -out key.pem
	openssl ec -in key.pem -pubout -out pub.pem 2>/dev/null
	printf %s $WHSEC >s
	# A second apart: ECDSA's signatures differ by themselves, the other's only
	# when a second has passed.
	run --separate-stderr wh-send --backoff 1100ms --sign sendgrid \
	    --sign standard-webhooks --secret-file sendgrid=key.pem \
	    --secret-file s "$URL" <<<'{}'
	[ "$status" -eq 0 ]
	[ "$(jq -r .attempts <<<"$output")" -eq 2 ]
	[ "$(field webhook-id | uniq)" = "$(jq -r .id <<<"$output")" ]
	[ "$(field webhook-timestamp | sort -u | wc -l)" -eq 2 ]
	[ "$(field webhook-signature | sort -u | wc -l)" -eq 2 ]
	[ "$(field x-twilio-email-event-webhook-signature | sort -u |
	    wc -l)" -eq 2 ]
	for i in 1 2; do
		field x-twilio-email-event-webhook-signature |
		    sed -n ${i}p | base64 -d >signature
		printf '%s{}' "$(field x-twilio-email-event-webhook-timestamp |
		    sed -n ${i}p)" |
		    openssl dgst -sha256 -verify pub.pem -signature signature
	done
}

@test "wh-send -e --sign: an event keeps its id; a request's old signature is replaced" {
	receiver
	printf %s $WHSEC >s
	printf mysecret >github
	wh-send -e --sign standard-webhooks --sign github --secret-file s \
	    --secret-file github "$URL" >results <<-'END'
	{"type":"request","id":"evt-7","method":"POST","target":"/x","headers":[["Content-Type","application/json"],["X-Hub-Signature-256","sha256=00"],["Webhook-Id","old"],["webhook-timestamp","1"],["svix-signature","v1,old"],["X-Kept","1"]],"text":"{\"foo\":\"bar\"}"}
	END
	[ "$(field webhook-id)" = evt-7 ]
	[ "$(field x-kept)" = 1 ]
	[ -z "$(field svix-signature)" ]
	[ "$(field x-hub-signature-256)" = sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3 ]
	[ "$(field webhook-timestamp | wc -l)" -eq 1 ]
	[ "$(field webhook-timestamp)" != 1 ]
}

@test "wh-send -e --sign: what wh-listen has verified is signed anew for the next" {
	printf mysecret >github
	printf %s $WHSEC >s
	start far wh-listen --announce --verify standard-webhooks \
	    --secret-file s 0
	announced far
	far=$PORT
	start near wh-listen --announce --verify github --secret-file github 0
	announced near
	curl -sS -d '{"foo":"bar"}' -H 'X-Hub-Signature-256: sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3' \
	    "http://127.0.0.1:$PORT/"
	await_lines near.out 2
	sed -n 2p near.out | wh-send -e --secret-file s "http://127.0.0.1:$far" \
	    >results
	await_lines far.out 2
	[ "$(sed -n 2p far.out | jq -r '.event.id')" = \
	    "$(sed -n 2p near.out | jq -r .id)" ]
	sed -n 2p far.out | jq -e '.verified.key == "s" and
	    .text == "{\"foo\":\"bar\"}"'
}

@test "wh-send --sign: a URL that is signed is the one that is sent to, without user info" {
	receiver
	printf k >s
	wh-send --sign square --secret-file s \
	    "http://user:pass@${URL#http://}/a%2Fb?c=1" <<<'{}' >results
	[ "$(field x-square-hmacsha256-signature)" = \
	    "$(code 6b "$URL/a%2Fb?c=1{}")" ]
	[ -n "$(field authorization)" ]
}

@test "wh-send: SIGHUP reads the secrets again" {
	receiver
	printf one >s
	start_fed w wh-send --sign gitlab --secret-file s "$URL"
	feed w '{}'
	await w.out '"delivered"'
	printf two >s
	kill -HUP "$PID_w"
	await w.err 'the secrets were read again$'
	feed w '{}'
	feed_end w
	ended w
	[ "$(field x-gitlab-token)" = $'one\ntwo' ]
}

@test "wh-send --body --sign: one file, whole" {
	receiver
	printf 'a\0b' >file
	printf s3 >s
	wh-send --sign dropbox --secret-file s --body file "$URL" >results
	[ "$(field x-dropbox-signature)" = \
	    "$(openssl dgst -sha256 -hmac s3 <file | sed 's/.*= //')" ]
}

@test "wh-send: secrets and schemes that don't go together are usage errors" {
	printf x >s
	refused '--secret: arguments are seen by every user of this machine: use --secret-file, --secret-env or --secret-fd' \
	    --secret hunter2
	refused '--sign github: needs a secret (--secret-file)' --sign github
	refused '--sign sns: can be checked, not made' --sign sns
	refused '--sign gitbub: no such scheme' --sign gitbub --secret-file s
	refused '--sign standard-webhooks: secret s: is not base64' \
	    --secret-file s
	printf whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4= >p
	refused '--sign standard-webhooks: secret p: is not whsk_ and base64' \
	    --secret-file p
}

@test "wh-send --sign: Ed25519 is what the specification's example has" {
	local key=whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==

	receiver
	printf %s $key >s
	printf whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4= >p
	start l wh-listen --announce --verify standard-webhooks --secret-file p 0
	announced l
	wh-send --secret-file s "http://127.0.0.1:$PORT" <<<'{"a":1}' >results
	await_lines l.out 2
	sed -n 2p l.out | jq -e '.verified.key == "p" and
	    (.headers | any(.[0] == "webhook-signature" and
	    (.[1] | startswith("v1a,"))))'
}
