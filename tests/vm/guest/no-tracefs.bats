#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# No tracefs anywhere.

load guest

setup_file() {
    umount /sys/kernel/debug/tracing /sys/kernel/tracing /sys/kernel/debug 2>/dev/null || true
}

teardown_file() {
    mount -t tracefs tracefs /sys/kernel/tracing
}

@test "without tracefs it traces" {
    [ -z "$(ls /sys/kernel/tracing)" ]
    run ! grep -E ' (tracefs|debugfs) ' /proc/mounts
    traces $PROGRAM
}

@test "--btf without tracefs gets one line that names tracefs" {
    refused tracefs $PROGRAM --btf /sys/kernel/btf/vmlinux
}
