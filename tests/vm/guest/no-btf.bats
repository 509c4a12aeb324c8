#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# A kernel without BTF.  If it has BTF, that is hidden.

load guest

setup_file() {
    if [ -e /sys/kernel/btf/vmlinux ]; then
        cp /sys/kernel/btf/vmlinux /tmp/btf
        mount -t tmpfs none /sys/kernel/btf
    else
        cp /project/btf /tmp/btf
    fi
}

teardown_file() {
    umount /sys/kernel/btf 2>/dev/null || true
}

@test "without BTF one line says so and names --btf" {
    refused 'BTF.*--btf' $PROGRAM
}

@test "with --btf it traces through the classic tracepoints" {
    traces $PROGRAM --btf /tmp/btf
}

@test "an invalid --btf file gets one line" {
    refused 'file of --btf' $PROGRAM --btf /proc/version
}
