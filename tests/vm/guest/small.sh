#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Not a suite: shared by the suites of guests without bash and bats.
# shellcheck disable=SC2034  # used by the suites

out=/tmp/out err=/tmp/err want=/tmp/want
test_number=0

verdict() { # status name
    test_number=$((test_number + 1))
    [ "$1" -eq 0 ] && echo "ok $test_number $2" || echo "not ok $test_number $2"
}

# Options of the tracer.  For a kernel without BTF it uses the BTF made by tests/vm/btf.
options=
[ -e /sys/kernel/btf/vmlinux ] || options='--btf /project/btf'

# Starts a tracer, $tracer, and waits until it has printed its first line, which means that it is attached, or ended.
start() {
    tries=0
    : >$out # it may have the header of an earlier suite
    # shellcheck disable=SC2086  # words
    /project/bootstrap $options >$out 2>$err &
    tracer=$!
    until [ -s $out ] || [ $tries -ge 600 ] || ! kill -0 $tracer; do
        busybox sleep 0.1
        tries=$((tries + 1))
    done
}

finish() {
    kill -INT "$tracer"
    wait "$tracer"
}
