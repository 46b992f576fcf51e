#!/bin/bash
# demo.sh - real webhooks arrive in the terminal and in a web page: make demo.
#
#	wh-listen | tee events.ndjson | ws-serve --lines --history 100 --page feed
#
# on free ports; three of GitHub's webhooks are sent to it by wh-send, and all
# that arrives is printed, until Ctrl-C.  DEMO_ONCE=1 ends after the three.
set -eu
cd "$(dirname "$0")/.."
PATH=${HOOKLINE_BUILD:-$PWD/build}:$PATH
tmp=$(mktemp -d)
pids=()

# wh-listen answers what is under way, ws-serve says goodbye to the browsers.
finish()
{
	local pid status=$?

	trap '' INT TERM
	trap - EXIT
	for pid in "${pids[@]}"; do
		kill -TERM "$pid" 2>/dev/null || :
	done
	wait 2>/dev/null || :
	rm -rf "$tmp"
	exit "$status"
}
trap finish EXIT
trap 'echo; exit 0' INT TERM

# await FILE LINES PATTERN: prints the last of so many lines that match.
await()
{
	timeout 60 grep -m"$2" -e "$3" \
	    <(exec tail -n +1 -F "$1" 2>/dev/null) | tail -n 1 | grep . && return
	echo "demo: nothing came:" >&2
	cat "$tmp"/*.err >&2
	return 1
}

port()
{
	local line

	line=$(await "$1" 1 'listening on') || exit 1
	line=${line##*:}
	echo "${line//[!0-9]/}"
}

# What there is to say of an event, on one line.
# shellcheck disable=SC2016 # jq's variables
readable='
def news: .json as $b | {
	push: "\($b.commits | length) commit to \($b.ref)",
	issues: "issue \($b.action): \($b.issue.title)",
	star: "star \($b.action), \($b.repository.stargazers_count) in all"
};
(.event.type // null) as $type |
"\(.time[11:19])  \(.method) \(.target)  " + if $type == null then
	.text // .base64 | .[:60]
else
	"\($type) by \(.json.sender.login) on " +
	"\(.json.repository.full_name): \(news[$type] // "...")"
end'

# hook NAME: sends it, prints the result; and the event, until follow does.
sent=0
following=
hook()
{
	sent=$((sent + 1))
	wh-send --body "tests/data/github/$1.json" -H "X-GitHub-Event: $1" \
	    -H "X-GitHub-Delivery: demo-$sent" "$url" >"$tmp/result"
	jq -r '"   sent:  \(.outcome), \(.status) in \(.ms) ms"' "$tmp/result"
	[ -z "$following" ] || return 0
	await "$tmp/events" "$sent" '"type":"request"' >"$tmp/event"
	echo "printed:  $(jq -r "$readable" "$tmp/event")"
}

# Prints what arrives from now on, from whomever.
follow()
{
	following=yes
	tail --pid=$$ -n +$((sent + 1)) -f "$tmp/events" |
	    jq -r --unbuffered "\"printed:  \" + ($readable)" &
	pids+=($!)
}

hooks()
{
	for name in push issues star; do
		hook "$name"
	done
}

mkfifo "$tmp/lines" "$tmp/copy"
: >"$tmp/events"
wh-listen 0 >"$tmp/lines" 2>"$tmp/listen.err" &
pids+=($!)
tee "$tmp/events" <"$tmp/lines" >"$tmp/copy" &
ws-serve 0 --lines --history 100 --page feed <"$tmp/copy" >/dev/null 2>"$tmp/serve.err" &
serve=$!
pids+=("$serve")
url=http://127.0.0.1:$(port "$tmp/listen.err")/github
page=http://127.0.0.1:$(port "$tmp/serve.err")/

cat <<END
Running:  wh-listen | tee events.ndjson | ws-serve --lines --history 100 --page feed

Webhooks are received at  $url
The live page is at       $page   (open it now)

END
hooks
[ -z "${DEMO_ONCE:-}" ] || exit 0

cat <<END

Send one of your own:  curl -d '{"hello":"world"}' $url
In the terminal, too:  ${HOOKLINE_BUILD:-build}/ws-cat -r ws${page#http}
END
follow
if [ -t 0 ]; then
	echo "Enter sends the three again, for the page; Ctrl-C ends."
	while read -r _; do
		hooks
	done
else
	echo "Ctrl-C ends."
fi
wait "$serve"
