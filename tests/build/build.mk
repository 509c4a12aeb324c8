# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Builds with every compiler, libbpf and bpftool: takes too long for `make test`.
#
# Needs   root; clang and llvm in versions 13, 14, 15, 16 and 19, as Debian 12 has them.
# Gives   test-build-matrix
# Yours   CLANGS="14 19" selects fewer compilers
#
#: make test-build-matrix    builds with each clang, gcc, libbpf and bpftool, and loads the results

export CLANGS

.PHONY: test-build-matrix
test-build-matrix:
	@.ci/install build matrix
	tests/run build
