#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# tests/run itself: no failure may be counted as a success.  It runs in its own tree,
# where unit tests are scripts that print TAP.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

setup() {
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree"/tests/{unit,cli,empty} "$tree/.output/unit"
    cp tests/{run,sandbox,left-behind} "$tree/tests"
    # A separate bats, without this one's variables and its folder of helpers.
    clean_env=(env -i PATH="$(tr : '\n' <<<"$PATH" | grep -v bats-core | paste -sd:)"
        HOME="$BATS_TEST_TMPDIR" TMPDIR="$BATS_TEST_TMPDIR")
}

# Makes a unit test $1, plain and sanitized, whose program runs $2.
unit() {
    local program
    touch "$tree/tests/unit/$1.c"
    for program in "$1" "asan-$1"; do
        printf '#!/bin/bash\n%s\n' "$2" >"$tree/.output/unit/$program"
        chmod +x "$tree/.output/unit/$program"
    done
}

# Runs these layers and prints the last line of tests/run; fails unless its exit status is $1.
verdict() { # status layer...
    local expected=$1
    shift
    call "${clean_env[@]}" "$tree/tests/run" "$@"
    [ "$status" -eq "$expected" ] || complain "status $expected expected"
    verdict=$(tail -n 1 "$out")
}

# The last run reported "$1" as a failure.
reported() {
    grep -qxF "# failed: $1" "$out" || complain "no failure '$1'"
}

@test "tests/run: passing tests in all layers" {
    unit test_a 'echo 1..2; echo ok 1 - x; echo ok 2 - y'
    echo '@test "fine" { true; }' >"$tree/tests/cli/a.bats"
    verdict 0 unit cli
    [ "$verdict" = '5 passed, 0 failed, 0 skipped' ]
}

@test "tests/run: a failing test" {
    unit test_a 'echo 1..2; echo ok 1 - x; echo not ok 2 - y; exit 1'
    echo '@test "wrong" { false; }' >"$tree/tests/cli/a.bats"
    verdict 1 unit cli
    [ "$verdict" = '2 passed, 3 failed, 0 skipped' ]
    reported 'unit-test_a: not ok 2 - y'
    reported 'cli: not ok 1 wrong'
}

@test "tests/run: skips are counted and reported with their reason" {
    unit test_a 'echo 1..3; echo ok 1 - x; echo "not ok 2 # SKIP y"; echo "ok 3 # SKIP z"'
    echo '@test "elsewhere" { skip "no such thing here"; }' >"$tree/tests/cli/a.bats"
    verdict 0 unit cli
    [ "$verdict" = '2 passed, 0 failed, 5 skipped' ]
    grep -qx '# skipped: cli: ok 1 elsewhere # skip no such thing here' "$out"
}

@test "tests/run: a failure named like a skip is a failure" {
    echo '@test "x # skip y" { false; }' >"$tree/tests/cli/a.bats"
    verdict 1 cli
    [ "$verdict" = '0 passed, 1 failed, 0 skipped' ]
    reported 'cli: not ok 1 x # skip y'
}

@test "tests/run: a unit test that crashes" {
    # shellcheck disable=SC2016
    unit test_a 'echo 1..2; echo ok 1 - x; kill -SEGV $$'
    verdict 1 unit
    [ "$verdict" = '2 passed, 2 failed, 0 skipped' ]
    reported 'unit-test_a: not ok unit-test_a planned 2 tests and ran 1 (exit status 139)'
}

@test "tests/run: a unit test that crashes after its last line" {
    # shellcheck disable=SC2016
    unit test_a 'echo 1..1; echo ok 1 - x; kill -ABRT $$'
    verdict 1 unit
    reported 'unit-asan-test_a: not ok unit-asan-test_a ended with status 134'
}

@test "tests/run: a unit test that ends early with status 0" {
    unit test_a 'echo 1..2; echo ok 1 - x; exit 0'
    verdict 1 unit
    reported 'unit-test_a: not ok unit-test_a planned 2 tests and ran 1 (exit status 0)'
}

@test "tests/run: two groups in one program, the second short of its plan" {
    unit test_a 'echo 1..1; echo ok 1 - x; echo 1..2; echo ok 1 - y'
    verdict 1 unit
    reported 'unit-test_a: not ok unit-test_a planned 3 tests and ran 2 (exit status 0)'
}

@test "tests/run: a unit test that was not built" {
    unit test_a 'echo 1..1; echo ok 1 - x'
    rm "$tree/.output/unit/asan-test_a"
    verdict 1 unit
    [ "$verdict" = '1 passed, 1 failed, 0 skipped' ]
}

@test "tests/run: a unit test left over from a deleted source does not count" {
    unit test_a 'echo 1..1; echo ok 1 - x'
    unit test_b 'echo 1..1; echo ok 1 - x'
    rm "$tree/tests/unit/test_b.c"
    verdict 0 unit
    [ "$verdict" = '2 passed, 0 failed, 0 skipped' ]
}

