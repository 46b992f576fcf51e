# Hookline: make, make check, make demo, make install PREFIX= DESTDIR=
#
# CC, CFLAGS, LDFLAGS are the user's; O is the folder that is built into, so
# that variants (O=build/san) stand side by side.

VERSION = 0.1.0
PREFIX = /usr/local
O = build

CFLAGS = -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
ALL_CFLAGS = -std=c11 $(WARN) -D_GNU_SOURCE -DHOOKLINE_VERSION='"$(VERSION)"' \
	-Ilib $(CFLAGS)
LIBS = -lwebsockets -lcurl -ljq -luv -lwslay -lcrypto

PROGRAMS = wh-listen wh-send ws-cat ws-serve
LIB_OBJS = $(patsubst %.c,$(O)/%.o,$(wildcard lib/*.c lib/*/*.c))
# Each program is cmd/X.c or the folder cmd/X/.
prog_objs = $(patsubst %.c,$(O)/%.o,$(wildcard cmd/$(1).c cmd/$(1)/*.c))
UNIT_TESTS = $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(wildcard tests/unit/*.c))

all: $(PROGRAMS:%=$(O)/%)

$(O)/libhookline.a: $(LIB_OBJS)
	rm -f $@
	ar rcs $@ $^

define program
$(O)/$(1): $$(call prog_objs,$(1)) $(O)/libhookline.a
	$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

$(O)/tests/unit/%: tests/unit/%.c $(O)/libhookline.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(O)/libhookline.a $(LIBS)

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

unit: $(UNIT_TESTS)
	@for t in $(UNIT_TESTS); do $$t || exit 1; done

clean:
	rm -rf $(O)

-include $(shell find $(O) -name '*.d' 2>/dev/null)

.PHONY: all unit clean
