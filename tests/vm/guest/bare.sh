#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# For a guest without a library, a shell but busybox's, or bats: is the static
# file all that it takes?  The workload says itself which lines it should cause.
out=/tmp/out err=/tmp/err want=/tmp/want
test_number=0

verdict() { # status name
    test_number=$((test_number + 1))
    [ "$1" -eq 0 ] && echo "ok $test_number $2" || echo "not ok $test_number $2"
}

echo 1..4
[ -z "$(busybox find / -xdev -name '*.so*')" ]
verdict $? "there is no library here"

/project/bootstrap -V | busybox grep -q '^bootstrap [0-9]'
verdict $? "the program runs"

/project/bootstrap >$out 2>$err &
tracer=$!
tries=0
until busybox grep -q '^TIME' $out || [ $tries -ge 300 ]; do
    busybox sleep 0.1
    tries=$((tries + 1))
done
.output/workload/exit 0 9 >$want
kill -INT $tracer
wait $tracer && [ ! -s $err ]
verdict $? "it traces, ends with status 0 and has nothing to complain about"

# "EXIT exit 12 11 [3] (0..1ms)" is what is wanted, with a duration in place of the bounds.
busybox sed 's/ (.*//' $want >/tmp/lines
[ "$(busybox wc -l </tmp/lines)" -eq 10 ]
missing=$?
while read -r line; do
    busybox sed 's/^[0-9:]* //; s/ ([0-9]*ms)$//; s/  */ /g' $out | busybox grep -qxF "$(echo "$line" | busybox sed 's/  */ /g')" || missing=1
done </tmp/lines
verdict $missing "each of ten processes has its EXIT, with its own exit code"
[ $missing -eq 0 ] || busybox sed 's/^/# /' $want $out $err
