#!/usr/bin/env bats
# ws-serve-ops.bats - for whoever runs ws-serve: figures, health, service
# managers and certificates.

# shellcheck disable=SC2034,SC2154 # URL is for client; PID_NAME is set by start

load helper
load feeding

# get PATH ARG...: curl; prints the status
get()
{
	curl -sS -o reply -w '%{http_code}' "http://localhost:$PORT$1" "${@:2}"
}

@test "ws-serve --health, --metrics: what is going on, before any page" {
	serve --page chat --health /up --metrics /figures
	client_fed a /
	client_fed b / --eof-close
	feed serve '{"text":"to all"}'
	await_lines a.out 2
	await_lines b.out 2
	feed a '{"kind":"text","text":"one"}'
	await serve.out '"type":"message"'
	feed_end b
	await serve.out '"type":"close"'
	[ "$(get /up)" = 200 ]
	[ "$(cat reply)" = ok ]
	[ "$(get /up -d x)" = 405 ]
	[ "$(get /page)" = 200 ]
	[ "$(get /figures)" = 200 ]
	/usr/bin/python3 "$PEERS/metrics.py" <reply >got
	for line in 'clients{} 1' 'clients_come_total{} 2' \
	    'clients_slow_total{} 0' 'messages_received_total{} 1' \
	    'messages_sent_total{} 2' 'messages_dropped_total{} 0' \
	    'messages_waiting_bytes{} 0' 'requests_total{code=101} 2' \
	    'requests_total{code=200} 1' 'output_waiting_bytes{} 0'; do
		grep -qxF "ws_serve_$line" got
	done
}

@test "ws-serve: SIGUSR1 counts clients that are too slow" {
	serve --queue 64k
	client slow / --slow
	seq -f '{"text":"%01000.0f"}' 20000 | feed serve
	await serve.err 'too slow'
	kill -USR1 "$PID_serve"
	await serve.err '^ws-serve: .* clients_slow 1 '
}

@test "ws-serve: socket activation, and sd_notify" {
	start serve /usr/bin/python3 "$PEERS/service.py" --tcp 1 \
	    --notify "$PWD/notify" ws-serve --announce --stay
	announced serve
	URL=ws://localhost:$PORT
	client a /
	kill -HUP "$PID_serve"
	await_lines notify.out 3
	kill "$PID_serve"
	ended serve
	await_lines notify.out 4
	[ "$(jq -r '.[0]' notify.out | xargs)" = \
	    'READY=1 RELOADING=1 READY=1 STOPPING=1' ]
	run -2 ws-serve
	[[ $output == *'ADDRESS: missing'* ]]
}

@test "ws-serve --client-ca, SIGHUP: who comes in, and who stays" {
	local files='--cert cert.pem --key key.pem'

	make_cert
	cp ca.pem first.pem
	# shellcheck disable=SC2086 # several words
	serve $files --client-ca ca.pem --relay
	# The server's own certificate does for a client's.
	cp cert.pem mine.pem
	cp key.pem mine.key
	start_fed a ws-cat --cacert first.pem --cert mine.pem --key mine.key \
	    "wss://localhost:$PORT/"
	await serve.out '"client":"c1"'
	# With TLS 1.3 a client only hears of it when it is connected.
	run ! ws-cat --cacert first.pem "wss://localhost:$PORT/" </dev/null
	make_cert
	kill -HUP "$PID_serve"
	await serve.err 'read again'
	run ! ws-cat --cacert ca.pem --cert mine.pem --key mine.key \
	    "wss://localhost:$PORT/" </dev/null
	start_fed b ws-cat --cacert ca.pem --cert cert.pem --key key.pem \
	    "wss://localhost:$PORT/"
	await serve.out '"client":"c2"'
	feed b '"from the new to the old"'
	await a.out 'from the new to the old'
	[ "$(grep -c '"type":"open"' serve.out)" -eq 2 ]
}
