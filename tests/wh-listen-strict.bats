#!/usr/bin/env bats
# wh-listen-strict.bats - a request is read in one way, or refused: each row of
# peers/http_table.py, and one more request behind it, however they are cut.

# shellcheck disable=SC2154 # status is set by run

load helper

# cases HOW
cases()
{
	run timeout 120 "$PEERS/http_cases.py" "$1" -- \
	    wh-listen -q --announce 0
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "wh-listen: requests right and wrong, each with its status, and nothing is smuggled behind one" {
	cases whole
}

@test "wh-listen: the same, byte by byte" {
	cases bytes
}

@test "wh-listen: the same, cut in two at each place" {
	cases cut
}
