# receiver.bash - a scripted receiver, for the tests of wh-send: `load receiver`
# after `load helper`.
#
#	receiver ARG...		starts it; sets URL and PORT
#	requests JQ-ARG...	jq over the requests so far
#	received		the bytes of the only request's body
#	send ARG...		runs wh-send, with a short backoff
#	each MEMBER		that member of each result line, in the order of
#				the input
# shellcheck shell=bash disable=SC2034,SC2154 # what is set is for the tests

receiver()
{
	start receiver "$PEERS/http_server.py" "$@"
	PORT=$(await receiver.out '^[0-9/]+')
	URL=http://127.0.0.1:$PORT
}

requests()
{
	tail -n +2 receiver.out | jq "$@"
}

received()
{
	requests -r .base64 | base64 -d
}

send()
{
	run --separate-stderr wh-send --backoff 10ms..20ms "$@"
}

each()
{
	jq -rs "sort_by(.line)[] | .$1" <<<"$output" | paste -sd' '
}
