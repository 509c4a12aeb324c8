# Finds libbpf.
#
# Needs   pkg-config and libbpf >= 1.0; PKG_CONFIG_PATH can select another copy.
# Gives   LIBBPF_CFLAGS, LIBBPF_LIBS (the static archive if there is one; with
#         STATIC=1 also its dependencies), and the goal check-libbpf, which prints
#         one line if something is missing.
# Yours   PKG_CONFIG, LIBBPF_MIN

PKG_CONFIG ?= pkg-config
LIBBPF_MIN := 1.0

# Evaluated only when a recipe needs them, because `make deps` may install it first.
LIBBPF_CFLAGS = $(shell $(PKG_CONFIG) --cflags libbpf 2>/dev/null)
LIBBPF_LIBDIR = $(shell $(PKG_CONFIG) --variable=libdir libbpf 2>/dev/null)
ifneq ($(STATIC),)
LIBBPF_LIBS = $(shell $(PKG_CONFIG) --static --libs libbpf)
else
LIBBPF_LIBS = $(if $(wildcard $(LIBBPF_LIBDIR)/libbpf.a),$(LIBBPF_LIBDIR)/libbpf.a,$(shell $(PKG_CONFIG) --libs libbpf)) -lelf -lz
endif

.PHONY: check-libbpf
check-libbpf: | $(DEPS_FIRST) check-cc
	@command -v $(PKG_CONFIG) >/dev/null || \
	    { echo >&2 'pkg-config is missing; run make deps or install pkg-config'; exit 1; }
	@$(PKG_CONFIG) --atleast-version=$(LIBBPF_MIN) libbpf || \
	    { echo >&2 "libbpf >= $(LIBBPF_MIN) is missing (pkg-config finds: $$($(PKG_CONFIG) --modversion libbpf 2>/dev/null || echo none)); run make deps, install libbpf-dev or set PKG_CONFIG_PATH"; exit 1; }
	@printf '#include <libelf.h>\n#include <zlib.h>\n' | $(CC) -E - >/dev/null 2>&1 || \
	    { echo >&2 'libelf or zlib is missing; run make deps or install libelf-dev and zlib1g-dev'; exit 1; }
