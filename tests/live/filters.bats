# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The filters: everything that matches is printed, and nothing else.

load ../helpers

setup() {
    use_folder "$BATS_TEST_TMPDIR"
}

teardown() {
    kill_tracers
    [[ -z ${cgroup-} ]] || remove_cgroups
}

# Every printed line is about a process in the file EXPECTED.
only() { # EXPECTED TABLE
    LC_ALL=C awk '
        FILENAME == ARGV[1] { if ($1 != "NONE") known[$3]; next }
        FNR > 1 && !($4 in known) { print "unexpected: " $0; wrong++ }
        END { exit wrong > 0 }' "$T/$1" "$T/$2"
}

# Turns expected lines into PIDs that must have no lines.
as_none() {
    sed -n 's/^E[XECIT]* *[^ ]* *\([0-9]*\) .*/NONE  \1/p'
}

# Starts a workload that waits, and a tracer with -p; then lets the workload continue.
follow() { # WORKLOAD [OPTION...]
    local workload=$1
    shift
    mkfifo "$T/go"
    "$WORKLOADS/$workload" "$T/root" "$T/go" >"$T/expected" 3>&- &
    local running=$!
    await test -s "$T/root"
    start t -p "$(<"$T/root")" "$@"
    : >"$T/go"
    wait "$running"
    # By itself, after the last process of the family; but it still waits for one whose exit was skipped.
    await ended_or_skipped
    [ "$(skipped_exits t)" -eq 0 ] || kill -INT "$TRACER" || :
    ended t
    quiet t
}

ended_or_skipped() {
    ! kill -0 "$TRACER" 2>/dev/null || [ "$(skipped_exits t)" -gt 0 ]
}

@test "-p: the process, its running descendants, their children, a daemon, and no other process" {
    follow family
    compare expected t.out
    only expected t.out
}

@test "-p: no process is missed in a family that forks while the tracer attaches" {
    for _ in {1..5}; do
        follow crowd
        rm "$T/go" "$T/root"
        FAMILY=2 compare expected t.out # a child and its child
    done
}

@test "-u: processes of the real user" {
    start t -u 54321
    work others asuser 0 54320 543210
    work expected asuser 54321
    finish t
    quiet t
    as_none <"$T/others" >>"$T/expected"
    compare expected t.out
    only expected t.out
}

@test "-c: the whole name, up to 15 bytes" {
    local name n
    for name in fifteen-bytes-x fif; do
        for n in fifteen-bytes-x fifteen-bytes-y fifteen-bytes fif f; do
            [[ -e $T/$n ]] || cp "$WORKLOADS/child" "$T/$n"
        done
        start t -c $name
        : >"$T/others"
        for n in fifteen-bytes-x fifteen-bytes-y fifteen-bytes fif f; do
            work one exec "$T/$n" 3
            if [[ $n == "$name" ]]; then cp "$T/one" "$T/expected"; else as_none <"$T/one" >>"$T/others"; fi
        done
        finish t
        quiet t
        # It has that name only after the exec; everything from then on is expected.
        cat "$T/others" >>"$T/expected"
        compare expected t.out
        only expected t.out
    done
}

@test "-x: only failures, by code or signal, and no EXEC" {
    start t -x
    work codes exit 0 3
    work killed killed
    work exec exec "$WORKLOADS/child" 0
    finish t
    quiet t
    cat "$T/codes" "$T/killed" "$T/exec" >"$T/all"
    grep -v -e '\[0\]' -e '^EXEC' "$T/all" >"$T/expected"
    grep '\[0\]' "$T/all" | as_none >>"$T/expected"
    [ "$(grep -c '^NONE' "$T/expected")" -eq 2 ]
    compare expected t.out
    [ -z "$(grep -e '\[0\]' -e ' EXEC ' "$T/t.out")" ]
}

# Makes a cgroup v2, $cgroup, in the mounted file system or in one that we mount.
make_cgroups() {
    local root
    root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    if [[ -z $root ]]; then
        root=$T/cgroup2
        mkdir "$root"
        mount -t cgroup2 none "$root"
        mounted=$root
    fi
    cgroup=$root/bootstrap-test-$BASHPID
    mkdir -p "$cgroup/below/deeper" "${cgroup}x"
}

remove_cgroups() {
    rmdir "$cgroup/below/deeper" "$cgroup/below" "$cgroup" "${cgroup}x"
    [[ -z ${mounted-} ]] || umount "$mounted"
}

# Runs a workload in a cgroup.
work_in() { # DIRECTORY FILE WORKLOAD [ARG...]
    (echo "$BASHPID" >"$1/cgroup.procs" && shift && work "$@")
}

@test "-g: the cgroup and everything below it" {
    make_cgroups
    start t -g "$cgroup"
    work_in "$cgroup" here exec "$WORKLOADS/child" 1
    work_in "$cgroup/below" below exec "$WORKLOADS/child" 2
    work_in "$cgroup/below/deeper" deeper exec "$WORKLOADS/child" 3
    work_in "${cgroup}x" beside exec "$WORKLOADS/child" 4
    work outside exec "$WORKLOADS/child" 5
    finish t
    quiet t
    cat "$T/here" "$T/below" "$T/deeper" >"$T/expected"
    cat "$T/beside" "$T/outside" | as_none >>"$T/expected"
    compare expected t.out
    # Only the subshells of work_in and the workloads are in it.
    [ "$(grep -c ' EXEC ' "$T/t.out")" -eq 6 ]
    start t -g "$cgroup/below"
    work_in "$cgroup" here exec "$WORKLOADS/child" 1
    work_in "$cgroup/below/deeper" deeper exec "$WORKLOADS/child" 3
    finish t
    quiet t
    as_none <"$T/here" >>"$T/deeper"
    compare deeper t.out
}

@test "filters combined: an event must match all of them" {
    start t -x -c child -u 54321
    work wanted asuser 54321
    work other-user asuser 54320
    work other-name exit 3 3
    work exec exec "$WORKLOADS/child" 9
    finish t
    quiet t
    grep '^EXIT' "$T/wanted" >"$T/expected"
    cat "$T/other-user" "$T/other-name" "$T/exec" | as_none >>"$T/expected"
    compare expected t.out
    only expected t.out

    follow family -c child -x
    grep -v ' family ' "$T/expected" | grep -v '^EXEC' >"$T/wanted"
    compare wanted t.out
    only wanted t.out
}
