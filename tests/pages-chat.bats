#!/usr/bin/env bats
# pages-chat.bats - the chat in a real browser, under the policy that ws-serve
# sends with it.

# shellcheck disable=SC2016 # a browser's expressions, not the shell's
# shellcheck disable=SC2154 # PID_NAME is set by start NAME

load helper
load pages

# chat ARG...: the server, its stdin chat.in; PORT is its port
chat()
{
	start_fed chat ws-serve 0 --relay --page chat "$@"
	at chat ws-serve
}

# comes NAME [PATH]: opens a page of that name, until it is connected
comes()
{
	here "$1" "http://localhost:$PORT${2:-/lobby?name=$1}"
}

# What a page shows, without the names and times.
SHOWN='Array.from(document.querySelectorAll("#entries .text"), e => e.textContent)'

# Would it let itself be left without asking?
LEAVES='dispatchEvent(new Event("beforeunload", { cancelable: true }))'

@test "chat: a message typed in one page appears in another, and in ws-cat" {
	chat
	start_fed cat ws-cat -rR "ws://localhost:$PORT/lobby"
	await chat.out '"type":"open"'
	comes Ann
	comes Bob
	also type Ann '#text' $'hi all\n' -- wait Ann '#entries .text' 'hi all' -- \
	    wait Bob '#entries .by' Ann -- wait Bob '#entries .text' 'hi all' -- \
	    sh 'echo from a terminal >cat.in' -- \
	    wait Ann '#entries' 'from a terminal' -- \
	    wait Bob '.entry[data-plain] .by' c1 -- \
	    until Ann "$SETTLED"
	walk
	await cat.out '^\{"name":"Ann","text":"hi all","id":"[0-9a-z]+"\}$'
}

@test "chat: rooms do not hear each other, and do not see who is in the others" {
	chat
	comes Ann
	comes Bob
	comes Cid '/other?name=Cid'
	also type Ann '#text' $'secret\n' -- wait Bob '#entries' secret -- \
	    count Cid .entry -- text Cid '#count' -- text Cid '#title' -- \
	    wait Ann '#count' '2 here'
	walk
	[ "$output" = $'0\n1 here\nother' ]
}

@test "chat: on the way to another room and back one is in the one that is seen" {
	chat --history 10
	comes Ann
	comes Bob
	also eval Ann 'location.href = "/caf%C3%A9"' -- \
	    wait Ann '#title' café -- wait Ann '#state' Connected -- \
	    wait Bob '#count' '1 here' -- type Bob '#text' $'missed\n' -- \
	    until Bob "$SETTLED" -- count Ann .entry -- \
	    eval Ann 'history.back()' -- wait Ann '#title' lobby -- \
	    wait Ann '#entries' missed -- wait Bob '#count' '2 here' -- \
	    eval Ann 'nameBox.value' -- count Ann .entry
	walk
	[ "${lines[*]}" = '"/caf%C3%A9" 0 null "Ann" 1' ]
	[ "$(grep -c '"type":"open"' chat.out)" = 4 ]
}

@test "chat: it is told who is here, who has come, who has gone, and who calls himself otherwise" {
	chat
	comes Ann
	comes Bob
	also wait Ann '#count' '2 here' -- text Ann '#here li' -- \
	    clear Bob '#name' -- type Bob '#name' $'Bobby\n' -- \
	    wait Ann '#here' Bobby -- wait Ann '#count' '2 here' -- \
	    wait Bob '#state' Connected -- close Bob -- \
	    wait Ann '#count' '1 here' -- text Ann '#here li'
	walk
	[ "$output" = $'Ann (you)\nBob \nAnn (you)' ]
}

@test "chat: markup does not become markup, addresses become links" {
	local text='<img src=x onerror=alert(1)> see https://example.com/a?b=1&c=(2). javascript:alert(1)'

	chat
	comes Ann
	comes Bob
	also clear Ann '#name' -- type Ann '#name' $'<i>Ann</i>\n' -- \
	    wait Ann '#state' Connected -- type Ann '#text' "$text"$'\n' -- \
	    wait Bob '#entries .text' "$text" -- \
	    wait Bob '#entries .by' '<i>Ann</i>' -- \
	    wait Bob '#here' '<i>Ann</i>' -- \
	    count Bob '#entries img, #entries i, #here i' -- \
	    eval Bob 'Array.from(document.querySelectorAll("#entries a"), a =>
		[a.getAttribute("href"), a.rel])'
	walk
	[ "$output" = '0
[["https://example.com/a?b=1&c=(2","noopener noreferrer"]]' ]
}

