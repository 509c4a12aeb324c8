# Finds a bpftool that works.
#
# Needs   bpftool; some distributions install a wrapper that only prints which
#         package to install, so each candidate is tried.
# Gives   BPFTOOL, and the goal check-bpftool.
# Yours   BPFTOOL=path

BPFTOOL_CANDIDATES = bpftool /usr/sbin/bpftool /usr/local/sbin/bpftool \
                     $(wildcard /usr/lib/linux-tools/*/bpftool /usr/lib/linux-tools-*/bpftool)
ifeq ($(origin BPFTOOL),undefined)
BPFTOOL = $(shell for b in $(BPFTOOL_CANDIDATES); do $$b version >/dev/null 2>&1 && { echo $$b; break; }; done)
endif

.PHONY: check-bpftool
check-bpftool: | $(DEPS_FIRST)
	@b='$(BPFTOOL)'; test -n "$$b" && "$$b" version >/dev/null 2>&1 || \
	    { echo >&2 'no bpftool that runs was found; run make deps, install bpftool or set BPFTOOL=path'; exit 1; }
