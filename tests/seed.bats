#!/usr/bin/env bats
# seed.bats - what it all began with: a chat for a page's visitors, webhooks
# shown live in it, and a bot that answers; in a real browser, in full.

load helper
load pages

# A line for the chat of each webhook, and an answer to each hello.  (What the
# bot says itself, another hello, does not come back to it.)
NEWS='{name: "GitHub", text: "\(.event.type) to \(.json.repository.full_name)"}'
ANSWER='select(.json.text? // "" | test("hello")) |
    {json: {name: "bot", text: "hello, \(.json.name)"}}'

start_row()
{
	printf secret >s
	# shellcheck disable=SC2016
	start row sh -c 'wh-listen 0 --verify github --secret-file s -f "$1" |
	    ws-serve 0 --lines --relay --history 100 --page chat' row "$NEWS"
	at row wh-listen
	HOOK=http://localhost:$PORT/
	at row ws-serve
}

start_bot()
{
	mkfifo back
	# shellcheck disable=SC2016
	start bot sh -c 'ws-cat -e "$1" <back |
	    jq -c --unbuffered "$2" >back' bot \
	    "ws://localhost:$PORT/lobby?name=bot" "$ANSWER"
	await row.out '"name":"bot"'
}

SHOWN='Array.from(document.querySelectorAll(".entry"), e =>
    e.querySelector("b").textContent + ": " +
    e.querySelector(".text").textContent)'

@test "the seed: visitors chat, webhooks appear, a bot answers, and who reloads sees it all" {
	local all='["GitHub: push to Codertocat/Hello-World","Ann: hello from me","bot: hello, Ann","Bob: hi both"]'

	start_row
	start_bot
	also open Ann "http://localhost:$PORT/lobby?name=Ann" -- \
	    open Bob "http://localhost:$PORT/lobby?name=Bob" -- \
	    wait Ann '#count' '3 here' -- wait Bob '#here' bot -- \
	    sh "wh-send '$HOOK' --sign github --secret-file s >sent.ndjson \
		-H 'X-GitHub-Event: push' \
		--body '$REPO/tests/data/github/push.json'" -- \
	    wait Ann '#entries' Hello-World -- wait Bob '#entries' Hello-World -- \
	    sh "curl -s '$HOOK' -d '{}' -H 'X-GitHub-Event: forged' \
		-o /dev/null -w '%{http_code}\n'" -- \
	    type Ann '#text' $'hello from me\n' -- \
	    wait Ann '#entries' 'hello, Ann' -- wait Bob '#entries' 'hello, Ann' -- \
	    type Bob '#text' $'hi both\n' -- wait Ann '#entries' 'hi both' -- \
	    reload Bob -- wait Bob '#entries' 'hi both' -- \
	    eval Ann "$SHOWN" -- eval Bob "$SHOWN"
	walk
	[ "$output" = "401
$all
$all" ]
	[ "$(jq -r .outcome sent.ndjson)" = delivered ]
	# From a terminal, too; and the log of it all is what stdout is.
	run ws-cat -n 5 -f 'del(.id)' "ws://localhost:$PORT/lobby?last=4"
	[ "${lines[*]}" = '{"resumed":false} {"name":"GitHub","text":"push to Codertocat/Hello-World"} {"name":"Ann","text":"hello from me"} {"name":"bot","text":"hello, Ann"} {"name":"Bob","text":"hi both"}' ]
	[ "$(jq -r 'select(.type == "message") | .json.name' row.out |
	    tr '\n' ' ')" = 'Ann bot Bob ' ]
}
