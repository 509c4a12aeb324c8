# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Under load: printed events and reported losses add up exactly to the kernel's own
# count (perf), and memory does not grow.  The tests run a program with a unique name,
# so that other activity on the machine does not matter.
#
# N        execs in the longest test, a tenth of that in the others (`make soak`: 1,000,000)
# STALL    how long a stopped reader is stopped, in s

load ../helpers

N=${N:-10000}
STALL=${STALL:-1}
TENTH=$((N / 10))
BENCH=$(realpath .output/bench)
SOAK=$(realpath .output/soak)

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    PATH=$PATH:/usr/sbin # bpftool's place on Debian
    name=soak$$
    cp "$BENCH/nothing" "$T/$name"
    cd "$T" || return
    execs=0 # execs of the program so far, which equals its exits
    group_dead=$(grep group_dead /sys/kernel/tracing/events/sched/sched_process_exit/format) || :
    busy=()
}

teardown() {
    kill_tracers
    [[ -z ${busy[*]} ]] || kill -KILL "${busy[@]}" 2>/dev/null || :
}

# Two writers, COUNT execs of the program, which the kernel also counts: sets counted.
# perf starts its command before it counts, so the storm waits until `gate` is closed.
count_storm() { # COUNT
    local ack gate perf events=(-e sched:sched_process_exec --filter "filename ~ \"*/$name\"")
    if [[ -n $group_dead ]]; then # since Linux 6.16; before that, threads are counted
        events+=(-e sched:sched_process_exit --filter "comm == \"$name\" && group_dead == 1")
    fi
    rm -f control acknowledged gate
    mkfifo control acknowledged gate
    exec {ack}<>acknowledged
    perf stat -a -x, -o perf -D -1 --control fifo:control,acknowledged "${events[@]}" \
        "$BENCH/storm" 2 "$1" "./$name" <gate >storm.log 2>&1 3>&- &
    perf=$!
    exec {gate}>gate
    echo enable >control
    read -rt "$DEADLINE" -u "$ack"
    exec {gate}>&- {ack}>&-
    wait "$perf" || { cat storm.log; return 1; }
    counted=$(sed -n 's/,.*sched_process_exec.*//p' perf)
    [[ -z $group_dead ]] || counted+=" $(sed -n 's/,.*sched_process_exit.*//p' perf)"
}

# Runs a storm and adds it to execs: the program ran COUNT times, according to the storm
# and the kernel.  perf sees nothing while another process has a classic BPF program on
# the tracepoint that returns 0; in that case both are repeated.
storm() { # COUNT
    local counted
    for _ in 1 2 3 4 5; do
        count_storm "$1"
        execs=$((execs + $1))
        echo "a storm of $1: the kernel counted $counted"
        [[ $counted != "$1${group_dead:+ $1}" ]] || return 0
    done
    return 1
}

# The number of printed EXEC or EXIT lines, and the number lost according to the last line on stderr.
printed() { # NAME EVENT
    LC_ALL=C awk -v event="$2" '$2 == event { n++ } END { print n + 0 }' "$1.out"
}

lost() { # NAME EVENT
    local n
    n=$(sed -nE "s/.*lost .* in total \(.*\<([0-9]+) ${2,,}.*/\1/p" "$1.err")
    echo "${n:-0}"
}

# Nothing is missing and nothing is duplicated.
exact() { # NAME
    local name=$1
    cat "$name.err"
    echo "# $name: $execs execs and exits," \
        "printed $(printed "$name" EXEC) $(printed "$name" EXIT)," \
        "lost $(lost "$name" EXEC) $(lost "$name" EXIT)" >&3
    [ $(($(printed "$name" EXEC) + $(lost "$name" EXEC))) -eq "$execs" ]
    [ $(($(printed "$name" EXIT) + $(lost "$name" EXIT))) -eq "$execs" ]
}

# A tracer's private memory in KiB, counted page by page: VmRSS is an estimate and
# includes shared pages.
memory() { # PID
    awk '/^(Anonymous|Swap):/ { kib += $2 } END { print kib }' "/proc/$1/smaps_rollup"
}

