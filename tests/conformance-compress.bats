#!/usr/bin/env bats
# conformance-compress.bats - RFC 7692, and RFC 6455 where messages may be
# compressed and over TLS, as a server (ws-serve) and as a client (ws-cat).
#
# The cases are those of conformance.bats, and Autobahn's sections 12 (sizes
# and fragments) and 13 (every parameter of either side).  What is the same
# code with and without TLS is sampled.

# shellcheck disable=SC2153,SC2154 # PORT is set by announced, PID_NAME by start
# NAME, status by run

load helper

# server [OPTION...]: ws-serve that echoes and compresses; sets PORT
server()
{
	start server ws-serve --echo --compress --queue 16M --announce "$@" 0
	announced server
}

# cases ARG...: all of these pass
cases()
{
	run "$PEERS/ws_cases.py" "$@"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} != '0 cases'* ]]
}

@test "ws-serve --compress: sizes, fragments, and what is no such message (12)" {
	server
	cases client "$PORT" 12
	kill -0 "$PID_server"
}

@test "ws-serve --compress: every parameter that a client can offer (13)" {
	server
	cases client "$PORT" 13
	kill -0 "$PID_server"
}

@test "ws-serve --compress: frames, as without (1 to 10)" {
	server
	cases client --deflate "$PORT" 1 2 3 4 5 6 7 9 10
	kill -0 "$PID_server"
}

@test "ws-serve over TLS: frames (1 to 10)" {
	make_cert
	server --cert cert.pem --key key.pem
	cases client --tls "$PORT" 1 2/2 3/3 4/3 5/2 6/3 7/2 9 10
	kill -0 "$PID_server"
}

@test "ws-serve --compress over TLS: frames and messages (1 to 13)" {
	make_cert
	server --cert cert.pem --key key.pem
	cases client --tls --deflate "$PORT" 1/2 3/5 5/4 6/7 7/5 9 10 12/2 13/4
	kill -0 "$PID_server"
}

@test "ws-cat --compress: sizes, fragments, and what is no such message (12)" {
	cases server 12 -- ws-cat --echo --compress
}

@test "ws-cat --compress: every parameter that a server can answer with (13)" {
	cases server 13 -- ws-cat --echo --compress
}

@test "ws-cat --compress: frames, as without (1 to 10)" {
	cases server --deflate 1/3 2/4 3/4 4/9 5/3 6/9 7/7 9/2 10/2 \
	    -- ws-cat --echo --compress
}

@test "ws-cat over TLS, compressing and not (1 to 13)" {
	make_cert
	cases server --tls 1/4 5/6 6/20 7/9 9 10/3 -- ws-cat --echo -k
	cases server --tls --deflate 1/6 5/9 9/3 12/4 13/7 \
	    -- ws-cat --echo -k --compress
}
