# listening.bash - wh-listen, as `l`, and what it prints: `load listening`.
#
#	listen OPTION... [-- COMMAND...]	on a free port; sets PORT and URL
#	url [TARGET]		the URL of a target there
#	events			how many requests it has printed
# shellcheck shell=bash disable=SC2034,SC2119,SC2120 # URL is for the tests

listen()
{
	start l wh-listen --announce 0 "$@"
	announced l
	URL=$(url)
}

url()
{
	echo "http://127.0.0.1:$PORT${1-/}"
}

events()
{
	grep -c '"type":"request"' l.out || :
}
