#!/usr/bin/env bats
# wh-send-forward.bats - webhooks that are received in one place and sent on to
# another: what arrives is what came, and nothing can be smuggled along.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper

setup()
{
	helper_setup
	SIGNED=$PEERS/signed.py
	VECTORS=$REPO/tests/data/signatures/signatures.ndjson
}

# receiver: sets URL; requests come as lines in receiver.out
receiver()
{
	start receiver "$PEERS/http_server.py"
	URL=http://127.0.0.1:$(await receiver.out '^[0-9]+')
}

# requests JQ-ARG...: jq over the requests so far
requests()
{
	tail -n +2 receiver.out | jq "$@"
}

# at NAME PROGRAM: awaits the program's word that it listens; sets PORT
at()
{
	PORT=$(await "$1.err" "^$2: listening on ")
	PORT=${PORT##*:}
	PORT=${PORT//[^0-9]/}
}

send()
{
	run --separate-stderr wh-send --backoff 10ms..20ms "$@"
}

each()
{
	jq -rs "sort_by(.line)[] | .$1" <<<"$output" | paste -sd' '
}

# event JQ: a request event, changed by the expression
event()
{
	jq -nc '{type: "request", method: "POST", target: "/t",
	    headers: [["X-A", "1"]], text: "x"} | '"$1"
}

# How many of the published examples are sent.
examples()
{
	jq -r 'select(.valid and (.scheme | IN("github", "stripe", "slack"))) |
	    .id' "$VECTORS" | wc -l
}

@test "forwarded through websockets, published signatures still verify" {
	public() { wh-listen 0 | ws-serve 0 --lines; }
	laptop() { ws-cat -r "ws://localhost:$feed/" | wh-send -e "$URL/"; }
	receiver
	start public public
	at public ws-serve
	feed=$PORT
	start laptop laptop
	await public.out '"type":"open"'
	at public wh-listen
	"$SIGNED" send "$VECTORS" "$PORT"
	await_lines laptop.out "$(examples)"
	[ "$(jq -r .outcome laptop.out | sort -u)" = delivered ]
	"$SIGNED" check "$VECTORS" receiver.out >verdicts
	[ "$(grep -c ' ok$' verdicts)" -eq "$(examples)" ]
	[ "$(grep -vc ' ok$' verdicts)" -eq 0 ]
	[ "$(examples)" -ge 10 ]
}

@test "forwarded, published signatures verify with wh-listen --verify" {
	local id

	for id in gh-2-octokit slack-1 st-1-dotnet; do
		jq -c --arg id $id 'select(.id == $id)' "$VECTORS" >one
		jq -j .secret one >secret
		start "far_${id%%-*}" wh-listen --announce 0 \
		    --verify "$(jq -r .scheme one)" --secret-file secret \
		    --now "$(jq '.now // 1' one)"
		announced "far_${id%%-*}"
		URL=http://127.0.0.1:$PORT
		near() { wh-listen 0 | wh-send -e "$URL/"; }
		start near near
		at near wh-listen
		"$SIGNED" send one "$PORT"
		await near.out '"outcome":"delivered"'
		await "far_${id%%-*}.out" '"verified":{'
		kill "$PID_near"
		ended near || :
	done
}

@test "forwarded straight, published signatures still verify; edited, they don't" {
	receiver
	edited() { wh-listen 0 |
	    jq -c --unbuffered 'if .json.yo? then .json.yo = 1 else . end' |
	    wh-send -e "$URL/"; }
	start edited edited
	at edited wh-listen
	"$SIGNED" send "$VECTORS" "$PORT"
	await_lines edited.out "$(examples)"
	"$SIGNED" check "$VECTORS" receiver.out >verdicts
	jq -r 'select(.valid and .body == "{\"yo\":true}" and
	    .scheme == "github") | .id + " signature"' "$VECTORS" |
	    sort >wanted
	[ -s wanted ]
	grep -v ' ok$' verdicts | sort | diff wanted -
}

