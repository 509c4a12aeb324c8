# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# -e and --forks: exec calls that fail, in every way, and new processes.
#
# bats file_tags=execfail

load ../helpers

setup() {
    case $(uname -m) in
    x86_64 | aarch64) ;;
    *) skip "-e is not supported on $(uname -m)" ;;
    esac
    use_folder "$BATS_TEST_TMPDIR"
}

@test "-e: every failed call has a line with the error and the name" {
    start t -e
    start all -e --path-search
    work expected failcalls
    finish t
    finish all
    quiet t
    quiet all
    [ "$(grep -c '^FAIL' "$T/expected")" -eq 17 ]
    compare expected t.out
    compare expected all.out
}

# The guests of other processors leave it out.
# bats test_tags=x86
@test "-e: 32-bit calls, and calls that have exec's number in the other kind only" {
    [ "$(uname -m)" = x86_64 ] || skip "no 32-bit calls on $(uname -m)"
    start t -e
    "$WORKLOADS/failcalls" 32 >"$T/expected" 3>&- || {
        [ $? -eq 77 ] && skip 'this kernel or machine has no 32-bit calls'
        false
    }
    finish t
    quiet t
    [ "$(grep -c '^FAIL' "$T/expected")" -eq 2 ]
    compare expected t.out
}

@test "-e: a PATH search that succeeds has no FAIL lines, one that fails has all of them" {
    start t -e
    start all -e --path-search
    work found pathsearch "$T" child
    work not-found pathsearch "$T" no-such-program
    finish t
    finish all
    quiet t
    grep -v '^SEARCH' "$T/found" >"$T/expected"
    compare expected t.out
    sed 's/^SEARCH/FAIL/' "$T/found" >"$T/expected"
    [ "$(grep -c '^FAIL' "$T/expected")" -eq 2 ]
    compare expected all.out
    [ "$(grep -c '^FAIL' "$T/not-found")" -eq 3 ]
    compare not-found t.out
    compare not-found all.out
}

@test "-e with -x and -d: failures of a successful search are also omitted" {
    start x -x -e
    start d -d 100000 -e
    work found pathsearch "$T" child
    work not-found pathsearch "$T" no-such-program
    finish x
    finish d
    grep '^EXIT' "$T/found" >"$T/expected"
    compare expected x.out
    compare not-found x.out
    grep '^FAIL' "$T/not-found" >"$T/expected"
    sed -n 's/^EXIT  *[^ ]* *\([0-9]*\) .*/NONE  \1/p' "$T/found" >>"$T/expected"
    compare expected d.out
}

@test "-e with -c: a search that succeeds under another name is omitted, too" {
    start c -e -c pathsearch
    start not -e -c '!pathsearch'
    work found pathsearch "$T" child
    work not-found pathsearch "$T" no-such-program
    finish c
    finish not
    quiet c
    quiet not
    cat "$T/c.out"
    ! grep ' FAIL .*/child$' "$T/c.out" || return
    [ "$(grep -c ' FAIL  pathsearch .*/no-such-program$' "$T/c.out")" -eq "$(grep -c '^FAIL' "$T/not-found")" ]
    ! awk 'NR > 1 && $3 != "pathsearch"' "$T/c.out" | grep . || return
    ! awk '$3 == "pathsearch"' "$T/not.out" | grep . || return
}

@test "-e and -n: no line too many, even if several arrive at once" {
    local n
    for n in 1 2 3; do
        start t -e -n $n -c pathsearch
        work expected pathsearch "$T" no-such-program
        ended t
        quiet t
        [ "$(wc -l <"$T/t.out")" -eq $((n + 1)) ]
    done
}

@test "-e: failures still held back at the end of the run are printed" {
    mkfifo "$T/go"
    start t -e
    # A process that continues after a failed exec.
    bash -c "exec 3<>'$T/go'; shopt -s execfail; exec /nonexistent/held; : >'$T/failed'; read -r <&3" 2>/dev/null 3>&- &
    local running=$!
    await test -e "$T/failed"
    finish t
    kill "$running"
    grep -qE " FAIL  bash +$running +$BASHPID +ENOENT /nonexistent/held$" "$T/t.out"
}

@test "-e: the JSON event is exec_failed" {
    "$BOOTSTRAP" -e -f json >"$T/t.out" 2>"$T/t.err" 3>&- &
    known_as t
    await attached "$TRACER"
    work expected failcalls
    finish t
    quiet t
    jq -se 'map(select(.event == "exec_failed" and .comm == "failcalls")) |
        any(.error == "ENOENT" and .filename == "/nonexistent/file") and
        any(.error == "ENOENT" and .filename == "") and
        any(.error == "EFAULT" and .filename == null) and
        any(.error == "ENAMETOOLONG" and .filename_truncated)' "$T/t.out"
}

@test "--forks: one line for each new process, with its parent, and none for a thread" {
    start t --forks
    work exit exit 0 20
    work leaderfirst leaderfirst group
    finish t
    quiet t
    # Each EXIT of a child that did not call exec has a FORK before it.
    sed -n 's/^EXIT  \(.\{16\} [0-9]* *[0-9]*\) .*/FORK  \1/p' "$T/exit" "$T/leaderfirst" >"$T/forks"
    paste -d '\n' "$T/forks" <(cat "$T/exit" "$T/leaderfirst" | grep '^EXIT') | sed 's/ *$//' >"$T/expected"
    grep '^NONE' "$T/leaderfirst" >>"$T/expected"
    compare expected t.out
    [ "$(grep -c '^FORK' "$T/expected")" -eq 22 ]
}
