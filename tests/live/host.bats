# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Tests that need bpftool, readelf, jq, strace or perf, or the build's folder: they run
# on the machine that builds, not in a guest.

load ../helpers

OBJECT=.output/bootstrap.bpf.o

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    PATH=$PATH:/usr/sbin # bpftool's place on Debian
}

teardown() {
    kill_tracers
    [[ -z ${group-} ]] || rmdir "$group"
    [[ -z ${pid_max-} ]] || echo "$pid_max" >/proc/sys/kernel/pid_max
}

@test "the object has the sections of the classic program" {
    local section
    readelf -SW "$OBJECT" | sed -n 's/^ *\[ *[0-9]*\] \([^ ]*\) .*/\1/p' >"$T/sections"
    for section in tp/sched/sched_process_exec tp/sched/sched_process_exit .maps .rodata .BTF .BTF.ext license; do
        grep -qxF "$section" "$T/sections"
    done
}

@test "the program contains the object byte for byte, and needs no file of the build" {
    local offset size found=0
    size=$(stat -c %s "$OBJECT")
    for offset in $(LC_ALL=C grep -obUaP '\x7fELF' "$BOOTSTRAP" | cut -d: -f1); do
        ! cmp -s -n "$size" -i "$offset:0" "$BOOTSTRAP" "$OBJECT" || found=1
    done
    [ $found -eq 1 ]
    cp "$BOOTSTRAP" "$T/alone"
    cd "$T" || return
    BOOTSTRAP=$T/alone start t
    finish t
    quiet t
}

