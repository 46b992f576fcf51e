#!/usr/bin/env bats
# pages-feed.bats - the live view of webhooks in a real browser, under the
# policy that ws-serve sends with it.

# shellcheck disable=SC2016 # a browser's expressions, not the shell's
# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load pages

# feed_of ARG...: wh-listen's, with these options; HOOK takes webhooks, FEED is
# the page.
feed_of()
{
	start row sh -c 'wh-listen 0 "$@" | ws-serve 0 --lines --page feed \
	    --history 50' row "$@"
	at row wh-listen
	HOOK=http://localhost:$PORT
	at row ws-serve
	FEED=http://localhost:$PORT/
}

# lines ARG...: of what lines are fed to serve.in
lines()
{
	start_fed serve ws-serve 0 --lines --page feed "$@"
	at serve ws-serve
	FEED=http://localhost:$PORT/
}

# What a page shows, the newest first.
SHOWN='entries.map(e => e.line)'

@test "feed: a webhook appears with its method, path, headers and body, numbers as they came" {
	feed_of
	here f "$FEED"
	also sh "curl -sS '$HOOK/hook%2Fx?a=1' -H 'X-GitHub-Event: push' \
		--data-raw '{\"id\":12345678901234567890,\"price\":1.10}'" -- \
	    wait f '#list .path' '/hook%2Fx?a=1' -- text f '#list .method' -- \
	    text f '#list .type' -- text f '#list .size' -- \
	    until f '/^\d\d:\d\d:\d\d\.\d{3}$/.test(
		document.querySelector("#list time").textContent)' -- \
	    click f '.entry summary' -- wait f '#list th' X-GitHub-Event -- \
	    wait f '#list td' 127.0.0.1: -- \
	    wait f '#list pre' '"price": 1.10' -- text f '#list pre'
	walk
	[ "${lines[0]} ${lines[1]} ${lines[2]}" = 'POST push 40 B' ]
	[[ $output == *'"id": 12345678901234567890,'* ]]
}

@test "feed: what is verified is told from what is not, with the scheme and the secret's name" {
	printf secret >s
	feed_of --verify github --secret-file main=s --on-bad tag
	here f "$FEED"
	also sh "echo '{\"a\":1}' | wh-send '$HOOK/good' --sign github \
		--secret-file s >/dev/null && curl -sS '$HOOK/bad' -d hi" -- \
	    wait f '#list .path' /bad -- text f '#list .tags' -- \
	    click f '.entry:last-child summary' -- \
	    wait f '#list td' 'verified: github, by the secret main'
	walk
	[ "${lines[*]}" = 'not verified ✓ github' ]
}

@test "feed: markup in a webhook does not become markup" {
	feed_of
	here f "$FEED"
	also sh "curl -sS '$HOOK/' -H 'X-Bad: <img src=x onerror=alert(1)>' \
		-d '<img src=x onerror=alert(2)><script>alert(3)</script>'" -- \
	    wait f '#list .path' / -- click f '.entry summary' -- \
	    wait f '#list pre' '<script>alert(3)</script>' -- \
	    wait f '#list td' '<img src=x onerror=alert(1)>' -- \
	    count f '#list img' -- count f 'script'
	walk
	[ "$output" = $'0\n1' ]
}

@test "feed: shows other events, and what is no event, as they stand" {
	lines
	here f "$FEED"
	also sh 'printf "%s\n" "{\"a\":1.10}" "not json" \
		"{\"type\":\"open\",\"id\":\"i\",\"client\":\"c1\",\"room\":\"/x\"}" \
		>serve.in' -- \
	    wait f '#list .path' /x -- text f '#list .method' -- \
	    text f '#list .path' -- click f '.entry summary' -- \
	    wait f '#list pre' '"client": "c1"'
	walk
	[ "${lines[*]}" = 'open text text /x not json {"a":1.10}' ]
}

@test "feed: shows bodies alone, too, binary ones in hex" {
	start_fed serve ws-serve 0 --page feed
	at serve ws-serve
	here f "http://localhost:$PORT/"
	also sh 'printf "%s\n" "{\"type\":\"request\",\"text\":\"a=1\"}" \
		"{\"base64\":\"AP8B\"}" >serve.in' -- \
	    wait f '#list .path' binary -- text f '#list .path' -- \
	    text f '#list .size'
	walk
	[ "${lines[*]}" = '(binary) 00 ff 01 a=1 3 B 3 B' ]
}

@test "feed: who comes later sees what came before" {
	feed_of
	curl -sS "$HOOK/early" -d 1
	also open f "$FEED" -- wait f '#list .path' /early -- reload f -- \
	    wait f '#list .path' /early
	walk
}

