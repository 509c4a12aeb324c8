# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Threads of one process that end at the same time: exactly one EXIT for each
# process, with the status that wait4 returns.  Kernels without group_dead need
# src/bpf/lastthread.bpf.h for that; other kernels use only part of it.
#
# RACES   processes per test; an emulated guest may want fewer

load ../helpers

RACES=${RACES:-400}

race() { # KIND [THREADS]
    start t
    work expected races "$1" "$RACES" "${2:-16}"
    finish t
    quiet t
    [ "$(grep -c '^EXIT' "$T/expected")" -eq "$RACES" ]
    compare expected t.out
}

@test "16 threads call exit_group at once" {
    race group
}

@test "16 threads exit separately at once, each with its own code" {
    race alone
}

@test "leader and one thread exit at once, each with its own code" {
    race alone 2
}

@test "of 16 threads some exit by themselves, some call exit_group" {
    race mixed
}

@test "16 threads exit while SIGKILL arrives" {
    race killed
}

@test "one of 16 threads calls exec while the others exit" {
    race exec
}
