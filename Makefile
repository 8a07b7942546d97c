# OduS Saisie. `make` builds, `make run` starts it, `make help` lists the targets.
VERSION := 0.1.0
B ?= build
JOBS ?= 2
CC ?= cc
CFLAGS ?= -O2 -g
LDFLAGS ?= -Wl,--as-needed
prefix ?= /usr/local
bindir ?= $(prefix)/bin
libexecdir ?= $(prefix)/libexec
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man

WARN := -std=c11 -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wno-format-nonliteral
ifdef WERROR
WARN += -Werror
endif
PKGS := ncursesw sqlite3 libutf8proc libpcre2-8 jansson libsodium uuid
PKGS_net := libcurl zlib libsecret-1
PKGS_serve := libmicrohttpd zlib libqrencode
PKGS_deliver := libical libxml-2.0
# Asked when a recipe runs, so that `make deps` in the same call has had its turn.
LIBS = $(shell pkg-config --libs $(PKGS)) -lm
libs_of = $(LIBS) $(foreach l,$(1),$(if $(PKGS_$(l)),\
	$(shell pkg-config --silence-errors --libs $(PKGS_$(l)))))
ALL_CPPFLAGS := -D_GNU_SOURCE -DODUS_VERSION='"$(VERSION)"' -Iinclude $(CPPFLAGS)
ALL_CFLAGS = $(WARN) $(CFLAGS) $(SAN)
LINK = $(CC) $(ALL_CFLAGS) $(LDFLAGS)

