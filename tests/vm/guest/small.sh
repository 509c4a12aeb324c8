#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Not a suite: what the suites of a guest without bash and bats share.
# shellcheck disable=SC2034  # they use what is set here

out=/tmp/out err=/tmp/err want=/tmp/want
test_number=0

verdict() { # status name
    test_number=$((test_number + 1))
    [ "$1" -eq 0 ] && echo "ok $test_number $2" || echo "not ok $test_number $2"
}

# The tracer's.  A kernel without BTF of its own: it is given what tests/vm/btf made.
options=
[ -e /sys/kernel/btf/vmlinux ] || options='--btf /project/btf'

# The tracer's PID is $tracer; it has written its first line, the sign that it is attached, or ended.
start() {
    tries=0
    : >$out # it may have that of the suite before
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
