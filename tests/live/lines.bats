# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The lines of each kind of process.  One tracer runs during all the tests.  A test is
# a workload (tests/workload), which prints its expected lines, and one line here.
# Loss, delivery and options are tested elsewhere.

load ../helpers

setup_file() {
    use_folder "$BATS_FILE_TMPDIR"
    mkfifo "$T/go"
    "$WORKLOADS/old" "$T/old-ready" "$T/go" >"$T/old" 3>&- &
    old=$!
    await test -e "$T/old-ready"
    start t
}

setup() {
    use_folder "$BATS_FILE_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
}

teardown_file() {
    kill "$old" 2>/dev/null || : # if its test was not run
    finish t && quiet t
}

teardown() { :; }

# Waits until the table is up to date: it contains a process that was started last.
caught_up() {
    "$WORKLOADS/child" 0 &
    local last=$!
    wait $last
    await grep -qE "^[0-9:]+ EXIT  child +$last +$BASHPID " "$T/t.out"
}

# The table has all lines of a workload, in order, and no others of its processes.
shows() { # WORKLOAD [ARG...]
    work expected "$@"
    caught_up
    compare expected t.out
}

# At least one expected line contains the text: the workload did its job.
expected() { # TEXT...
    local text
    for text; do grep -qF -- "$text" "$T/expected"; done
}

@test "every exit code from 0 to 255" {
    shows exit 0 255
    [ "$(grep -c '^EXIT' "$T/expected")" -eq 256 ]
}

@test "every fatal signal, including real-time signals, by its name" {
    shows killed
    expected '[SIGKILL]' '[SIGSEGV]' '[SIGRTMIN+3]'
}

@test "a core dump is shown if and only if wait4 reports one" {
    shows killed core
    # If the kernel writes cores to files, there must be one, or this test proves nothing.
    read -r pattern </proc/sys/kernel/core_pattern
    [[ $pattern == [\|/]* ]] || expected '[SIGSEGV, core]'
    expected '[SIGTERM]'
}

@test "fork and exec: the duration counts from the exec" {
    shows exec "$WORKLOADS/child" 3 50
}

@test "exec that fails, in three ways, gives no EXEC" {
    : >not-executable
    echo junk >not-a-program
    chmod +x not-a-program
    shows failexec "$PWD/not-there" "$PWD/not-executable" "$PWD/not-a-program"
}

@test "exec twice in one process: two EXECs, one EXIT, timed from the second" {
    shows reexec
}

@test "vfork, with and without exec" {
    shows vfork
}

@test "posix_spawn" {
    shows spawn
}

@test "exec by a thread: the process's PID, one EXEC, one EXIT" {
    shows threadexec
}

@test "exec by a thread after the leader has ended" {
    shows threadexec late
}

@test "leader exits first, another thread ends the process: one EXIT, with the process's name" {
    shows leaderfirst group
    expected '[7]'
}

@test "leader exits first, the last thread exits by itself: the status of wait4" {
    shows leaderfirst alone
}

@test "leader exits first, then the process is killed" {
    shows leaderfirst killed
}

@test "fork without exec: the duration counts from the fork" {
    shows lives 0 60 120
}

@test "processes older than the tracer: the duration is their age" {
    : >"$T/go"
    await test -s "$T/old"
    caught_up
    compare old t.out
}

@test "parent exits first: PPID is the parent at the time, then init" {
    shows orphan
}

@test "parent exits first: PPID is the parent at the time, then the subreaper" {
    shows orphan reaper
}

@test "a path of 4,000 bytes, and the longest possible, are complete" {
    shows longpath 4000
    shows longpath 4095
}

@test "odd names are escaped in COMM and path, one line per event" {
    mkdir odd
    shows oddname "$PWD/odd"
    # Only printable bytes and newlines reach the terminal.
    [ -z "$(LC_ALL=C grep '[[:cntrl:]]' "$T/t.out")" ]
}

@test "exec of a memfd" {
    shows memfd
}

@test "a script is one EXEC, with the script's name" {
    printf '#!%s 17\n' "$WORKLOADS/child" >a-script-of-some-length
    chmod +x a-script-of-some-length
    shows exec "$PWD/a-script-of-some-length"
}
