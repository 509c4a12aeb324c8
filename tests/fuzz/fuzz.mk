# The fuzz targets: tests/fuzz/fuzz_NAME.c, each with the leaves of src/ in one
# program, built with libFuzzer and the sanitizers.
#
# Needs   clang with its runtime (libclang-rt-dev), jansson
# Gives   fuzz, test-fuzz; the layer fuzz of `make test`
#: make fuzz T=600       fuzzes the decoder and every printer, T s each (60)

FUZZERS   := $(patsubst tests/fuzz/%.c,$(OUTPUT)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS = $(filter-out -D_FORTIFY_SOURCE=2,$(ALL_CFLAGS)) -O2 \
             -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Itests/fuzz
T         ?= 60

$(OUTPUT)/fuzz/%: tests/fuzz/%.c $(LEAVES) $(OUTPUT)/flags | check-clang
	$(call say,FUZZER,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(FUZZ_FLAGS) -MMD -MP -MF $@.d $< $(LEAVES) $(LDFLAGS) -ljansson -lm -o $@

TEST_LAYERS += fuzz
TEST_NEEDS  += $(FUZZERS)

.PHONY: fuzz test-fuzz
fuzz: $(FUZZERS)
	tests/fuzz/run $(T) $^
test-fuzz: $(FUZZERS)
	tests/run fuzz

-include $(wildcard $(OUTPUT)/fuzz/*.d)
