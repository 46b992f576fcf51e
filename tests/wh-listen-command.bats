#!/usr/bin/env bats
# wh-listen-command.bats - a command for each request: what it gets, what
# becomes of what it says, and that nothing of it is left behind.

# shellcheck disable=SC2154 # status and PID_NAME are set by the helpers

load helper
load listening
load asking

# stop STATUS: SIGTERM; wh-listen ends with that status
stop()
{
	kill "$PID_l"
	ended l
	[ "$status" -eq "$1" ]
}

# ---- what it gets ----

@test "wh-listen --: the body is stdin, stdout the reply, the line is printed" {
	listen -- cat
	head -c 300000 /dev/urandom >sent
	[ "$(post --data-binary @sent "$URL")" = 200 ]
	cmp sent body
	[ "$(field content-type)" = application/octet-stream ]
	await_lines l.out 2
	sed -n 2p l.out | jq -r .base64 | base64 -d | cmp - sent
	[ "$(post -d '{"a": 1}' "$URL")" = 200 ]
	[ "$(<body)" = '{"a": 1}' ]
	[ "$(field content-type)" = application/json ]
	post -d 'é {' "$URL"
	[ "$(field content-type)" = 'text/plain; charset=utf-8' ]
	[ "$(post "$URL")" = 200 ]
	[ ! -s body ]
	[ -z "$(field content-type)" ]
	stop 0
	[ ! -s l.err ] || ! grep -v 'listening on' l.err
}

@test "wh-listen --: the request is in the environment" {
	export WH_STALE=1 KEPT=2
	listen -- env
	[ "$(post -d x -H 'X-GitHub-Event: push' -H 'X-GitHub-Delivery: d1' \
	    -H 'Two: 1' -H 'two: 2' -H 'Under_score: no' -H 'Do.t: no' \
	    -H 'Proxy: evil' -H 'Uni: é' -H 'Content-Type: a/b' \
	    --path-as-is "${URL}a%2Fb/../c?q=1&q=2")" = 200 ]
	holds() { grep -qxF -e "$1" body; }
	holds "WH_ID=$(id 1)"
	holds WH_METHOD=POST
	holds 'WH_TARGET=/a%2Fb/../c?q=1&q=2'
	holds 'WH_PATH=/a%2Fb/../c'
	holds 'WH_QUERY=q=1&q=2'
	holds "WH_REMOTE=$(sed -n 2p l.out | jq -r .remote)"
	holds WH_EVENT_TYPE=push
	holds WH_EVENT_ID=d1
	holds WH_HEADER_CONTENT_TYPE=a/b
	holds 'WH_HEADER_TWO=1, 2'
	holds WH_HEADER_PROXY=evil
	holds 'WH_HEADER_UNI=é'
	holds KEPT=2
	run ! grep -Ei '^HTTP_PROXY|under|WH_HEADER_DO|STALE|WH_VERIFIED' body
	post "$URL"
	run ! grep -E '^WH_(QUERY|EVENT)' body
}

@test "wh-listen --: WH_VERIFIED names the scheme, and secrets stay ours" {
	printf s3cret >key
	export SECRET=s3cret OTHER=s3cret
	listen --verify github --secret-env SECRET --secret-env named=OTHER \
	    -- env
	sig=$(printf x | openssl dgst -sha256 -hmac s3cret | sed 's/.* //')
	[ "$(post -d x -H "X-Hub-Signature-256: sha256=$sig" "$URL")" = 200 ]
	grep -qx WH_VERIFIED=github body
	run ! grep -qE '^(SECRET|OTHER)=' body
	[ "$(post -d y -H "X-Hub-Signature-256: sha256=$sig" "$URL")" = 401 ]
}

@test "wh-listen --: a command has its arguments as they are, and no shell" {
	listen -- printf '%s|' '$HOME' 'a b' '; echo' -- '*'
	post "$URL"
	# shellcheck disable=SC2016
	[ "$(<body)" = '$HOME|a b|; echo|--|*|' ]
}

@test "wh-listen --: a command has no descriptor of ours, and its own group" {
	exec 9<key-not-there 2>/dev/null || exec 9</dev/null
	listen -- ls /proc/self/fd
	exec 9<&-
	post "$URL"
	[ "$(xargs <body)" = '0 1 2 3' ]	# the last is the folder
}

# ---- what goes wrong ----

