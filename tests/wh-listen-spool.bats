#!/usr/bin/env bats
# wh-listen-spool.bats - wh-listen --spool: what was answered with a 2xx is on
# disk, whatever happens; what can't be stored is told to come back.

# shellcheck disable=SC2154 # PID_NAME and status are set by the helpers

load helper

# listen OPTION...: starts wh-listen --spool q on a free port
listen()
{
	start l wh-listen --announce --spool q "$@" 0
	announced l
}

# listen_with_faults: the same on a disk whose faults the file `fault` names
listen_with_faults()
{
	preloaded disk
	start l env LD_PRELOAD="$PRELOAD" \
	    DISK_FAULT="$PWD/fault" wh-listen --announce --spool q "$@" 0
	announced l
}

# post BODY [ARG...]: prints the status
post()
{
	local body=$1

	shift
	curl -sS -o reply -D head -w '%{http_code}' -d "$body" "$@" \
	    "http://127.0.0.1:$PORT/x"
}

# post_file FILE: the same with a file's bytes
post_file()
{
	curl -sS -o reply -D head -w '%{http_code}' --data-binary "@$1" \
	    "http://127.0.0.1:$PORT/x"
}

# events: what is in the spool, by a reader of another kind
events()
{
	/usr/bin/python3 "$PEERS/spool.py" q
}

# stop: ends wh-listen in good order
stop()
{
	kill -TERM "$PID_l"
	ended l
	[ "$status" -eq 0 ]
}

# unmount what a test has mounted, whatever became of it
teardown()
{
	helper_teardown
	! mountpoint -q "$BATS_TEST_TMPDIR/small" ||
	    umount "$BATS_TEST_TMPDIR/small"
}

@test "--spool: an event is in the folder when it is answered, not on stdout" {
	listen
	[ "$(post '{"n":1.10}' -H 'X-A: b')" = 204 ]
	events >events
	[ "$(jq -r .text events)" = '{"n":1.10}' ]
	[ "$(jq -r '.headers[] | select(.[0] == "X-A")[1]' events)" = b ]
	stop
	[ "$(wc -l <l.out)" -eq 1 ]
}

