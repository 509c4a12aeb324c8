# The tests, a layer each; tests/run runs them and counts.
#
# Needs   what `make test-deps` installs; root for all but test-unit.
# Gives   test, test-unit, test-cli, test-live
#
# A folder below tests/ or docs/ may bring a fragment of its own, NAME.mk, which
# adds what it needs to TEST_NEEDS and its folder to TEST_LAYERS.

UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
WORKLOADS  := $(patsubst tests/workload/%.c,$(OUTPUT)/workload/%,$(wildcard tests/workload/*.c))

# A unit test links the leaves but no libbpf: a leaf that needed it would not link.
# Once as they are in the program, once with the sanitizers.  Never static: cmocka has no such library.
UNIT_BINS     := $(UNIT_TESTS:%=$(OUTPUT)/unit/%)
UNIT_ASAN     := $(UNIT_TESTS:%=$(OUTPUT)/unit/asan-%)
UNIT_OBJS     := $(LIBRARY)
ASAN_OBJS     := $(LEAVES:src/%.c=$(OUTPUT)/unit/asan/%.o)
UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_LDFLAGS   = -pie $(filter-out -static%,$(ALL_LDFLAGS))
UNIT_LIBS     := -lcmocka -ljansson
ASAN_CFLAGS    = $(filter-out -D_FORTIFY_SOURCE=2,$(ALL_CFLAGS)) $(UNIT_SANITIZE)

$(OUTPUT)/unit/%: tests/unit/%.c $(UNIT_OBJS) $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MT $@ -MF $@.d $< $(UNIT_OBJS) $(UNIT_LDFLAGS) $(UNIT_LIBS) -o $@

$(OUTPUT)/unit/asan-%: tests/unit/%.c $(ASAN_OBJS) $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ASAN_CFLAGS) -Itests/unit -MMD -MP -MT $@ -MF $@.d $< $(ASAN_OBJS) $(ALL_LDFLAGS) $(UNIT_LIBS) -o $@

$(OUTPUT)/unit/asan/%.o: src/%.c $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ASAN_CFLAGS) -MMD -MP -c $< -o $@

$(OUTPUT)/workload/%: tests/workload/%.c $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(WARNINGS) -g -O2 -MMD -MP -MF $@.d $< -pthread $(if $(STATIC),-static) -o $@

TEST_LAYERS := unit cli live
TEST_NEEDS  := all $(UNIT_BINS) $(UNIT_ASAN) $(WORKLOADS)

include $(wildcard tests/*/*.mk docs/*.mk)

.PHONY: workloads units test test-unit test-cli test-live
workloads: $(WORKLOADS)
units: $(UNIT_BINS)
test: $(TEST_NEEDS)
	tests/run $(TEST_LAYERS)
test-unit: $(UNIT_BINS) $(UNIT_ASAN)
	tests/run unit
test-cli: all $(WORKLOADS)
	tests/run cli
test-live: all $(WORKLOADS)
	tests/run live

-include $(wildcard $(OUTPUT)/unit/*.d $(OUTPUT)/unit/asan/*/*.d $(OUTPUT)/workload/*.d)
