# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# From the kernel to the output: lines arrive in time, none is missing, and every loss
# is counted.
#
# STORM    execs in a storm; an emulated guest may want fewer
# ORACLE   the independent count of the execs and exits in a storm: perf, from the
#          kernel's tracepoints, or workload, the program that made them

load ../helpers

STORM=${STORM:-20000}
ORACLE=${ORACLE:-perf}

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    # A short path, because the ring must hold it STORM times, and a unique name.
    name=s$BASHPID
    cp "$WORKLOADS/child" "$T/$name"
    cd "$T" || return
}

teardown() {
    kill_tracers
    [[ -z ${perf-} ]] || kill -KILL "$perf" 2>/dev/null || :
}

# Two writers, COUNT execs in all; writes the expected lines to $T/storm.
storm() { # COUNT
    "$WORKLOADS/storm" $(($1 / 2)) "./$name" >"$T/storm-1" 3>&- &
    local one=$!
    "$WORKLOADS/storm" $(($1 / 2)) "./$name" >"$T/storm-2" 3>&- &
    wait $!
    wait "$one"
}

# Like compare, but by name and without durations, because a PID may be reused in a long storm.
compare_storm() { # EXPECTED TABLE
    sed "s/ ([^)]*)\$//" "$1" | sort >should-be
    awk -v name="$name" '$3 == name { print substr($0, 10) }' "$2" | sed "s/ ([0-9]*ms)\$//" | sort >is
    [ -s should-be ] && cmp should-be is
}

@test "a line arrives within 100 ms, through a pipe" {
    mkfifo pipe
    "$WORKLOADS/stamp" <pipe >stamped 3>&- &
    local stamp=$!
    "$BOOTSTRAP" >pipe 2>t.err 3>&- &
    known_as t
    await test -s stamped
    work spaced spaced 40 25
    finish t
    wait "$stamp"
    quiet t
    # Every line arrived; one in ten may be late because the machine was busy.
    LC_ALL=C awk '
        FILENAME == ARGV[1] { gone[$1] = $2; n++; next }
        $5 in gone && $3 == "EXIT" { came[$5] = $1 }
        END {
            for (pid in gone) {
                if (!(pid in came)) { print "no line of " pid; exit 1 }
                if (came[pid] - gone[pid] > 100000) { late++; print came[pid] - gone[pid] " us" }
            }
            exit n != 40 || late > n / 10
        }' spaced stamped
}

@test "TIME is the time of the event, not of its printing" {
    local before after second=$SECONDS
    start t
    freeze t
    printf -v before '%(%T)T' "${EPOCHREALTIME%[.,]*}"
    work expected exec "$WORKLOADS/child" 3
    printf -v after '%(%T)T' "${EPOCHREALTIME%[.,]*}"
    until ((SECONDS - second > 3)); do pause; done
    thaw t
    finish t
    compare expected t.out
    # If they differ, TIME may be either of the two seconds in which it ran.
    LC_ALL=C awk -v before="$before" -v after="$after" '
        FILENAME == ARGV[1] { mine[$3]; next }
        $4 in mine { lines++; if ($1 != before && $1 != after) { print; wrong++ } }
        END { exit lines != 2 || wrong }' expected t.out
}

@test "a storm with the reader asleep: every EXEC and EXIT, nothing lost" {
    local begin=$SECONDS
    start t -c "$name" # keeps other processes off the ring
    freeze t
    storm "$STORM"
    until ((SECONDS - begin > 5)); do pause; done
    thaw t
    finish t
    quiet t
    cat storm-1 storm-2 >storm
    [ "$(grep -c '^EXEC' storm)" -eq "$STORM" ]
    compare_storm storm t.out
}

# Starts perf, which counts the execs and exits of processes with the storm's name.
count() {
    exec {ack}<>acknowledged
    perf stat -a -x, -o counted -D -1 --control fifo:control,acknowledged \
        -e sched:sched_process_exec --filter "comm == \"$name\"" \
        -e sched:sched_process_exit --filter "comm == \"$name\"" >perf.log 2>&1 3>&- &
    perf=$!
    echo enable >control
    read -rt "$DEADLINE" -u "$ack"
}

# Ends perf; sets execs and exits.
counted() {
    kill -INT "$perf"
    wait "$perf" || :
    unset perf
    cat perf.log counted
    execs=$(sed -n 's/,.*sched_process_exec.*//p' counted)
    exits=$(sed -n 's/,.*sched_process_exit.*//p' counted)
}

@test "a ring too small: printed + lost is what the kernel counted" {
    local execs exits attempt printed lost sum
    mkfifo control acknowledged
    for attempt in {1..5}; do
        start t -b 64K -c "$name"
        [[ $ORACLE != perf ]] || count
        freeze t
        storm $((STORM / 4))
        thaw t
        await test -s t.err # a loss is reported without waiting for another event or the end
        execs=$((STORM / 4)) exits=$((STORM / 4))
        [[ $ORACLE != perf ]] || counted
        finish t
        # Another tracer's BPF program can hide events from perf, for as long as it runs.
        ((execs < STORM / 4 || exits < STORM / 4)) || break
        echo "attempt $attempt: perf has seen $execs execs and $exits exits"
    done
    cat t.err
    [ "$(grep -c ' in total ' t.err)" -eq 1 ]
    # "lost N events (N exec, N exit)": during the run, and in total
    lost=$(sed -n '/ in total /s/[^0-9]* \([0-9]*\) [^0-9]*\([0-9]*\) exec, \([0-9]*\) exit.*/\1 \2 \3/p' t.err)
    sum=$(sed '/ in total /d; s/[^0-9]* \([0-9]*\) [^0-9]*\([0-9]*\) exec, \([0-9]*\) exit.*/\1 \2 \3/' t.err |
        awk '{ n += $1; exec += $2; exit_ += $3 } END { print n, exec, exit_ }')
    printed="$(grep -c ' EXEC ' t.out) $(grep -c ' EXIT ' t.out)"
    echo "kernel: $execs $exits; printed: $printed; lost: $lost, $sum"
    [ "$lost" = "$sum" ]
    read -r lost lost_execs lost_exits <<<"$lost"
    [ "$lost_execs" -gt 0 ]
    [ "$lost" -eq $((lost_execs + lost_exits)) ]
    [ $((${printed% *} + lost_execs)) -eq "$execs" ]
    [ $((${printed#* } + lost_exits)) -eq "$exits" ]
    [ "$execs" -eq $((STORM / 4)) ]
}

@test "output pipe closed: the tracer exits without a message" {
    mkfifo pipe
    "$BOOTSTRAP" >pipe 2>t.err 3>&- &
    known_as t
    exec {reader}<pipe
    read -rt "$DEADLINE" -u "$reader"
    exec {reader}<&-
    ended t || status=$?
    quiet t
    [ "${status-0}" -eq $((128 + 13)) ] # SIGPIPE
}
