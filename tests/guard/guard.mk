# Limits on the tool's cost, in figures that can be counted, not timed.
#
# Needs   valgrind (callgrind), bpftool, root, what tests/bench/bench.mk builds
# Gives   test-guard

TEST_LAYERS += guard
NEEDS_guard := all $(OUTPUT)/guard/events $(OUTPUT)/bench/storm $(OUTPUT)/bench/nothing $(OUTPUT)/bench/ringpos

$(OUTPUT)/guard/events: tests/guard/events.c $(UNIT_OBJS) $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -MT $@ -MF $@.d $< $(UNIT_OBJS) $(ALL_LDFLAGS) -o $@

-include $(wildcard $(OUTPUT)/guard/*.d)
