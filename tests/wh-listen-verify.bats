#!/usr/bin/env bats
# wh-listen-verify.bats - --verify: who has no secret gets 401 and makes no
# line; secrets, their sources and their rotation.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper
load listening

# Octokit's published example.
BODY='{"foo":"bar"}'
GOOD=sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3
SECRET=mysecret

# post WANTED [SIGNATURE [BODY]]: is that the status?
post()
{
	local got

	got=$(curl -sS -o body -D fields -w '%{http_code}' \
	    ${2:+-H "X-Hub-Signature-256: $2"} -d "${3-$BODY}" \
	    "http://127.0.0.1:$PORT/")
	[ "$got" = "$1" ]
}

# refused WORDS OPTION...: exit status 2, and the words are the whole message
refused()
{
	local words=$1

	shift
	run --separate-stderr wh-listen "$@" 0 </dev/null
	[ "$status" -eq 2 ]
	[ "$stderr" = "wh-listen: $words" ]
	[ -z "$output" ]
}

# ---- what is signed, and what is not ----

@test "wh-listen --verify: every published example has its source's verdict" {
	run "$PEERS/signatures.py" "$REPO/tests/data/signatures"
	[ "$output" = "119 sent" ]
	[ "$status" -eq 0 ]
}

@test "wh-listen --verify: a signed request makes a line that says by whom" {
	printf %s $SECRET >hub
	listen --verify github --secret-file hub
	post 204 $GOOD
	await_lines l.out 2
	sed -n 2p l.out | jq -ec '.verified ==
	    {"scheme":"github","key":"hub"} and .text == "{\"foo\":\"bar\"}"'
	# At its place in the line.
	sed -n 2p l.out | jq -r 'keys_unsorted | join(" ")' >order
	grep -q ' headers verified text json$' order
}

@test "wh-listen --verify: a bad signature is 401 and no line; only stderr tells why" {
	printf %s $SECRET >s
	listen --verify github --secret-file s
	post 401 $GOOD '{"foo":"baz"}'
	[ "$(cat body)" = "not verified" ]
	grep -qi '^content-type: text/plain' fields
	post 401
	post 401 "$GOOD, $GOOD"
	post 204 $GOOD
	await_lines l.out 2
	[ "$(wc -l <l.out)" -eq 2 ]
	await l.err "refused: github: X-Hub-Signature-256: the signature doesn't fit$"
	await l.err "refused: github: X-Hub-Signature-256 isn't there, or of another kind$"
	run ! grep -q "$SECRET\|4864d27599" l.err
}

@test "wh-listen --verify: SHA-1 counts only if it is asked for, and never beside a wrong SHA-256" {
	local sha1=X-Hub-Signature:\ sha1=d03207e4b030cf234e3447bac4d93add4c6643d8

	printf %s $SECRET >s
	sha1()
	{
		curl -sS -o /dev/null -w '%{http_code}\n' -H "$sha1" "$@" \
		    -d "$BODY" "http://127.0.0.1:$PORT/"
	}
	listen --verify github --secret-file s
	[ "$(sha1)" = 401 ]
	[ "$(sha1 -H "X-Hub-Signature-256: $GOOD")" = 204 ]
	start m wh-listen --announce --verify github-sha1 --secret-file s 0
	announced m
	[ "$(sha1)" = 204 ]
	[ "$(sha1 -H "X-Hub-Signature-256: ${GOOD%3}4")" = 401 ]
	[ "$(sha1 -H "X-Hub-Signature-256: $GOOD")" = 204 ]
}

@test "wh-listen --verify: a signature that is there twice is refused" {
	printf %s $SECRET >s
	listen --verify github --secret-file s
	run curl -sS -o /dev/null -w '%{http_code}' -d "$BODY" \
	    -H "X-Hub-Signature-256: $GOOD" \
	    -H "X-Hub-Signature-256: $GOOD" "http://127.0.0.1:$PORT/"
	[ "$output" = 401 ]
	await l.err 'github: X-Hub-Signature-256 is there 2 times$'
}

@test "wh-listen --verify: a body of which only a part has come is not taken for less" {
	printf %s $SECRET >s
	listen --verify github --secret-file s
	printf 'POST / HTTP/1.1\r\nHost: h\r\nX-Hub-Signature-256: %s\r\n'`
	    `'Content-Length: 14\r\n\r\n%s' "$GOOD" "$BODY" >half
	printf 'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n'`
	    `'X-Hub-Signature-256: %s\r\nTransfer-Encoding: chunked\r\n\r\n'`
	    `'5\r\n{"foo\r\n8\r\n":"bar"}\r\n0\r\n\r\n' "$GOOD" >chunks
	nc -N 127.0.0.1 "$PORT" <half >reply
	run ! grep -q '^HTTP/1.1 2' reply
	nc -N 127.0.0.1 "$PORT" <chunks >reply
	grep -q '^HTTP/1.1 204 ' reply
	await_lines l.out 2
	sed -n 2p l.out | jq -e '.verified.scheme == "github"'
}

