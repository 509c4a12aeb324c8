#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# -r in a guest without bash, bats and jq: what each process used, beside what wait4(2)
# said of it.  Times are not compared: an emulated machine loses clock ticks.
. tests/vm/guest/small.sh

kinds='burner allocator writer killed threads running leaderfirst parent vfork ending'

# shellcheck disable=SC2086  # words
echo 1..$(($(echo $kinds | busybox wc -w) + 1))
options="$options -r -f json"
start
for kind in $kinds; do
    /project/.output/workload/usage "$kind" 3 >$want."$kind"
done
finish && [ ! -s $err ]
verdict $? "it traces with -r, ends with status 0 and has nothing to complain about"
busybox sed 's/^/# /' $err

for kind in $kinds; do
    [ "$(busybox wc -l <$want."$kind")" -eq 3 ] &&
        busybox awk -f tests/vm/guest/resources.awk $want."$kind" $out >/tmp/differences
    status=$?
    verdict $status "-r: $kind"
    busybox sed 's/^/# /' /tmp/differences
done
