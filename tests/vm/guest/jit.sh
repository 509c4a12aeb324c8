#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# A kernel whose JIT compiler cannot do what the programs need, as that of 32-bit x86 for the
# programs with details: off, as it is there by default, they run; on, one line says so.
. tests/vm/guest/small.sh
jit=/proc/sys/net/core/bpf_jit_enable

echo 1..2
options="$options -f json"
[ "$(cat $jit)" = 0 ] && start && finish && [ ! -s $err ]
verdict $? "without the JIT compiler it traces"

echo 1 >$jit
# shellcheck disable=SC2086  # words
/project/bootstrap $options >$out 2>$err
[ $? -eq 1 ] && [ ! -s $out ] && [ "$(busybox wc -l <$err)" -eq 1 ] && busybox grep -q 'net.core.bpf_jit_enable=0' $err
verdict $? "with it one line says how to turn it off"
busybox sed 's/^/# /' $err
echo 0 >$jit
