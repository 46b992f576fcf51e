#!/usr/bin/env bats
# signatures.bats - what the providers' own libraries sign, wh-listen takes;
# what wh-send signs, they take.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper

sdk()
{
	node "$PEERS/sdk.mjs" "$@"
}

# The scheme of one of sdk.mjs's names.
scheme_of()
{
	case $1 in
	rfc9421-*) echo rfc9421 ;;
	svix) echo standard-webhooks ;;
	*) echo "$1" ;;
	esac
}

# their_keys NAME...: theirs listens, on port THEIRS, and has made keys
their_keys()
{
	start s node "$PEERS/sdk.mjs" serve "$@"
	THEIRS=$(await s.out '^[0-9]*$' 30)
}

# they_sign NAME...: ours takes it, and not with another body
they_sign()
{
	local name pairs=()

	for name in "$@"; do
		start "l_${name//-/_}" wh-listen --announce \
		    --verify "$(scheme_of "$name")" \
		    --secret-file "key=$name.check" 0
		announced "l_${name//-/_}"
		pairs+=("$name" "$PORT")
	done
	sdk send "${pairs[@]}" >statuses
	cat statuses
	for name in "$@"; do
		case $name in
		# A token signs no body.
		gitlab | telegram) grep -qx "$name 204 204" statuses ;;
		*) grep -qx "$name 204 401" statuses ;;
		esac
	done
}

# we_sign NAME...: theirs takes it
we_sign()
{
	local name

	printf '{"id": "evt_1",\n"n": 1.10, "e": "\\u00e9 \xc3\xa9"}\n' >body.json
	for name in "$@"; do
		run --separate-stderr wh-send --sign "$(scheme_of "$name")" \
		    --secret-file "key=$name.sign" --retries 0 \
		    --body body.json \
		    "http://127.0.0.1:$THEIRS/$name/a%2Cb?c=1&d"
		[ "$status" -eq 0 ] || { cat s.err; return 1; }
		[ "$(jq -r .outcome <<<"$output")" = delivered ]
	done
}

both()
{
	their_keys "$@"
	they_sign "$@"
	we_sign "$@"
}

@test "signatures: standardwebhooks and svix take what we sign, and we what they sign" {
	both standard-webhooks svix
}

@test "signatures: @octokit/webhooks-methods and stripe" {
	both github stripe
}

@test "signatures: pairs of keys, as Discord's library and SendGrid have them" {
	both discord sendgrid
}

@test "signatures: RFC 9421 by http-message-signatures: HMAC, Ed25519, ECDSA, RSA" {
	both rfc9421 rfc9421-ed25519 rfc9421-p256 rfc9421-rsa
}

@test "signatures: Zoom, Zendesk, Twitch, Meta and HubSpot, as their pages tell" {
	both zoom zendesk twitch meta hubspot
}

@test "signatures: GitLab, Telegram, X, Dropbox, as their pages tell" {
	both gitlab telegram x dropbox
}

@test "signatures: Linear's time is in the body, so we only check it" {
	their_keys linear
	they_sign linear
}