@test "wh-send -e: fields of one hop go no further, those that Connection names neither" {
	receiver
	send -e "$URL" < <(event '.headers = [
	    ["Connection", "close, X-One"], ["x-ONE", "1"], ["X-Two", "2"],
	    ["connection", " x-three ,, x-Four"], ["X-Three", "3"],
	    ["X-FOUR", "4"], ["X-Fo", "5"], ["Keep-Alive", "1"],
	    ["Proxy-Connection", "1"], ["Proxy-Authorization", "1"],
	    ["Proxy-Authenticate", "1"], ["TE", "trailers"],
	    ["Trailer", "X-Two"], ["Transfer-Encoding", "chunked"],
	    ["Upgrade", "h2c"], ["HTTP2-Settings", "x"], ["Expect", "x"],
	    ["Host", "h"], ["Content-Length", "7"]]')
	[ "$status" -eq 0 ]
	[ "$(requests -c '[.headers[][0]]')" = \
	    '["Host","X-Two","X-Fo","Content-Length"]' ]
	[ "$(requests -c '.headers[-1]')" = '["Content-Length","1"]' ]
}

@test "wh-send -e: what would make two requests of one is a bad line" {
	local bad

	receiver
	for bad in '.headers = [["A", "b\r\nX: y"]]' \
	    '.headers = [["A", "b\nX: y"]]' '.headers = [["A", "b\u0000c"]]' \
	    '.headers = [["A\r\nX", "y"]]' '.headers = [["A: b", "c"]]' \
	    '.headers = [["", "c"]]' '.headers = [["A ", "c"]]' \
	    '.headers = [["Content-Length ", "0"]]' \
	    '.headers = [["Transfer-Encoding\t", "chunked"]]' \
	    '.headers = {"a\nb": "c"}' '.headers = {"a": ["b", "c\r\nd"]}' \
	    '.headers = [[":path", "/x"]]' \
	    '.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nPOST"' \
	    '.method = "A B"' '.method = ""' '.method = "CONNECT"' \
	    '.method = "HEAD"' '.target = "/ HTTP/1.1\r\nX: y\r\n\r\n"' \
	    '.target = "/a b"' '.target = "/\u0001"' '.target = "/\u0000"'; do
		event "$bad" >lines
		send -e "$URL/" <lines
		if [ "$status" -ne 9 ] || [ "$(each outcome)" != invalid ]; then
			echo "$bad: $status $output"
			return 1
		fi
	done
	[ "$(requests -s length)" -eq 0 ]
	event '.' | wh-send -e "$URL/"
	[ "$(requests -c '[.target, (.headers | length)]')" = '["/t",3]' ]
}

@test "wh-send -e: values are sent to the byte, empty ones and UTF-8 too" {
	receiver
	send -e "$URL" < <(event '.headers = [["A", ""], ["B", "  "],
	    ["C", "é; \"\\"], ["D;", "x"] , ["E", "a\tb"]] |
	    .headers |= map(select(.[0] != "D;"))')
	[ "$status" -eq 0 ]
	[ "$(requests -c '[.headers[] | select(.[0] | length == 1)]' |
	    iconv -f utf8 -t latin1)" = \
	    '[["A",""],["B",""],["C","é; \"\\"],["E","a\tb"]]' ]
}

@test "wh-send -e: a target stays below the URL's path, as far as dots go" {
	local target

	receiver
	for target in /../x /a/../../x /%2e%2E/x /.%2e/ /.. /./../x //../x \
	    '/..%2f..%2fx' '/a/..\..\x' '/%2e%2e%5cx'; do
		event ".target = \"${target//\\/\\\\}\"" >>lines
	done
	send -e "$URL/in/" <lines
	[ "$status" -eq 9 ]
	[ "$(jq -r .outcome <<<"$output" | sort | uniq -c | xargs)" = \
	    "$(wc -l <lines) invalid" ]
	[ "$(requests -s length)" -eq 0 ]
	for target in /a/../x /a/b/../../x '/x?a=/../../' /.../.../x /..x/..; do
		event ".target = \"$target\""
	done >lines
	send -e --jobs 1 "$URL/in/" <lines
	[ "$status" -eq 0 ]
	[ "$(requests -r .target | paste -sd' ')" = \
	    "/in/a/../x /in/a/b/../../x /in/x?a=/../../ /in/.../.../x /in/..x/.." ]
	# Where the URL is the whole host, there is nothing to leave.
	send -e "$URL/" < <(event '.target = "/../x"')
	[ "$(requests -r .target | tail -n 1)" = /../x ]
}