# Names of the maps that a process holds open, found by their IDs.
maps_of() { # PID
    local id
    for id in $(sed -n 's/^map_id:\s*//p' "/proc/$1"/fdinfo/*); do
        bpftool -j map show id "$id" | jq -r .name
    done | sort
}

@test "bpftool shows exec_start and rb while it runs" {
    start t
    maps_of "$TRACER" >"$T/maps"
    cat "$T/maps"
    grep -qx exec_start "$T/maps"
    grep -qx rb "$T/maps"
    finish t
}

@test "processes whose PIDs share a slot: each duration is correct" {
    local last
    last=$(</proc/sys/kernel/pid_max)
    if ((last < 500000)); then
        pid_max=$last # for teardown
        echo 500000 >/proc/sys/kernel/pid_max
    fi
    start t
    for _ in 1 2 3 4 5; do
        work expected sameslot 131072 "$WORKLOADS/child" && break # retry if another process took a PID
    done
    finish t
    quiet t
    compare expected t.out
}

@test "-u: a user's name works like the number" {
    start t -u root
    work others asuser 54320
    work expected asuser 0
    finish t
    quiet t
    sed -n 's/^EXIT  [^ ]* *\([0-9]*\) .*/NONE  \1/p' "$T/others" >>"$T/expected"
    compare expected t.out
}

@test "TIME is the time of day in a time namespace, too" {
    local before after seen end=$((SECONDS + DEADLINE))
    before=$(date +%s)
    unshare -T --boottime 100000 --fork "$BOOTSTRAP" -n 1 -f json >"$T/t.out" 3>&- &
    until grep -q '"pid"' "$T/t.out"; do
        ((SECONDS < end))
        /bin/true
        pause
    done
    wait $!
    after=$(date +%s)
    seen=$(date -d "$(jq -r 'select(.pid).time' "$T/t.out")" +%s)
    echo "$before $seen $after"
    [ "$seen" -ge "$before" ] && [ "$seen" -le "$after" ]
}

# These IDs of maps, programs or links no longer exist.
gone() { # KIND ID...
    local kind=$1 id
    shift
    for id; do
        ! bpftool "$kind" show id "$id" >/dev/null 2>&1 || return 1
    done
}

@test "SIGKILL: no map, program or link is left" {
    local kind status=0
    local -A ids
    start t
    for kind in map prog link; do
        ids[$kind]=$(sed -n "s/^${kind}_id:\s*//p" /proc/"$TRACER"/fdinfo/* | sort -u)
        echo "$kind: ${ids[$kind]//$'\n'/ }"
        [ "$(wc -w <<<"${ids[$kind]}")" -ge 2 ]
        # shellcheck disable=SC2086  # one word per ID
        if gone $kind ${ids[$kind]}; then false; fi
    done
    kill -KILL "$TRACER"
    ended t || status=$?
    [ $status -eq $((128 + 9)) ]
    for kind in map prog link; do
        # shellcheck disable=SC2086
        await gone $kind ${ids[$kind]}
    done
}

# Makes a memory cgroup with a limit, in version 2 if it has that controller.
make_group() { # BYTES
    local at
    at=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    if [[ -n $at ]] && grep -qw memory "$at/cgroup.controllers"; then
        grep -qw memory "$at/cgroup.subtree_control" || echo +memory >"$at/cgroup.subtree_control"
        limit=memory.max
    else
        at=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ { print $2; exit }' /proc/mounts)
        limit=memory.limit_in_bytes
    fi
    group=$at/bootstrap-test-$$
    mkdir "$group"
    echo "$1" >"$group/$limit"
}

@test "a cgroup's memory limit too small for the ring: one line, status 1" {
    local status=0
    make_group $((48 << 20))
    # shellcheck disable=SC2016  # for the inner shell
    bash -c 'echo $$ >"$1/cgroup.procs" && exec "$2" -b 256M' - "$group" "$BOOTSTRAP" \
        >"$T/t.out" 2>"$T/t.err" 3>&- || status=$?
    cat "$T/t.err"
    [ $status -eq 1 ]
    [ "$(wc -l <"$T/t.err")" -eq 1 ]
    grep -q 'not enough memory for the ring buffer; try a smaller --buffer' "$T/t.err"
    [ ! -s "$T/t.out" ]
}

# Capabilities and related fields of /proc/PID/status, one "NAME VALUE" per line.
rights() { # PID
    sed -nE 's/^(CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs|Seccomp):\s*/\1 /p' "/proc/$1/status"
}

@test "once the header is printed it has no capabilities, no_new_privs and a seccomp filter" {
    start t
    rights "$TRACER" >"$T/rights"
    cat "$T/rights"
    diff "$T/rights" - <<END
CapInh 0000000000000000
CapPrm 0000000000000000
CapEff 0000000000000000
CapAmb 0000000000000000
NoNewPrivs 1
Seccomp 2
END
    finish t
    quiet t
}

@test "a command has the same descriptors and privileges as without the tracer" {
    ls /proc/self/fd >"$T/mine" 3>&-
    rights self >>"$T/mine" 3>&-
    "$BOOTSTRAP" -o "$T/t.out" -- ls /proc/self/fd >"$T/its" 3>&-
    # shellcheck disable=SC2016  # for the inner shell
    "$BOOTSTRAP" -o "$T/t.out" -- bash -c "$(declare -f rights); rights self" >>"$T/its" 3>&-
    grep -qx 1 "$T/mine"
    grep -q CapEff "$T/mine"
    diff "$T/mine" "$T/its"
}

@test "under sudo a command runs as its caller: user, groups, home, no capabilities" {
    # The variables that sudo sets, and a user with groups, without changing the machine.
    printf '%s\n' root:x:0:0::/root:/bin/bash caller:x:12345:12346::/home/caller:/bin/dash >"$T/passwd"
    printf '%s\n' root:x:0: caller:x:12346: one:x:777:caller two:x:778:root,caller >"$T/group"
    # shellcheck disable=SC2016  # for the inner shells
    SUDO_UID=12345 SUDO_GID=12346 HOME=/root USER=root unshare -m bash -c '
        mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group || exit
        exec "$2" -o "$1/t.out" -- bash -c "
            id -u; id -ru; id -g; id -rg; id -G; echo \$USER \$LOGNAME \$HOME \$SHELL
            sed -n \"s/^Cap[PE].*:\\t//p\" /proc/self/status"' - "$T" "$BOOTSTRAP" >"$T/its" 3>&-
    cat "$T/its"
    diff "$T/its" - <<END
12345
12345
12346
12346
12346 777 778
caller caller /home/caller /bin/dash
0000000000000000
0000000000000000
END
    # A user that is not in any file of the machine.
    SUDO_UID=54321 SUDO_GID=54322 "$BOOTSTRAP" -o "$T/t.out" -- sed -nE 's/^(Uid|Gid|Groups|CapEff):\s*//p' /proc/self/status >"$T/its" 3>&-
    cat "$T/its"
    grep -qx '54321	54321	54321	54321' "$T/its"
    grep -qx '54322	54322	54322	54322' "$T/its"
    grep -qx '54322 *' "$T/its"
    grep -qx '0000000000000000' "$T/its"
}

@test "perf counts the same with and without the tracer, whichever programs are attached" {
    local options
    cp "$WORKLOADS/child" "$T/s"
    cd "$T" || return
    for options in '' --btf=/sys/kernel/btf/vmlinux; do
        # shellcheck disable=SC2086  # one option or none
        start t $options
        # Other processes may attach programs meanwhile, but not every time.
        for _ in {1..20}; do
            perf stat -a -x, -o perf -e sched:sched_process_exec "$WORKLOADS/storm" 100 ./s >storm 3>&-
            [ "$(sed -n 's/,.*sched_process_exec.*//p' perf)" -lt 100 ] || break
        done
        cat perf
        [ "$(sed -n 's/,.*sched_process_exec.*//p' perf)" -ge 100 ]
        finish t
        quiet t
        compare storm t.out
    done
}

# A tracer that prints JSON has no header: run processes until it prints something.
start_json() { # NAME [OPTION...]
    local name=$1
    shift
    : >"$T/$name.out"
    "$BOOTSTRAP" -f json "$@" >"$T/$name.out" 2>"$T/$name.err" 3>&- &
    known_as "$name"
    await something_printed "$T/$name.out"
}

something_printed() {
    "$WORKLOADS/child"
    [[ -s $1 ]]
}

@test "JSON and the table agree" {
    local what
    start_json t
    work exit exit 0 255
    work killed killed
    (mkdir "$T/cores" && cd "$T/cores" && "$WORKLOADS/killed" core >"$T/core")
    work reexec reexec
    work threadexec threadexec
    work leaderfirst leaderfirst group
    work orphan orphan
    work path longpath 4095
    finish t
    quiet t
    jq -nr -f "$BATS_TEST_DIRNAME/table.jq" "$T/t.out" >"$T/table"
    for what in exit killed core reexec threadexec leaderfirst orphan path; do
        compare $what table
    done
    jq -se 'all(.[]; .event != "exit" or (.lifetime_ms >= .duration_ms and
        (if .signal then .exit_code == null else .exit_code >= 0 end)))' "$T/t.out"
    # The lifetime exceeds the time since the last exec by the time before that: two pauses of 100 ms.
    jq -se --argjson pid "$(awk '$1 == "EXIT" { print $3 }' "$T/reexec")" \
        '[.[] | select(.event == "exit" and .pid == $pid) | .lifetime_ms - .duration_ms][0] >= 200' "$T/t.out"
}