@test "feed: over a server killed and started anew nothing is missed, and nothing shown twice" {
	lines --history 50 --history-file kept
	cat >again <<-END
		{ echo three; cat; } <hold | ws-serve $PORT --lines --page feed \
		    --history 50 --history-file kept >again.out 2>again.err 3>&- &
		timeout 60 tail -n +1 -F again.err 2>&1 | grep -m 1 -q listening
	END
	mkfifo hold
	exec {held}<>hold
	here f "$FEED"
	also sh 'printf "%s\n" one two >serve.in' -- wait f '#list .path' two -- \
	    sh "kill -KILL $PID_serve" -- wait f '#state' 'Not connected' -- \
	    sh '. ./again' -- eval f 'feed.connect()' -- wait f '#list .path' three -- \
	    eval f "$SHOWN" -- count f .gap
	walk
	exec {held}>&-
	[ "$output" = $'null\n["one","two","three"]\n0' ]
}

@test "feed: where events may be missing it says so" {
	lines --history 2
	here f "$FEED"
	also sh 'echo one >serve.in' -- wait f '#list .path' one
	away f
	also sh 'seq 100 105 >serve.in'
	back f
	also wait f '#list .path' 105 -- wait f '#list .gap' missing -- \
	    eval f "$SHOWN"
	walk
	[ "${lines[-1]}" = '["one","","104","105"]' ]
}

@test "feed: keeps the newest 2000 of 10000, and finds by search" {
	lines
	here f "$FEED"
	also sh 'seq -f "{\"n\":%.0f}" 10000 >serve.in' -- \
	    wait f '#list' '{"n":10000}' -- count f .entry -- \
	    text f '#list .entry:first-child .path' -- \
	    type f '#search' '"n":9876}' -- count f '.entry:not([hidden])'
	walk
	[ "${lines[0]}" = 2000 ]
	[ "${lines[1]}" = '{"n":10000}' ]
	[ "${lines[-1]}" = 1 ]
}

@test "feed: the search looks at what is shown, and says how much it has found" {
	feed_of
	here f "$FEED"
	also wait f '#empty' 'Nothing yet' -- \
	    sh "curl -sS '$HOOK/one' -H 'X-Odd: It is' -d 'two
lines' && curl -sS '$HOOK/two' -d '{}'" -- \
	    wait f '#list .path' /two -- type f '#search' 'x-odd: it' -- \
	    wait f '#count' '1 of 2 found' -- wait f '#said' '1 of 2 found' -- \
	    text f '.entry:not([hidden]) .path' -- \
	    type f '#search' $'\e' -- wait f '#count' '2 received' -- \
	    type f '#search' content-type -- until f '$("count").textContent
		=== "2 received"' -- clear f '#search' -- \
	    type f '#search' headers -- wait f '#empty' 'Nothing found' -- \
	    text f '#count' -- sh "curl -sS '$HOOK/headers' -d 3" -- \
	    wait f '.entry:not([hidden]) .path' /headers -- \
	    eval f '[$("list").hidden, $("empty").hidden]'
	walk
	[ "${lines[*]}" = '/one 0 of 2 found [false,true]' ]
}

@test "feed: while it is paused nothing moves, and nothing is lost" {
	lines
	here f "$FEED"
	also sh 'echo one >serve.in' -- wait f '#list .path' one -- \
	    click f '#pause' -- sh 'seq 10 12 >serve.in' -- \
	    wait f '#pause' 'Resume (3 new)' -- count f .entry -- \
	    click f '#pause' -- wait f '#list .path' 12 -- eval f "$SHOWN" -- \
	    click f '#clear' -- count f .entry
	walk
	[ "${lines[*]}" = '1 ["one","10","11","12"] 0' ]
}

# again: sends what is copied as curl of the newest by /bin/sh, to a receiver
# of its own; the event is in back.out.
again()
{
	start back wh-listen 0 -n 1
	at back wh-listen
	jq -r . <<<"$output" | sed "s|$HOOK|http://localhost:$PORT|" >again
	"${1:-sh}" again
	ended back
	[ "$status" -eq 0 ]
}

COPIED='curlOf(JSON.parse(entries.at(-1).line), entries.at(-1).line)'

