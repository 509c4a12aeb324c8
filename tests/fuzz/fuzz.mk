# The fuzz targets: each tests/fuzz/fuzz_NAME.c is linked with src/output into one
# program, built with libFuzzer and the sanitizers.
#
# Needs   clang with its runtime (libclang-rt-dev), jansson
# Gives   fuzz, test-fuzz
#: make fuzz T=600       fuzzes the decoder and every printer for T s each (60)

FUZZED    := $(wildcard src/output/*.c)
FUZZERS   := $(patsubst tests/fuzz/%.c,$(OUTPUT)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS = $(filter-out -D_FORTIFY_SOURCE=2,$(ALL_CFLAGS)) -O2 \
             -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Itests/fuzz

$(OUTPUT)/fuzz/%: tests/fuzz/%.c $(FUZZED) $(OUTPUT)/flags | check-clang
	$(call say,FUZZER,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_FLAGS) -MMD -MP -MF $@.d $< $(FUZZED) $(LDFLAGS) -ljansson -lm -o $@

TEST_LAYERS += fuzz
NEEDS_fuzz  := $(FUZZERS)

.PHONY: fuzz
fuzz: $(FUZZERS)
	tests/fuzz/run $(or $(T),60) $^

-include $(wildcard $(OUTPUT)/fuzz/*.d)
