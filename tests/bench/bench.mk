# The benchmark: compares this tracer, every other one that is installed and, with
# BASELINE=path, any build of the classic bootstrap.
#
# Needs   root, jq, gnuplot, a static C library
# Gives   bench, bench-side, bench-scale, bench-deps
# Vars    ROUNDS, PAIRS, WRITERS, TOOLS, BASELINE

#: make bench [BASELINE=path of a classic bootstrap]   compares the costs of tracers (root; 15 minutes)
#: make bench-side       compares tracers, and our BPF programs with the least possible, in the same storms
#: make bench-scale      measures the cost by the number of events and of live processes
#: make bench-deps       installs the tracers to compare with

BENCH := $(patsubst tests/bench/%.c,$(OUTPUT)/bench/%,$(filter-out %.bpf.c,$(wildcard tests/bench/*.c)))

$(OUTPUT)/bench/%: tests/bench/%.c $(OUTPUT)/flags | check-clang
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 $(WARNINGS) -g -O2 $(if $(filter %/nothing,$@),-static) $< -o $@

$(OUTPUT)/bench/floor.bpf.o: tests/bench/floor.bpf.c $(VMLINUX_H) $(OUTPUT)/flags | $(CHECKS)
	$(call say,CLANG,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(LIBBPF_CFLAGS) -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

$(OUTPUT)/bench/floor: tests/bench/floor.c $(OUTPUT)/bench/floor.skel.h $(OUTPUT)/flags | $(CHECKS)
	$(call say,CC,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIBBPF_CFLAGS) $< $(ALL_LDFLAGS) $(LIBBPF_LIBS) -o $@

export ROUNDS PAIRS WRITERS TOOLS BASELINE

.PHONY: bench bench-side bench-scale bench-deps
bench: all $(BENCH)
	tests/bench/bench.sh
bench-side: all $(BENCH)
	tests/bench/side.sh
bench-scale: all $(BENCH)
	tests/bench/scale.sh
bench-deps:
	@.ci/install build bench
