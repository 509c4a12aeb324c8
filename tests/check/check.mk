# Builds that find errors at run time, and static analysis.
#
# Needs   gcc, cppcheck, clang-tidy, shellcheck, valgrind; root
# Gives   test-check, test-sanitized, coverage
#: make coverage         counts the lines of src/ that the unit, cli and live tests run (root)

CHECKED := src/bootstrap.c $(LEAVES)
HEADERS := $(wildcard src/*.h src/*/*.h)

# Sanitizers and gcov make their own system calls, so there is no filter.
CHECK_CFLAGS = $(filter-out -D_FORTIFY_SOURCE=2 -O%,$(ALL_CFLAGS)) -DNO_SECCOMP
ASAN_BUILD  := $(OUTPUT)/asan/bootstrap
GCOV_BUILD  := $(OUTPUT)/gcov/bootstrap

$(ASAN_BUILD): $(CHECKED) $(HEADERS) $(OUTPUT)/bootstrap.skel.h $(OUTPUT)/flags
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CHECK_CFLAGS) -O1 $(UNIT_SANITIZE) $(LIBBPF_CFLAGS) $(CHECKED) $(ALL_LDFLAGS) $(LIBBPF_LIBS) -o $@

# Separate objects, so that the program and the unit tests count in the same files.
$(OUTPUT)/gcov/%.o: src/%.c $(HEADERS) $(OUTPUT)/bootstrap.skel.h $(OUTPUT)/flags
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -DNO_SECCOMP,$(CHECK_CFLAGS)) -O0 --coverage $(LIBBPF_CFLAGS) -c $(abspath $<) -o $@

$(GCOV_BUILD): $(CHECKED:src/%.c=$(OUTPUT)/gcov/%.o) tests/check/gcov.c
	$(call say,LINK,$@)
	$(Q)$(CC) -D_GNU_SOURCE $(ALL_LDFLAGS) --coverage -Wl,--wrap=_exit,--wrap=raise,--wrap=prctl,--wrap=setresgid \
	    $(filter %.o,$^) -fno-profile-arcs -fno-test-coverage tests/check/gcov.c $(LIBBPF_LIBS) -o $@

$(OUTPUT)/gcov/libbootstrap.a: $(LEAVES:src/%.c=$(OUTPUT)/gcov/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(OUTPUT)/gcov/unit/%: tests/unit/%.c $(OUTPUT)/gcov/libbootstrap.a
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CHECK_CFLAGS) -Itests/unit $^ $(ALL_LDFLAGS) --coverage $(UNIT_LIBS) -o $@

# The program with maps for only 16 processes.
$(OUTPUT)/small/bpf/task.bpf.h: src/bpf/task.bpf.h
	$(Q)mkdir -p $(@D)
	$(Q)sed 's/^#define PROCESSES_MAX .*/#define PROCESSES_MAX 16/' $< > $@
	$(Q)[ "$$(diff $< $@ | grep -c '^>')" = 1 ]

# Next to it, because a file's own folder is searched first.
$(OUTPUT)/small/bootstrap.bpf.c: src/bootstrap.bpf.c
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(OUTPUT)/small/bootstrap.bpf.o: $(OUTPUT)/small/bootstrap.bpf.c $(OUTPUT)/small/bpf/task.bpf.h $(VMLINUX_H) $(HEADERS) $(OUTPUT)/flags | $(CHECKS)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) -I$(@D) $(BPF_CFLAGS) $(LIBBPF_CFLAGS) -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

$(OUTPUT)/small/bootstrap: $(CHECKED) $(OUTPUT)/small/bootstrap.skel.h $(OUTPUT)/flags
	$(call say,CC,$@)
	$(Q)$(CC) -I$(@D) $(ALL_CFLAGS) $(LIBBPF_CFLAGS) $(CHECKED) $(ALL_LDFLAGS) $(LIBBPF_LIBS) -o $@

# The compiler flags that the checkers need for src/.
$(OUTPUT)/check.env: $(OUTPUT)/flags | check-clang
	$(Q)printf '%s\n' 'CC="$(CC)"' 'CFLAGS=(-std=gnu11 -D_GNU_SOURCE $(WARNINGS) -Isrc -isystem $(OUTPUT) \
	    -DVERSION=\"$(VERSION)\" -DPAGE_DIR=\"$(OUTPUT)\" $(LIBBPF_CFLAGS))' > $@

$(OUTPUT)/clockback.so: tests/check/clockback.c $(OUTPUT)/flags
	$(call say,CC,$@)
	$(Q)$(CC) -D_GNU_SOURCE $(WARNINGS) -Wno-missing-prototypes -O2 -fPIC -shared $< -o $@

NEEDS_check := all $(OUTPUT)/check.env $(OUTPUT)/clockback.so $(OUTPUT)/small/bootstrap $(WORKLOADS)

NEEDS_sanitized := $(ASAN_BUILD) $(WORKLOADS)

TEST_LAYERS += check sanitized

.PHONY: coverage
coverage: $(GCOV_BUILD) $(UNIT_TESTS:%=$(OUTPUT)/gcov/unit/%) $(WORKLOADS)
	tests/check/coverage $(CHECKED)
