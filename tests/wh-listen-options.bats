#!/usr/bin/env bats
# wh-listen-options.bats - options that would do nothing are refused, each in
# one sentence.

# shellcheck disable=SC2154 # stderr is set by bats' run

load helper

# refusals: each line of stdin is arguments, `|` and the sentence
refusals()
{
	local args want

	while IFS='|' read -r args want; do
		echo "$args"
		# shellcheck disable=SC2086 # several words
		run -2 --separate-stderr wh-listen 0 $args
		[ "$stderr" = "wh-listen: $want" ]
	done
}

@test "wh-listen: what is for another option or a COMMAND needs that" {
	refusals <<-'END'
	--jobs 2|--jobs: needs COMMAND
	--jobs 8|--jobs: needs COMMAND
	--command-timeout 1s|--command-timeout: needs COMMAND
	--max-output=1k|--max-output: needs COMMAND
	--reply-timeout 1s|--reply-timeout: needs --reply-lines
	--dedupe-ttl 1m|--dedupe-ttl: needs --dedupe
	--dedupe-memory 1M|--dedupe-memory: needs --dedupe
	--dedupe|--dedupe: needs --verify
	--on-bad tag|--on-bad: needs --verify
	--tolerance 1s|--tolerance: needs --verify
	--now 1|--now: needs --verify
	--public-url https://h/|--public-url: needs --verify
	--sns-cacert f|--sns-cacert: needs --verify
	END
}

@test "wh-listen: one reply excludes another" {
	refusals <<-'END'
	--reply 200 --reply-filter .|--reply: does not go with --reply-filter
	--reply-filter . --reply 204|--reply: does not go with --reply-filter
	--reply-filter . --reply-lines|--reply-filter and --reply-lines: only one of them can answer
	--reply-filter . -- cat|--reply-filter and COMMAND: only one of them can answer
	END
}

@test "wh-listen --tolerance: a part of a second is refused, not left out" {
	printf k >k
	refusals <<-'END'
	--verify github --secret-file k --tolerance 500ms|--tolerance: not whole seconds, as signed times are
	--verify github --secret-file k --tolerance 1.5s|--tolerance: not whole seconds, as signed times are
	END
	for time in 0 1s 2000ms 1.5m; do
		run -0 wh-listen --verify github --secret-file k \
		    --tolerance "$time" --for 1ms 0
	done
}
