#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The unit tests with other layouts of bytes, words and structures: records from a
# big-endian machine are decoded, and all formats are written by 32-bit code.

setup_file() {
    export BATS_TEST_TIMEOUT=1800
    cd "$BATS_TEST_DIRNAME/../.." || return
}

@test "unit tests, big-endian: s390x" { tests/vm/units s390x s390x; }
@test "unit tests, 32 bits, where 8 bytes are aligned to 8: armhf" { tests/vm/units armhf arm; }
@test "unit tests, 32 bits, where 8 bytes are aligned to 4: i386" { tests/vm/units i386 i386; }
@test "unit tests, other signal numbers: mips64el" { tests/vm/units mips64el mips64el; }
