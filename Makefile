# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# A single dependency graph: the fragments below are included, without recursive make.
# Every src/NAME.bpf.c is a program: its object, its skeleton and ./NAME are built by
# the same rules.  `make help` lists the goals.

VERSION := 1.0
OUTPUT  := .output

CLANG      ?= clang
# CLANG may be a path; then llvm-strip comes from the same folder.
LLVM_STRIP ?= $(if $(findstring /,$(CLANG)),$(dir $(CLANG)))$(patsubst clang%,llvm-strip%,$(notdir $(CLANG)))
BPF_TARGET ?= bpf
CFLAGS     ?= -g -O2
# -U: some distributions' compilers predefine it, and redefining it gives a warning.
HARDENING  := -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE $(if $(SANITIZE),-DNO_SECCOMP,-D_FORTIFY_SOURCE=2)
# For 32-bit systems: files over 2 GiB, times after 2038.
LARGE      := -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
WARNINGS   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
SANITIZE   ?=
PREFIX     ?= /usr/local
DESTDIR    ?=
SUDO       ?= $(if $(filter 0,$(shell id -u)),,sudo)

ifeq ($(V),1)
Q   :=
say :=
else
Q   := @
say = @printf '  %-7s %s\n' '$(1)' '$(2)'
endif

# `make deps run` and `make test-deps test` install first, then build, with or without -j.
DEPS_FIRST := $(filter deps test-deps,$(MAKECMDGOALS))