@test "feed: what is copied as curl sends the same request again, whatever its bytes" {
	feed_of
	/usr/bin/python3 -c 'import sys
sys.stdout.buffer.write(bytes(range(256)) + b"\n\n")' >bytes
	printf "it's \"10%%\" \\ \n!\$(id)\`id\` \303\251 @x\n\n" >body
	printf 'tab\t and \033[31m' >controls
	for file in body bytes controls; do
		here f "$FEED"
		also sh "curl -sS '$HOOK/a[1]?b={2}&file=$file' -X PUT \
			-H 'X-Odd: it'\''s' -H 'X-Empty;' -H 'User-Agent:' \
			-H 'Content-Type: a/b' -g --data-binary @$file" -- \
		    wait f '#list .path' "file=$file" -- eval f "$COPIED"
		walk
		again sh
		jq -c '[.method, .target, (.headers | map(select(.[0] != "Host")))]' \
		    back.out >got
		[ "$(cat got)" = "[\"PUT\",\"/a[1]?b={2}&file=$file\",$(
		    )[[\"Accept\",\"*/*\"],[\"X-Odd\",\"it's\"],$(
		    )[\"X-Empty\",\"\"],[\"Content-Type\",\"a/b\"],$(
		    )[\"Content-Length\",\"$(stat -c %s $file)\"]]]" ]
		jq -r '.base64 // (.text | @base64)' back.out | base64 -d |
		    cmp - "$file"
	done
}

@test "feed: a header with a tab is copied for bash" {
	feed_of
	here f "$FEED"
	also sh "curl -sS '$HOOK/' -H \"\$(printf 'X-Tab: a\tb')\"" -- \
	    wait f '#list .path' / -- eval f "$COPIED"
	walk
	again bash
	[ "$(jq -r '.method, (.headers[] | select(.[0] == "X-Tab")[1])' back.out)" = \
	    $'GET\na\tb' ]
}

@test "feed: the button copies, and says so" {
	feed_of
	here f "$FEED"
	also sh "curl -sS '$HOOK/x' -d hello" -- wait f '#list .path' /x -- \
	    click f '.entry summary' -- \
	    eval f 'setTimeout = () => 0,	// it says so for as long as we look
		navigator.clipboard.writeText = async s => { copied = s; }, 0' -- \
	    click f '[data-tool=body]' -- wait f '[data-tool=body]' Copied -- \
	    wait f '#said' Copied -- eval f copied -- \
	    click f '[data-tool=curl]' -- wait f '[data-tool=curl]' Copied -- \
	    eval f 'copied.startsWith("curl -g")' -- \
	    eval f 'navigator.clipboard.writeText = null,	// plain http
		document.addEventListener("copy", e => {
			copied = e.target.value; }), 0' -- \
	    click f '[data-tool=event]' -- wait f '[data-tool=event]' Copied -- \
	    eval f 'JSON.parse(copied).text'
	walk
	[ "${lines[*]}" = '0 "hello" true 0 "hello"' ]
}

@test "feed: fits a phone, with long paths, headers and bodies" {
	feed_of
	here f "$FEED"
	also size f 360 640 -- \
	    sh "w=\$(head -c 900 /dev/zero | tr '\0' w); curl -sS \
		\"$HOOK/\$w?\$w\" -H \"X-\$w: \$w\" -H \"X-GitHub-Event: \$w\" \
		-d \"\$w\"" -- \
	    wait f '#list .path' www -- click f summary -- \
	    wait f '#list pre' www -- \
	    eval f 'document.documentElement.scrollWidth <= innerWidth' -- \
	    eval f 'parseFloat(getComputedStyle(search).fontSize)'
	walk
	[ "${lines[*]}" = 'true 16' ]
}

@test "feed: a body of 1 MB is shown, and found" {
	feed_of
	{ printf '{"long":"'; head -c 900000 /dev/zero | tr '\0' x
	  printf '","n":12345678901234567890}'; } >big
	here f "$FEED"
	also sh "curl -sS '$HOOK/big' --data-binary @big" -- \
	    wait f '#list .path' /big -- type f '#search' 'n":12345678901234567890' -- \
	    click f summary -- wait f '#list pre' '"n": 12345678901234567890' -- \
	    text f '#list .size' -- \
	    eval f 'document.documentElement.scrollWidth <= innerWidth'
	walk
	[ "${lines[*]}" = '900 kB true' ]
}

@test "feed: the keyboard is enough" {
	feed_of
	here f "$FEED"
	also sh "curl -sS '$HOOK/x' -d hello" -- wait f '#list .path' /x -- \
	    keys f / -- eval f 'document.activeElement.id' -- \
	    keys f $'x\t' -- eval f 'document.activeElement.id' -- \
	    keys f $'\t\t\n' -- wait f '#list pre' hello -- \
	    keys f $'\t' -- eval f 'document.activeElement.dataset.tool'
	walk
	[ "${lines[*]}" = '"search" "pause" "curl"' ]
}

@test "feed: axe-core has nothing to say against it, light or dark, whatever is shown" {
	printf secret >s
	feed_of --verify github --secret-file s --on-bad tag
	here f "$FEED"
	also axe f -- \
	    sh "wh-send --body '$REPO/tests/data/github/push.json' '$HOOK/good' \
		--sign github --secret-file s -H 'X-GitHub-Event: push' \
		>/dev/null && curl -sS '$HOOK/bad?a=1' -d hi" -- \
	    wait f '#list .path' /bad -- click f '.entry:last-child summary' -- \
	    wait f '#list pre' Codertocat -- eval f 'notice("Events may be missing")' -- \
	    wait f .gap missing -- axe f -- \
	    prefer f prefers-color-scheme dark -- axe f -- \
	    click f '#pause' -- size f 360 640 -- axe f
	away f
	also axe f
	walk
}

@test "feed: is dark where dark is preferred" {
	lines
	also open f "$FEED" -- prefer f prefers-color-scheme light -- \
	    eval f 'getComputedStyle(document.body).backgroundColor' -- \
	    prefer f prefers-color-scheme dark -- \
	    eval f 'getComputedStyle(document.body).backgroundColor'
	walk
	[ "${lines[*]}" = '"rgb(246, 246, 243)" "rgb(20, 23, 27)"' ]
}
