# Guards of what the tool costs, by figures that can be counted: no clock.
#
# Needs   valgrind (callgrind), bpftool, root, what tests/bench/bench.mk builds
# Gives   test-guard, a layer of `make test`

TEST_LAYERS += guard
GUARD_NEEDS := $(OUTPUT)/guard/events $(OUTPUT)/bench/storm $(OUTPUT)/bench/nothing $(OUTPUT)/bench/ringpos
TEST_NEEDS  += $(GUARD_NEEDS)

$(OUTPUT)/guard/events: tests/guard/events.c $(UNIT_OBJS) $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MT $@ -MF $@.d $< $(UNIT_OBJS) $(ALL_LDFLAGS) -o $@

.PHONY: test-guard
test-guard: all $(GUARD_NEEDS)
	tests/run guard

-include $(wildcard $(OUTPUT)/guard/*.d)
