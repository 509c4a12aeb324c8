#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Does the harness notice failures?  Each guest in tests/vm/guest/broken fails in a
# different way; all are booted once, then each test checks one line.

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
    echo "test 6.1 bare SECONDS_EACH=50" >>"$VM_MATRIX"
    echo "test 6.1 bare SECONDS_EACH=60" >>"$VM_MATRIX"
    VM_SECONDS=100 tests/vm/run >"$BATS_FILE_TMPDIR/tap"

    # The same program, except that one type keeps the offsets of the small header.
    local tree=$BATS_FILE_TMPDIR/tree
    mkdir -p "$tree/.output"
    cp -r Makefile src vmlinux libbpf bpftool tests docs packaging "$tree/"
    cp -r .output/amd64/.output/workload "$tree/.output/workload"
    sed -i '/^struct signal_struct {/,/^};/ {
        s/^struct/#pragma clang attribute pop\n&/
        s/^};/&\n#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)/
    }' "$tree/vmlinux/vmlinux.h"
    ! cmp -s vmlinux/vmlinux.h "$tree/vmlinux/vmlinux.h" || return
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$tree" STATIC=1 bootstrap >"$BATS_FILE_TMPDIR/make" 2>&1
    echo 'test 6.1 bare' >"$VM_MATRIX"
    VM_GUESTS=$BATS_FILE_TMPDIR/wrong VM_BUILD=$tree tests/vm/run >"$BATS_FILE_TMPDIR/wrong-tap"
    VM_KERNELS=$BATS_FILE_TMPDIR/kernels VM_MIRROR=http://127.0.0.1:9/nothing \
        tests/vm/run >"$BATS_FILE_TMPDIR/none-tap"
    CI=true VM_KERNELS=$BATS_FILE_TMPDIR/kernels VM_MIRROR=http://127.0.0.1:9/nothing \
        tests/vm/run >"$BATS_FILE_TMPDIR/ci-tap"
}

# The result line of a suite, with its details.
verdict() {
    local tap=$BATS_FILE_TMPDIR/${2:-tap}
    cat "$tap"
    line=$(grep -E "^(not )?ok [0-9]+ 6.1 $1( |:|\$)" "$tap")
    detail=$(awk -v line="$line" '/^[^# ]/ { on = $0 == line } on' "$tap")
}

fails() { # suite text
    verdict "$1" "${3-}"
    [[ $line == 'not ok '* ]]
    [[ $detail == *"$2"* ]]
}

@test "one plan, and one result per guest" {
    [ "$(tail -n 1 "$BATS_FILE_TMPDIR/tap")" = 1..12 ]
    [ "$(grep -cE '^(not )?ok ' "$BATS_FILE_TMPDIR/tap")" -eq 12 ]
}

@test "rows that differ only in their words do not share a guest's files" {
    [ "$(grep -cE '^ok [0-9]+ 6.1 bare: [0-9]+ tests in' "$BATS_FILE_TMPDIR/tap")" -eq 2 ]
}

@test "a good guest passes, and no other" {
    verdict broken/passes
    [[ $line == 'ok '*' 6.1 broken/passes: 2 tests in '* ]]
    [ "$(grep -c '^ok ' "$BATS_FILE_TMPDIR/tap")" -eq 3 ] # it, and the two of `bare`
}

@test "a failing test" { fails broken/fails '1 passed, 1 failed'; }
@test "a skipped test" { fails broken/skips '1 skipped'; }
@test "a missing test" { fails broken/short '1 passed, 0 failed, 0 skipped of 2 planned'; }
@test "a suite without tests" { fails broken/none 'of 0 planned'; }
@test "a suite with a non-zero exit status" { fails broken/status 'exit status 3'; }
@test "a guest that panics, with its console" { fails broken/panics 'Kernel panic'; }
@test "a guest that hangs" { fails broken/hangs 'no end within 100 seconds'; }
@test "a guest that powers off early, whatever it printed" { fails broken/powers-off 'without its end marker'; }
@test "a guest that reboots" { fails broken/reboots 'without its end marker'; }
@test "a program whose vmlinux.h has the wrong offsets" { fails bare ' failed, ' wrong-tap; }

@test "a kernel that is not available is skipped with a reason, and a failure in CI" {
    verdict bare none-tap
    [[ $line == 'ok 1 6.1 bare # SKIP '*'cannot read bookworm for amd64 from http://127.0.0.1:9/nothing'* ]]
    fails bare 'cannot read bookworm' ci-tap
}