PROGRAMS := $(patsubst src/%.bpf.c,%,$(wildcard src/*.bpf.c))
LEAVES   := $(wildcard src/*/*.c)
LIBRARY  := $(OUTPUT)/libbootstrap.a

all: $(PROGRAMS)

include libbpf/libbpf.mk
include bpftool/bpftool.mk
include vmlinux/vmlinux.mk
include $(wildcard src/output/*.mk)
include tests/tests.mk
include $(wildcard packaging/*.mk)

ALL_CFLAGS  = -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(HARDENING) $(LARGE) $(SANITIZE) -Isrc -I$(OUTPUT) \
              -DVERSION='"$(VERSION)"' -DPAGE_DIR='"$(OUTPUT)"' $(if $(STATIC),-DSTATIC) $(CFLAGS)
ALL_LDFLAGS = $(if $(STATIC),$(STATIC:1=-static-pie),-pie) -Wl,-z,relro,-z,now $(SANITIZE) $(LDFLAGS)
# The object does not depend on the build folder: paths in its line information are relative.
BPF_CFLAGS  = -g -O2 -target $(BPF_TARGET) -mcpu=v3 -Wall -Wextra '-fdebug-prefix-map=$(CURDIR)=.' -Isrc $(VMLINUX_CFLAGS)

.PHONY: all help new clean run deps test-deps install dist format compile_commands.json FORCE
.DELETE_ON_ERROR:
.SECONDARY:

help:
	@sed -n 's/^#: \{0,1\}//p' $(MAKEFILE_LIST)
#: make                  builds ./bootstrap
#: make run ARGS="..."   builds and runs it, with sudo if necessary
#: make deps             installs the build dependencies
#: make test-deps        installs the test dependencies
#: make new NAME=foo     creates a new tool: src/foo.{h,bpf.c,c}, tests/live/foo.bats
#: make install          installs to PREFIX (/usr/local) below DESTDIR
#: make format           formats src/ with clang-format
#: make compile_commands.json    writes the compilation database for clangd and editors
#: make dist             writes to .output/dist: an archive of the sources, and one with the static
#:                       program, manual and completions; reproducible
#: make clean            removes everything that was built
#: Variables: V=1 prints every command; CC, CLANG, CFLAGS, LDFLAGS; BPFTOOL=path;
#:   PKG_CONFIG_PATH=dir of another libbpf; GEN_VMLINUX_H=1 [VMLINUX_BTF=file]
#:   builds with the kernel's full header; STATIC=1 links all libraries into the program

$(OUTPUT):
	$(Q)mkdir -p $@

# Rebuilds everything when the flags change; the build folder does not matter.
$(OUTPUT)/flags: FORCE | $(OUTPUT)
	@echo '$(CC) $(CLANG) $(subst ','\'',$(ALL_CFLAGS) $(ALL_LDFLAGS) $(filter-out -fdebug-prefix-map=%,$(BPF_CFLAGS))) $(PKG_CONFIG_PATH)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

.PHONY: check-cc check-clang
check-cc: | $(DEPS_FIRST)
	@command -v $(firstword $(CC)) >/dev/null || \
	    { echo >&2 '$(CC) is missing; run make deps or install gcc'; exit 1; }
check-clang: | $(DEPS_FIRST) check-cc
	@command -v $(CLANG) >/dev/null && command -v $(LLVM_STRIP) >/dev/null || \
	    { echo >&2 '$(CLANG) or $(LLVM_STRIP) is missing; run make deps or install clang and llvm'; exit 1; }
	@echo 'int x;' | $(CLANG) -target bpf -x c -c -o /dev/null - 2>/dev/null || \
	    { echo >&2 '$(CLANG) has no BPF target; run make deps or install the clang of your distribution'; exit 1; }

CHECKS := check-libbpf check-bpftool check-clang

$(OUTPUT)/%.bpf.o: src/%.bpf.c $(VMLINUX_H) $(OUTPUT)/flags | $(CHECKS)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(LIBBPF_CFLAGS) -MMD -MP -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

$(OUTPUT)/%.skel.h: $(OUTPUT)/%.bpf.o | check-bpftool
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< > $@.tmp
	$(Q)mv $@.tmp $@

$(PROGRAMS:%=$(OUTPUT)/%.o): $(OUTPUT)/%.o: $(OUTPUT)/%.skel.h

$(OUTPUT)/%.o: src/%.c $(OUTPUT)/flags | $(CHECKS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LIBBPF_CFLAGS) -MMD -MP -c $< -o $@

# Shared by all programs: each links only the parts that it calls.
$(LIBRARY): $(LEAVES:src/%.c=$(OUTPUT)/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(PROGRAMS): %: $(OUTPUT)/%.o $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(filter %.o %.a,$^) $(LIBBPF_LIBS) -o $@

run: bootstrap
	$(SUDO) ./bootstrap $(ARGS)

clean:
	$(call say,CLEAN,$(OUTPUT))
	$(Q)rm -rf $(OUTPUT) $(PROGRAMS) compile_commands.json

# Creates a new tool from the template by replacing NAME.  The rules above apply to
# every program, so the next make builds it.
new:
	@case '$(NAME)' in ''|[!a-z]*|*[!a-z0-9_]*) \
	    echo >&2 "make new NAME=foo: invalid NAME '$(NAME)' (expected lowercase letters, digits and _)"; exit 1 ;; esac
	@for f in src/$(NAME).h src/$(NAME).bpf.c src/$(NAME).c tests/live/$(NAME).bats; do \
	    [ ! -e $$f ] || { echo >&2 "$$f already exists; choose another name"; exit 1; }; done
	@mkdir -p src tests/live; NAME='$(NAME)'; for f in src/NAME.h src/NAME.bpf.c src/NAME.c tests/live/NAME.bats; do \
	    to=$${f%NAME*}$$NAME$${f##*NAME}; \
	    sed "s/NAME_H/$$(echo $$NAME | tr a-z A-Z)_H/; s/NAME/$$NAME/g" docs/template/$${f##*/} > $$to && echo "  NEW     $$to"; done

# Only these two goals, and the *-deps goals of the fragments, install anything.
deps:
	@.ci/install build
test-deps:
	@.ci/install build test

install: SHARE := $(DESTDIR)$(PREFIX)/share
install: bootstrap
	install -D -m 755 bootstrap $(DESTDIR)$(PREFIX)/bin/bootstrap
	install -D -m 644 src/bootstrap.8 $(SHARE)/man/man8/bootstrap.8
	install -D -m 644 src/completion/bootstrap.bash $(SHARE)/bash-completion/completions/bootstrap
	install -D -m 644 src/completion/_bootstrap $(SHARE)/zsh/site-functions/_bootstrap
	install -D -m 644 src/completion/bootstrap.fish $(SHARE)/fish/vendor_completions.d/bootstrap.fish

dist:
	.ci/dist $(VERSION) $(OUTPUT)/dist

format:
	clang-format -i $(wildcard src/*.[ch] src/*/*.[ch])

# One fragment per file, as written by clang -MJ; BPF files keep their target.  With
# -fsyntax-only, clang 14 would write a wrong "output".  The headers that bootstrap.bpf.c
# includes at its end use its definitions, and do not compile alone.
BPF_HEADERS = $(shell sed -n '/^char LICENSE/q; s,^\#include "\(bpf/.*\)",src/\1,p' src/bootstrap.bpf.c)
compile_commands.json: $(PROGRAMS:%=$(OUTPUT)/%.skel.h) | check-clang
	$(call say,GEN,$@)
	$(Q){ for f in src/*.c src/*/*.c $(BPF_HEADERS); do \
	    case $$f in \
	    *.bpf.h) $(CLANG) $(BPF_CFLAGS) $(LIBBPF_CFLAGS) -Wno-unused-function -x c -c -o /dev/null -MJ /dev/stdout $$f ;; \
	    *.bpf.c) $(CLANG) $(BPF_CFLAGS) $(LIBBPF_CFLAGS) -c -o /dev/null -MJ /dev/stdout $$f ;; \
	    *) $(CLANG) $(ALL_CFLAGS) $(LIBBPF_CFLAGS) -c -o /dev/null -MJ /dev/stdout $$f ;; \
	    esac; \
	done; } | { echo '['; sed '$$s/,$$//'; echo ']'; } > $@

-include $(wildcard $(OUTPUT)/*.d $(OUTPUT)/run/*.d $(OUTPUT)/output/*.d)