# The number of processes with a known exec time.
entries() { # PID
    local id
    sed -n 's/^map_id:\s*//p' "/proc/$1"/fdinfo/* | sort -u | while read -r id; do
        if [ "$(bpftool -j map show id "$id" | jq -r .name)" = exec_start ]; then
            bpftool -j map dump id "$id" | jq length
        fi
    done
}

@test "a long storm: everything is printed, nothing is lost, memory does not grow" {
    local early late known alive
    start t -c "$name"
    storm "$TENTH"
    early=$(memory "$TRACER")
    storm $((N - TENTH))
    late=$(memory "$TRACER")
    known=$(entries "$TRACER")
    alive=(/proc/[0-9]*)
    finish t
    quiet t
    exact t
    [ "$(printed t EXEC)" -ge "$N" ]
    echo "# $early KiB after $TENTH execs, $late after $N;" \
        "exec_start holds $known of ${#alive[@]} processes" >&3
    # Leaking the smallest block of malloc(), 32 bytes, at each event would be twice that in
    # the shortest run.
    [ "$early" -gt 0 ]
    [ $((late - early)) -le 256 ]
    # It contains only live processes, except those that ended while it was read.
    [ "$known" -gt 0 ]
    [ "$known" -le $((${#alive[@]} + 500)) ]
}

# Like printed(), for JSON.
objects() { # NAME EVENT
    grep -c "\"event\":\"${2,,}\"" "$1.out"
}

@test "JSON with arguments and resources: printed + lost is everything, and the process table stays small" {
    local early late event
    "$BOOTSTRAP" -a -r -f json -c "$name" >t.out 2>t.err 3>&- &
    known_as t
    await grep -q '"event":"start"' t.out
    storm "$TENTH"
    early=$(memory "$TRACER")
    storm $((N - TENTH))
    late=$(memory "$TRACER")
    finish t
    cat t.err
    for event in EXEC EXIT; do
        echo "# $execs: $event printed $(objects t $event), lost $(lost t $event)" >&3
        [ $(($(objects t $event) + $(lost t $event))) -eq "$execs" ]
    done
    echo "# $early KiB after $TENTH execs, $late after $N" >&3
    # Each exit whose exec was printed has its command.
    [ "$(grep -c "\"event\":\"exit\".*\"filename\":\"./$name\",\"args\":\[\"./$name\"" t.out)" -ge $(($(objects t EXIT) - $(lost t EXEC))) ]
    # Lost events leave entries behind, each until its PID is reused.
    [ $((late - early)) -le $((256 + $(lost t EXIT))) ]
}

@test "the reader stopped for a while: printed + lost is everything" {
    local begin=$SECONDS
    start t -c "$name"
    freeze t
    storm "$TENTH"
    until ((SECONDS - begin > STALL)); do pause; done
    thaw t
    storm "$TENTH"
    finish t
    exact t
}

@test "the smallest ring: printed + lost is everything" {
    start t -c "$name" -b 64K
    freeze t # otherwise even this ring might be large enough
    storm "$((TENTH / 2))"
    thaw t
    storm "$TENTH"
    finish t
    exact t
    [ "$(lost t EXEC)" -gt 0 ]
}

@test "two tracers at once: printed + lost is everything, for each" {
    start one -c "$name"
    start two -c "$name" -b 64K -f table -a
    storm "$TENTH"
    finish one
    finish two
    exact one
    exact two
    quiet one
}

@test "a tracer at nice 19 on a busy machine: printed + lost is everything" {
    local i
    start t -c "$name"
    # Twice as many busy loops as CPUs.
    renice -n 19 -p "$TRACER"
    for ((i = 0; i < 2 * $(nproc); i++)); do
        while :; do :; done 3>&- &
        busy+=($!)
        disown
    done
    storm "$TENTH"
    finish t
    exact t
}

# Sets crowd to COUNT, or to as many processes at once as the machine allows, and why.
limit_crowd() { # COUNT
    local tasks=(/proc/[0-9]*/task/[0-9]*) room kib
    crowd=$1 why='as asked for'
    room=$(($(cat /proc/sys/kernel/pid_max) - ${#tasks[@]} - 2000))
    ((room >= crowd)) || crowd=$room why='kernel.pid_max allows no more'
    room=$(($(cat /proc/sys/kernel/threads-max) - ${#tasks[@]} - 2000))
    ((room >= crowd)) || crowd=$room why='kernel.threads-max allows no more'
    kib=$(sed -nE 's/^MemAvailable:\s*([0-9]+) kB/\1/p' /proc/meminfo)
    room=$((kib * 3 / 4 / 128)) # what each takes, in KiB and rounded up
    ((room >= crowd)) || crowd=$room why='memory allows no more'
}

@test "very many processes alive at once: each duration is correct" {
    local crowd why
    limit_crowd "$TENTH"
    echo "# $crowd processes at once: $why" >&3
    cp "$SOAK/stay" "$name"
    start t -c "$name" -b 64M
    mkfifo hold
    "$SOAK/alive" "$crowd" "./$name" <hold >expected 2>said 3>&- &
    local workload=$!
    exec {hold}>hold
    DEADLINE=600 await test -s said
    [ "$(cat said)" = ready ]
    exec {hold}>&-
    wait "$workload"
    finish t
    quiet t
    [ "$(grep -c '^EXEC' expected)" -eq "$crowd" ]
    compare expected t.out
}
