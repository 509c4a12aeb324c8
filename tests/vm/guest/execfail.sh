#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# -e in a guest without bash and bats: right, or refused in one line.
. tests/vm/guest/small.sh

echo 1..2
case $(busybox uname -m) in
x86_64 | aarch64)
    options="$options -e"
    start
    /project/.output/workload/failcalls >$want
    finish && [ ! -s $err ]
    verdict $? "it traces with -e, ends with status 0 and has nothing to complain about"
    busybox awk -f tests/live/compare.awk $want $out >/tmp/differences
    status=$?
    verdict $status "-e: every failing call has its line, with the error and the name"
    [ $status -eq 0 ] || busybox sed 's/^/# /' /tmp/differences $err
    ;;
*)
    # shellcheck disable=SC2086  # two words or none
    /project/bootstrap $options -e -t 1 >$out 2>$err
    [ $? -eq 2 ] && [ ! -s $out ]
    verdict $? "-e is refused with status 2 before anything is printed"
    [ "$(busybox wc -l <$err)" -eq 1 ] &&
        busybox grep -q "^bootstrap: --exec-errors is not supported on $(busybox uname -m); " $err
    verdict $? "one line says so and names the architecture"
    ;;
esac
