# shellcheck shell=bash
# Completion for ws-serve(1), written by make docs.
_ws_serve()
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
	--page)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -W 'chat feed' -- "$cur")
		return
		;;
	--history)
		return
		;;
	--history-size)
		return
		;;
	--history-file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--publish)
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
	-s | --select)
		return
		;;
	-f | --filter)
		return
		;;
	--out-select)
		return
		;;
	--out-filter)
		return
		;;
	--arg)
		return
		;;
	--argjson)
		return
		;;
	--queue)
		return
		;;
	--slow)
		mapfile -t COMPREPLY < <(compgen -W 'close block drop-old drop-new' -- "$cur")
		return
		;;
	--max-message)
		return
		;;
	--max-clients)
		return
		;;
	--max-per-ip)
		return
		;;
	--rate)
		return
		;;
	--max-header)
		return
		;;
	--header-timeout)
		return
		;;
	--ping)
		return
		;;
	--ping-timeout)
		return
		;;
	--origin)
		mapfile -t COMPREPLY < <(compgen -W 'any' -- "$cur")
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
	--basic-file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--token-file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--login-rate)
		return
		;;
	--ask-timeout)
		return
		;;
	--command-grace)
		return
		;;
	--health)
		return
		;;
	--metrics)
		return
		;;
	--wait-clients)
		return
		;;
	--drain)
		return
		;;
	--log)
		mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur")
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '
		    --relay
		    --echo
		    --lines
		    --page
		    --history
		    --history-size
		    --history-file
		    --publish
		    --events
		    --payload
		    --in
		    --raw-input
		    --out
		    --raw-output
		    --null
		    --select
		    --filter
		    --out-select
		    --out-filter
		    --arg
		    --argjson
		    --queue
		    --slow
		    --max-message
		    --max-clients
		    --max-per-ip
		    --rate
		    --max-header
		    --header-timeout
		    --ping
		    --ping-timeout
		    --compress
		    --origin
		    --trust-proxy
		    --cert
		    --key
		    --client-ca
		    --basic-file
		    --token-file
		    --login-rate
		    --ask
		    --ask-timeout
		    --shared
		    --command-grace
		    --health
		    --metrics
		    --announce
		    --wait-clients
		    --stay
		    --drain
		    --quiet
		    --verbose
		    --log
		    --help
		    --version
		' -- "$cur")
	fi
}
complete -F _ws_serve ws-serve
