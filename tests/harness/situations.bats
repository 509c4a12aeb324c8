#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Is the result of the tests the same in any state of the machine and the caller?  The
# quick ones are run in a few that have made a difference.

# shellcheck disable=SC2016 # what is in single quotes is for inner shells
load ../helpers

# What has to do with mounts, and what with the caller's state.
mounts=(cli/environment.bats live/lines.bats live/filters.bats)
caller=("${mounts[@]}" cli/options.bats live/options.bats live/command.bats)

# The tree as a clone and a build with umask 077 have it.
setup_file() {
    # Six files of tests in one: a minute and a half, or several if the machine is busy.
    export BATS_TEST_TIMEOUT=1200
    local tree=$BATS_FILE_TMPDIR/tree
    mkdir -p "$tree/.output"
    cp -r Makefile src tests bootstrap "$tree"
    cp -r .output/unit .output/workload .output/bootstrap.bpf.o "$tree/.output"
    chmod -R go= "$tree"
}

setup() {
    need_root
    cd "$BATS_FILE_TMPDIR/tree" || return
    # A bats of its own.
    unset SANDBOX
    PATH=$(tr : '\n' <<<"$PATH" | grep -v bats-core | paste -sd:)
}

teardown() { :; }

# All that tests/run was given has passed; $1 is what it printed.
passed() {
    cat "$1"
    tail -n 1 "$1" | grep -qE '^[1-9][0-9]* passed, 0 failed, 0 skipped$'
}

@test "neither tracefs nor debugfs is mounted" {
    unshare --mount bash -c 'umount -a -t tracefs,debugfs; ! grep -wE "tracefs|debugfs" /proc/mounts && exec tests/run "$@"' - \
        "${mounts[@]}" >a 2>&1 3>&- || :
    passed a
}

@test "both tracefs and debugfs are mounted" {
    unshare --mount bash -c '
        umount -a -t tracefs,debugfs
        mount -t debugfs debugfs /sys/kernel/debug && mount -t tracefs tracefs /sys/kernel/tracing && exec tests/run "$@"' - \
        "${mounts[@]}" >b 2>&1 3>&- || :
    passed b
}

# tests/run, called as a careful user's shell below nohup may call it.
oddly() {
    (
        umask 077
        ulimit -n 256
        trap '' HUP PIPE CHLD
        exec 5</dev/null 9</dev/null 21</dev/null
        exec env TZ=Asia/Kathmandu COLUMNS=37 NO_COLOR=1 LC_ALL=C tests/run "$@"
    ) >c 2>&1 3>&- || :
    passed c
}

@test "what the caller has open, a test does not find open" {
    exec 5</dev/null 9</dev/null 21</dev/null
    [ -e "/proc/$$/fd/21" ]
    tests/sandbox bash -c 'for fd in 5 9 21; do [ ! -e "/proc/$$/fd/$fd" ] || exit 1; done'
}

@test "umask 077, TZ, COLUMNS, NO_COLOR, 256 descriptors; SIGHUP, SIGPIPE, SIGCHLD ignored" {
    oddly "${caller[@]}"
    oddly -f 'a signal amid a storm' live/faults.bats
    oddly -f 'a command: SIGINT is left to it' live/faults.bats
}

@test "the same, unit tests" {
    local units=(tests/unit/test_*.c)
    # All strings there are, for some seconds: nothing of the state is in it.
    oddly "${units[@]/*test_quote.c/unit/test_clock.c}"
}
