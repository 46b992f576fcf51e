# Hookline: make, make check, make demo, make install PREFIX= DESTDIR=
#
# CC, CFLAGS, LDFLAGS are the user's; O is the folder that is built into, so
# that variants (O=build/san) stand side by side.

VERSION = 0.1.0
PREFIX = /usr/local
O = build

CFLAGS = -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
# Left out under the sanitizers, which see more without it.
HARDEN = $(if $(findstring -fsanitize,$(CFLAGS)),,-fPIE \
	-fstack-protector-strong $(if $(filter -O1 -O2 -O3 -Os,$(CFLAGS)), \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
HARDEN_LD = $(if $(findstring -fsanitize,$(CFLAGS)),,-pie \
	-Wl,-z,relro,-z,now)
ALL_CFLAGS = -std=c11 $(WARN) $(HARDEN) -D_GNU_SOURCE \
	-DHOOKLINE_VERSION='"$(VERSION)"' -Ilib $(CFLAGS)
# Each program is linked with the libraries it uses and no others.
ALL_LDFLAGS = $(HARDEN_LD) -Wl,--as-needed $(CFLAGS) $(LDFLAGS)
LIBS = $(shell pkg-config --libs libwebsockets libcurl libuv openssl zlib \
	2>/dev/null || echo -lwebsockets -lcurl -luv -lssl -lcrypto -lz) \
	-ljq -lwslay -lisal -lcrypt

PROGRAMS = wh-listen wh-send ws-cat ws-serve
LIB_OBJS = $(patsubst %.c,$(O)/%.o,$(wildcard lib/*.c lib/*/*.c))
# Each program is cmd/X.c or the folder cmd/X/.
prog_objs = $(patsubst %.c,$(O)/%.o,$(wildcard cmd/$(1).c cmd/$(1)/*.c))
UNIT_TESTS = $(patsubst %.c,$(O)/%,$(wildcard tests/unit/*.c))
FUZZ_TARGETS = $(patsubst %.c,$(O)/%,$(filter-out %/replay.c, \
	$(wildcard tests/fuzz/*.c)))
PRELOADS = $(patsubst %.c,$(O)/%.so,$(wildcard tests/preload/*.c))
BENCH_TOOLS = $(patsubst %.c,$(O)/%,$(wildcard tests/bench/*.c))

FUZZ_SECONDS = 60
SAN = -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer

all: $(PROGRAMS:%=$(O)/%)

# q, not r: r would take lib/json/text.c for lib/opt/text.c.
$(O)/libhookline.a: $(LIB_OBJS)
	rm -f $@
	ar qcs $@ $^

define program
$(O)/$(1): $$(call prog_objs,$(1)) $(O)/libhookline.a
	$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# Pages are embedded by .incbin, which -MMD does not see.
PAGES = $(wildcard cmd/ws-serve/*.html cmd/ws-serve/common.*)
$(patsubst %.c,$(O)/%.o,$(wildcard cmd/ws-serve.c cmd/ws-serve/*.c)): $(PAGES)

$(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libhookline.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(O)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(O)/tests/fuzz/replay.o \
    $(O)/libhookline.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(O)/tests/bench/%: $(O)/tests/bench/%.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# Preloaded into programs that are under test: without the sanitizers.
$(O)/tests/preload/%.so: tests/preload/%.c Makefile
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) -D_GNU_SOURCE -O1 -fPIC -shared -o $@ $<

$(O)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- tests ----

test-programs: $(UNIT_TESTS) $(FUZZ_TARGETS) $(PRELOADS)

unit: $(UNIT_TESTS)
	@bad=0; for t in $(UNIT_TESTS); do $$t || bad=1; done; exit $$bad

# Installs what is missing, builds, runs every test; the last line counts them.
check:
	@O='$(O)' CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' \
	    tests/check.sh

# The same under AddressSanitizer and UndefinedBehaviorSanitizer.
san:
	@.ci/need san
	@O=build/san CC=clang CFLAGS='-g -O1 $(SAN)' HOOKLINE_SAN=1 \
	    tests/check.sh

# libFuzzer on each target in tests/fuzz; what it finds new is kept in build/.
fuzz:
	@.ci/need build san
	@$(MAKE) --no-print-directory O=build/fuzz CC=clang \
	    CFLAGS='-g -O1 $(SAN) -fsanitize=fuzzer-no-link' fuzz-run

fuzz-run: $(FUZZ_TARGETS:%=%.libfuzzer)
	@set -e; for t in $(FUZZ_TARGETS); do \
		name=$${t##*/}; mkdir -p $(O)/corpus/$$name; \
		echo "== $$name: $(FUZZ_SECONDS) s"; \
		$$t.libfuzzer -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
		    -print_final_stats=1 -artifact_prefix=$(O)/$$name- \
		    $(O)/corpus/$$name tests/fuzz/corpus/$$name; \
	done

$(O)/tests/fuzz/%.libfuzzer: $(O)/tests/fuzz/%.o $(O)/libhookline.a
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# Each program beside its peers; NDJSON on stdout.
bench:
	@.ci/need build test bench >&2
	@[ -d tests/node_modules/wscat ] || npm install --prefix tests \
	    --no-save --no-audit --no-fund --no-package-lock \
	    --ignore-scripts wscat@6.1.0 >&2
	@$(MAKE) -s --no-print-directory -j2 all $(BENCH_TOOLS) $(PRELOADS) >&2
	@set -e; for b in receiver commands spool sender client fanout echo \
	    sessions crowd; do \
		HOOKLINE_BUILD='$(abspath $(O))' \
		    /usr/bin/python3 tests/bench/$$b.py; \
	done

# Memory stays where it was over 1,000,000 of each; NDJSON on stdout.
soak:
	@.ci/need build test >&2
	@$(MAKE) -s --no-print-directory -j2 all >&2
	@set -e; for s in tests/soak/*.py; do \
		HOOKLINE_BUILD='$(abspath $(O))' /usr/bin/python3 $$s; \
	done

lint:
	@.ci/need build test lint
	@tests/check_layers.sh
	@tests/check_style.sh
	shellcheck -x .ci/* tests/*.sh tests/*.bash completions/*.bash
	shellcheck -S warning tests/*.bats
	mandoc -Tlint -Wwarning man/*
	clang-tidy --quiet $(wildcard lib/*.c lib/*/*.c cmd/*.c cmd/*/*.c) -- \
	    $(filter-out -W%,$(ALL_CFLAGS))
	cppcheck --quiet --std=c11 --enable=warning,performance,portability \
	    --inline-suppr --suppress=uninitvar --error-exitcode=1 \
	    -Ilib -D_GNU_SOURCE -DHOOKLINE_VERSION='""' lib cmd

demo:
	@.ci/need build demo
	@$(MAKE) -s --no-print-directory -j2 all
	@HOOKLINE_BUILD='$(abspath $(O))' tests/demo.sh

# ---- documentation: the options in man/ and completions/ ----

docs: all
	.ci/docs $(O) .

# ---- installing ----

BIN = $(DESTDIR)$(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share
BASH_COMPLETIONS = $(SHARE)/bash-completion/completions
ZSH_COMPLETIONS = $(SHARE)/zsh/site-functions
FISH_COMPLETIONS = $(SHARE)/fish/vendor_completions.d
DOCS = LICENSE README.md CHANGELOG.md
MAN7 = hookline.7 hookline-events.7 hookline-signatures.7

install: all
	install -d $(BIN) $(SHARE)/man/man1 $(SHARE)/man/man7 \
	    $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS) \
	    $(SHARE)/doc/hookline
	install $(PROGRAMS:%=$(O)/%) $(BIN)
	install -m 644 $(PROGRAMS:%=man/%.1) $(SHARE)/man/man1
	install -m 644 $(MAN7:%=man/%) $(SHARE)/man/man7
	for p in $(PROGRAMS); do \
		install -m 644 completions/$$p.bash $(BASH_COMPLETIONS)/$$p && \
		install -m 644 completions/_$$p $(ZSH_COMPLETIONS) && \
		install -m 644 completions/$$p.fish $(FISH_COMPLETIONS) || \
		exit 1; \
	done
	install -m 644 $(DOCS) $(SHARE)/doc/hookline

uninstall:
	rm -f $(PROGRAMS:%=$(BIN)/%) $(PROGRAMS:%=$(SHARE)/man/man1/%.1) \
	    $(MAN7:%=$(SHARE)/man/man7/%) $(PROGRAMS:%=$(BASH_COMPLETIONS)/%) \
	    $(PROGRAMS:%=$(ZSH_COMPLETIONS)/_%) \
	    $(PROGRAMS:%=$(FISH_COMPLETIONS)/%.fish)
	rm -rf $(SHARE)/doc/hookline

clean:
	rm -rf $(O)

-include $(shell find $(O) -name '*.d' 2>/dev/null)

.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all unit test-programs check san fuzz fuzz-run bench soak lint demo docs \
	install uninstall clean
