#!/usr/bin/env bats
# pages-look.bats - the chat as it is looked at and typed in: by whom, and on
# what.

# shellcheck disable=SC2016 # a browser's expressions, not the shell's
# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load pages

chat()
{
	start_fed chat ws-serve 0 --relay --page chat "$@"
	at chat ws-serve
	LOBBY=http://localhost:$PORT/lobby
}

# Does it scroll sideways, or hide what is said, and does the form end where
# the screen does?
FITS='[document.documentElement.scrollWidth <= innerWidth,
    Array.from(document.querySelectorAll("#main, .text")).every(e =>
	e.scrollWidth <= e.clientWidth),
    Math.round($("form").getBoundingClientRect().bottom) === innerHeight]'
LONG='{"name":"Bob","text":"%s"}\n'

@test "chat: fits a phone, which does not zoom into what is typed" {
	chat
	here a "$LOBBY"
	also size a 360 640 -- \
	    sh "printf '{\"json\":$LONG}' \$(head -c 900 /dev/zero | tr '\0' w) |
		tr -d '\n' >chat.in; echo >chat.in" -- \
	    wait a '#entries' wwww -- eval a "$FITS" -- \
	    eval a 'Array.from(document.querySelectorAll("input, textarea"),
		e => parseFloat(getComputedStyle(e).fontSize))' -- \
	    size a 320 260 -- eval a "$FITS" -- \
	    eval a 'document.querySelector("[name=viewport]").content'
	walk
	[ "${lines[0]}" = '[true,true,true]' ]
	[ "${lines[1]}" = '[16,16]' ]
	[ "${lines[2]}" = '[true,true,true]' ]
	[[ ${lines[3]} == *width=device-width* ]]
}

@test "chat: is dark where dark is preferred, and still where motion is not" {
	chat
	also open a "$LOBBY" -- prefer a prefers-color-scheme light -- \
	    eval a 'getComputedStyle(document.body).backgroundColor' -- \
	    prefer a prefers-color-scheme dark -- \
	    eval a 'getComputedStyle(document.body).backgroundColor' -- \
	    eval a '$("state").dataset.state = "connecting",
		getComputedStyle($("state"), "::before").animationName' -- \
	    prefer a prefers-reduced-motion reduce -- \
	    eval a 'getComputedStyle($("state"), "::before").animationName'
	walk
	[ "${lines[*]}" = \
	    '"rgb(246, 246, 243)" "rgb(20, 23, 27)" "pulse" "none"' ]
}

@test "chat: axe-core has nothing to say against it, light or dark, whatever is shown" {
	chat --history 100
	also open a "$LOBBY?name=Ann" -- wait a '#empty' Nothing -- axe a -- \
	    prefer a prefers-color-scheme dark -- axe a -- \
	    sh "for n in 1 2 3 4 5 6 7 8 9; do
		printf '{\"json\":{\"name\":\"Bob%s\",\"text\":\"http://localhost/\"}}\n' \$n
		echo '{\"json\":{\"n\":1}}'; done >chat.in" -- \
	    wait a '#entries' Bob9 -- click a '#count' -- \
	    type a '#text' $'mine\n' -- wait a '[data-own]' mine -- \
	    click a '#count' -- axe a -- \
	    prefer a prefers-color-scheme light -- axe a -- \
	    sh "kill -KILL $PID_chat" -- wait a '#state' 'Not connected' -- \
	    type a '#text' $'unsent\n' -- wait a '[data-waiting]' unsent -- \
	    eval a 'notice("Messages may be missing here")' -- \
	    wait a .missing missing -- axe a -- \
	    prefer a prefers-color-scheme dark -- axe a
	walk
}

@test "chat: the keyboard is enough" {
	chat
	here a "$LOBBY?name=Ann"
	also keys a $'by hand\n' -- wait a '[data-own] .text' 'by hand' -- \
	    eval a 'document.activeElement.id' -- \
	    keys a $'\t' -- eval a 'document.activeElement.id' -- \
	    eval a '$("name").focus()' -- keys a $'Zoe\n' -- \
	    eval a 'document.activeElement.id' -- wait a '#here' Zoe -- \
	    eval a '$("name").focus()' -- keys a $'\t' -- \
	    eval a 'document.activeElement.id' -- keys a $'\n' -- \
	    eval a '$("who").open' -- keys a $'\x1b' -- eval a '$("who").open' -- \
	    keys a $'\t' -- eval a 'document.activeElement.id' -- \
	    eval a 'getComputedStyle(document.activeElement).outlineStyle'
	walk
	[ "$(printf '%s\n' "${lines[@]}" | grep -v null | tr '\n' ' ')" = \
	    '"text" "send" "text" "count" true false "main" "solid" ' ]
}

@test "chat: what comes live is read out, what was said before is not" {
	chat --history 100
	feed chat '{"json":{"name":"Bob","text":"before"}}'
	also open a "$LOBBY" -- wait a '#entries' before -- \
	    until a '!entries.hasAttribute("aria-busy")' -- \
	    eval a '[entries.getAttribute("role"),
		entries.getAttribute("aria-live")]' -- \
	    sh "kill -KILL $PID_chat" -- wait a '#state' 'Not connected' -- \
	    eval a 'entries.getAttribute("aria-busy")'
	walk
	[ "${lines[*]}" = '["log","polite"] "true"' ]
}

