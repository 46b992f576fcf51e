# shellcheck shell=bash
# Completion for wh-send(1), written by make docs.
_wh_send()
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
	-X | --method)
		return
		;;
	-H | --header)
		return
		;;
	--body)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--sign)
		return
		;;
	--secret-file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--secret-env)
		return
		;;
	--secret-fd)
		return
		;;
	--cloudevents)
		mapfile -t COMPREPLY < <(compgen -W 'structured binary' -- "$cur")
		return
		;;
	--ce-source)
		return
		;;
	--ce-type)
		return
		;;
	--handshake)
		mapfile -t COMPREPLY < <(compgen -W 'cloudevents' -- "$cur")
		return
		;;
	--handshake-origin)
		return
		;;
	--handshake-rate)
		return
		;;
	--unix-socket)
		return
		;;
	-x | --proxy)
		return
		;;
	--resolve)
		return
		;;
	--allow)
		return
		;;
	--jobs)
		return
		;;
	--jobs-per-host)
		return
		;;
	--rate)
		return
		;;
	--order)
		mapfile -t COMPREPLY < <(compgen -W 'none key host' -- "$cur")
		return
		;;
	--order-key)
		return
		;;
	--queue)
		return
		;;
	--retries)
		return
		;;
	--backoff)
		return
		;;
	--schedule)
		mapfile -t COMPREPLY < <(compgen -W 'standard' -- "$cur")
		return
		;;
	--max-age)
		return
		;;
	--breaker)
		mapfile -t COMPREPLY < <(compgen -W 'off' -- "$cur")
		return
		;;
	--timeout)
		return
		;;
	--connect-timeout)
		return
		;;
	--drain)
		return
		;;
	--spool)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--keep)
		return
		;;
	--list)
		mapfile -t COMPREPLY < <(compgen -W 'due dead done' -- "$cur")
		return
		;;
	--purge)
		mapfile -t COMPREPLY < <(compgen -W 'due dead done' -- "$cur")
		return
		;;
	--dead-letter)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--in)
		mapfile -t COMPREPLY < <(compgen -W 'events payload text' -- "$cur")
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
		    --method
		    --header
		    --body
		    --append-path
		    --sign
		    --secret-file
		    --secret-env
		    --secret-fd
		    --cloudevents
		    --ce-source
		    --ce-type
		    --handshake
		    --handshake-origin
		    --handshake-rate
		    --unix-socket
		    --proxy
		    --resolve
		    --allow
		    --allow-private
		    --jobs
		    --jobs-per-host
		    --rate
		    --order
		    --order-key
		    --queue
		    --retries
		    --backoff
		    --schedule
		    --max-age
		    --breaker
		    --timeout
		    --connect-timeout
		    --drain
		    --spool
		    --enqueue
		    --follow
		    --retry-now
		    --keep
		    --list
		    --purge
		    --reply
		    --dead-letter
		    --events
		    --payload
		    --in
		    --raw-input
		    --null
		    --select
		    --filter
		    --arg
		    --argjson
		    --cacert
		    --cert
		    --key
		    --insecure
		    --progress
		    --no-progress
		    --quiet
		    --verbose
		    --log
		    --help
		    --version
		' -- "$cur")
	fi
}
complete -F _wh_send wh-send
