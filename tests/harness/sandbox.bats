#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tests/sandbox: the command's state is the same whatever the caller's state is, and
# the caller and the machine keep theirs.

# shellcheck disable=SC2154 # status, out and err are set by call()
# shellcheck disable=SC2016 # code in single quotes is for inner shells
load ../helpers

# The signals that are ignored and blocked in a command, except 32 and 33, which the C library
# reserves and which its posix_spawn() ignores in new processes.
signals='for key in SigIgn SigBlk; do
    printf "%x\n" $((0x$(sed -n "s/^$key:\t//p" /proc/self/status) & ~0x180000000)); done'

# The state of a command, one line per item.
show='umask; ulimit -Sc; ulimit -Ss; ulimit -Sl; locale charmap; date -d @0 +%T; env | grep -v "^\(TMPDIR\|SANDBOX\|WORKLOADS\|_\)=" | sort
    '"$signals"'; stat -c "%a %F" "$SANDBOX" "$TMPDIR" "$WORKLOADS/child"'

@test "tests/sandbox: an odd environment gives the same state as a plain one" {
    env -i PATH="$PATH" HOME=/ tests/sandbox bash -c "$show" >"$out"
    cat "$out"
    [ "$(head -n 6 "$out" | paste -sd' ')" = '0022 0 8192 8192 UTF-8 00:00:00' ]
    [ "$(tail -n 5 "$out" | paste -sd,)" = 0,0,'755 directory,1777 directory,755 regular file' ]
    (
        umask 077
        cp -r "$WORKLOADS" "$BATS_TEST_TMPDIR/workload"
        ulimit -Ss 4096 -Sc 0 -Sl 64
        trap '' HUP PIPE CHLD
        env -i PATH="$PATH" HOME=/ WORKLOADS="$BATS_TEST_TMPDIR/workload" TZ=Asia/Kathmandu COLUMNS=37 NO_COLOR=1 \
            LANG=xx LC_NUMERIC=de_DE TERM=dumb TMPDIR=/nonexistent SUDO_UID=1000 MAKEFLAGS=-n \
            perl -MPOSIX -e 'sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM, SIGUSR1)); exec @ARGV' \
            tests/sandbox bash -c "$show"
    ) >"$err"
    diff "$out" "$err"
}

@test "tests/sandbox: the descriptor limit is raised as far as possible" {
    (ulimit -Sn 256 && tests/sandbox bash -c 'ulimit -Sn') >"$out"
    # Not every machine's root has CAP_SYS_RESOURCE: then the hard limit is what is possible.
    [ "$(<"$out")" -gt 256 ] || [ "$(ulimit -Hn)" -eq 256 ]
    (ulimit -n 256 && setpriv --bounding-set=-sys_resource tests/sandbox bash -c 'ulimit -Sn') >"$out"
    [ "$(<"$out")" -eq 256 ]
}

# Runs a command with or without tracefs and debugfs, and prints which of them are mounted inside, then outside.
mounted() { # none|both
    unshare --mount bash -c '
        umount -a -t tracefs,debugfs
        [ "$1" = none ] || { mount -t debugfs debugfs /sys/kernel/debug && mount -t tracefs tracefs /sys/kernel/tracing; } || exit
        tests/sandbox grep -wE "tracefs|debugfs" /proc/mounts
        echo outside
        grep -wE "tracefs|debugfs" /proc/mounts' - "$1" | cut -d' ' -f 1,2 | paste -sd,
}

@test "tests/sandbox: tracefs is mounted in its place and debugfs is not; nothing changes outside" {
    need_root
    [ "$(mounted none)" = 'tracefs /sys/kernel/tracing,outside' ]
    [ "$(mounted both)" = 'tracefs /sys/kernel/tracing,outside,debugfs /sys/kernel/debug,tracefs /sys/kernel/tracing' ]
}

@test "tests/sandbox: mounts a writable cgroup v2 if there is none, or a read-only one" {
    need_root
    local before
    for before in 'umount -a -t cgroup2' \
        'awk "\$3 == \"cgroup2\" { print \$2 }" /proc/mounts | xargs -n 1 mount -o remount,bind,ro'; do
        unshare --mount bash -c "$before"' && exec tests/sandbox bash -c '\''
            at=$(awk "\$3 == \"cgroup2\" { print \$2; exit }" /proc/mounts)
            mkdir "$at/bootstrap-test-$$" && rmdir "$at/bootstrap-test-$$"'\'
    done
}

@test "tests/sandbox: removes its files, whatever is mounted there; exits with the command's status" {
    call tests/sandbox bash -c 'echo "$SANDBOX"; [ "$(id -u)" -ne 0 ] || mount -t tmpfs none "$TMPDIR"; : >"$TMPDIR/file"; exit 7'
    [ "$status" -eq 7 ]
    [ ! -s "$err" ]
    [ ! -e "$(<"$out")" ]
    call tests/sandbox bash -c 'echo "$SANDBOX"; kill -TERM $$'
    [ "$status" -eq 143 ]
    [ ! -e "$(<"$out")" ]
}

@test "tests/sandbox: an ordinary user gets everything except the mounts" {
    need_root
    local tree=$BATS_TEST_TMPDIR/tree
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* "$BATS_TEST_TMPDIR"
    mkdir -p "$tree/tests"
    install -m 755 tests/sandbox "$tree/tests/sandbox" # a clone made with umask 077 has it for its owner alone
    mkdir -m 700 "$tree/entered-by-root-alone"
    (umask 077 && trap '' HUP && PATH=$tree/entered-by-root-alone:.::$tree:/usr/bin:/bin \
        setpriv --reuid=65534 --regid=65534 --clear-groups "$tree/tests/sandbox" bash -c '
            umask; '"$signals"'; echo "$PATH"; : >"$TMPDIR/file"') >"$out" 2>"$err"
    [ "$(paste -sd' ' "$out")" = "0022 0 0 $tree:/usr/bin:/bin:/usr/sbin:/sbin" ]
    [ ! -s "$err" ]
}
