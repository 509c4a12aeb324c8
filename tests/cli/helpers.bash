# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# What the tests of the command line share: calling the program, and saying what
# was wrong about how it answered.

bats_require_minimum_version 1.5.0
cd "$BATS_TEST_DIRNAME/../.." || exit 1

# shellcheck disable=SC2034 # status, out and err are the tests' to read
out=$BATS_TEST_TMPDIR/out
err=$BATS_TEST_TMPDIR/err

# Runs a command to its end: its exit status is in $status, what it wrote in the files $out and $err.
call() {
    status=0
    timeout -k 1 "${limit:-60}" "$@" >"$out" 2>"$err" </dev/null || status=$?
}

complain() {
    echo "$1: exit status $status"
    sed 's/^/stdout: /' "$out"
    sed 's/^/stderr: /' "$err"
    return 1
}

# The last call ended with status $1, and wrote nothing on stdout and one line on
# stderr, "bootstrap: ...", with $2 in it.
failed_with() {
    [ "$status" -eq "$1" ] || complain "status $1 expected"
    [ ! -s "$out" ] || complain 'nothing expected on stdout'
    [ "$(wc -l <"$err")" -eq 1 ] || complain 'one line expected on stderr'
    [[ $(<"$err") == "bootstrap: "*"$2"* ]] || complain "\"$2\" expected"
}

# The last call ended with status 2, and wrote nothing on stdout and argp's two lines
# on stderr, the first of them with $1 in it.
usage_error() {
    [ "$status" -eq 2 ] || complain 'status 2 expected'
    [ ! -s "$out" ] || complain 'nothing expected on stdout'
    [[ $(head -n 1 "$err") == "bootstrap: "*"$1"* ]] || complain "\"$1\" expected"
    [ "$(tail -n +2 "$err")" = "Try \`bootstrap --help' or \`bootstrap --usage' for more information." ] ||
        complain 'the hint expected on the second line'
}

# The last call ended well and had nothing to say about it.
went_well() {
    [ "$status" -eq 0 ] || complain 'status 0 expected'
    [ ! -s "$err" ] || complain 'nothing expected on stderr'
}

need_root() {
    [ "$(id -u)" -eq 0 ] || skip 'needs root'
}
