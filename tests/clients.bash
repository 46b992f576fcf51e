# clients.bash - clients of ws-serve at $URL, by tests/peers/ws_client.py: for
# serving.bash and feeding.bash.
#
#	connected START NAME TARGET [ARG...]	one is there once this returns;
#				START is start or start_fed
#	got NAME		the texts that it has received, one a line
#	got_all NAME		messages of either kind
#	await_text NAME TEXT [SECS]	awaits a message
#	await_got NAME RE	awaits a text that matches, and prints it
# shellcheck shell=bash disable=SC2153 # LIMIT and URL are set elsewhere

connected()
{
	"$1" "$2" /usr/bin/python3 "$PEERS/ws_client.py" "${@:4}" "$URL$3"
	await "$2.out" '"open": true' >/dev/null
}

got()
{
	jq -r 'select(.kind == "text") | .base64 | @base64d' "$1.out"
}

got_all()
{
	jq -r 'select(.kind) | .base64 | @base64d' "$1.out"
}

await_text()
{
	await "$1.out" "\"$(printf %s "$2" | base64 -w0)\"" "${@:3}" >/dev/null
}

await_got()
{
	local limit=$((SECONDS + LIMIT))

	until got "$1" | grep -m 1 -E -e "$2"; do
		[ "$SECONDS" -lt "$limit" ] || return 1
	done
}