@test "chat: what is unread is counted in the title, until the page is looked at" {
	chat --history 100
	feed chat '{"json":{"name":"Bob","text":"before"}}'
	also open a "$LOBBY" -- wait a '#entries' before -- \
	    wait a '#state' Connected -- \
	    eval a 'document.hasFocus = () => false, document.title' -- \
	    sh "printf '{\"json\":{\"name\":\"Bob\",\"text\":\"%s\"}}\n' 1 2 3 >chat.in" -- \
	    until a 'document.title === "(3) lobby"' -- \
	    eval a 'delete document.hasFocus,
		dispatchEvent(new Event("focus")), document.title'
	walk
	[ "${lines[*]}" = '"lobby" "lobby"' ]
}

@test "chat: who reads further up is left there, and told how many are new" {
	chat
	here a "$LOBBY"
	also sh 'seq -f "{\"text\":\"line %.0f\"}" 100 >chat.in' -- \
	    wait a '#entries' 'line 100' -- eval a 'atEnd()' -- \
	    eval a 'main.scrollTop = 0, 0' -- until a '!pinned' -- \
	    sh 'seq -f "{\"text\":\"more %.0f\"}" 5 >chat.in' -- \
	    wait a '#jump' '5 new messages' -- eval a 'main.scrollTop' -- \
	    click a '#jump' -- until a 'atEnd()' -- eval a '$("jump").hidden'
	walk
	[ "${lines[*]}" = 'true 0 0 true' ]
}

@test "chat: of 10000 messages it keeps the last 1000, and can be typed in" {
	chat
	here a "$LOBBY"
	also sh 'seq -f "{\"text\":\"line %.0f\"}" 10000 >chat.in' -- \
	    wait a '#entries' 'line 10000' -- count a .entry -- \
	    text a '.entry:first-child .text' -- type a '#text' $'mine\n' -- \
	    wait a '.entry:last-child .text' mine -- until a 'atEnd()' -- \
	    until a "$SETTLED"
	walk
	[ "${lines[*]}" = '1000 line 9001' ]
}

@test "chat: a message of 1 MB shows its beginning, and all of it if asked" {
	chat
	head -c 1000000 /dev/zero | tr '\0' x | sed 's/^/{"text":"/; s/$/"}\n/' \
	    >big
	here a "$LOBBY"
	also size a 360 640 -- \
	    sh 'cat big >chat.in' -- \
	    wait a '.all' 'Show all 1,000,000 characters' -- \
	    eval a 'document.querySelector(".text").textContent.length' -- \
	    eval a "$FITS" -- click a .all -- \
	    until a 'document.querySelector(".text").textContent.length === 1e6' -- \
	    eval a "$FITS"
	walk
	[ "${lines[*]}" = '1501 [true,true,true] [true,true,true]' ]
}

@test "chat: what is no chat message is shown as it came, and days are told" {
	chat --history 10 --history-file kept
	feed chat '{"text":"{\"n\":12345678901234567890,\"p\":1.10}"}' \
	    '{"base64":"AAEC/w=="}'
	# Their ids are their own affair.
	feed chat '{"json":{"id":"x","t":20}}' '{"json":{"id":"x","t":21}}' \
	    '{"json":{"name":"A","text":"b","id":"1"}}' \
	    '{"json":{"name":"A","text":"c","id":"1"}}'
	also open a "$LOBBY" -- wait a '#entries .text' c -- \
	    text a '.entry .text' -- count a .day -- \
	    eval a 'show({ at: new Date(2020, 1, 29, 12), name: "Old",
		text: "old" })' -- wait a .day 'February 29'
	walk
	[ "${lines[0]}" = '{"n":12345678901234567890,"p":1.10}' ]
	[ "${lines[*]:1:5}" = 'Binary, 4 B {"id":"x","t":20} {"id":"x","t":21} b c' ]
	[ "${lines[6]}" = 0 ]
}

@test "chat: behind --basic-file the name is the one that was proved" {
	echo ann:secret >names
	chat --basic-file names --history 10
	here a "http://ann:secret@localhost:$PORT/lobby?name=Zoe"
	also eval a '[$("name").value,
		$("name").readOnly]' -- \
	    type a '#text' $'hi\n' -- \
	    until a "$SETTLED" -- \
	    eval a 'chat.send("{\"name\":\"Eve\",\"text\":\"false\"}")' -- \
	    wait a '#entries' false -- text a '.by b' -- text a '#here'
	walk
	[ "${lines[*]}" = '["ann",true] null ann ann ann (you)' ]
	[ "$(jq -r .user chat.out | sort -u)" = ann ]
}

@test "chat: a name typed before it was known to the server is mended" {
	echo ann:secret >names
	chat --basic-file names
	here a "http://ann:secret@localhost:$PORT/lobby?name=Zoe"
	also eval a 'nameBox.value = "Zoe", write("early"), 0' -- \
	    until a "$SETTLED" -- \
	    text a '.by b' -- count a .entry
	walk
	[ "${lines[*]}" = '0 ann 1' ]
}

@test "pages: a token in the page's URL goes along to the websocket" {
	printf 'bob:t+1\n' >tokens
	chat --token-file tokens
	here a "$LOBBY?token=t%2B1#x"
	also wait a '#here' bob
	walk
	[ "$(jq -r 'select(.type == "open") | .user' chat.out)" = bob ]
}
