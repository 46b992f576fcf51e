#!/bin/sh
# check_layers.sh - the order of lib/LAYERS, enforced.
#
# - A module includes only itself and modules above its own line.
# - A foreign header is included only by the module that owns it.
# - A folder's private headers stay in the folder.
# - No foreign type in a public header.
# - cmd/ includes headers of lib/ and its own; no foreign ones.
# Tests may include anything.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C

# FILE LINE QUOTE-OR-ANGLE NAME, one for each #include.
includes()
{
	find lib cmd \( -name '*.[ch]' -o -name '*.S' \) -exec grep -Hn \
	    '^[[:space:]]*#[[:space:]]*include' {} + |
	    sed 's/^\([^:]*\):\([0-9]*\):.*include[[:space:]]*\([<"]\)\([^>"]*\).*/\1 \2 \3 \4/'
}

check_includes()
{
	find lib -name '*.h' | sed 's/^/header /' >"$tmp/headers"
	includes >"$tmp/includes"
	awk '
	function complain(text) {
		printf "%s:%s: %s\n", file, line, text
		bad = 1
	}
	# lib/client/http.h and lib/client.c are both client.
	function module(path, name) {
		name = path
		sub(/^lib\//, "", name)
		sub(/[.\/].*/, "", name)
		return name
	}
	# From the folder of the including file, else from lib/.
	function resolve(name, dir) {
		dir = file
		sub(/[^\/]*$/, "", dir)
		while (sub(/^\.\.\//, "", name))
			sub(/[^\/]*\/$/, "", dir)
		if ((dir name) in header)
			return dir name
		if (("lib/" name) in header)
			return "lib/" name
		return dir ~ /^cmd\// ? dir name : ""
	}
	function is_private(path, folder) {
		folder = path
		if (!sub(/\/[^\/]*$/, "", folder) || folder == "lib")
			return 0
		return (folder ".h") in header || path in told_private
	}
	FILENAME ~ /LAYERS$/ {
		sub(/#.*/, "")
		if (NF == 0)
			next
		sub(/:/, " ")
		rank[$1] = ++layers
		for (i = 2; i <= NF; i++) {
			owner[$i] = owner[$i] " " $1 " "
			split($i, part, /[\/.]/)
			foreign[part[1]] = 1
		}
		next
	}
	$1 == "header" { header[$2] = 1; next }
	$1 == "private" { told_private[$2] = 1; next }
	{
		file = $1; line = $2; name = $4
		mine = file ~ /^lib\// ? module(file) : ""
		if (mine != "" && !(mine in rank)) {
			complain(mine " is not in lib/LAYERS")
			next
		}
		if ($3 == "<") {
			split(name, part, /[\/.]/)
			if (!(part[1] in foreign))
				next
			if (mine == "" || !index(owner[name], " " mine " "))
				complain("<" name "> belongs to" \
				    (name in owner ? owner[name] : \
				    " no module in lib/LAYERS"))
			next
		}
		path = resolve(name)
		if (path == "") {
			complain("\"" name "\" is not there")
			next
		}
		if (path !~ /^lib\//) {
			if (mine != "")
				complain("lib/ includes " path)
			next
		}
		theirs = module(path)
		if (theirs == mine)
			next
		if (is_private(path))
			complain(path " is private to " theirs)
		else if (mine != "" && rank[theirs] > rank[mine])
			complain(mine " may not include " theirs \
			    ": it comes later in lib/LAYERS")
	}
	END { exit bad }
	' lib/LAYERS "$tmp/headers" "$tmp/private" "$tmp/includes"
}

# Public: all but the private ones.  Comments may name what they like.
check_types()
{
	for header in lib/*.h lib/*/*.h; do
		folder=${header%/*}
		if { [ "$folder" != lib ] && [ -e "$folder.h" ]; } ||
		    grep -qx "private $header" "$tmp/private"; then
			continue
		fi
		# Blank out comments, keeping the lines' numbers.
		awk '{
			out = ""
			while ($0 != "") {
				if (within) {
					i = index($0, "*/")
					$0 = i ? substr($0, i + 2) : ""
					within = !i
				} else {
					i = index($0, "/*")
					out = out (i ? substr($0, 1, i - 1) : $0)
					$0 = i ? substr($0, i + 2) : ""
					within = i > 0
				}
			}
			print out
		}' "$header" | grep -nEw 'CURLM?|CURLcode|struct lws\w*|jv|jq_state|uv_\w+|wslay_\w+|SSL\w*|EVP_\w+' |
		    sed "s,^,$header:," >"$tmp/types" || :
		if [ -s "$tmp/types" ]; then
			sed 's/$/  (a foreign type in a public header)/' \
			    "$tmp/types"
			bad=1
		fi
	done
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
grep -lE 'private to|for this module.s files alone' lib/*/*.h |
    sed 's/^/private /' >"$tmp/private" || :
check_includes || bad=1
check_types
exit $bad
