#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The workloads of tests/live/lines.bats for a guest without bash and bats: one run of the
# tracer, and a test for each workload.
. tests/vm/guest/small.sh

# One workload per line, with its arguments.
workloads='exit 0 31
killed
exec /project/.output/workload/child 3 50
failexec /tmp/not-there /tmp/not-executable /tmp/not-a-program
reexec
vfork
spawn
threadexec
threadexec late
leaderfirst group
leaderfirst alone
leaderfirst killed
lives 0 60
orphan
orphan reaper
longpath 4000
oddname /tmp/odd
memfd'

busybox mkdir /tmp/odd
: >/tmp/not-executable
echo junk >/tmp/not-a-program
busybox chmod +x /tmp/not-a-program

echo 1..$(($(echo "$workloads" | busybox wc -l) + 2))
start
n=0
while read -r name arguments; do
    n=$((n + 1))
    # shellcheck disable=SC2086  # words
    /project/.output/workload/"$name" $arguments >$want.$n
done <<LIST
$workloads
LIST
finish && [ ! -s $err ]
verdict $? "it traces, exits with status 0 and prints no errors"
busybox sed 's/^/# /' $err

n=0
while read -r workload; do
    n=$((n + 1))
    busybox awk -f tests/live/compare.awk $want.$n $out >/tmp/differences
    status=$?
    verdict $status "$workload"
    [ $status -eq 0 ] || {
        busybox head -n 40 $out >/tmp/first
        busybox sed 's/^/# /' /tmp/differences /tmp/first
    }
done <<LIST
$workloads
LIST

# Since Linux 7 bpf_get_current_task() is inlined on riscv64, where the JIT compiler is off by default.
jit=/proc/sys/net/core/bpf_jit_enable
[ "$(busybox uname -m)" != riscv64 ] || echo 1 >$jit
# shellcheck disable=SC2046  # a word or none
/project/.output/workload/member $([ -z "$options" ] || echo /project/btf) >/tmp/member 2>&1
verdict $? "members that are smaller in the kernel than here are read correctly"
busybox sed 's/^/# /' /tmp/member
