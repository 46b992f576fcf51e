# feeding.bash - ws-serve and clients that say what they are fed: `load feeding`.
#
#	serve ARG...		the server on a free port, its stdin held open
#				(feed serve LINE...); sets URL
#	client NAME TARGET [ARG...]	tests/peers/ws_client.py at $URL$TARGET, there
#				once this returns (feed NAME LINE...)
# shellcheck shell=bash

serve()
{
	start_fed serve ws-serve 0 --announce "$@"
	announced serve
	URL=ws://localhost:$PORT
}

client()
{
	local name=$1 target=$2

	shift 2
	start_fed "$name" /usr/bin/python3 "$REPO/tests/peers/ws_client.py" \
	    --send - "$@" "$URL$target"
	await "$name.out" '"open": true' >/dev/null
}
