# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# What each kind of process must look like.  One tracer runs through all the tests;
# a test is a workload (tests/workload), which says itself what its lines must be, and
# one line here.  Loss, delivery and options are tested elsewhere.

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
    kill "$old" 2>/dev/null || : # its own test may not have been run
    finish t && quiet t
}

teardown() { :; }

# What has happened so far is in the table: it ends with a process that was started last.
caught_up() {
    "$WORKLOADS/child" 0 &
    local last=$!
    wait $last
    await grep -qE "^[0-9:]+ EXIT  child +$last +$BASHPID " "$T/t.out"
}

# The table has a workload's lines, each of them, in their order, and no other of its processes.
shows() { # WORKLOAD [ARG...]
    work expected "$@"
    caught_up
    compare expected t.out
}

# At least one of the lines to expect has it: the workload did what it is for.
expected() { # TEXT...
    local text
    for text; do grep -qF -- "$text" "$T/expected"; done
}

@test "every exit code from 0 to 255" {
    shows exit 0 255
    [ "$(grep -c '^EXIT' "$T/expected")" -eq 256 ]
}

@test "every deadly signal, real-time ones too, by its name" {
    shows killed
    expected '[SIGKILL]' '[SIGSEGV]' '[SIGRTMIN+3]'
}

@test "a core dump shows where wait4 tells of one, and only there" {
    shows killed core
    # Where the kernel writes cores to a file there must have been one, or this shows nothing.
    read -r pattern </proc/sys/kernel/core_pattern
    [[ $pattern == '|'* ]] || expected '[SIGSEGV, core]'
    expected '[SIGTERM]'
}

@test "fork and exec: the duration counts from the exec" {
    shows exec "$WORKLOADS/child" 3 50
}

@test "exec that fails in three ways is no EXEC" {
    : >not-executable
    echo junk >not-a-program
    chmod +x not-a-program
    shows failexec "$PWD/not-there" "$PWD/not-executable" "$PWD/not-a-program"
}

@test "exec twice in one process: two EXEC, one EXIT, timed from the second" {
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

@test "leader gone first, another thread ends all: one EXIT, in the process's name" {
    shows leaderfirst group
    expected '[7]'
}

@test "leader gone first, the last thread ends by itself: the status of wait4" {
    shows leaderfirst alone
}

@test "leader gone first, then killed" {
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

@test "parent gone first: PPID is the parent at the time, then init's" {
    shows orphan
}

@test "parent gone first: PPID is the parent at the time, then a subreaper's" {
    shows orphan reaper
}

@test "a path of 4,000 bytes, and the longest, whole" {
    shows longpath 4000
    shows longpath 4095
}

@test "odd names are escaped in COMM and path, each event on its line" {
    mkdir odd
    shows oddname "$PWD/odd"
    # Nothing but printable bytes and line ends reaches the terminal.
    [ -z "$(LC_ALL=C grep '[[:cntrl:]]' "$T/t.out")" ]
}

@test "exec of a memfd" {
    shows memfd
}

@test "a script is one EXEC, in the script's name" {
    printf '#!%s 17\n' "$WORKLOADS/child" >a-script-of-some-length
    chmod +x a-script-of-some-length
    shows exec "$PWD/a-script-of-some-length"
}
