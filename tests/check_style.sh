#!/bin/sh
# check_style.sh - the budgets: a function's body 50 lines, main 40, a file
# 400, a line 80 columns (tabs are 8); no blanks at ends of lines.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
bad=0

# KNF: a function's name, { and } are in column 1.
bodies()
{
	awk '
	FNR == 1 { start = 0 }
	FNR > 400 && FNR == 401 {
		print FILENAME ": more than 400 lines"; bad = 1
	}
	/^[a-z_][A-Za-z0-9_]*\(/ { name = $0; sub(/\(.*/, "", name) }
	/^\{$/ { start = FNR }
	/^\}$/ && start {
		n = FNR - start - 1
		most = name == "main" ? 40 : 50
		if (n > most) {
			printf "%s:%d: %s has %d lines, more than %d\n", \
			    FILENAME, start, name, n, most
			bad = 1
		}
		start = 0
	}
	END { exit bad }
	' "$@"
}

columns()
{
	for file in "$@"; do
		expand "$file" | grep -nE '^.{81,}|[[:blank:]]$' |
		    sed "s|^\([0-9]*\):.*|$file:\1: more than 80 columns, or blanks at the end|"
	done
}

code=$(find lib cmd tests -name node_modules -prune -o -name '*.[ch]' -print)
scripts="Makefile .ci/run .ci/need .ci/docs $(find tests -maxdepth 1 \
    -name '*.sh' -o -maxdepth 1 -name '*.bash')"
# shellcheck disable=SC2086 # a list of files, none with blanks in its name
{
	bodies $code || bad=1
	found=$(columns $code)
}
if [ -n "$found" ]; then
	echo "$found"
	bad=1
fi
# In scripts a long line may be a pattern or a string; in tests (*.bats) so may
# blanks.
# shellcheck disable=SC2086
if grep -nE '[[:blank:]]$' $scripts; then
	echo "blanks at the ends of lines"
	bad=1
fi
exit $bad