@test "wh-listen --on-bad tag: the line says that it is not verified" {
	printf %s $SECRET >s
	listen --verify github --secret-file s --on-bad tag
	post 204 $GOOD
	post 204
	await_lines l.out 3
	[ "$(jq -c 'select(.type == "request").verified' l.out)" = \
	    $'{"scheme":"github","key":"s"}\nfalse' ]
	await l.err "not verified: github: "
}

@test "wh-listen --verify: any of several schemes, each with the secret that has its name" {
	printf %s $SECRET >github
	printf other >s
	listen --verify gitlab --verify github --secret-file github \
	    --secret-file gitlab=s
	post 204 $GOOD
	post 401 sha256=00
	token()
	{
		curl -sS -o /dev/null -w '%{http_code}\n' \
		    -H "X-Gitlab-Token: $1" -d x "http://127.0.0.1:$PORT/"
	}
	[ "$(token other)" = 204 ]
	# Not GitHub's secret as GitLab's token.
	[ "$(token $SECRET)" = 401 ]
	await_lines l.out 3
	[ "$(jq -r 'select(.type == "request").verified | "\(.scheme) \(.key)"' \
	    l.out)" = $'github github\ngitlab gitlab' ]
}

@test "wh-listen --verify: a token that is the secret itself is told to nobody" {
	printf t0ken >gitlab
	start l wh-listen --announce --verify gitlab --secret-file gitlab \
	    --on-bad tag -v 0 -- env
	announced l
	for token in t0ken wr0ng; do
		curl -sS -o body.$token -H "x-gitlab-token: $token" \
		    -H 'X-Gitlab-Event: Push Hook' -d x \
		    "http://127.0.0.1:$PORT/?a=b"
	done
	await_lines l.out 3
	[ "$(jq -c 'select(.type == "request") | .headers[] |
	    select(.[0] == "x-gitlab-token")' l.out | uniq -c | xargs)" = \
	    '2 [x-gitlab-token,***]' ]
	grep -qx 'WH_HEADER_X_GITLAB_TOKEN=\*\*\*' body.t0ken
	grep -qx 'WH_HEADER_X_GITLAB_EVENT=Push Hook' body.t0ken
	run ! grep -E 't0ken|wr0ng' l.out l.err body.*
}

@test "wh-listen -v: a request is told without its query, where tokens may stand" {
	printf t0ken >token
	listen -v --handshake meta --secret-file meta-token=token
	[ "$(curl -sS "http://127.0.0.1:$PORT/a?hub.mode=subscribe&\
hub.challenge=77&hub.verify_token=t0ken")" = 77 ]
	await l.err ': GET /a, 0 bytes$'
	run ! grep t0ken l.out l.err
}

@test "wh-listen --verify hmac: any other provider's way, written down" {
	local secret=s3cret time=1700000000 code

	printf %s $secret >s
	listen --secret-file s --now $((time + 60)) --verify \
	    'hmac:header=X-Sig,encoding=base64,prefix=v1=,timestamp=X-Time,template={method}\n{timestamp}.{body}'
	code=$(printf 'POST\n%s.%s' $time "$BODY" |
	    openssl dgst -sha256 -hmac $secret -binary | base64)
	run curl -sS -o /dev/null -w '%{http_code}' -d "$BODY" \
	    -H "X-Sig: v1=$code" -H "X-Time: $time" "http://127.0.0.1:$PORT/"
	[ "$output" = 204 ]
	run curl -sS -o /dev/null -w '%{http_code}' -d "$BODY" -X PUT \
	    -H "X-Sig: v1=$code" -H "X-Time: $time" "http://127.0.0.1:$PORT/"
	[ "$output" = 401 ]
	await_lines l.out 2
	sed -n 2p l.out | jq -e '.verified.scheme == "hmac"'
}

@test "wh-listen --tolerance: to the second, in both directions" {
	local now want code

	printf whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw >s
	for now in 1614265330:204 1614265340:204 1614265341:401 \
	    1614265320:204 1614265319:401; do
		want=${now#*:}
		listen --verify standard-webhooks --secret-file s \
		    --tolerance 10s --now "${now%:*}"
		code=$(curl -sS -o /dev/null -w '%{http_code}' \
		    -H 'webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek' \
		    -H 'webhook-timestamp: 1614265330' -H 'webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' \
		    -d '{"test": 2432232314}' "http://127.0.0.1:$PORT/")
		echo "$now: $code"
		[ "$code" = "$want" ]
		kill -TERM "$PID_l"
		ended l
	done
}

# ---- the URL ----

@test "wh-listen --public-url: what the sender called it is what is signed" {
	local key=k url

	printf %s $key >s
	square()
	{
		local code

		code=$(printf '%s%s' "$1" "$BODY" |
		    openssl dgst -sha256 -hmac $key -binary | base64)
		curl -sS -o /dev/null -w '%{http_code}\n' -d "$BODY" \
		    -H "x-square-hmacsha256-signature: $code" \
		    "http://127.0.0.1:$PORT$2"
	}
	# Without it: the Host field.
	listen --verify square --secret-file s
	[ "$(square "http://127.0.0.1:$PORT/a%2Fb?c=1" '/a%2Fb?c=1')" = 204 ]
	[ "$(square "http://127.0.0.1:$PORT/a/b?c=1" '/a%2Fb?c=1')" = 401 ]
	for url in https://example.com https://example.com/; do
		start m wh-listen --announce --verify square \
		    --secret-file s --public-url $url 0
		announced m
		[ "$(square 'https://example.com/a?b' '/a?b')" = 204 ]
		[ "$(square "http://127.0.0.1:$PORT/a?b" '/a?b')" = 401 ]
		kill -TERM "$PID_m"
		ended m
	done
	start m wh-listen --announce --verify square --secret-file s \
	    --public-url https://example.com/hooks/1 0
	announced m
	[ "$(square 'https://example.com/hooks/1?b' '/a?b')" = 204 ]
	kill -TERM "$PID_m"
	ended m
	start m wh-listen --announce --verify square --secret-file s \
	    --public-url https://example.com/in/ 0
	announced m
	[ "$(square 'https://example.com/in/a?b' '/a?b')" = 204 ]
}

# ---- secrets ----

@test "wh-listen --secret-env, --secret-fd: several secrets, any of them, by name" {
	printf old >s
	W=$SECRET start l wh-listen --announce --verify github \
	    --secret-file s --secret-env new=W 0
	announced l
	post 204 $GOOD
	await_lines l.out 2
	sed -n 2p l.out | jq -e '.verified.key == "new"'
	printf %s $SECRET | start_from /dev/stdin m wh-listen --announce \
	    --verify github --secret-file s --secret-fd 0 0
	announced m
	post 204 $GOOD
	await_lines m.out 2
	sed -n 2p m.out | jq -e '.verified.key == "fd0"'
}

@test "wh-listen: SIGHUP reads the secrets again; what is no secret changes nothing" {
	printf old >s
	listen --verify github --secret-file s
	post 401 $GOOD
	printf %s $SECRET >s
	kill -HUP "$PID_l"
	await l.err 'the secrets were read again$'
	post 204 $GOOD
	: >s
	kill -HUP "$PID_l"
	await l.err 'the secrets are as before: secret s: is empty$'
	post 204 $GOOD
	rm s
	kill -HUP "$PID_l"
	await l.err 'the secrets are as before: secret s: s: No such file or directory$'
	post 204 $GOOD
}

@test "wh-listen: white space around a secret, and v1, before whsec_, are forgiven with a warning" {
	printf ' %s\n' $SECRET >s
	listen --verify github --secret-file s
	post 204 $GOOD
	await l.err '^wh-listen: secret s: the white space around it was left out$'
	echo v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw >s
	start m wh-listen --announce --verify standard-webhooks \
	    --secret-file s --now 1614265330 0
	announced m
	await m.err '^wh-listen: secret s: "v1," in front of whsec_ was left out$'
	run curl -sS -o /dev/null -w '%{http_code}' \
	    -H 'webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek' \
	    -H 'webhook-timestamp: 1614265330' -H 'webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' \
	    -d '{"test": 2432232314}' "http://127.0.0.1:$PORT/"
	[ "$output" = 204 ]
}

@test "wh-listen: a secret as an argument is refused, and not repeated" {
	local words='--secret: arguments are seen by every user of this machine: use --secret-file, --secret-env or --secret-fd'

	refused "$words" --verify github --secret hunter2
	refused "$words" --verify github --secret=hunter2
}

@test "wh-listen: secrets and schemes that don't go together are usage errors" {
	printf x >s
	: >empty
	refused '--verify github: needs a secret (--secret-file)' \
	    --verify github
	refused 'a secret without --verify or --handshake is of no use' \
	    --secret-file s
	refused '--verify gitbub: no such scheme' --verify gitbub \
	    --secret-file s
	refused 'secret empty: is empty' --verify github --secret-file empty
	refused 'secret none: none: No such file or directory' \
	    --verify github --secret-file none
	refused '--secret-env: NOT_SET: is not set' --verify github \
	    --secret-env NOT_SET
	refused "--verify standard-webhooks: secret s: is not base64" \
	    --verify standard-webhooks --secret-file s
	refused '--on-bad: needs --verify' --on-bad tag
	refused '--public-url: example.com: no URL with https:// or http://' \
	    --verify github --secret-file s --public-url example.com
	refused '--public-url: https://h/?a: more than scheme, host and path' \
	    --verify github --secret-file s --public-url 'https://h/?a'
	refused '--public-url: ws://h/: more than scheme, host and path' \
	    --verify github --secret-file s --public-url ws://h/
	# The key's other half is public.
	openssl ecparam -genkey -name prime256v1 -noout |
	    openssl ec -pubout 2>/dev/null >pub
	refused '--verify github: secret pub: is not a secret that both sides share' \
	    --verify github --secret-file pub
}

# ---- the pages ----

# example WORDS: wh-listen(1)'s example with those words in it is started as
# `l`, on a free port and at the time NOW
example()
{
	awk -v words="$1" '
	/^\.Bd -literal/ { on = 1; text = ""; next }
	/^\.Ed/ && on { on = 0; if (index(text, words)) printf "%s", text }
	on { text = text $0 "\n" }
	' "$REPO/man/wh-listen.1" | sed 's/\\e/\\/g; s/ 8080 / 0 /' >example
	grep -qF -e "$1" example
	sed -i "\$s/\$/ --announce --now $NOW/" example
	start l bash example
	announced l
}

# published ID: sends that example of tests/data; prints the status
published()
{
	"$PEERS/signatures.py" "$REPO/tests/data/signatures" \
	    "$1" "$PORT"
}

@test "wh-listen(1): the example for GitHub" {
	printf %s $SECRET >hub
	NOW=1 example '--verify github'
	post 204 $GOOD
	[ "$(published gh-2-octokit)" = 204 ]
	[ "$(published gh-1-docs)" = 401 ]
	run curl -sS -o /dev/null -w '%{http_code}' -d "$BODY" \
	    -H "X-Hub-Signature-256: $GOOD" -H 'X-GitHub-Event: ping' \
	    "http://127.0.0.1:$PORT/"
	[ "$output" = 204 ]
	await_lines l.out 3
	kill -TERM "$PID_l"
	ended l
	[ "$(wc -l <l.out)" -eq 3 ]
}

@test "wh-listen(1): the example for Stripe" {
	printf webhook_secret >whsec
	NOW=1533204720 example '--verify stripe'
	[ "$(published st-1-dotnet)" = 204 ]
	[ "$(published st-3-dotnet-empty-t)" = 401 ]
	kill -TERM "$PID_l"
	ended l
	cat q/seg/*.ndjson >stored
	[ "$(wc -l <stored)" -eq 1 ]
	jq -e '.json.id == "evt_123" and .verified.key == "whsec"' stored
}

@test "wh-listen(1): the example for Slack" {
	printf 8f742231b10e8888abcd99yyyzzz85a5 >slack
	NOW=$((1531420618 + 180)) example '--verify slack'
	[ "$(published slack-1)" = 200 ]
	[ "$(published slack-2-badbody)" = 401 ]
	await_lines l.out 2
	kill -TERM "$PID_l"
	ended l
	NOW=$((1531420618 + 181)) example '--verify slack'
	[ "$(published slack-1)" = 401 ]
}

@test "wh-listen(1): the example for Standard Webhooks" {
	printf C2FVsBQIhrscChlQIMV+b5sSYspob7oD >old
	export WHSEC=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
	NOW=1614265330 example '--verify standard-webhooks'
	[ "$(published sw-1)" = 204 ]
	[ "$(published sw-6-bad)" = 401 ]
	await_lines l.out 2
	[ "$(sed -n 2p l.out)" = '{"test": 2432232314}' ]
	kill -TERM "$PID_l"
	ended l
	NOW=1649367553 example '--verify standard-webhooks'
	[ "$(published sw-2)" = 204 ]
}

@test "hookline-signatures(7) has every scheme, and no other" {
	local name

	sed -n 's/^	{ "\([a-z0-9-]*\)", {.*/\1/p' \
	    "$REPO/lib/sign/presets.c" | sort >known
	[ "$(wc -l <known)" -gt 35 ]
	sed -n '/^\.Sh SCHEMES/,/^\.Sh OTHER/p' \
	    "$REPO/man/hookline-signatures.7" | tr -d '\\' |
	    grep -oE '^\.(It )?Cm [a-z0-9-]+( , [a-z0-9-]+)*' |
	    sed 's/^\.\(It \)*Cm //; s/ , /\n/g' | sort -u >told
	while read -r name; do
		grep -qxe "$name" told || {
			echo "the page lacks $name"
			return 1
		}
	done <known
	while read -r name; do
		run --separate-stderr wh-listen --verify "$name" --for 1ms 0
		[[ $stderr != *"no such scheme"* ]]
	done < <(grep -vx 'key\|require' told)
}