@test "wh-listen --: a command that fails is 500, and exit 1 in the end" {
	# shellcheck disable=SC2016
	listen -- sh -c 'echo out; read -r n; [ "$n" = 0 ] || kill -s "$n" $$; exit 3'
	[ "$(post -d 0 "$URL")" = 500 ]
	[ "$(<body)" = 'the command failed' ]
	await l.err "$(id 1): the command ended with status 3"
	[ "$(post -d KILL "$URL")" = 500 ]
	await l.err "$(id 2): the command was ended by SIGKILL"
	stop 1
}

@test "wh-listen --: a command that is not there is exit 2, later on 500" {
	run -2 --separate-stderr wh-listen 0 -- no-such-command
	[ "$stderr" = 'wh-listen: no-such-command: command not found' ]
	run -2 --separate-stderr wh-listen 0 -- ./no-such
	[ "$stderr" = 'wh-listen: ./no-such: No such file or directory' ]
	echo 'echo hi' >script
	run -2 --separate-stderr wh-listen 0 -- ./script
	[ "$stderr" = 'wh-listen: ./script: Permission denied' ]
	run -2 --separate-stderr wh-listen 0 --
	[ "$stderr" = 'wh-listen: --: needs COMMAND' ]
	chmod +x script
	listen -- ./script
	[ "$(post "$URL")" = 500 ]
	await l.err "$(id 1): the command could not be run: Exec format error"
	rm script
	[ "$(post "$URL")" = 500 ]
	await l.err "$(id 2): the command could not be run: No such file or directory"
	stop 1
}

@test "wh-listen --: a header that no environment can hold is 500, and said" {
	listen --max-header 1M -- cat
	{
		printf 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX-Long: '
		head -c 200000 /dev/zero | tr '\0' x
		printf '\r\n\r\n'
	} | /usr/bin/python3 "$PEERS/http_raw.py" --replies 1 \
	    "$PORT" >long
	[ "$(jq .status long)" = 500 ]
	await l.err "$(id 1): the command could not be run: Argument list too long"
	[ "$(post -d a "$URL")" = 200 ]
}

@test "wh-listen --: stderr is passed on, with the id, and scrubbed" {
	# shellcheck disable=SC2016
	listen -- sh -c 'printf "one\ntwo\033[2J\n\nlast" >&2
	    head -c 5000 /dev/zero | tr "\0" y >&2'
	[ "$(post "$URL")" = 200 ]
	i=$(id 1)
	await l.err "^wh-listen: $i: one\$"
	await l.err "^wh-listen: $i: two\\?\\[2J\$"
	await l.err "^wh-listen: $i: \$"
	await l.err "^wh-listen: $i: lasty+\$"
	await l.err "^wh-listen: $i: y+\$"
	[ "$(tr -dc y <l.err | wc -c)" -eq 5000 ]
}

