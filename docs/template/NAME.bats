#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# NAME against the running kernel; root.

teardown() {
    kill "$tool" "$target" 2>/dev/null || true
    wait
}

@test "NAME shows a signal, its sender and its receiver" {
    ./NAME >"$BATS_TEST_TMPDIR/out" 3>&- &
    tool=$!
    until grep -q '^SENDER' "$BATS_TEST_TMPDIR/out"; do
        kill -0 "$tool" # otherwise it has ended and printed why
        sleep 0.02
    done
    sleep 60 3>&- &
    target=$!
    kill -10 "$target"
    deadline=$((SECONDS + 10))
    until grep -qE " $$ +$target +10 " "$BATS_TEST_TMPDIR/out"; do
        [ "$SECONDS" -lt "$deadline" ]
        sleep 0.02
    done
}
