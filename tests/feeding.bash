# feeding.bash - ws-serve, which says what it is fed, and its clients: `load
# feeding` (clients.bash, too).
#
#	serve ARG...		the server on a free port, its stdin held open
#				(feed serve LINE...); sets URL
#	client NAME TARGET [ARG...]	there once this returns
#	client_fed NAME TARGET [ARG...]	the same, that sends what it is fed
#				(feed NAME LINE...)
# shellcheck shell=bash disable=SC2034 # URL is for clients.bash

load clients

serve()
{
	start_fed serve ws-serve 0 --announce "$@"
	announced serve
	URL=ws://localhost:$PORT
}

client()
{
	connected start "$@"
}

client_fed()
{
	connected start_fed "$1" "$2" --send - "${@:3}"
}
