# pages.bash - for tests of the web pages in a browser: `load pages`.
#
#	browser STEP [-- STEP]...	browser.mjs
#	at NAME PROGRAM			awaits its word that it listens; sets PORT
# shellcheck shell=bash disable=SC2034 # what it sets is for the tests

browser()
{
	node "$REPO/tests/browser.mjs" "$@"
}

at()
{
	local line

	line=$(await "$1.err" "^$2: listening on ") || return 1
	PORT=${line##*:}
	PORT=${PORT//[^0-9]/}
}
