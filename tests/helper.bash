# helper.bash - what every .bats file loads: `load helper`.
#
# Each test runs in a folder of its own (its working directory), with the
# programs of $HOOKLINE_BUILD (default: build/) first in PATH.  All that a test
# starts is ended with it, children too.  A file that needs a setup or teardown
# of its own calls helper_setup or helper_teardown in it.
#
#	start NAME CMD...	in the background: NAME.out, NAME.err, no stdin
#	start_fed NAME CMD...	the same, its stdin held open for:
#	feed NAME [LINE...]	writes the lines (or stdin's bytes) to it
#	feed_end NAME		ends its input
#	announced NAME		awaits its listening line; sets PORT, ADDRESS
#	await FILE RE [SECS]	awaits a line that matches, and prints it
#	await_lines FILE N	awaits N lines
#	ended NAME [SECS]	awaits its end; sets status
#	end_by SIGNAL NAME	... having sent it that; sets status
#	stuck NAME		awaits that it reads no byte of files and pipes
#	insist NAME		SIGTERM, more than once, and awaits its end
#	gone PID...		awaits the end of processes that are no children
#	make_cert		ca.pem, and by it cert.pem, key.pem: localhost
#	rss_kb PID		its resident memory
#	preloaded NAME		sets PRELOAD: the object of tests/preload
#	LIMIT			so many seconds is anything awaited, unless told
#				otherwise: long, since only what fails takes it
#
# Peers, who are not ours, are in $PEERS.
#
# After `start NAME` the process's id is in PID_NAME.  NAME is a shell word of
# letters, digits and underscores.
# shellcheck shell=bash disable=SC2034 # what it sets is for the tests

bats_require_minimum_version 1.5.0

REPO=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
BUILD=${HOOKLINE_BUILD:-$REPO/build}
case $BUILD in
/*) ;;
*) BUILD=$REPO/$BUILD ;;
esac
PEERS=$REPO/tests/peers
export REPO BUILD PEERS
LIMIT=60
# Peers in Python tell what they see at once, and leave no files behind.
export PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

setup()
{
	helper_setup
}

teardown()
{
	helper_teardown
}

helper_setup()
{
	PATH=$BUILD:$PATH:/usr/sbin
	cd "$BATS_TEST_TMPDIR" || return 1
	FEEDS=()
	mkfifo .ready
	exec {READY}<>.ready
	rm .ready
}

# First politely; what is still there after a moment is killed.
#
# A number that was a process's may be another's by now (32768 are used up
# within minutes): so only jobs that bash knows to be there are signalled, and
# processes that have this test's folder in their environment.
helper_teardown()
{
	local fd pid status running

	for fd in "${FEEDS[@]}"; do
		eval "exec $fd>&-"
	done
	FEEDS=()
	running=$(running_jobs)
	for pid in $running; do
		kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" || :
	done
	signal_ours TERM
	for pid in $running; do
		reap "$pid" 2 || :
	done
	signal_ours KILL
}

# Their numbers on one line; stopped ones, too.
running_jobs()
{
	# shellcheck disable=SC2046,SC2005
	echo $(jobs -rp) $(jobs -sp)
}

# All that this test has executed, wherever it has gone.
signal_ours()
{
	local file pid

	# shellcheck disable=SC2013 # words are what is wanted
	for file in $(grep -lsFz "BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR" \
	    /proc/[0-9]*/environ); do
		pid=${file#/proc/}
		kill "-$1" "${pid%/environ}" 2>/dev/null || :
	done
}

# reap PID SECS: awaits a child's end and sets status; kills it, and its group,
# when it takes longer.  (tail looks every 20 ms; a watchdog in a subshell of
# bash loses a signal now and then, while it is being forked.)
reap()
{
	local late=0

	if [[ " $(running_jobs) " == *" $1 "* ]]; then
		timeout "$2" tail --pid="$1" -s 0.02 -f /dev/null || late=1
	fi
	if [ $late -eq 1 ]; then
		kill -KILL -- "-$1" 2>/dev/null || kill -KILL "$1" || :
	fi
	status=0
	wait "$1" 2>/dev/null || status=$?
	return $late
}

# In a process group of its own (set -m), so that it can be ended with its
# children, and with SIGINT not ignored, as it is in a shell's background.
start()
{
	local name=$1

	shift
	start_from /dev/null "$name" "$@"
}

# Returns once the child is no bash any more: bash may lose a signal that comes
# while it forks, substitutes or executes, or take it for the test's own end.
# The child may still wait for its input to be opened.
start_from()
{
	local name=$2 pid

	: >"$name.out"
	: >"$name.err"
	set -m
	start_child "$@" 3>&- &
	pid=$!
	set +m
	printf -v "PID_$name" %s "$pid"
	read -r -t "$LIMIT" -u "$READY"
}

