# The kernel's types for the BPF side.
#
# Needs   nothing; with GEN_VMLINUX_H=1, bpftool and a file with BTF.
# Gives   VMLINUX_H, the header to depend on, and VMLINUX_CFLAGS.
# Yours   GEN_VMLINUX_H=1 dumps the full header from VMLINUX_BTF=file instead of
#         using the small one next to this file.

VMLINUX_BTF ?= /sys/kernel/btf/vmlinux

ifeq ($(GEN_VMLINUX_H),1)
VMLINUX_H := $(OUTPUT)/vmlinux/vmlinux.h
$(VMLINUX_H): $(VMLINUX_BTF) | check-bpftool
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BPFTOOL) btf dump file $(VMLINUX_BTF) format c > $@.tmp
	$(Q)mv $@.tmp $@
else
VMLINUX_H := vmlinux/vmlinux.h
endif
VMLINUX_CFLAGS := -I$(dir $(VMLINUX_H))
