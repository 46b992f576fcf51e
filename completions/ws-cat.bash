# shellcheck shell=bash
# Completion for ws-cat(1), written by make docs.
_ws_cat()
{
	local cur=${COMP_WORDS[COMP_CWORD]}
	local prev=${COMP_WORDS[COMP_CWORD - 1]}

	# --name=value comes as three words
	if [ "$cur" = = ]; then
		cur=
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	COMPREPLY=()
	case $prev in
	-H | --header)
		return
		;;
	-u | --user)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--bearer-file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-b | --cookie)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--max-redirects)
		return
		;;
	-x | --proxy)
		return
		;;
	--proxy-user)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--origin)
		return
		;;
	--protocol)
		return
		;;
	--unix-socket)
		return
		;;
	--connect-timeout)
		return
		;;
	--ping)
		return
		;;
	--ping-timeout)
		return
		;;
	--idle-timeout)
		return
		;;
	--max-message)
		return
		;;
	--backoff)
		return
		;;
	--hello)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--resume)
		return
		;;
	--ack)
		return
		;;
	--ack-window)
		return
		;;
	-n | --count)
		return
		;;
	--match)
		return
		;;
	--until)
		return
		;;
	--linger)
		return
		;;
	--timeout)
		return
		;;
	--close-timeout)
		return
		;;
	--drain)
		return
		;;
	--record)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--replay)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--in)
		mapfile -t COMPREPLY < <(compgen -W 'events payload text' -- "$cur")
		return
		;;
	--out)
		mapfile -t COMPREPLY < <(compgen -W 'events payload text' -- "$cur")
		return
		;;
	--in-select)
		return
		;;
	--in-filter)
		return
		;;
	-s | --select)
		return
		;;
	-f | --filter)
		return
		;;
	--arg)
		return
		;;
	--argjson)
		return
		;;
	--cacert)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--cert)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--key)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--log)
		mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur")
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '
		    --header
		    --user
		    --bearer-file
		    --cookie
		    --max-redirects
		    --proxy
		    --proxy-user
		    --ipv4
		    --ipv6
		    --origin
		    --protocol
		    --compress
		    --unix-socket
		    --connect-timeout
		    --ping
		    --ping-timeout
		    --idle-timeout
		    --max-message
		    --reconnect
		    --backoff
		    --hello
		    --resume
		    --ack
		    --ack-all
		    --ack-window
		    --count
		    --one
		    --match
		    --until
		    --linger
		    --timeout
		    --close-timeout
		    --drain
		    --echo
		    --record
		    --replay
		    --fast
		    --news
		    --events
		    --payload
		    --in
		    --raw-input
		    --out
		    --raw-output
		    --null
		    --in-select
		    --in-filter
		    --select
		    --filter
		    --arg
		    --argjson
		    --cacert
		    --cert
		    --key
		    --insecure
		    --quiet
		    --verbose
		    --log
		    --help
		    --version
		' -- "$cur")
	fi
}
complete -F _ws_cat ws-cat
