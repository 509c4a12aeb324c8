# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Shared by the suites: is a process traced, or does one clear line say why not?

export PROGRAM=/project/bootstrap

until_true() { # seconds command...
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.1
    done
}

# traces COMMAND...: the tracer that COMMAND starts shows a shell's start, end and status.
traces() {
    local out=$BATS_TEST_TMPDIR/out err=$BATS_TEST_TMPDIR/err pid shell
    "$@" >"$out" 2>"$err" 3>&- &
    pid=$!
    until_true 30 grep -q '^TIME' "$out" || {
        echo "no header: $(cat "$err")"
        return 1
    }
    /bin/bash -c 'exit 42' &
    shell=$!
    wait $shell || true
    until_true 10 grep -qE " EXIT +bash +$shell +$BASHPID +\[42\] \([0-9]+ms\)\$" "$out" || {
        echo "no EXIT of $shell, child of $BASHPID:"
        cat "$out"
        return 1
    }
    grep -qE "^[0-9:]{8} EXEC +bash +$shell +$BASHPID +/bin/bash\$" "$out"
    kill -INT $pid
    wait $pid
    [ ! -s "$err" ] || {
        cat "$err"
        return 1
    }
}

# refused TEXT COMMAND...: exit status 1, and one line on stderr with TEXT in it.
refused() {
    local text=$1 status=0
    shift
    "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    cat "$BATS_TEST_TMPDIR/err"
    [ $status -eq 1 ]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -eq 1 ]
    grep -q -e "$text" "$BATS_TEST_TMPDIR/err"
    [ ! -s "$BATS_TEST_TMPDIR/out" ]
}
