# asking.bash - requests by curl to $URL, for tests of replies: `load asking`.
#
#	post ARG...		a request; prints the status; the head is in
#				`head`, the body in `body`
#	ask NAME ARG...		the same in the background: NAME.head, NAME.body
#	answered NAME		awaits its reply; prints the status
#	field NAME [FILE]	a header field's values, one a line (of `head`)
#	id N			the id of the N-th event in l.out, once it is
#				there, behind the listening line
# shellcheck shell=bash

post()
{
	curl -sS --max-time 120 -D head -o body -w '%{http_code}' "$@"
}

ask()
{
	start "$1" curl -sS --max-time 120 -D "$1.head" -o "$1.body" \
	    -w '%{http_code}' "${@:2}"
}

answered()
{
	ended "$1"
	cat "$1.out"
}

field()
{
	tr -d '\r' <"${2:-head}" | sed -n "s/^$1: //Ip"
}

id()
{
	await_lines l.out $(($1 + 1))
	sed -n "$(($1 + 1))p" l.out | jq -r .id
}
