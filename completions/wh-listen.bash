# shellcheck shell=bash
# Completion for wh-listen(1), written by make docs.
_wh_listen()
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
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" = -- ] || continue
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -c -f -- "$cur")
		return
	done
	case $prev in
	--path)
		return
		;;
	--method)
		return
		;;
	--rate)
		return
		;;
	--max-body)
		return
		;;
	--max-header)
		return
		;;
	--reply)
		return
		;;
	--reply-filter)
		return
		;;
	--reply-timeout)
		return
		;;
	--jobs)
		return
		;;
	--command-timeout)
		return
		;;
	--max-output)
		return
		;;
	--spool)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--handshake)
		return
		;;
	--allowed-origin)
		return
		;;
	--handshake-topic)
		return
		;;
	--handshake-secret-file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--verify)
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
	--on-bad)
		mapfile -t COMPREPLY < <(compgen -W 'reject tag' -- "$cur")
		return
		;;
	--tolerance)
		return
		;;
	--public-url)
		return
		;;
	--sns-cacert)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--now)
		return
		;;
	--dedupe-ttl)
		return
		;;
	--dedupe-memory)
		return
		;;
	--max-clients)
		return
		;;
	--header-timeout)
		return
		;;
	--body-timeout)
		return
		;;
	--idle-timeout)
		return
		;;
	--trust-proxy)
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
	--client-ca)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--health)
		return
		;;
	--metrics)
		return
		;;
	-n | --count)
		return
		;;
	--for)
		return
		;;
	--drain)
		return
		;;
	--out)
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
	--log)
		mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur")
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '
		    --path
		    --method
		    --rate
		    --max-body
		    --max-header
		    --cloudevents
		    --reply
		    --reply-filter
		    --reply-lines
		    --reply-timeout
		    --jobs
		    --command-timeout
		    --max-output
		    --spool
		    --handshake
		    --allowed-origin
		    --handshake-topic
		    --handshake-secret-file
		    --sns-confirm
		    --verify
		    --secret-file
		    --secret-env
		    --secret-fd
		    --on-bad
		    --tolerance
		    --public-url
		    --sns-cacert
		    --now
		    --dedupe
		    --dedupe-ttl
		    --dedupe-memory
		    --announce
		    --max-clients
		    --header-timeout
		    --body-timeout
		    --idle-timeout
		    --trust-proxy
		    --cert
		    --key
		    --client-ca
		    --health
		    --metrics
		    --count
		    --one
		    --for
		    --drain
		    --events
		    --payload
		    --out
		    --raw-output
		    --null
		    --select
		    --filter
		    --arg
		    --argjson
		    --quiet
		    --verbose
		    --log
		    --help
		    --version
		' -- "$cur")
	fi
}
complete -F _wh_listen wh-listen