@test "wh-listen --: a command that floods stderr waits for who reads it" {
	mkfifo fifo
	start_stuck()
	{
		exec wh-listen --announce 0 -- \
		    sh -c 'seq 100000 >&2; echo done' 2>fifo
	}
	start l start_stuck
	exec {STUCK}<fifo
	FEEDS+=("$STUCK")
	announced l
	ask a "http://127.0.0.1:$PORT/"
	id 1
	# The server still serves.
	[ "$(post "http://127.0.0.1:$PORT/" -H 'Expect: x')" = 417 ]
	cat <&"$STUCK" >got 3>&- &
	STARTED+=("$!")
	[ "$(answered a)" = 200 ]
	[ "$(<a.body)" = 'done' ]
	await got ': 100000$'
	[ "$(grep -c ': [0-9]*$' got)" -ge 100000 ]
}

@test "wh-listen --max-output: more of it ends the command, and is 500" {
	listen --max-output 100k -- sh -c 'cat; yes'
	[ "$(post -d x "$URL")" = 500 ]
	[ "$(<body)" = 'the command said too much' ]
	await l.err "$(id 1): the command's output is longer than 102400 bytes"
	stop 1
	listen --max-output 100k -- cat
	head -c 102400 /dev/zero >exact
	[ "$(post --data-binary @exact "$URL")" = 200 ]
	cmp exact body
}

# ---- time ----

@test "wh-listen --command-timeout: 504, and the whole group is ended" {
	# shellcheck disable=SC2016
	listen --command-timeout 2s -- sh -c 'sleep 1000 & echo $$ $! >pids
	    exec sleep 1000'
	[ "$(post -d x "$URL")" = 504 ]
	await l.err "$(id 1): the command took too long"
	read -r leader grandchild <pids
	gone "$leader" "$grandchild"
	stop 1
}

@test "wh-listen --command-timeout: who ignores SIGTERM is killed" {
	# shellcheck disable=SC2016
	listen --command-timeout 2s -- sh -c 'trap "" TERM; echo $$ >pid
	    while :; do sleep 1000; done'
	[ "$(post -d x "$URL")" = 504 ]
	gone "$(<pid)"
}

@test "wh-listen --: what holds the pipes is no reason to hang" {
	# shellcheck disable=SC2016
	listen -- sh -c 'sleep 1000 & echo $! >pid; echo hi'
	[ "$(post "$URL")" = 200 ]
	[ "$(<body)" = hi ]
	gone "$(<pid)"
}

@test "wh-listen --: what has let go of the pipes goes on" {
	mkfifo hold
	# shellcheck disable=SC2016
	listen -- sh -c 'sh -c "read x <hold; echo alive >is_done" >/dev/null 2>&1 &
	    echo hi'
	[ "$(post "$URL")" = 200 ]
	[ "$(<body)" = hi ]
	stop 0
	echo >hold
	await is_done alive
}

# ---- how many ----

@test "wh-listen --jobs: never more at once, and everybody is served" {
	mkdir running
	# shellcheck disable=SC2016
	listen --jobs 2 -- sh -c 'mkdir running/$$; ls running | wc -l; cat
	    rmdir running/$$'
	# shellcheck disable=SC2016
	seq 100 | timeout 120 xargs -P 100 -I{} sh -c \
	    'curl -sS --retry 9 -f -d "#$1" "$2" >got.$1 || echo "$1 $?" >>bad' \
	    - {} "$URL"
	[ ! -e bad ]
	[ "$(cat got.* | grep -c '^#')" -eq 100 ]
	[ "$(cat got.* | grep -v '^#' | sort -u | xargs)" != '' ]
	run ! grep -qhvxE '1|2|#[0-9]+' got.*
	[ "$(jq -r 'select(.type == "request").text' l.out | sort -u | wc -l)" \
	    -eq 100 ]
	[ "$(ls running)" = '' ]
	# None is left, not even a zombie.
	[ -z "$(cat "/proc/$PID_l/task/$PID_l/children")" ]
}

@test "wh-listen --jobs: who waits for too long gets 503, and was not printed" {
	mkfifo hold
	listen --jobs 1 -- sh -c 'read x <hold'
	ask a -d 1 "$URL"
	id 1
	# Bodies that wait are kept up to a limit: then it is 503 at once.
	head -c 1000000 /dev/zero | tr '\0' x >big
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		ask "b$i" --data-binary @big "$URL"
	done
	[ "$(post -d 2 "$URL")" = 503 ]
	[ "$(field retry-after)" = 1 ]
	[ "$(<body)" = 'too many commands' ]
	[ "$(rss_kb "$PID_l")" -lt 65536 ]
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		[ "$(answered "b$i")" = 503 ]
	done
	echo >hold
	[ "$(answered a)" = 200 ]
	[ "$(grep -c '"request"' l.out)" -eq 1 ]
	stop 0
}

@test "wh-listen --: a command goes on if the sender leaves" {
	mkfifo hold
	listen -- sh -c 'read x <hold; echo "$WH_ID" >is_done'
	ask a -d 1 "$URL"
	i=$(id 1)
	kill "$PID_a"
	ended a
	echo >hold
	await is_done "$i"
	stop 0
}

@test "wh-listen -s: what is left out runs nothing, and gets --reply" {
	listen -s '.json.ref == "main"' --reply 202 -- sh -c 'echo ran | tee -a ran'
	[ "$(post -d '{"ref":"other"}' "$URL")" = 202 ]
	[ "$(post -d '{"ref":"main"}' "$URL")" = 200 ]
	[ "$(<body)" = ran ]
	[ "$(wc -l <ran)" -eq 1 ]
}

@test "wh-listen -p --: payloads are printed, and the command has its id" {
	# shellcheck disable=SC2016
	listen -p -- sh -c 'echo "$WH_ID"'
	[ "$(post -d '[1]' "$URL")" = 200 ]
	[[ $(<body) =~ ^[0-9a-f-]{36}$ ]]
	await l.out '^\[1\]$'
}

@test "wh-listen -- : many runs leak nothing" {
	listen -- true
	post "$URL"
	before=$(ls "/proc/$PID_l/fd" | wc -l)
	hey -n "${COMMAND_RUNS:-400}" -c 16 -disable-keepalive -m POST -d x \
	    "$URL" >hey.out
	grep -qE '\[200\]	'"${COMMAND_RUNS:-400} responses" hey.out
	# The last connection may take a moment to go.
	until [ "$(ls "/proc/$PID_l/fd" | wc -l)" -le "$before" ]; do
		kill -0 "$PID_l"
	done
	[ -z "$(cat "/proc/$PID_l/task/$PID_l/children")" ]
	stop 0
}

@test "wh-listen --metrics: commands are counted" {
	listen --metrics /metrics -- sh -c 'exit $(cat)'
	post -d 0 "$URL"
	post -d 1 "$URL"
	curl -sS "${URL}metrics" >metrics
	grep -qx 'wh_listen_commands_total 2' metrics
	grep -qx 'wh_listen_commands_failed_total 1' metrics
	grep -qx 'wh_listen_commands_running 0' metrics
}

# ---- the end ----

@test "wh-listen -1 --: ends when the command has ended and was answered" {
	listen -1 -- sh -c 'cat; echo ran'
	[ "$(post -d x "$URL")" = 200 ]
	[ "$(<body)" = xran ]
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --: SIGTERM waits for what runs" {
	mkfifo hold
	listen --drain 1m -- sh -c 'read x <hold; echo ran'
	ask a -d 1 "$URL"
	id 1
	kill "$PID_l"
	until ! curl -s -o /dev/null "$URL"; do :; done
	echo >hold
	[ "$(answered a)" = 200 ]
	[ "$(<a.body)" = ran ]
	ended l
	[ "$status" -eq 0 ]
}

@test "wh-listen --drain: what runs for longer is ended, with its group" {
	# shellcheck disable=SC2016
	listen --drain 100ms -- sh -c 'sleep 1000 & echo $$ $! >pids; wait'
	ask a -d 1 "$URL"
	await pids ' '
	kill "$PID_l"
	ended l
	[ "$status" -eq 143 ]
	read -r leader grandchild <pids
	gone "$leader" "$grandchild"
	await l.err 'commands that still run are ended'
}

@test "wh-listen --drain: once it is over no other command begins" {
	mkfifo fifo
	start_stuck()
	{
		# shellcheck disable=SC2016
		exec wh-listen -v --max-body 4M --drain 100ms 0 -- sh -c '
		    echo $WH_PATH >>ran
		    trap "" TERM
		    while :; do sleep 0.1; done' >fifo
	}
	start l start_stuck
	exec {STUCK}<fifo
	URL=http://127.0.0.1:$(await l.err 'listening on' |
	    sed 's/.*://')/
	ask a -d 1 "${URL}first"
	await ran /first
	head -c 2000000 /dev/zero >big
	ask b --data-binary @big "${URL}second"
	await l.err 'POST /second'
	kill "$PID_l"
	await l.err 'commands that still run are ended'
	# Its line is taken only now.
	cat <&$STUCK >l.late &
	eval "exec $STUCK<&-"
	ended l
	[ "$status" -eq 143 ]
	[ "$(<ran)" = /first ]
}