# Another program's feed that is held open here would never end.
start_child()
{
	local fd input=$1 name=$2

	trap - ERR EXIT DEBUG TERM INT
	for fd in "${FEEDS[@]}"; do
		eval "exec $fd>&-"
	done
	if [ "$(type -t "$3")" = function ]; then
		echo >&"$READY"
		exec {READY}>&- >"$name.out" 2>"$name.err" <"$input" || exit
		"${@:3}"
	else
		# shellcheck disable=SC2016
		exec sh -c 'echo >&3
			exec 3>&- <"$1" >"$2.out" 2>"$2.err"
			shift 2
			exec "$@"' start "$@" 3>&"$READY" {READY}>&-
	fi
}

start_fed()
{
	local name=$1 fd

	rm -f "$name.in"
	mkfifo "$name.in"
	shift
	start_from "$name.in" "$name" "$@"
	exec {fd}>"$name.in"
	printf -v "FEED_$name" %s "$fd"
	FEEDS+=("$fd")
}

feed()
{
	local fd=FEED_$1

	shift
	if [ $# -gt 0 ]; then
		printf '%s\n' "$@" >&"${!fd}"
	else
		cat >&"${!fd}"
	fi
}

feed_end()
{
	local fd=FEED_$1 one left=()

	fd=${!fd}
	eval "exec $fd>&-"
	for one in "${FEEDS[@]}"; do
		[ "$one" = "$fd" ] || left+=("$one")
	done
	FEEDS=("${left[@]}")
}

announced()
{
	local line

	line=$(await "$1.out" '"type":"listening"') || {
		cat "$1.err" >&2
		return 1
	}
	PORT=$(jq -r '.port // empty' <<<"$line")
	ADDRESS=$(jq -r '.address // empty' <<<"$line")
}

await()
{
	local limit=${3:-$LIMIT}

	timeout "$limit" grep -a -m1 -E -e "$2" \
	    <(exec tail -n +1 -F "$1" 2>/dev/null 3>&-) && return
	echo "$1 has no line that matches $2 after $limit s; it holds:" >&2
	cat "$1" >&2
	return 1
}

await_lines()
{
	local limit=${3:-$LIMIT}

	# (grep would end at its first match, seeing /dev/null behind it.)
	timeout "$limit" sed -n "${2}q" \
	    <(exec tail -n +1 -F "$1" 2>/dev/null 3>&-) && return
	echo "$1 has fewer than $2 lines after $limit s: $(wc -l <"$1")" >&2
	return 1
}

ended()
{
	local pid=PID_$1

	reap "${!pid}" "${2:-$LIMIT}" && return
	echo "$1 did not end within ${2:-$LIMIT} s" >&2
	cat "$1.err" >&2
	return 1
}

end_by()
{
	local pid=PID_$2

	kill "-$1" "${!pid}"
	ended "$2"
}

# Half a second is long enough to read on, for one that would.
stuck()
{
	local pid=PID_$1 before=-1 now=0

	while [ "$before" != "$now" ]; do
		before=$now
		now=$(sed -n 's/^rchar: //p' "/proc/${!pid}/io")
		sleep 0.5
	done
}

# What comes within a moment is the first one's echo (tool.h).
insist()
{
	local pid=PID_$1

	while kill "${!pid}"; do
		timeout 0.3 tail --pid="${!pid}" -f /dev/null && break
	done
	ended "$1"
}

# Who adopts it may leave it a zombie.
gone()
{
	# shellcheck disable=SC2016
	timeout "$LIMIT" sh -c 'for pid; do
		while grep -qs "^State:.[^ZX]" "/proc/$pid/status"; do :; done
	done' - "$@"
}

make_cert()
{
	local ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'

	# shellcheck disable=SC2086 # $ec is several words
	openssl req -x509 $ec -subj /CN=hookline-test-ca -keyout ca.key \
	    -addext keyUsage=critical,keyCertSign,cRLSign \
	    -out ca.pem 2>/dev/null &&
	openssl req $ec -subj /CN=localhost -keyout key.pem -out cert.csr \
	    2>/dev/null &&
	printf 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n' >cert.ext &&
	openssl x509 -req -in cert.csr -CA ca.pem -CAkey ca.key \
	    -CAcreateserial -days 2 -extfile cert.ext -out cert.pem 2>/dev/null
}

rss_kb()
{
	awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"
}

preloaded()
{
	PRELOAD=$BUILD/tests/preload/$1.so
	[ -e "$PRELOAD" ] && return
	echo "$PRELOAD is missing: make test-programs"
	return 1
}