@test "tests/run: no tests at all: empty plan, no plan, empty layer, unknown layer" {
    unit test_a 'echo 1..0'
    unit test_b 'true'
    verdict 1 unit
    [ "$verdict" = '0 passed, 4 failed, 0 skipped' ]
    rm "$tree"/tests/unit/*
    verdict 1 unit
    verdict 1 empty
    [ "$verdict" = '0 passed, 1 failed, 0 skipped' ]
    verdict 1 nosuch
    [ "$verdict" = '0 passed, 1 failed, 0 skipped' ]
    verdict 2
}

@test "tests/run: a bats file with a syntax error next to one that passes" {
    echo '@test "fine" { true; }' >"$tree/tests/cli/a.bats"
    printf '@test "broken" {\n    if\n}\n' >"$tree/tests/cli/b.bats"
    verdict 1 cli
    grep -q 'b\.bats: line [0-9]*: syntax error' "$out"
}

@test "tests/run: a bats test that hangs" {
    printf '@test "hangs" {\n    sleep 60\n}\n' >"$tree/tests/cli/a.bats"
    clean_env+=(BATS_TEST_TIMEOUT=1)
    verdict 1 cli
    [ "$verdict" = '0 passed, 1 failed, 0 skipped' ]
    reported 'cli: not ok 1 hangs # timeout after 1s'
}

@test "tests/run: a folder, a file, part of a test's name" {
    unit test_a 'echo 1..1; echo ok 1 - x'
    unit test_b 'echo 1..1; echo ok 1 - "$UNIT_FILTER"'
    printf '@test "%s" { true; }\n' 'one (1)' 'one' >"$tree/tests/cli/a.bats"
    echo '@test "two" { true; }' >"$tree/tests/cli/b.bats"
    verdict 0 cli
    [ "$verdict" = '3 passed, 0 failed, 0 skipped' ]
    verdict 0 unit/test_a.c tests/cli/b.bats
    [ "$verdict" = '3 passed, 0 failed, 0 skipped' ]
    run ! grep test_b "$out"
    verdict 0 -f 'e (1' cli unit/test_b.c
    [ "$verdict" = '3 passed, 0 failed, 0 skipped' ]
    grep -qx 'ok 1 one (1)' "$out"
    grep -qx 'ok 1 - \*e_(1\*' "$out" # the pattern for cmocka
    echo '@test "-p: four" { true; }' >>"$tree/tests/cli/b.bats"
    verdict 0 -f '-p: fo' cli
    [ "$verdict" = '1 passed, 0 failed, 0 skipped' ]
    verdict 1 -f three cli
    reported "run: not ok run no test has 'three' in its name"
    verdict 1 -f two cli/nosuch.bats
    [ "$verdict" = '0 passed, 1 failed, 0 skipped' ]
}

# Makes a test for the inner bats from stdin.
inner() {
    { echo '@test "inner" {'; cat; echo '}'; } >"$tree/tests/cli/a.bats"
}

@test "tests/run: anything that a test leaves behind is a failure, and its process is killed" {
    need_root
    inner <<END
    setsid sleep 1000 3>&- &
    echo \$! >$BATS_TEST_TMPDIR/pid
    : >tests/a-file
    : >\$TMPDIR/another
    mkdir \$TMPDIR/place
    mount -t tmpfs none \$TMPDIR/place
END
    verdict 1 cli
    [ "$verdict" = '1 passed, 3 failed, 0 skipped' ]
    reported "left-behind: not ok left-behind processes: $(<"$BATS_TEST_TMPDIR/pid") (sleep 1000 )"
    grep -q '^# failed: left-behind: not ok left-behind files: ./tests/a-file .*/tmp/another .*/tmp/place$' "$out"
    grep -q '^# failed: left-behind: not ok left-behind mounts: .*/tmp/place$' "$out"
    run ! kill -0 "$(<"$BATS_TEST_TMPDIR/pid")"
}

@test "tests/run: a BPF program that no process holds is left behind, a tracer's is not" {
    need_root
    echo '__attribute__((section("socket"), used)) int handle_nothing(void *ctx) { return 0; }' |
        clang -O2 -target bpf -x c -c - -o "$BATS_TEST_TMPDIR/nothing.o"
    inner <<END
    mkdir \$TMPDIR/bpf
    mount -t bpf bpf \$TMPDIR/bpf
    bpftool prog load $BATS_TEST_TMPDIR/nothing.o \$TMPDIR/bpf/nothing
END
    verdict 1 cli
    grep -q '^# failed: left-behind: not ok left-behind programs: [0-9 ]*$' "$out"

    use_folder "$BATS_TEST_TMPDIR"
    inner <<END
    echo >"$T/go"
    . $PWD/tests/helpers.bash
    await grep -q '^TIME' $T/t.out
END
    mkfifo "$T/go"
    (read -r <"$T/go" && exec "$BOOTSTRAP" >"$T/t.out" 3>&-) &
    known_as t
    verdict 0 cli
    finish t
}

@test "tests/run: failures of an earlier run are forgotten" {
    unit test_a 'echo 1..1; echo not ok 1 - x; exit 1'
    verdict 1 unit
    rm "$tree/tests/unit/test_a.c"
    unit test_b 'echo 1..1; echo ok 1 - x'
    verdict 0 unit
    run ! grep '# failed' "$out"
}
