# The tests, in layers.  tests/run runs and counts them; see tests/README.md.
#
# Needs   what `make test-deps` installs; root for all but the layer unit.
# Gives   test, test-LAYER, workloads
# Yours   T=live, T=live/lines.bats, T=unit/test_json.c ... runs only these,
#         F='exec by' only tests with this in their name
#
# A folder below tests/ or docs/ may have its own fragment, NAME.mk, which adds the
# folder to TEST_LAYERS and sets NEEDS_NAME to its dependencies.

#:
#: Tests, as root (tests/README.md):
#: make test             runs all; T=live selects a folder, T=live/lines.bats or
#:                       T=unit/test_json.c a file; F='exec by' only tests with this in their name
#: make test-unit test-cli test-live test-formats test-check test-sanitized test-guard
#:      test-fuzz test-soak test-harness test-docs test-manual test-vscode: one layer

UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
WORKLOADS  := $(patsubst tests/workload/%.c,$(OUTPUT)/workload/%,$(wildcard tests/workload/*.c))

# A unit test links the functions that it calls from the library, once as built for the
# program and once with the sanitizers.  It does not link libbpf, so the tested code must
# not need it.  Never static, because there is no static cmocka.
UNIT_BINS     := $(UNIT_TESTS:%=$(OUTPUT)/unit/%)
UNIT_ASAN     := $(UNIT_TESTS:%=$(OUTPUT)/unit/asan-%)
UNIT_OBJS     := $(LIBRARY)
ASAN_LIBRARY  := $(OUTPUT)/unit/asan/libbootstrap.a
UNIT_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_LDFLAGS   = -pie $(filter-out -static%,$(ALL_LDFLAGS))
UNIT_LIBS     := -lcmocka -ljansson
ASAN_CFLAGS    = $(filter-out -D_FORTIFY_SOURCE=2,$(ALL_CFLAGS)) $(UNIT_SANITIZE)

$(OUTPUT)/unit/%: tests/unit/%.c $(UNIT_OBJS) $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -MMD -MP -MT $@ -MF $@.d $< $(UNIT_OBJS) $(UNIT_LDFLAGS) $(UNIT_LIBS) -o $@

$(OUTPUT)/unit/asan-%: tests/unit/%.c $(ASAN_LIBRARY) $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ASAN_CFLAGS) -Itests/unit -MMD -MP -MT $@ -MF $@.d $< $(ASAN_LIBRARY) $(ALL_LDFLAGS) $(UNIT_LIBS) -o $@

$(ASAN_LIBRARY): $(LEAVES:src/%.c=$(OUTPUT)/unit/asan/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(OUTPUT)/unit/asan/%.o: src/%.c $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ASAN_CFLAGS) $(LIBBPF_CFLAGS) -MMD -MP -c $< -o $@

$(OUTPUT)/workload/%: tests/workload/%.c $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(WARNINGS) -g -O2 -MMD -MP -MF $@.d $< -pthread $(if $(STATIC),-static) -o $@

TEST_LAYERS := unit cli live
TEST_NEEDS  := all $(WORKLOADS)
NEEDS_unit  := $(UNIT_BINS) $(UNIT_ASAN)
NEEDS_cli   := $(TEST_NEEDS)
NEEDS_live  := $(TEST_NEEDS)

include $(wildcard tests/*/*.mk docs/*.mk)

# live/lines.bats -> the dependencies of live; unit/test_json.c -> its two programs
layer_of = $(firstword $(subst /, ,$1))
needs_of = $(if $(filter unit/%.c,$1),$(1:%.c=$(OUTPUT)/%) $(1:unit/%.c=$(OUTPUT)/unit/asan-%), \
             $(or $(NEEDS_$(call layer_of,$1)),$(TEST_NEEDS)))
CHOSEN  := $(or $(T:tests/%=%),$(TEST_LAYERS))
FILTER  := $(if $(F),-f '$(subst ','\'',$(F))' )
LAYERS  := $(foreach layer,$(TEST_LAYERS),$(if $(NEEDS_$(layer)),$(layer)))

.PHONY: workloads units test $(LAYERS:%=test-%)
workloads: $(WORKLOADS)
units: $(UNIT_BINS)
# What the tests need is built on all processors, even without -j.
test:
	+$(Q)$(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc)) \
	    $(sort $(foreach what,$(CHOSEN),$(call needs_of,$(what))))
	tests/run $(FILTER)$(CHOSEN)
.SECONDEXPANSION:
$(LAYERS:%=test-%): test-%: $$(NEEDS_$$*)
	tests/run $(FILTER)$*

-include $(wildcard $(OUTPUT)/unit/*.d $(OUTPUT)/unit/asan/*/*.d $(OUTPUT)/workload/*.d)
