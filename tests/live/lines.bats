# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# One run of the tracer, many workloads, each of which says what its lines must
# be; a test each compares.  Loss, delivery and options are tested elsewhere.

load ../helpers

setup_file() {
    use_folder "$BATS_FILE_TMPDIR"
    mkfifo "$T/go"
    "$WORKLOADS/old" "$T/old-ready" "$T/go" >"$T/old" 3>&- &
    local old=$!
    await test -e "$T/old-ready"

    start t
    : >"$T/go"
    work exit exit 0 255
    work killed killed
    (cd "$T" && mkdir cores && cd cores && "$WORKLOADS/killed" core >"$T/core")
    work exec exec "$WORKLOADS/child" 3 50
    : >"$T/not-executable"
    echo junk >"$T/not-a-program"
    chmod +x "$T/not-a-program"
    work failexec failexec "$T/not-there" "$T/not-executable" "$T/not-a-program"
    work reexec reexec
    work vfork vfork
    work spawn spawn
    work threadexec threadexec
    work threadexec-late threadexec late
    work leaderfirst-group leaderfirst group
    work leaderfirst-alone leaderfirst alone
    work leaderfirst-killed leaderfirst killed
    work lives lives 0 60 120
    work orphan orphan
    work orphan-reaper orphan reaper
    work path-4000 longpath 4000
    work path-most longpath 4095
    mkdir "$T/odd"
    work oddname oddname "$T/odd"
    work memfd memfd
    printf '#!%s 17\n' "$WORKLOADS/child" >"$T/a-script-of-some-length"
    chmod +x "$T/a-script-of-some-length"
    work script exec "$T/a-script-of-some-length"
    wait "$old"
    finish t
    quiet t
}

setup() {
    T=$BATS_FILE_TMPDIR
}

teardown_file() {
    kill_tracers
}

@test "every exit code from 0 to 255" {
    [ "$(grep -c '^EXIT' "$T/exit")" -eq 256 ]
    compare exit t.out
}

@test "every deadly signal, real-time ones too, by its name" {
    grep -q '\[SIGKILL\]' "$T/killed"
    grep -q '\[SIGRTMIN+3\]' "$T/killed"
    compare killed t.out
}

@test "a core dump shows where wait4 tells of one, and only there" {
    # Where the kernel writes cores to a file there must have been one, or this shows nothing.
    read -r pattern </proc/sys/kernel/core_pattern
    [[ $pattern == '|'* ]] || grep -q '\[SIGSEGV, core\]' "$T/core"
    grep -q '\[SIGSEGV\]' "$T/killed"
    grep -q '\[SIGTERM\]' "$T/core"
    compare core t.out
}

@test "fork and exec: the duration counts from the exec" {
    compare exec t.out
}

@test "exec that fails in three ways is no EXEC" {
    compare failexec t.out
}

@test "exec twice in one process: two EXEC, one EXIT, timed from the second" {
    compare reexec t.out
}

@test "vfork, with and without exec" {
    compare vfork t.out
}

@test "posix_spawn" {
    compare spawn t.out
}

@test "exec by a thread: the process's PID, one EXEC, one EXIT" {
    compare threadexec t.out
}

@test "exec by a thread after the leader has ended" {
    compare threadexec-late t.out
}

@test "leader gone first, another thread ends all: one EXIT, in the process's name" {
    grep -q '\[7\]' "$T/leaderfirst-group"
    compare leaderfirst-group t.out
}

@test "leader gone first, the last thread ends by itself: the status of wait4" {
    compare leaderfirst-alone t.out
}

@test "leader gone first, then killed" {
    compare leaderfirst-killed t.out
}

@test "fork without exec: the duration counts from the fork" {
    compare lives t.out
}

@test "processes older than the tracer: the duration is their age" {
    compare old t.out
}

@test "parent gone first: PPID is the parent at the time, then init's or a subreaper's" {
    compare orphan t.out
    compare orphan-reaper t.out
}

@test "a path of 4,000 bytes, and the longest, whole" {
    compare path-4000 t.out
    compare path-most t.out
}

@test "odd names are escaped in COMM and path, each event on its line" {
    compare oddname t.out
    # Nothing but printable bytes and line ends reaches the terminal.
    [ -z "$(LC_ALL=C grep '[[:cntrl:]]' "$T/t.out")" ]
}

@test "exec of a memfd" {
    compare memfd t.out
}

@test "a script is one EXEC, in the script's name" {
    compare script t.out
}
