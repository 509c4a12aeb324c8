# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The same tests on other kernels, in QEMU; tests/vm/matrix lists the kernels.
#
# Needs   QEMU's libraries, cpio, clang, and apt for kernels, guests, linkers and QEMU
#         itself; not root.  Downloads stay below $(OUTPUT)/vm.
# Gives   test-vm, test-vm-all, cross-ARCH; the layer vm of `make test`
# Yours   KERNEL=name or VMLINUZ=path [ARCH=amd64|arm64|...], SUITES="live ...",
#         VM_JOBS=guests at a time, VM_MIRROR=URL, QEMU_FLAGS
#
#: make test-vm          boots other kernels in QEMU; KERNEL=6.12 or VMLINUZ=path selects
#:                       one; test-vm-all also runs the live tests, on every kernel
#: make cross-ARCH       builds .output/ARCH/bootstrap, static; ARCH is arm64, i386, armhf,
#:                       riscv64, ppc64el, s390x or mips64el

TEST_LAYERS += vm
NEEDS_vm := $(TEST_NEEDS) $(OUTPUT)/workload/member

export KERNEL VMLINUZ ARCH SUITES

.PHONY: test-vm-all
test-vm-all: $(NEEDS_vm)
	VM_ROWS=all tests/run vm

# Not a workload, but copied into every guest in the same way.
WORKLOADS += $(OUTPUT)/workload/member
$(OUTPUT)/member.bpf.o: tests/vm/member/member.bpf.c $(wildcard src/*.h src/bpf/*.h) $(VMLINUX_H) $(OUTPUT)/flags | $(CHECKS)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(LIBBPF_CFLAGS) -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@
$(OUTPUT)/workload/member: tests/vm/member/member.c $(OUTPUT)/member.skel.h
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIBBPF_CFLAGS) $< $(ALL_LDFLAGS) $(LIBBPF_LIBS) -o $@

# Those that the suites for small guests name.  The other architectures need no more, and
# there are seven of them to build for.
SMALL_GUEST := $(filter $(notdir $(WORKLOADS)),$(shell cat tests/vm/guest/*.sh | tr -sc 'a-z0-9' '\n' | sort -u))
.PHONY: small-guest
small-guest: bootstrap $(SMALL_GUEST:%=$(OUTPUT)/workload/%)

cross-%: all
	tests/vm/build $*
