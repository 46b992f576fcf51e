#!/usr/bin/env bats
# docs.bats - help, pages and completions say the same, and the pages' examples
# are ones the programs take.

load helper

PROGRAMS='wh-listen wh-send ws-cat ws-serve'

# The long names in what `--print-docs=fish` prints: one for each row of the
# option table.
names()
{
	"$1" --print-docs=fish | sed -n 's/.* -l \([^ ]*\).*/\1/p'
}

letters()
{
	"$1" --print-docs=fish | sed -n 's/.* -s \([^ ]\) .*/\1/p'
}

@test "--help exits 0, prints on stdout, fits 80 columns, names every option" {
	for p in $PROGRAMS; do
		run --separate-stderr "$p" --help
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[ "$(wc -L <<<"$output")" -lt 80 ]
		[[ $output == *"man $p" ]]
		sed 's/^\(  -.\), /\1\n  /' <<<"$output" |
		    sed -nE 's/^ +--?([^ []+).*/\1/p' | sort >shown
		{ names "$p"; letters "$p"; } | sort | diff - shown
	done
}

@test "-h is --help" {
	for p in $PROGRAMS; do
		[ "$("$p" -h)" = "$("$p" --help)" ]
	done
}

@test "--version names the program, the suite and a version" {
	for p in $PROGRAMS; do
		run --separate-stderr "$p" --version
		[ "$status" -eq 0 ]
		[[ $output =~ ^$p\ \(hookline\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

@test "--help into a full disk is a failure" {
	for p in $PROGRAMS; do
		run -1 --separate-stderr bash -c "$p --help >/dev/full"
		[[ $stderr == "$p: "* ]]
	done
}

@test "an unknown option exits 2, on stderr alone, and the nearest is named" {
	for p in $PROGRAMS; do
		run --separate-stderr "$p" --verrsion
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[ "$stderr" = "$p: --verrsion: no such option (did you mean --version?)" ]
	done
}

@test "no program has an option twice" {
	for p in $PROGRAMS; do
		[ -z "$(names "$p" | sort | uniq -d)" ]
		[ -z "$(letters "$p" | sort | uniq -d)" ]
	done
}

@test "the pages' options are those of the tables" {
	for p in $PROGRAMS; do
		sed -n '/BEGIN OPTIONS/,/END OPTIONS/p' "$REPO/man/$p.1" |
		    sed '1d;$d' >page
		"$p" --print-docs=mdoc | diff - page
	done
}

@test "the completions are those of the tables" {
	for p in $PROGRAMS; do
		"$p" --print-docs=bash | diff - "$REPO/completions/$p.bash"
		"$p" --print-docs=zsh | diff - "$REPO/completions/_$p"
		"$p" --print-docs=fish | diff - "$REPO/completions/$p.fish"
	done
}

# complete WORD...: what bash offers at the end of the line.
complete_line()
{
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	# shellcheck disable=SC1090
	source "$REPO/completions/$1.bash"
	# Outside of a completion there is none to set options for.
	compopt() { :; }
	"_${1//-/_}"
}

@test "bash completes names of options, their words, and files" {
	complete_line wh-send --conn
	[ "${COMPREPLY[*]}" = --connect-timeout ]
	complete_line ws-cat --in e
	[ "${COMPREPLY[*]}" = events ]
	complete_line ws-cat --in = p
	[ "${COMPREPLY[*]}" = payload ]
	complete_line wh-listen 8080 -- sha256s
	[ "${COMPREPLY[0]}" = sha256sum ]
	touch some-certificate
	complete_line ws-serve --cert some
	[ "${COMPREPLY[*]}" = some-certificate ]
}

@test "every option in a page's prose is one of its program" {
	for p in $PROGRAMS; do
		names "$p" >known
		letters "$p" >>known
		sed '/BEGIN OPTIONS/,/END OPTIONS/d' "$REPO/man/$p.1" |
		    grep -oE '(^\.|[ .])Fl [^ ,.]+' |
		    sed 's/.*Fl //; s/\\-/-/g; s/^-//' | sort -u >used
		while read -r name; do
			grep -qxe "$name" known || {
				echo "$p(1) speaks of $name"
				return 1
			}
		done <used
	done
}

@test "hookline-events(7): a script answers each client through a fifo" {
	grep -qF "jq -c --unbuffered 'select(.json.n) | .json.n *= 2' >back" \
	    "$REPO/man/hookline-events.7" "$REPO/man/ws-serve.1"
	mkfifo back
	double()
	{
		ws-serve 0 <back 2>serve.err |
		    jq -c --unbuffered 'select(.json.n) | .json.n *= 2' >back
	}
	start double double
	line=$(await serve.err 'listening on')
	run -0 --separate-stderr ws-cat -1 "ws://127.0.0.1:${line##*:}/" \
	    <<<'{"n":21}'
	[ "$output" = '{"n":42}' ]
}

@test "make install puts everything in its place, and uninstall takes it away" {
	make -s -C "$REPO" O="$BUILD" install PREFIX=/usr DESTDIR="$PWD/to" >/dev/null
	for p in $PROGRAMS; do
		[ -x "to/usr/bin/$p" ]
		[ -e "to/usr/share/man/man1/$p.1" ]
		[ -e "to/usr/share/bash-completion/completions/$p" ]
		[ -e "to/usr/share/zsh/site-functions/_$p" ]
		[ -e "to/usr/share/fish/vendor_completions.d/$p.fish" ]
	done
	for p in hookline hookline-events hookline-signatures; do
		[ -e "to/usr/share/man/man7/$p.7" ]
	done
	make -s -C "$REPO" O="$BUILD" uninstall PREFIX=/usr DESTDIR="$PWD/to"
	[ -z "$(find to -type f)" ]
}

@test "make demo ends by itself with DEMO_ONCE, and shows three webhooks" {
	DEMO_ONCE=1 HOOKLINE_BUILD=$BUILD run -0 --separate-stderr \
	    timeout 120 "$REPO/tests/demo.sh"
	[ "$(grep -c 'delivered, 204' <<<"$output")" -eq 3 ]
	grep -q 'push by Codertocat on Codertocat/Hello-World' <<<"$output"
	grep -q 'http://127.0.0.1:[0-9]*/ ' <<<"$output"
	[ -z "$stderr" ]
}
