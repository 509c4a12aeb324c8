#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# For a guest without libraries, bats, or any shell but busybox's: is the static file
# enough?  The workload prints the lines that it should cause.
. tests/vm/guest/small.sh

echo 1..6
[ -z "$(busybox find / -xdev -name '*.so*')" ]
verdict $? "there is no library here"

/project/bootstrap -V | busybox grep -q '^bootstrap [0-9]'
verdict $? "the program runs"

if [ -n "$options" ]; then
    /project/bootstrap >$out 2>$err
    [ $? -eq 1 ] && [ "$(busybox wc -l <$err)" -eq 1 ] && busybox grep -q 'BTF.*--btf' $err
    verdict $? "without BTF one line says so and names --btf"
else
    [ -s /sys/kernel/btf/vmlinux ]
    verdict $? "the kernel has BTF"
fi

start
busybox grep -q '^Seccomp:[[:space:]]*2$' /proc/$tracer/status
verdict $? "the system-call filter is in place"
.output/workload/exit 0 9 >$want
finish && [ ! -s $err ]
verdict $? "it traces, exits with status 0 and prints no errors"

[ "$(busybox wc -l <$want)" -eq 10 ] && busybox awk -f tests/live/compare.awk $want $out >/tmp/differences
status=$?
verdict $status "each of ten processes has its EXIT, with its own exit code"
[ $status -eq 0 ] || busybox sed 's/^/# /' /tmp/differences $out $err
