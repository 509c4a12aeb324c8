#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Is the result of the tests the same in any state of the machine and the caller?  Runs
# the quick tests in states that have made a difference before.

# shellcheck disable=SC2016 # code in single quotes is for inner shells
load ../helpers

# The tests that depend on mounts, and those that depend on the caller's state.
mounts=(cli/environment.bats live/lines.bats live/filters.bats)
caller=("${mounts[@]}" cli/options.bats live/options.bats live/command.bats)

# The tree with the modes of a clone and a build with umask 077.
setup_file() {
    # One test runs six files of tests: 90 s, or several minutes if the machine is busy.
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
    # A separate bats.
    unset SANDBOX
    PATH=$(tr : '\n' <<<"$PATH" | grep -v bats-core | paste -sd:)
}

teardown() { :; }

# All tests in the run have passed; $1 is the output of tests/run.
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

# Runs tests/run from a shell with unusual settings, as below nohup.
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

@test "tests do not inherit the caller's open descriptors" {
    exec 5</dev/null 9</dev/null 21</dev/null
    [ -e "/proc/$$/fd/21" ]
    tests/sandbox bash -c 'for fd in 5 9 21; do [ ! -e "/proc/$$/fd/$fd" ] || exit 1; done'
}

@test "umask 077, TZ, COLUMNS, NO_COLOR, 256 descriptors; SIGHUP, SIGPIPE, SIGCHLD ignored" {
    oddly "${caller[@]}"
    oddly -f 'a signal during a storm' live/faults.bats
    oddly -f 'with a command: SIGINT is left to it' live/faults.bats
}

@test "the same for the unit tests" {
    local units=(tests/unit/test_*.c)
    # This one tries all strings for some seconds and does not depend on the state.
    oddly "${units[@]/*test_quote.c/unit/test_clock.c}"
}
