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
# $JOBS: how many of them at a time (default: one for each processor).
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

FILE_LIMIT=600	# seconds; what hangs is a failure, not a wait for ever

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

# One file's tests, shown together when they are through: several files run at
# a time, since most of their time is waiting.
bats_file()
{
	local out=$TMP/${1##*/}.tap

	timeout -k 10 "$FILE_LIMIT" bats --tap --timing "$1" >"$out" 2>&1 \
	    </dev/null
	flock "$TMP" sh -c "echo '# $1'; cat '$out'"
}

bats_files()
{
	export TMP FILE_LIMIT
	export -f bats_file
	printf '%s\n' "$@" |
	    xargs -P "${JOBS:-$(nproc)}" -I{} bash -c 'bats_file {}'
}

# How many tests of that result there are: bats tells one twice if its
# teardown fails, too.
numbers()
{
	grep -oE "^$1 [0-9]+" "$2" | grep -oE '[0-9]+$' | sort -u | wc -l
}

# A file that ends without the tests it has announced has failed once more.
count_bats()
{
	local file plan seen bad skips out

	for file in "$@"; do
		out=$TMP/${file##*/}.tap
		plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$out")
		seen=$(numbers '(not )?ok' "$out")
		bad=$(numbers 'not ok' "$out")
		skips=$(grep -cE '^ok .*# skip' "$out")
		passed=$((passed + seen - bad - skips))
		failed=$((failed + bad))
		skipped=$((skipped + skips))
		if [ "${plan:-0}" -eq 0 ] || [ "$seen" -lt "$plan" ]; then
			echo "NOT OK: $file: $seen of ${plan:-?} tests ran"
			failed=$((failed + 1))
		fi
	done
}

# Once more, by name, where many lines have gone by since.
list_failures()
{
	local file

	for file in "$@"; do
		sed -n "s|^not ok [0-9]*|not ok: $file:|p" \
		    "$TMP/${file##*/}.tap"
	done
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
# shellcheck disable=SC2206 # several words
files=(${BATS_FILES:-tests/*.bats})
bats_files "${files[@]}"
list_failures "${files[@]}"
count_bats "${files[@]}"
finish
