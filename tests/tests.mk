# tests/LAYER/test_*.c is one cmocka program each, linked with its layer and the
# ones below; other .c files of that folder are helpers linked into all of them.
# tests/fuzz/fuzz_X.c becomes $(B)/tests/fuzz/X.
TEST_SOURCES := $(sort $(wildcard tests/*/*.[ch]))
TEST_CPPFLAGS = -Itests -DTT_DEMO='"$(B)/tests/harness/demo"'
test_objs = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)))

# Without these libraries the programs that need them count as skipped.
HAVE_CMOCKA := $(shell pkg-config --exists cmocka 2>/dev/null && echo yes)
HAVE_VTERM := $(shell pkg-config --exists vterm 2>/dev/null && echo yes)

$(B)/tests/%.o: tests/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(ALL_CPPFLAGS) $(TEST_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# --- the screen harness: the real program on a pty, its screen read by libvterm

DEMO := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/harness/demo.c))
HARNESS := $(if $(HAVE_VTERM),$(call test_objs,tests/harness/tt*.c))
HARNESS_LIBS := $(if $(HARNESS),-lvterm -lutil)
NEEDS_SCREEN := $(shell grep -ls 'harness/tt\.h"\|"tt\.h"' tests/*/test_*.c)

$(B)/tests/harness/demo: $(B)/tests/harness/demo.o $(B)/libodus.a
	$(call Q,LINK)$(LINK) -o $@ $^ $(call libs_of,$(LAYERS))

# --- one program per test file ------------------------------------------------

tests_of = $(patsubst tests/%.c,$(B)/tests/%,$(sort $(wildcard tests/$(1)/test_*.c)))
helpers_of = $(filter-out $(B)/tests/$(1)/test_%,$(call test_objs,tests/$(1)/*.c)) \
	$(also_$(1):%=$(B)/tests/%.o)
also_sync := net/httpd
also_push := net/httpd deliver/desk deliver/desk_made deliver/desk_marks deliver/desk_season
also_cli := push/stand push/stand_openagenda push/stand_apidae
TESTS := $(foreach l,$(LAYERS),$(call tests_of,$(l)))
UNBUILDABLE := $(if $(HAVE_CMOCKA),$(if $(HAVE_VTERM),,$(NEEDS_SCREEN:%.c=$(B)/%)),$(TESTS))

define layer_rules
$(call tests_of,$(1)): %: %.o $(call helpers_of,$(1)) \
		$(foreach l,$(below_$(1)),$(call objs,$(l)))
	$$(call Q,LINK)$$(LINK) -o $$@ $$^ -lcmocka $$(if $$(filter tui cli,$(1)),$$(HARNESS_LIBS)) \
		$$(call libs_of,$(below_$(1)))
.PHONY: test-$(1)
test-$(1): $(filter-out $(UNBUILDABLE),$(call tests_of,$(1)))
	@tests/run-tests.sh $$(B) $(call tests_of,$(1))
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rules,$(l))))

SCREEN_TESTS := $(call tests_of,tui) $(call tests_of,cli)
$(SCREEN_TESTS): $(HARNESS) | $(DEMO) $(APP) $(WORKERS) $(CATALOGUES) $(B)/forms

# A relay between two sessions is a process of its own.
$(call tests_of,sync): | $(if $(W),$(WORKERS))

# All layers, for the programs that use a corner of them.
$(B)/libodus.a: $(OBJS)
	@rm -f $@
	$(call Q,AR)$(AR) qcs $@ $^

# Which field each format carries, written into docs/livraison.md.
.PHONY: fields-table
fields-table: $(B)/tests/deliver/test_fields $(B)/tests/deliver/test_fields_back
	@for t in $^; do $$t write || exit; done

# --- fuzzing ------------------------------------------------------------------

FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,$(B)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_DRIVER = $(if $(FUZZING),,$(B)/tests/fuzz/replay.o)
SECONDS ?= 60

$(FUZZERS): $(B)/tests/fuzz/%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_DRIVER) $(B)/libodus.a
	$(call Q,LINK)$(LINK) $(FUZZING) -o $@ $^ $(call libs_of,$(LAYERS))

.PHONY: fuzz-replay
fuzz-replay: $(FUZZERS)
	@tests/run-tests.sh $(B) $(FUZZERS)

.PHONY: fuzz
fuzz:
	@test -n '$(F)' || { echo 'make fuzz F=NAME: one of $(notdir $(FUZZERS))'; exit 1; }
	$(MAKE_AGAIN) B=$(B)/fuzz CC=clang FUZZING=-fsanitize=fuzzer \
		SAN=-fsanitize=fuzzer-no-link,address,undefined $(B)/fuzz/tests/fuzz/$(F)
	@mkdir -p $(B)/fuzz/found/$(F) tests/fuzz/corpus/$(F)
	$(B)/fuzz/tests/fuzz/$(F) -max_total_time=$(SECONDS) \
		-artifact_prefix=$(B)/fuzz/ $(B)/fuzz/found/$(F) tests/fuzz/corpus/$(F)

# --- running ------------------------------------------------------------------

# Nothing of it is ours to sanitize.
VALIDATORS := $(if $(SAN),,tests/validators/selftest)

.PHONY: check
check: all $(filter-out $(UNBUILDABLE),$(TESTS)) $(FUZZERS)
	@tests/run-tests.sh $(B) $(TESTS) $(FUZZERS) $(VALIDATORS)

.PHONY: test-validators
test-validators:
	@mkdir -p $(B)
	@tests/run-tests.sh $(B) $(VALIDATORS)

.PHONY: test
test: deps test-deps
	$(MAKE_AGAIN) check

.PHONY: asan
asan:
	$(MAKE_AGAIN) B=$(B)/asan CFLAGS='-O1 -g -fno-omit-frame-pointer' \
		SAN='-fsanitize=address,undefined -fno-sanitize-recover=all' check

# A night of replicas at random and of kill -9, ROUNDS of each kind, from a SEED that is said.
ROUNDS ?= 5000
SEED ?= $(shell date +%s)
TORTURE := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/repl/test_replicas.c tests/*/test_faults_kill.c \
	tests/*/test_faults_serve.c))
.PHONY: torture
torture: all $(filter-out $(UNBUILDABLE),$(TORTURE))
	@echo 'SEED=$(SEED)'
	@ODUS_TORTURE_ROUNDS=$(ROUNDS) ODUS_TORTURE_SEED=$(SEED) TEST_SECONDS=80000 \
		tests/run-tests.sh $(B) $(TORTURE)

# In a build of its own without compiled patterns: PCRE2's read whole vectors beyond the
# end of a text, which valgrind takes for a fault.
VALGRIND := $(foreach l,base db form store,$(call tests_of,$(l)))
.PHONY: valgrind valgrind-run
valgrind:
	$(MAKE_AGAIN) B=$(B)/valgrind CPPFLAGS=-DODUS_PLAIN_PATTERNS valgrind-run

valgrind-run: $(filter-out $(UNBUILDABLE),$(VALGRIND))
	@TEST_WRAP='valgrind -q --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=99' \
		tests/run-tests.sh $(B) $(VALGRIND)

.PHONY: lint
lint: all $(B)/odus.pot
	@tests/run-tests.sh $(B) $(filter-out %.awk %.txt %.sh,$(wildcard tests/lint/*))

include tests/bench/bench.mk

-include $(patsubst tests/%.c,$(B)/tests/%.d,$(filter %.c,$(TEST_SOURCES)))
