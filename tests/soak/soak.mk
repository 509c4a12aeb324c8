# The load tests: short in `make test`, long in `make soak`.
#
# Needs   root, perf, bpftool, jq, a static C library; the storm of tests/bench
# Gives   soak, test-soak
#: make soak [N=...]     runs the load tests with N (1,000,000) execs (root; half an hour)

$(OUTPUT)/soak/%: tests/soak/%.c tests/workload/workload.h $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(WARNINGS) -Itests/workload -g -O2 $(if $(filter %/stay,$@),-static) $< -o $@

NEEDS_soak := all $(OUTPUT)/bench/storm $(OUTPUT)/bench/nothing \
              $(OUTPUT)/soak/alive $(OUTPUT)/soak/stay

TEST_LAYERS += soak

.PHONY: soak
soak: $(NEEDS_soak)
	N=$(or $(N),1000000) STALL=10 BATS_TEST_TIMEOUT=10000 tests/run soak