@test "chat: who comes later, or reloads, sees what was said, and its own as its own" {
	chat --history 100
	feed chat '{"room":"/lobby","json":{"name":"GitHub","text":"push"}}'
	comes Ann
	also wait Ann '#entries .by' GitHub -- type Ann '#text' $'hi\n' -- \
	    until Ann "$SETTLED"
	comes Bob
	also wait Bob '#entries' hi -- reload Bob -- wait Bob '#entries' hi -- \
	    count Bob '[data-own]' -- reload Ann -- wait Ann '#entries' hi -- \
	    eval Ann "$SHOWN" -- text Ann '[data-own] .text' -- \
	    eval Ann document.title
	walk
	[ "$output" = $'0\n["push","hi"]\nhi\n"lobby"' ]
}

@test "chat: a name is kept over a reload, by each page its own; a new one has the last" {
	chat
	comes A /
	comes B /
	also clear A '#name' -- type A '#name' $'Ann\n' -- clear B '#name' -- \
	    type B '#name' $'Bob\n' -- reload A -- reload B -- \
	    wait A '#here' Bob -- eval A 'nameBox.value' -- \
	    eval B 'nameBox.value'
	comes C /
	also eval C 'nameBox.value'
	walk
	[ "$output" = $'"Ann"\n"Bob"\n"Bob"' ]
}

@test "chat: over a server killed and started anew nothing is missed, and nothing shown twice" {
	chat --history 100 --history-file kept
	cat >again <<-END
		ws-serve $PORT --relay --page chat --history 100 \
		    --history-file kept </dev/null >again.out 2>again.err 3>&- &
		timeout 60 tail -n +1 -F again.err 2>&1 | grep -m 1 -q listening
		echo '{"name":"Bob","text":"four"}' |
		    ws-cat --linger 1ms ws://localhost:$PORT/lobby
	END
	comes Ann
	also type Ann '#text' $'one\n' -- wait Ann '#entries' one -- \
	    sh "printf '%s\n' '{\"text\":\"two\"}' '{\"text\":\"three\"}' >chat.in" -- \
	    wait Ann '#entries' three -- \
	    until Ann "$SETTLED" -- \
	    sh "kill -KILL $PID_chat" -- wait Ann '#state' 'Not connected' -- \
	    type Ann '#text' $'five\n' -- \
	    wait Ann '.entry[data-waiting] .text' five -- sh '. ./again' -- \
	    wait Ann '#entries' four -- \
	    until Ann "$SETTLED" -- \
	    eval Ann "$SHOWN.slice(0, 3)" -- eval Ann "$SHOWN.sort()" -- \
	    count Ann .missing
	walk
	[ "${lines[0]}" = '["one","two","three"]' ]
	[ "${lines[1]}" = '["five","four","one","three","two"]' ]
	[ "${lines[2]}" = 0 ]
	[ "$(grep -c five again.out)" = 1 ]
}

@test "chat: what a server never took that was killed is sent to the next one, once" {
	chat --history 100 --history-file kept
	cat >again <<-END
		ws-serve $PORT --relay --page chat --history 100 \
		    --history-file kept </dev/null >again.out 2>again.err 3>&- &
	END
	comes Ann
	also type Ann '#text' $'taken\n' -- \
	    until Ann "$SETTLED" -- \
	    sh "kill -STOP $PID_chat" -- type Ann '#text' $'lost\n' -- \
	    until Ann 'sent.length === 1' -- sh "kill -KILL $PID_chat" -- \
	    wait Ann '#state' 'Not connected' -- sh '. ./again' -- \
	    until Ann "$SETTLED" -- \
	    eval Ann "$SHOWN"
	walk
	[ "$output" = '["taken","lost"]' ]
	[ "$(grep -c taken again.out)" = 0 ]
	[ "$(grep -c lost again.out)" = 1 ]
}

@test "chat: a connection cut a hundred times loses and repeats nothing" {
	chat --history 1000
	comes Ann
	also sh 'for i in $(seq 100); do echo "{\"text\":\"$i\"}"; sleep 0.02; done >chat.in &' -- \
	    until Ann '(() => { window.cuts = (window.cuts || 0) + 1;
		if (cuts < 100) chat.connect();
		return document.querySelectorAll(".entry").length === 100; })()' -- \
	    eval Ann "$SHOWN.join(' ')" -- count Ann .missing
	walk
	[ "$output" = "\"$(seq -s' ' 100)\""$'\n0' ]
}

@test "chat: where messages may be missing it says so" {
	chat --history 5
	comes Ann
	also sh "seq -f '{\"text\":\"a%.0f\"}' 3 >chat.in" -- \
	    wait Ann '#entries' a3
	away Ann
	also sh "seq -f '{\"text\":\"b%.0f\"}' 10 >chat.in"
	back Ann
	also wait Ann '#entries' b10 -- wait Ann .missing missing -- \
	    eval Ann "$SHOWN" -- eval Ann \
	    'document.querySelector(".missing").nextSibling.m.text'
	walk
	[ "${lines[-2]}" = '["a1","a2","a3","b6","b7","b8","b9","b10"]' ]
	[ "${lines[-1]}" = '"b6"' ]
}