@test "JSON: each line is an object, whatever bytes names and arguments contain" {
    start_json t
    mkdir "$T/names"
    work odd oddname "$T/names"
    work expected args hundred "$T/given"
    finish t
    quiet t
    [ "$(jq -c . "$T/t.out" | wc -l)" -eq "$(wc -l <"$T/t.out")" ]
    iconv -f utf-8 -t utf-8 "$T/t.out" >/dev/null
    # A byte that is not UTF-8 becomes U+FFFD, on both sides.
    jq -se --argjson pid "$(awk '$1 == "EXEC" { print $3 }' "$T/expected")" --rawfile given "$T/given" \
        '[.[] | select(.event == "exec" and .pid == $pid) | .args] == [$given | split("\u0000")[:-1]]' "$T/t.out"
}

@test "JSON: the real user, the PID in the process's own namespace, the cgroup" {
    local cgroup root
    root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    cgroup=$root/bootstrap-test-$BASHPID
    mkdir "$cgroup"
    start_json t
    work user asuser 54321
    unshare -pf --mount-proc "$WORKLOADS/exec" "$WORKLOADS/child" 7 >"$T/inside"
    (echo "$BASHPID" >"$cgroup/cgroup.procs" && work grouped exec "$WORKLOADS/child" 8)
    finish t
    quiet t
    local id
    id=$(stat -c %i "$cgroup")
    rmdir "$cgroup"
    of() { # EXPECTED JQ-EXPRESSION: the distinct values for the expected processes
        jq -r --argjson pids "[$(awk '{ print $3 }' "$T/$1" | sort -u | paste -sd,)]" \
            "select(.pid as \$p | \$pids | index(\$p)) | $2" "$T/t.out" | sort -u
    }
    [ "$(of user .uid)" = 54321 ]
    [ "$(of grouped .uid)" = 0 ]
    [ "$(of grouped .ns_pid)" = "$(of grouped .pid)" ]
    [ "$(of grouped .cgroup)" = "/${cgroup##*/}" ]
    [ "$(of grouped .cgroup_id)" = "$id" ]
    # The inner PIDs are the ones that the workload inside sees for itself and its child.
    jq -r 'select(.ns_pid != .pid and .event == "exec") | "\(.ns_pid) \(.filename)"' "$T/t.out" >"$T/ns"
    cat "$T/ns"
    grep -qx "1 $WORKLOADS/exec" "$T/ns"
    grep -qx "$(awk '$1 == "EXEC" { print $3 }' "$T/inside") $WORKLOADS/child" "$T/ns"
}

