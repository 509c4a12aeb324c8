#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# A test of the emulator, not of the program: switches tracepoints on and off, for which the
# kernel patches its own code, while processes on both processors run through them.  With two
# threads (tests/vm/qemu) about every third guest panics or hangs within half a minute.
. tests/vm/guest/small.sh

seconds=${SECONDS_OF_TOGGLES:-30}
events=/sys/kernel/tracing/events/sched
echo 1..1
for _ in 1 2 3 4; do
    while :; do
        /bin/busybox true
        (:)
    done &
done
end=$(($(busybox date +%s) + seconds))
toggles=0
while [ "$(busybox date +%s)" -lt $end ]; do
    for state in 1 0; do
        for event in sched_process_fork sched_process_exec sched_process_exit; do
            echo $state >$events/$event/enable || exit
        done
    done
    toggles=$((toggles + 6))
done
[ $toggles -gt 0 ]
verdict $? "$toggles switches of tracepoints in $seconds s"
# shellcheck disable=SC2046  # four words
kill $(jobs -p) 2>/dev/null
