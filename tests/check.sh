#!/bin/bash
# check.sh - every test there is: `make check`.
#
# Installs what is missing, builds into $O with $CC, $CFLAGS and $LDFLAGS (the
# Makefile's defaults), runs the checks, the unit tests, the fuzz targets over
# their corpora, and the programs' tests.  What fails is shown in full.  Each
# unit program, corpus, check and bats test counts once; the last line is
# `N passed, N failed`, and the exit status says whether any failed.
#
# $BATS_FILES: only these (default: tests/*.bats).
#
# shellcheck disable=SC2317 # functions are called by one()
set -u
cd "$(dirname "$0")/.." || exit 2

O=${O:-build}
case $O in
/*) BUILD=$O ;;
*) BUILD=$PWD/$O ;;
esac
export HOOKLINE_BUILD=$BUILD
# A leak, or a mistake that UBSan sees, is an exit status of its own.
export ASAN_OPTIONS=${ASAN_OPTIONS:-exitcode=99}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:exitcode=99}
# The parent make's flags (-s, a job server) are not for ours.
unset MAKEFLAGS MFLAGS MAKELEVEL

TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
passed=0
failed=0
skipped=0

finish()
{
	[ "$skipped" -eq 0 ] || echo "$skipped skipped (see above)"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

# one NAME COMMAND...: quiet when it passes.
one()
{
	local name=$1

	shift
	if "$@" >"$TMP/out" 2>&1; then
		passed=$((passed + 1))
		echo "ok: $name"
		return 0
	fi
	failed=$((failed + 1))
	echo "NOT OK: $name: $*"
	sed 's/^/    /' "$TMP/out"
	return 1
}

build()
{
	local args=("O=$O")

	[ -z "${CC:-}" ] || args+=("CC=$CC")
	[ -z "${CFLAGS:-}" ] || args+=("CFLAGS=$CFLAGS")
	[ -z "${LDFLAGS:-}" ] || args+=("LDFLAGS=$LDFLAGS")
	make -s -j2 --no-print-directory "${args[@]}" all test-programs
}

docs_in_sync()
{
	.ci/docs "$BUILD" "$TMP/docs" || return
	diff -r "$TMP/docs/completions" completions &&
	    for page in "$TMP"/docs/man/*; do
		    diff "$page" "man/${page##*/}" || return
	    done && return
	echo "The above is not what the programs print: run make docs"
	return 1
}

# Of what mandoc has to say about style, two things do not apply here: our
# pages refer to each other before they are installed, and the date is an
# ordinary one, not OpenBSD's $Mdocdate$.
man_pages()
{
	mandoc -Tlint -Wstyle man/*.[17] 2>&1 | grep -v -e 'Mdocdate' \
	    -e 'referenced manual not found' -e 'outdated mandoc.db' \
	    >"$TMP/lint"
	cat "$TMP/lint"
	[ ! -s "$TMP/lint" ]
}

scripts()
{
	shellcheck -x .ci/* tests/*.sh tests/*.bash completions/*.bash &&
	    shellcheck -S warning tests/*.bats
}

# Counts each `ok` and `not ok` as it goes by.  A file that ends without the
# tests it has announced has failed once more.
bats_file()
{
	local line plan=0 seen=0

	while IFS= read -r line; do
		case $line in
		1..*) plan=${line#1..}; continue ;;
		'ok '*'# skip'*) skipped=$((skipped + 1)) ;;
		'ok '*) passed=$((passed + 1)) ;;
		'not ok '*) failed=$((failed + 1)) ;;
		esac
		case $line in
		'ok '* | 'not ok '*) seen=$((seen + 1)) ;;
		esac
		printf '%s\n' "$line"
	done < <(bats --tap --timing "$1" 2>&1 </dev/null)
	[ "$seen" -ge "$plan" ] && [ "$plan" -gt 0 ] && return
	echo "NOT OK: $1: $seen of $plan tests ran"
	failed=$((failed + 1))
}

.ci/need build test || {
	failed=1
	finish
}
one build build || finish
one "the order of the modules" tests/check_layers.sh
one "sizes of functions and files" tests/check_style.sh
one "pages and completions come from the option tables" docs_in_sync
one "shellcheck" scripts
one "mandoc -Tlint" man_pages
for test in tests/unit/*.c; do
	name=$(basename "$test" .c)
	one "unit: $name" "$BUILD/tests/unit/$name"
done
for test in tests/fuzz/*.c; do
	name=$(basename "$test" .c)
	[ "$name" = replay ] ||
	    one "corpus: $name" "$BUILD/tests/fuzz/$name" \
	    tests/fuzz/corpus/"$name"/*
done
for file in ${BATS_FILES:-tests/*.bats}; do
	echo "# $file"
	bats_file "$file"
done
finish