@test "chat: without --history it says that nothing is kept, and where there may be a gap" {
	chat
	comes Ann
	also wait Ann '#empty' 'kept: those who are here see them'
	away Ann
	back Ann
	also wait Ann .missing missing
	walk
}

@test "chat: what is typed without a connection is sent once there is one, in order" {
	chat
	comes Ann
	comes Bob
	also eval Ann "$LEAVES"
	away Ann
	also type Ann '#text' $'one\n' -- type Ann '#text' $'two\n' -- \
	    eval Ann "$LEAVES"
	back Ann
	also wait Bob '#entries' two -- \
	    until Ann "$SETTLED" -- \
	    eval Ann "$LEAVES" -- eval Bob "$SHOWN"
	walk
	[ "${lines[*]}" = 'true 0 false 0 true ["one","two"]' ]
}

@test "chat: what arrived just as its connection was lost is sent again, and shown once" {
	chat
	comes Ann
	comes Bob
	also eval Ann '(() => { const really = WebSocket.prototype.send;
		WebSocket.prototype.send = function (t) {
			really.call(this, t);
			this.close();	// hears no more
			WebSocket.prototype.send = really;
		}; })()' -- \
	    type Ann '#text' $'once\n' -- \
	    until Ann "$SETTLED" -- \
	    type Ann '#text' $'more\n' -- wait Bob '#entries' more -- \
	    wait Ann '#entries .text' more -- eval Ann "$SHOWN" -- \
	    eval Bob "$SHOWN"
	walk
	[ "${lines[-2]}" = '["once","more"]' ]
	[ "${lines[-1]}" = '["once","more"]' ]
	[ "$(grep -c '"text":"once"' chat.out)" = 2 ]
}

@test "chat: a page that slept connects anew, one that was hidden only if it has to" {
	local looked='document.dispatchEvent(new Event("visibilitychange")),
		$("state").textContent'

	chat
	comes Ann
	also eval Ann "$looked" -- \
	    eval Ann "then = Date.now, Date.now = () => then() + 3e6, $looked" -- \
	    wait Ann '#state' Connected
	away Ann
	also eval Ann "$looked" -- wait Ann '#state' Connected
	walk
	[ "${lines[*]}" = '"Connected" "Connecting" 0 "Connecting"' ]
	await_lines chat.out 5 >/dev/null
	[ "$(grep -c '"type":"open"' chat.out)" = 3 ]
}

@test "chat: a handshake that takes too long is given up" {
	chat
	comes Ann
	also sh "kill -STOP $PID_chat" -- \
	    eval Ann 'later = setTimeout, setTimeout = (f, ms) =>
		ms === OPENING ? later(f) : 0, chat.connect()' -- \
	    wait Ann '#state' 'Not connected' -- sh "kill -CONT $PID_chat"
	back Ann
	also wait Ann '#state' Connected
	walk
}

@test "chat: who is not let in any more is told so" {
	printf 'ann:t1\n' >tokens
	chat --token-file tokens
	comes Ann '/lobby?token=t1'
	away Ann
	printf 'ann:t2\n' >new
	also sh "mv new tokens; kill -HUP $PID_chat; while
		curl -fsS -o page 'http://localhost:$PORT/?token=t1'; do :; done"
	back Ann
	also wait Ann '#state' 'Not let in: reload the page to sign in'
	walk
}

@test "chat: messages stand in the same order for all, however they cross" {
	chat --history 100
	comes Ann
	comes Bob
	also eval Ann 'held = [], really = chat.send,
		chat.send = t => held.push(t), 0' -- \
	    type Ann '#text' $'one\n' -- type Ann '#text' $'two\n' -- \
	    type Bob '#text' $'three\n' -- wait Ann '#entries' three -- \
	    eval Ann "$SHOWN" -- eval Ann 'held.forEach(really)' -- \
	    wait Bob '#entries' two -- \
	    until Ann "$SETTLED" -- \
	    eval Ann "$SHOWN" -- eval Bob "$SHOWN"
	walk
	[ "$(printf '%s\n' "${lines[@]}" | grep one)" = '["one","two","three"]
["three","one","two"]
["three","one","two"]' ]
}

@test "chat: a close that says to stay away is told, and only a click tries again" {
	chat
	comes Ann
	also sh 'echo "{\"do\":\"close\",\"client\":\"c1\",\"code\":4001,\"reason\":\"late\"}" >chat.in' -- \
	    wait Ann '#state' 'Closed by the server: late' -- \
	    click Ann '#retry' -- wait Ann '#state' Connected -- \
	    eval Ann '$("retry").hidden'
	walk
	[ "$output" = true ]
	[ "$(grep -c '"type":"open"' chat.out)" = 2 ]
}