@test "wh-listen --: told twice to end, nothing of it is left" {
	# shellcheck disable=SC2016
	listen --drain 1h -- sh -c 'trap "" TERM; sleep 1000 & echo $$ $! >pids
	    wait'
	ask a -d 1 "$URL"
	await pids ' '
	read -r leader grandchild <pids
	insist l
	[ "$status" -eq 143 ]
	gone "$leader" "$grandchild"
}

@test "wh-listen --: killed, its command is told to end" {
	# shellcheck disable=SC2016
	listen -- sh -c 'echo $$ >pid; exec sleep 1000'
	ask a -d 1 "$URL"
	leader=$(await pid .)
	kill -KILL "$PID_l"
	gone "$leader"
}

@test "wh-listen --: stdout gone is 503, nothing is run, and 141" {
	mkfifo fifo
	start_stuck() { exec wh-listen -v 0 -- sh -c 'echo x >>ran' >fifo; }
	start l start_stuck
	exec {STUCK}<fifo
	FEEDS+=("$STUCK")
	PORT=$(await l.err 'listening on ')
	URL=http://127.0.0.1:${PORT##*:}/
	head -c 900000 /dev/zero | tr '\0' x >big
	for i in 1 2 3; do
		ask "a$i" --data-binary @big "$URL"
	done
	until [ "$(grep -c ': POST /, 900000 bytes' l.err)" -eq 3 ]; do
		kill -0 "$PID_l"
	done
	eval "exec $STUCK<&-"
	ended l
	[ "$status" -eq 141 ]
	for i in 1 2 3; do
		ended "a$i"
	done
	# Those that the pipe had taken were run.
	[ "$(cat a?.out | grep -o 503 | wc -l)" -ge 1 ]
	[ "$(cat a?.out | grep -o 200 | wc -l)" -eq \
	    "$(cat ran 2>/dev/null | wc -l)" ]
}
