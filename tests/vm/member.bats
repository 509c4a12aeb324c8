#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The suite workloads also runs this in its guests, one of which is big-endian.

@test "members that are smaller in the kernel than here are read correctly" {
    "$BATS_TEST_DIRNAME/../../.output/workload/member"
}
