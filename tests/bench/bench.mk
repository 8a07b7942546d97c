# tests/bench/bench_*.c is one program each, linked with the other files but for `fill`,
# which makes what they work on, and `floor…`, which they are compared with.
BENCHES := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/bench/bench_*.c))
BENCH_OBJS := $(patsubst %,$(B)/tests/bench/%.o,bench bodies corpus peers proxy screen weak)

$(BENCHES): %: %.o $(BENCH_OBJS) $(HARNESS) $(B)/libodus.a
	$(call Q,LINK)$(LINK) -o $@ $^ -lcmocka $(HARNESS_LIBS) $(call libs_of,$(LAYERS))

$(B)/tests/bench/fill: $(B)/tests/bench/fill.o $(B)/tests/bench/corpus.o \
		$(foreach l,$(below_store),$(call objs,$(l)))
	$(call Q,LINK)$(LINK) -o $@ $^ $(call libs_of,$(below_store))

$(B)/tests/bench/floor: $(B)/tests/bench/floor.o
	$(call Q,LINK)$(LINK) -o $@ $^ $(call libs_of,$(LAYERS))

$(B)/tests/bench/floor_sync: $(patsubst %,$(B)/tests/bench/%.o,floor_sync floor_rows bench) \
		$(foreach l,$(below_store),$(call objs,$(l)))
	$(call Q,LINK)$(LINK) -o $@ $^ $(call libs_of,$(below_store) net)

# BENCH_FULL=1: with a store of a million events, some minutes and 2 GB the first time.
# BENCH=NAME…: only these.
.PHONY: bench
bench: all $(BENCHES) $(B)/tests/bench/fill $(B)/tests/bench/floor $(B)/tests/bench/floor_sync
	@tests/run-bench.sh $(B) $(if $(BENCH),$(BENCH:%=$(B)/tests/bench/bench_%),$(BENCHES))
