# OduS Saisie. `make help` lists the targets.
VERSION := 0.1.0
B ?= build
CC ?= cc
CFLAGS ?= -O2 -g
WARN := -std=c11 -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wno-format-nonliteral
ifdef WERROR
WARN += -Werror
endif
PKGS := ncursesw sqlite3 libutf8proc libpcre2-8 jansson libsodium uuid
ALL_CPPFLAGS := -D_GNU_SOURCE -DODUS_VERSION='"$(VERSION)"' -Iinclude $(CPPFLAGS)
ALL_CFLAGS = $(WARN) $(CFLAGS) $(SAN)
LIBS = $(shell pkg-config --libs $(PKGS))

# Layers from the bottom up: a layer's tests link it and the ones below only.
LAYERS := base db form store app tui cli
objs = $(patsubst src/%.c,$(B)/%.o,$(wildcard src/$(1)/*.c))

include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -Itests $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

below_base := base
below_db := base db
below_form := base db form
below_store := base db form store
below_app := base db form store app
below_tui := base db form store app tui
below_cli := base db form store app cli

# tests/LAYER/test_*.c: one program each.
define layer_tests
tests_$(1) := $$(patsubst tests/$(1)/%.c,$(B)/tests/$(1)/%,$$(wildcard tests/$(1)/test_*.c))
$$(tests_$(1)): $(B)/tests/$(1)/%: $(B)/tests/$(1)/%.o $$(foreach l,$$(below_$(1)),$$(call objs,$$(l)))
	$$(CC) $$(ALL_CFLAGS) -o $$@ $$^ -lcmocka $$(LIBS)
.PHONY: test-$(1)
test-$(1): $$(tests_$(1))
	@for t in $$^; do $$$$t || exit 1; done
endef
$(foreach l,$(LAYERS),$(eval $(call layer_tests,$(l))))

.PHONY: clean
clean:
	rm -rf $(B)
