#!/usr/bin/env bats
# wh-send-progress.bats - what is seen of long work, on a terminal and where
# there is none.

# shellcheck disable=SC2154,SC2030,SC2031 # PID_NAME is set by start NAME; each
# test is a subshell

load helper
load receiver

setup()
{
	helper_setup
	TERMINAL=$PEERS/terminal.py
}

# Work that goes on until its input ends: five lines in flight.
long_work()
{
	receiver --script hang
	start_fed sender "$TERMINAL" "${@:1:$#-1}" tty wh-send --drain 0 \
	    "${!#}" "$URL"
	feed sender 1 2 3 4 5
}

# What the terminal shows in the end.
screen()
{
	"$TERMINAL" --show tty
}

@test "wh-send: on a terminal, long work shows how far it is, on one line" {
	long_work -v
	await tty 'wh-send: 0 delivered, 0/s, 5 in flight, 0 failed, 0 waiting'
	# It is written over, not below.
	feed sender 6
	await tty '6 in flight'
	[ "$(screen)" = "wh-send: 0 delivered, 0/s, 6 in flight, 0 failed, 0 waiting" ]
}

@test "wh-send: a message pushes the progress down, and nothing is left of it" {
	long_work -v
	await tty '5 in flight'
	feed sender '{bad'
	await tty 'line 6: '
	feed sender 6
	await tty '6 in flight'
	[ "$(screen | wc -l)" -eq 2 ]
	[[ $(screen | head -n 1) == "wh-send: line 6: byte 2: "* ]]
	pkill -TERM -P "$PID_sender" wh-send
	ended sender
	[ "$status" -eq 143 ]
	screen >shown
	[ "$(grep -c delivered, shown)" -eq 0 ]
	[ "$(tail -n 1 shown)" = "" ]
	grep -q '^wh-send: 6 of 6 not delivered; the last: .*interrupted' shown
}

@test "wh-send: results on the same terminal stand above the progress" {
	receiver --script 204,hang
	start_fed sender "$TERMINAL" --stdout tty wh-send "$URL"
	feed sender 1 2
	await tty '1 delivered, [0-9]*/s, 1 in flight'
	[ "$(screen | wc -l)" -eq 2 ]
	[ "$(screen | head -n 1 | jq -r .outcome)" = delivered ]
	[[ $(screen | tail -n 1) == "wh-send: 1 delivered, "* ]]
}

@test "wh-send: progress is cut to the terminal's width" {
	receiver --script hang
	start_fed sender "$TERMINAL" --columns 30 tty wh-send "$URL"
	feed sender 1
	await tty delivered
	[ "$(screen)" = "wh-send: 0 delivered, 0/s, 1 " ]
}

@test "wh-send --progress: where there is no terminal it comes as messages" {
	receiver --script 204,hang
	start_fed sender wh-send --progress "$URL"
	feed sender 1 2
	await sender.err '^wh-send: 1 delivered, [0-9]+/s, 1 in flight, 0 failed, 0 waiting$'
	[ "$(tr -d '[:print:]\n' <sender.err | wc -c)" -eq 0 ]
}

@test "wh-send --progress: the last count stays, and that of short work, too" {
	receiver
	run --separate-stderr wh-send --progress "$URL" <<<$'1\n2'
	[[ $stderr == "wh-send: 2 delivered, "*"/s, 0 in flight, 0 failed, 0 waiting" ]]
	"$TERMINAL" tty wh-send --progress "$URL" <<<$'1\n2' >results
	[[ $(screen | head -n 1) == "wh-send: 2 delivered, "* ]]
	[ "$(wc -l <results)" -eq 2 ]
}

@test "wh-send --log json: progress is messages like others, if asked for" {
	receiver --script slow=1300
	"$TERMINAL" tty wh-send --log json "$URL" <<<1 >results
	[ ! -s tty ]
	"$TERMINAL" tty wh-send --log json --progress "$URL" <<<1 >>results
	screen | grep . | jq -r .message >messages
	grep -q '^0 delivered, 0/s, 1 in flight' messages
	grep -q '^1 delivered, [0-9]*/s, 0 in flight' messages
}

@test "wh-send: no terminal, -q, --no-progress: no progress" {
	receiver --script slow=1300
	run --separate-stderr wh-send "$URL" <<<1
	[ -z "$stderr" ]
	"$TERMINAL" tty wh-send -q --progress "$URL" <<<1 >results
	"$TERMINAL" tty wh-send --no-progress "$URL" <<<1 >>results
	[ ! -s tty ]
	[ "$(wc -l <results)" -eq 2 ]
	# It would have been there:
	"$TERMINAL" tty wh-send "$URL" <<<1 >>results
	grep -q '1 in flight' tty
	[ "$(screen)" = "" ]
}
