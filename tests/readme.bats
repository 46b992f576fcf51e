#!/usr/bin/env bats
# The README's console blocks, run as they stand there, but for the ports; and
# what they print is what the README shows, but for ids, times and versions.

load helper

# block N: the N-th console block.
block()
{
	awk -v want="$1" '/^```console$/ { n++; inside = 1; next }
	    /^```$/ { inside = 0 } inside && n == want' "$REPO/README.md"
}

# What differs from one run to the next.
masked()
{
	sed -E -e 's/[0-9a-f]{8}-[0-9a-f-]{27}/ID/g' \
	    -e 's/[0-9]{4}-[0-9-]+T[0-9:.]+Z/TIME/g' \
	    -e 's/127\.0\.0\.1:[0-9]+/PEER/g' -e 's/localhost:[0-9]+/HOST/g' \
	    -e 's|curl/[0-9.]+|curl/V|g'
}

# The commands in a block, NUL behind each; a line that begins with > goes on
# with the one before it.
commands()
{
	awk '/^> / { print substr($0, 3); next }
	    n && /^\$ / { printf "%c", 0 }
	    /^\$ / { n++; print substr($0, 3) }'
}

# What a server's command is awaited by: that it listens; or the bot is there.
awaited()
{
	local program

	case $1 in
	*'name=bot'*) echo 'await chat.ndjson "\"name\":\"bot\"" >/dev/null' ;;
	esac
	for program in wh-listen ws-serve; do
		case $1 in
		*"$program "*) echo "await said '^$program: listening on' >/dev/null" ;;
		esac
	done
}

# Types a block's commands into one shell; after a server's it waits for it,
# as a person does who looks at what it says.
typed()
{
	local first second line

	read -r first second < <(await ports.out .)
	while IFS= read -r -d '' line || [ -n "$line" ]; do
		line=${line%$'\n'}
		case $line in
		*' &') line="${line%' &'} 3>&- &
			$(awaited "$line")" ;;
		*' > events.ndjson'*) ;;
		*'cat event.json') line="await_lines event.json 1; $line" ;;
		*'clients.ndjson') line="await clients.ndjson '\"close\"' >/dev/null; $line" ;;
		esac
		line=${line//8080/$first}
		printf '%s\n' "${line//8081/$second}"
	done < <(commands) > commands
	# shellcheck disable=SC2016
	printf 'kill $(jobs -p)\nwait\n' >> commands
	# The block's own commands fail on purpose.
	set +e
	# shellcheck source=/dev/null
	source ./commands </dev/null
	set -e
}

shown()
{
	block "$1" | grep -v '^[$>] ' | masked
}

compare()
{
	start ports "$PEERS/port.py" 2
	block "$1" | typed > printed 2> said
	grep -h '^[a-z-]*: line' said >> printed || :
	diff <(shown "$1" | sort) <(masked < printed | sort)
}

@test "README: a webhook comes in as the event line that is shown" {
	compare 1
}

@test "README: deliveries have the results that are shown" {
	compare 2
}

@test "README: a websocket echoes, and a bad line is named, as shown" {
	compare 3
}

@test "README: a chat, webhooks in it, and a bot, as shown" {
	compare 4
}

@test "README: there is no console block that these tests do not run" {
	[ -z "$(block 5)" ]
	[ -n "$(block 4)" ]
}