# One short line per file; V=1 shows the whole commands.
ifndef V
Q = @echo '  $(1)  $@';
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# Layers from the bottom up: a layer's tests link it and the ones below only.
LAYERS := base db form store repl net sync serve deliver push app tui cli
below_base := base
below_db := base db
below_form := base db form
below_store := base db form store
below_repl := base db form store repl
below_net := base net
below_sync := base db form store repl net sync
below_serve := base db form store repl serve
below_deliver := base db form store deliver
below_push := base db form store deliver net push
below_app := base db form store app
below_tui := base db form store app tui
below_cli := base db form store app cli
objs = $(patsubst src/%.c,$(B)/%.o,$(wildcard src/$(1)/*.c))

# One program for each set of foreign libraries (docs/design.md §3): odus starts the
# others. src/main.c is odus, src/main_X.c is odus-X.
in_odus := base db form store app tui cli
in_odus-sync := $(below_sync)
in_odus-serve := $(below_serve)
in_odus-deliver := $(below_deliver)
in_odus-push := $(below_push)
OBJS := $(foreach l,$(LAYERS),$(call objs,$(l)))
APP := $(patsubst src/main.c,$(B)/odus,$(wildcard src/main.c))
WORKERS := $(patsubst src/main_%.c,$(B)/odus-%,$(wildcard src/main_*.c))
UNITS := $(wildcard docs/systemd/*)
FORMS := $(wildcard forms/*.form forms/*.csv forms/*.map forms/samples/*)

include po/po.mk

MANUALS := $(if $(APP),$(B)/odus.1 $(LANGUAGES:%=$(B)/odus.%.1))

include tests/tests.mk

.PHONY: all
all: $(OBJS) $(APP) $(WORKERS) $(CATALOGUES) $(B)/forms $(MANUALS)

layer_objs = $(foreach l,$(1),$(call objs,$(l)))

$(B)/odus: $(B)/main.o $(call layer_objs,$(in_odus))
	$(call Q,LINK)$(LINK) -o $@ $^ $(LIBS)

define worker_rules
$(B)/odus-$(1): $(B)/main_$(1).o $(call layer_objs,$(in_odus-$(1)))
	$$(call Q,LINK)$$(LINK) -o $$@ $$^ $$(call libs_of,$(in_odus-$(1)))
endef
$(foreach w,$(WORKERS:$(B)/odus-%=%),$(eval $(call worker_rules,$(w))))

# The desktop's keyring is used where its library is there.
$(B)/net/%.o: ALL_CPPFLAGS += $(shell pkg-config --silence-errors --cflags libsecret-1 \
	| sed 's/^./-DODUS_KEYRING &/')

$(B)/deliver/%.o: ALL_CPPFLAGS += $(shell pkg-config --silence-errors --cflags $(PKGS_deliver))

# The uninstalled program finds its forms and catalogues beside itself.
$(B)/forms:
	@mkdir -p $(@D)
	@ln -sfn $(CURDIR)/forms $@

# The program writes its manual page itself, from the command table.
$(B)/odus.1: $(APP)
	$(call Q,MAN)$(APP) --lang en manual >$@

$(B)/odus.%.1: $(APP) $(B)/locale/%/LC_MESSAGES/odus.mo
	$(call Q,MAN)$(APP) --lang $* manual >$@

$(B)/%.o: src/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Rewritten only when compiler or flags differ from the last build's.
$(B)/flags: export FLAGS = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS" | cmp -s - $@ || printf '%s\n' "$$FLAGS" >$@

.PHONY: FORCE
FORCE:

-include $(OBJS:.o=.d) $(B)/main.d $(WORKERS:$(B)/odus-%=$(B)/main_%.d)

# --- for people -------------------------------------------------------------

.PHONY: help
help:
	@echo 'make             build $(B)/odus'
	@echo 'make run         install what is missing, build, start (no terminal: a sample entry)'
	@echo 'make test        install what is missing, build, run every test'
	@echo 'make check       as test, installing nothing; test-LAYER runs one layer'
	@echo 'make asan        the tests under the address and undefined-behaviour sanitizers'
	@echo 'make valgrind    the tests of the lower layers under valgrind'
	@echo 'make fuzz-replay the fuzz corpus; make fuzz F=NAME SECONDS=60 looks for more'
	@echo 'make torture     kill -9 at random instants, ROUNDS=5000 of each kind'
	@echo 'make bench       timings beside those of other programs; BENCH_FULL=1 with 1,000,000 events'
	@echo 'make lint        layers, sizes, banned calls, format, cppcheck, forms, catalogues'
	@echo 'make format      clang-format over all sources'
	@echo 'make po-update   catalogues brought up to date with the sources'
	@echo 'make fields-table  docs/livraison.md, docs/import.md brought up to date with the formats'
	@echo 'make install     into $(prefix) (prefix=, DESTDIR=); make uninstall undoes it'
	@echo 'make dist        $(B)/odus-$(VERSION).tar.gz of the last commit'
	@echo 'make deps test-deps ci-deps   only install what is missing'
	@echo 'make clean       remove $(B)'
	@echo 'Variables: B (build folder), CC, CFLAGS, WERROR=1, SAN=-fsanitize=…, JOBS, V=1'

.PHONY: deps test-deps ci-deps
deps test-deps ci-deps:
	@tests/deps.sh $(@:%deps=%)

# A second make, so that everything is looked up again once it is installed.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
MAKE_AGAIN = +@$(MAKE) --no-print-directory $(PARALLEL)

.PHONY: run
run: deps
	$(MAKE_AGAIN) all
	@if [ -t 0 ] && [ -t 1 ]; then exec $(B)/odus; \
	else exec tests/run-headless.sh $(B)/odus; fi

.PHONY: format
format:
	clang-format -i $(SOURCES) $(TEST_SOURCES)

.PHONY: clean
clean:
	rm -rf $(B)

# --- installing -------------------------------------------------------------

INSTALLED = $(bindir)/odus $(WORKERS:$(B)/%=$(libexecdir)/odus/%) $(FORMS:%=$(datadir)/odus/%) \
	$(LANGUAGES:%=$(datadir)/locale/%/LC_MESSAGES/odus.mo) \
	$(mandir)/man1/odus.1 $(LANGUAGES:%=$(mandir)/%/man1/odus.1) \
	$(UNITS:docs/%=$(datadir)/odus/%)

.PHONY: install
install: all
	install -D -m 755 $(B)/odus $(DESTDIR)$(bindir)/odus
	for w in $(notdir $(WORKERS)); do \
		install -D -m 755 $(B)/$$w $(DESTDIR)$(libexecdir)/odus/$$w || exit 1; done
	for f in $(FORMS); do \
		install -D -m 644 $$f $(DESTDIR)$(datadir)/odus/$$f || exit 1; done
	for l in $(LANGUAGES); do \
		install -D -m 644 $(B)/locale/$$l/LC_MESSAGES/odus.mo \
			$(DESTDIR)$(datadir)/locale/$$l/LC_MESSAGES/odus.mo || exit 1; done
	install -D -m 644 $(B)/odus.1 $(DESTDIR)$(mandir)/man1/odus.1
	for l in $(LANGUAGES); do \
		install -D -m 644 $(B)/odus.$$l.1 \
			$(DESTDIR)$(mandir)/$$l/man1/odus.1 || exit 1; done
	install -d $(DESTDIR)$(datadir)/odus/systemd
	for u in $(notdir $(UNITS)); do \
		sed 's|@bindir@|$(bindir)|' docs/systemd/$$u \
			>$(DESTDIR)$(datadir)/odus/systemd/$$u || exit 1; done

.PHONY: uninstall
uninstall:
	rm -f $(INSTALLED:%=$(DESTDIR)%)
	for d in $(libexecdir)/odus $(datadir)/odus/forms/samples $(datadir)/odus/forms $(datadir)/odus/systemd $(datadir)/odus; do \
		[ ! -d $(DESTDIR)$$d ] || rmdir $(DESTDIR)$$d; done

.PHONY: dist
dist:
	@mkdir -p $(B)
	git archive --prefix=odus-$(VERSION)/ -o $(B)/odus-$(VERSION).tar.gz HEAD
	@echo $(B)/odus-$(VERSION).tar.gz