@test "-- COMMAND: as many exec records as strace counts" {
    # PATH searches that fail, a script, threads, repeated execs, a daemon.
    # shellcheck disable=SC2016  # for the inner shell
    local script='
        PATH=/nowhere:/nowhere-else:$PATH
        for i in 1 2 3 4 5 6 7 8 9 10; do env true; ls / | cat; done
        nosuch; ./nosuch
        "$0"/reexec; "$0"/threadexec; "$0"/threadexec late; "$0"/races exec 20; "$0"/memfd; "$0"/spawn
        "$0"/orphan reaper; sh -c "exec sh -c \"exec true\""
        exit 7'
    cd "$T" || return
    strace -f -qq -e trace=execve,execveat -o strace.log bash -c "$script" "$WORKLOADS" >/dev/null 2>&1 || [ $? -eq 7 ]
    "$BOOTSTRAP" -f json -o t.out -- bash -c "$script" "$WORKLOADS" >/dev/null 2>&1 || [ $? -eq 7 ]
    local counted recorded
    counted=$(grep -cE ' = 0$' strace.log)
    recorded=$(jq -r 'select(.event == "exec") | .pid' t.out | wc -l)
    echo "strace $counted, records $recorded"
    [ "$counted" -ge 60 ]
    [ "$recorded" -eq "$counted" ]
}

@test "as PID 1 with a command it reaps orphaned processes" {
    local status=0
    # Twenty orphans end while the command runs: it sees none of them as a zombie.
    # shellcheck disable=SC2016  # for the inner shell
    unshare -pf --mount-proc "$BOOTSTRAP" -o "$T/t.out" -- bash -c '
        [ $PPID -eq 1 ] || exit 1
        for i in {1..20}; do (/bin/true & echo $! >&3) 3>>'"$T/orphans"'; done
        sleep 1
        ! grep -l "^State:.*zombie" /proc/[0-9]*/status && exit 7' >"$T/zombies" 2>"$T/t.err" || status=$?
    cat "$T/zombies" "$T/t.err"
    [ "$status" -eq 7 ]
    [ "$(wc -l <"$T/orphans")" -eq 20 ]
    [ "$(grep -c ' EXIT  true .* 1 ' "$T/t.out")" -gt 0 ] # PPID 1: it adopted them
}
