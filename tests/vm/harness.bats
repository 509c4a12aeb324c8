#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Does the harness see what goes wrong?  Each guest of tests/vm/guest/broken goes
# wrong in a way of its own; all are booted once, then each test looks at one line.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    export VM_MATRIX=$BATS_FILE_TMPDIR/matrix VM_GUESTS=$BATS_FILE_TMPDIR/guests
    unset KERNEL VMLINUZ SUITES CI
    local suite
    for suite in hangs passes fails skips short none status panics powers-off reboots; do
        case $suite in
        hangs) echo "test 6.1 broken/hangs SECONDS_EACH=900" ;;
        *) echo "test 6.1 broken/$suite" ;;
        esac
    done >"$VM_MATRIX"
    VM_SECONDS=100 tests/vm/run >"$BATS_FILE_TMPDIR/tap"

    # The same program, but one type keeps the offsets of the small header.
    local tree=$BATS_FILE_TMPDIR/tree
    mkdir -p "$tree/.output"
    cp -r Makefile src vmlinux libbpf bpftool tests docs packaging "$tree/"
    cp -r .output/amd64/.output/workload "$tree/.output/workload"
    sed -i '/^struct signal_struct {/,/^};/ {
        s/^struct/#pragma clang attribute pop\n&/
        s/^};/&\n#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)/
    }' "$tree/vmlinux/vmlinux.h"
    ! cmp -s vmlinux/vmlinux.h "$tree/vmlinux/vmlinux.h"
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$tree" STATIC=1 bootstrap >"$BATS_FILE_TMPDIR/make" 2>&1
    echo 'test 6.1 bare' >"$VM_MATRIX"
    VM_GUESTS=$BATS_FILE_TMPDIR/wrong VM_BUILD=$tree tests/vm/run >"$BATS_FILE_TMPDIR/wrong-tap"
    VM_KERNELS=$BATS_FILE_TMPDIR/kernels VM_MIRROR=http://127.0.0.1:9/nothing \
        tests/vm/run >"$BATS_FILE_TMPDIR/none-tap"
    CI=true VM_KERNELS=$BATS_FILE_TMPDIR/kernels VM_MIRROR=http://127.0.0.1:9/nothing \
        tests/vm/run >"$BATS_FILE_TMPDIR/ci-tap"
}

# The line of a suite, and what is said of it.
verdict() {
    local tap=$BATS_FILE_TMPDIR/${2:-tap}
    cat "$tap"
    line=$(grep -E "^(not )?ok [0-9]+ 6.1 $1( |:|\$)" "$tap")
    detail=$(awk -v line="$line" '/^[^# ]/ { on = $0 == line } on' "$tap")
}

fails() { # suite what-is-said
    verdict "$1" "${3-}"
    [[ $line == 'not ok '* ]]
    [[ $detail == *"$2"* ]]
}

@test "a plan, one result for each guest" {
    [ "$(tail -n 1 "$BATS_FILE_TMPDIR/tap")" = 1..10 ]
    [ "$(grep -cE '^(not )?ok ' "$BATS_FILE_TMPDIR/tap")" -eq 10 ]
}

@test "a guest in which all is well passes, and it alone" {
    verdict broken/passes
    [[ $line == 'ok '*' 6.1 broken/passes: 2 tests in '* ]]
    [ "$(grep -c '^ok ' "$BATS_FILE_TMPDIR/tap")" -eq 1 ]
}

@test "a test that fails" { fails broken/fails '1 passed, 1 failed'; }
@test "a test that is skipped" { fails broken/skips '1 skipped'; }
@test "a test that is missing" { fails broken/short '1 passed, 0 failed, 0 skipped of 2 planned'; }
@test "a suite without tests" { fails broken/none 'of 0 planned'; }
@test "a suite that ends badly" { fails broken/status 'exit status 3'; }
@test "a guest that panics, with its console" { fails broken/panics 'Kernel panic'; }
@test "a guest that hangs" { fails broken/hangs 'no end within 100 seconds'; }
@test "a guest that is switched off early, whatever it said" { fails broken/powers-off 'without its end marker'; }
@test "a guest that reboots" { fails broken/reboots 'without its end marker'; }
@test "a program whose vmlinux.h has the wrong offsets" { fails bare ' failed, ' wrong-tap; }

@test "a kernel that cannot be had is a skip that says so, in CI a failure" {
    verdict bare none-tap
    [[ $line == 'ok 1 6.1 bare # SKIP '*'cannot read bookworm for amd64 from http://127.0.0.1:9/nothing'* ]]
    fails bare 'cannot read bookworm' ci-tap
}
