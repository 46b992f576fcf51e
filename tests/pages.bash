# pages.bash - for tests of the web pages in a browser: `load pages`.
#
# A file's tests have one browser, which each of them finds empty.
#
#	here PAGE URL		opens the page, until it is connected
#	also STEP [-- STEP]...	further steps of browser.mjs
#	away PAGE		its connection is lost, and it makes no other, until
#	back PAGE		... it does
#	walk			all of these steps; what they print is $output
#	SETTLED			is true in a chat once all is shown, and all that was
#				written there has come back
#	at NAME PROGRAM		awaits its word that it listens; sets PORT
# shellcheck shell=bash disable=SC2034,SC2154 # what it sets is for the tests

SETTLED='queue.length + unsent.length + sent.length === 0'

# (Of setup_file, bats before 1.9 takes a skip for a failure.)
setup_file()
{
	command -v chromedriver >/dev/null || return 0
	read -r -t 120 HOOKLINE_BROWSER < <(exec env -u HOOKLINE_BROWSER \
	    node "$REPO/tests/browser.mjs" serve 3>&-)
	BROWSER_PID=$!
	export HOOKLINE_BROWSER
}

teardown_file()
{
	[ -n "${BROWSER_PID-}" ] || return 0
	kill "$BROWSER_PID"
	timeout 60 tail --pid="$BROWSER_PID" -s 0.05 -f /dev/null
}

setup()
{
	[ -n "${HOOKLINE_BROWSER-}" ] || skip "there is no chromedriver"
	helper_setup
}

here()
{
	STEPS+=(open "$1" "$2" -- wait "$1" '#state' Connected --)
}

also()
{
	STEPS+=("$@" --)
}

# It would try again by a timer.
away()
{
	also eval "$1" 'window.later ??= setTimeout, setTimeout = (f, ms) =>
		f.name === "connect" ? 0 : later(f, ms),
		dispatchEvent(new Event("offline")), 0' -- \
	    wait "$1" '#state' 'Not connected'
}

back()
{
	also eval "$1" 'setTimeout = later, dispatchEvent(new Event("online")), 0'
}

walk()
{
	run --separate-stderr node "$REPO/tests/browser.mjs" "${STEPS[@]}"
	[ "$status" -eq 0 ] || echo "$output" "$stderr"
	STEPS=()
	return "$status"
}

at()
{
	local line

	line=$(await "$1.err" "^$2: listening on ") || return 1
	PORT=${line##*:}
	PORT=${PORT//[^0-9]/}
}
