#!/usr/bin/env bats
# pages.bats - the two web pages in a real browser, under the policy that
# ws-serve sends with them: what one end writes, the other shows.

load helper

browser()
{
	node "$REPO/tests/browser.mjs" "$@"
}

# at NAME PROGRAM: awaits the program's word that it listens; sets PORT
at()
{
	local line

	line=$(await "$1.err" "^$2: listening on ") || return 1
	PORT=${line##*:}
	PORT=${PORT//[^0-9]/}
}

# The pipeline with the feed's page: HOOK takes webhooks, FEED is the page.
start_feed()
{
	start row sh -c 'wh-listen 0 | ws-serve 0 --lines --page feed'
	at row wh-listen
	HOOK=http://localhost:$PORT
	at row ws-serve
	FEED=http://localhost:$PORT/
}

start_chat()
{
	start chat ws-serve 0 --relay --page chat
	at chat ws-serve
	LOBBY=localhost:$PORT/lobby
}

@test "pages: a webhook appears on the feed with its method, path and body, numbers as they came" {
	start_feed
	run browser open f "$FEED" -- wait f '#state' Live -- \
	    sh "curl -sS '$HOOK/hook%2Fx?a=1' -H 'X-GitHub-Event: push' \
		--data-raw '{\"id\":12345678901234567890,\"price\":1.10}'" -- \
	    wait f '#list .path' '/hook%2Fx?a=1' -- text f '#list .method' -- \
	    text f '#list .type' -- click f '.entry summary' -- \
	    wait f '#list th' X-GitHub-Event -- \
	    wait f '#list pre' '"price": 1.10' -- text f '#list pre'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = POST ]
	[ "${lines[1]}" = push ]
	[[ $output == *'"id": 12345678901234567890,'* ]]
}

@test "pages: markup in a webhook does not become markup on the feed" {
	start_feed
	run browser open f "$FEED" -- wait f '#state' Live -- \
	    sh "curl -sS '$HOOK/' -H 'X-Bad: <img src=x onerror=alert(1)>' \
		-d '<img src=x onerror=alert(2)><script>alert(3)</script>'" -- \
	    wait f '#list .path' / -- click f '.entry summary' -- \
	    wait f '#list pre' '<script>alert(3)</script>' -- \
	    wait f '#list td' '<img src=x onerror=alert(1)>' -- \
	    count f '#list img' -- count f 'script'
	[ "$status" -eq 0 ]
	[ "$output" = $'0\n1' ]
}

@test "pages: the feed shows what is no event as it stands" {
	start_fed serve ws-serve 0 --lines --page feed
	at serve ws-serve
	run browser open f "http://localhost:$PORT/" -- wait f '#state' Live -- \
	    sh 'echo "{\"a\":1.10}" >serve.in' -- \
	    wait f '#list .path' '{"a":1.10}' -- text f '#list .method'
	[ "$status" -eq 0 ]
	[ "$output" = text ]
}

@test "pages: the feed keeps the newest 2000 of 10000 messages, and finds by search" {
	start_fed serve ws-serve 0 --lines --page feed
	at serve ws-serve
	run browser open f "http://localhost:$PORT/" -- wait f '#state' Live -- \
	    sh 'seq -f "{\"n\":%.0f}" 10000 >serve.in' -- \
	    wait f '#list' '{"n":10000}' -- count f .entry -- \
	    text f '#list .entry:first-child .path' -- \
	    type f '#search' '"n":9876}' -- count f '.entry:not([hidden])'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 2000 ]
	[ "${lines[1]}" = '{"n":10000}' ]
	[ "${lines[-1]}" = 1 ]
}

@test "pages: a copied curl command sends the same request again" {
	start_feed
	printf "it's \"10%%\" \\ \n\t\001\303\251 @x" >body
	run --separate-stderr browser open f "$FEED" -- \
	    wait f '#state' Live -- \
	    sh "curl -sS '$HOOK/a[1]?b={2}' -X PUT -H 'X-Odd: it'\''s' \
		-g --data-binary @body" -- \
	    wait f '#list .path' '/a[1]' -- \
	    eval f 'curlOf(JSON.parse(entries[0].line), entries[0].line)'
	[ "$status" -eq 0 ]
	start back wh-listen 0 -n 1
	at back wh-listen
	jq -r . <<<"$output" | sed "s|$HOOK|http://localhost:$PORT|" >again
	bash again
	ended back
	[ "$status" -eq 0 ]
	[ "$(jq -r '.method + .target' back.out)" = 'PUT/a[1]?b={2}' ]
	[ "$(jq -c '.headers[] | select(.[0] == "X-Odd")[1]' back.out)" = \
	    "\"it's\"" ]
	jq -j .text back.out | cmp - body
}

@test "pages: a chat message typed in one page appears in another, and in ws-cat" {
	start_chat
	start_fed cat ws-cat -rR "ws://$LOBBY"
	await chat.out '"type":"open"'
	browser open a "http://$LOBBY" -- open b "http://$LOBBY" -- \
	    wait a '#state' Connected -- wait b '#state' Connected -- \
	    clear a '#name' -- type a '#name' $'Ann\n' -- \
	    type a '#text' $'hi all\n' -- wait a '#log .text' 'hi all' -- \
	    wait b '#log .by' Ann -- wait b '#log .text' 'hi all' -- \
	    sh 'echo from a terminal >cat.in' -- \
	    wait a '#log' 'from a terminal' -- \
	    wait b '#log .entry[data-plain]' 'from a terminal'
	await cat.out '^\{"name":"Ann","text":"hi all"\}$'
}

@test "pages: rooms of the chat do not hear each other" {
	start_chat
	run browser open a "http://$LOBBY" -- open b "http://$LOBBY" -- \
	    open c "http://${LOBBY%lobby}other" -- \
	    wait a '#state' Connected -- wait b '#state' Connected -- \
	    wait c '#state' Connected -- type a '#text' $'secret\n' -- \
	    wait b '#log' secret -- count c .entry
	[ "$status" -eq 0 ]
	[ "$output" = 0 ]
}

@test "pages: markup in a chat message does not become markup, nor in a name" {
	start_chat
	run browser open a "http://$LOBBY" -- open b "http://$LOBBY" -- \
	    wait a '#state' Connected -- wait b '#state' Connected -- \
	    clear a '#name' -- type a '#name' $'<i>Ann</i>\n' -- \
	    type a '#text' $'<img src=x onerror=alert(1)>\n' -- \
	    wait b '#log .text' '<img src=x onerror=alert(1)>' -- \
	    wait b '#log .by' '<i>Ann</i>' -- count b '#log img, #log i'
	[ "$status" -eq 0 ]
	[ "$output" = 0 ]
}

@test "pages: what is typed without a connection is sent once there is one" {
	start_chat
	browser open a "http://$LOBBY" -- open b "http://$LOBBY" -- \
	    wait a '#state' Connected -- wait b '#state' Connected -- \
	    eval a 'ws.close()' -- type a '#text' $'later\n' -- \
	    wait a '.entry[data-own]' later -- wait b '#log .text' later -- \
	    wait a '#state' Connected -- wait a '.entry:not([data-waiting])' later
}