@test "--spool: a line is the event with a crc behind it, as wh-listen would print it" {
	listen
	post '{"a":1}'
	cat q/seg/*.ndjson >line
	[ "$(jq -r 'keys_unsorted[-1]' line)" = crc ]
	jq -e '.crc | test("^[0-9a-f]{8}$")' line
	[ "$(jq -c 'keys_unsorted[:-1]' line)" = "$(events |
	    jq -c keys_unsorted)" ]
	start plain wh-listen --announce 0
	announced plain
	post '{"a":1}'
	await_lines plain.out 2
	[ "$(jq -c 'keys_unsorted[:-1]' line)" = "$(sed 1d plain.out |
	    jq -c keys_unsorted)" ]
}

@test "--spool: the folder and what is in it are the user's alone, and is made" {
	listen
	post a
	[ "$(stat -c %a q)" = 700 ]
	[ "$(stat -c %a q/seg)" = 700 ]
	[ "$(stat -c %a q/seg/*.ndjson)" = 600 ]
	stop
}

@test "--spool: the writer holds its segment locked, and no longer when it has ended" {
	local segment

	listen
	post a
	segment=$(echo q/seg/*.ndjson)
	run flock -s -n "$segment" true
	[ "$status" -eq 1 ]
	stop
	flock -s -n "$segment" true
}

@test "--spool: a segment without events does not stay" {
	listen
	[ "$(find q/seg -type f | wc -l)" -eq 1 ]
	stop
	[ "$(find q/seg -type f | wc -l)" -eq 0 ]
}

@test "--spool: two of them write to one folder" {
	listen
	post one
	start other wh-listen --announce --spool q 0
	announced other
	post two
	announced l
	post three
	[ "$(find q/seg -type f | wc -l)" -eq 2 ]
	[ "$(events | jq -r .text | xargs)" = 'one three two' ]
}

@test "--spool: -s and -f come first; what they make must be an object" {
	listen -s '.text != "no"' -f 'if .text == "5" then 5 else {id, text} end'
	[ "$(post no)" = 204 ]
	[ "$(post yes)" = 204 ]
	[ "$(post 5)" = 500 ]
	grep -q 'wh-listen: q: the filter made no object' l.err
	[ "$(events | jq -c 'keys_unsorted + [.text]')" = '["id","text","yes"]' ]
	kill -TERM "$PID_l"
	ended l
	[ "$status" -eq 1 ]
}

@test "--spool: a body of 900 kB that is not text comes back byte for byte" {
	head -c 900000 /dev/urandom >body
	listen
	[ "$(post_file body)" = 204 ]
	events | jq -r .base64 | base64 -d | cmp - body
}

@test "--spool: what a crash tore is cut at the next start, and what was whole stays" {
	local segment size

	listen
	post one
	post two
	segment=$(echo q/seg/*.ndjson)
	kill -KILL "$PID_l"
	ended l || :
	size=$(stat -c %s "$segment")
	# A line cut short, one that was glued to it, and blocks of zeros.
	head -c 100 "$segment" >>"$segment"
	head -1 "$segment" >>"$segment"
	head -c 10000 /dev/zero >>"$segment"
	run -1 events
	listen
	[ "$(stat -c %s "$segment")" -eq "$size" ]
	[ "$(events | jq -r .text | xargs)" = 'one two' ]
}

@test "--spool: a segment that a crash left in the making goes at the next start" {
	mkdir -p q/seg
	: >q/seg/.1795613798980538-7141-1.ndjson
	: >q/seg/1795613798980538-7141-2.ndjson
	: >q/seg/notes
	listen
	[ ! -e q/seg/.1795613798980538-7141-1.ndjson ]
	[ ! -e q/seg/1795613798980538-7141-2.ndjson ]
	[ -e q/seg/notes ]
}

@test "--spool: nothing acknowledged is lost or torn when it is killed, 200 times" {
	run --separate-stderr timeout 120 /usr/bin/python3 \
	    "$PEERS/crash_listen.py" "$BUILD/wh-listen" q 200
	echo "$output $stderr"
	[ "$status" -eq 0 ]
	[ "$(jq .rounds <<<"$output")" -eq 200 ]
	[ "$(jq .acknowledged <<<"$output")" -gt 200 ]
}

# ---- faults ----

@test "--spool: a full disk is 503 with Retry-After, and ends when there is room" {
	local kept

	mkdir small
	mount -t tmpfs -o size=256k tmpfs small 2>/dev/null ||
	    skip "mounting a small file system needs root"
	start l wh-listen --announce --spool small/q 0
	announced l
	head -c 20000 /dev/zero | tr '\0' x >body
	[ "$(post_file body)" = 204 ]
	head -c 1M /dev/zero >small/filler || :
	[ "$(post_file body)" = 503 ]
	grep -qi '^Retry-After: ' head
	[ "$(post_file body)" = 503 ]
	[ "$(grep -c 'No space left on device' l.err)" -eq 1 ]
	rm small/filler
	[ "$(post_file body)" = 204 ]
	await l.err 'takes requests again'
	kept=$(/usr/bin/python3 "$PEERS/spool.py" small/q | wc -l)
	[ "$kept" -eq 2 ]
	stop
}

@test "--spool: a disk that is full from the start is 503, too" {
	mkdir small
	mount -t tmpfs -o size=256k,nr_inodes=4 tmpfs small 2>/dev/null ||
	    skip "mounting a small file system needs root"
	mkdir -p small/q/seg
	: >small/q/file
	start l wh-listen --announce --spool small/q 0
	announced l
	[ "$(post a)" = 503 ]
	rm small/q/file
	[ "$(post a)" = 204 ]
	stop
}

@test "--spool: no space to reserve is 503, and the segment goes on afterwards" {
	echo full >fault
	listen_with_faults
	[ "$(post one)" = 503 ]
	rm fault
	[ "$(post two)" = 204 ]
	[ "$(post three)" = 204 ]
	[ "$(events | jq -r .text | xargs)" = 'two three' ]
	[ "$(find q/seg -type f | wc -l)" -eq 1 ]
	stop
}

@test "--spool --dedupe: what could not be stored is no repeat" {
	local now

	printf whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw >key
	chmod 600 key
	echo full >fault
	listen_with_faults --verify standard-webhooks --secret-file key --dedupe
	now=$(date +%s)
	printf '%s\n' 'webhook-id: m1' "webhook-timestamp: $now" \
	    "webhook-signature: v1,$(printf 'm1.%s.one' "$now" |
	    openssl dgst -sha256 -mac HMAC -macopt \
	    hexkey:31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0 -binary |
	    base64)" >fields
	[ "$(post one -H @fields)" = 503 ]
	rm fault
	[ "$(post one -H @fields)" = 204 ]
	[ "$(post one -H @fields)" = 200 ]
	[ "$(events | jq -r .text | xargs)" = one ]
}

@test "--spool: a short write is taken back" {
	echo short >fault
	listen_with_faults
	[ "$(post one)" = 503 ]
	[ "$(find q/seg -type f | wc -l)" -eq 0 ]
	[ "$(post two)" = 503 ]
	rm fault
	[ "$(post three)" = 204 ]
	[ "$(events | jq -r .text | xargs)" = 'three' ]
	stop
}

@test "--spool: a failed fdatasync is final: 503 from then on, though the disk says it is well" {
	listen_with_faults --health /health
	[ "$(post one)" = 204 ]
	[ "$(curl -s -o reply -w '%{http_code}' "localhost:$PORT/health")" = 200 ]
	echo eio >fault
	[ "$(post two)" = 503 ]
	grep -qi '^Retry-After: ' head
	rm fault
	[ "$(post three)" = 503 ]
	[ "$(post four)" = 503 ]
	[ "$(grep -c 'fdatasync: Input/output error' l.err)" -eq 1 ]
	[ "$(curl -s -o reply -w '%{http_code}' "localhost:$PORT/health")" = 503 ]
	[ "$(events | jq -r .text | xargs)" = 'one' ]
	kill -TERM "$PID_l"
	ended l
	[ "$status" -eq 1 ]
}

@test "--spool: a folder that a kill has left half made is on disk before it is used" {
	preloaded disk
	# Whether made here, left without its seg, or with it and nothing in it.
	for left in new q q/seg; do
		rm -rf q synced
		[ "$left" = new ] || mkdir -p "$left"
		run env LD_PRELOAD="$PRELOAD" DISK_SYNCED="$PWD/synced" \
		    wh-listen --spool q --for 1ms 0
		[ "$status" -eq 0 ]
		grep -qx "$PWD/q" synced
		[ "$left" = q/seg ] || [ "$(head -1 synced)" = "$PWD" ]
	done
}

@test "--spool: a folder that can't be used is exit 2 and named" {
	: >file
	run --separate-stderr wh-listen --spool file 0
	[ "$status" -eq 2 ]
	[ "$stderr" = 'wh-listen: file: Not a directory' ]
	run --separate-stderr wh-listen --spool no/such 0
	[ "$status" -eq 2 ]
	[ "$stderr" = 'wh-listen: no/such: No such file or directory' ]
}

@test "--spool: a folder that is read-only is exit 2 and named" {
	mkdir -p small
	mount -t tmpfs -o size=256k tmpfs small 2>/dev/null ||
	    skip "mounting needs root"
	mkdir -p small/q/seg
	mount -o remount,ro small
	run --separate-stderr wh-listen --spool small/q 0
	[ "$status" -eq 2 ]
	[ "$stderr" = 'wh-listen: small/q: Read-only file system' ]
}

@test "--spool: payloads are refused" {
	local option

	for option in -p --out=payload --out=text -r; do
		run --separate-stderr wh-listen --spool q "$option" 0
		[ "$status" -eq 2 ]
		[ "$stderr" = 'wh-listen: --spool: holds events, no payloads' ]
	done
	[ ! -e q ]
}
