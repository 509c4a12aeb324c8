# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# From the kernel to the line: in time, all of it, and what could not be had is
# counted.
#
# STORM    execs in a storm; an emulated guest may want fewer
# ORACLE   who says how many execs and exits there were: perf (the kernel's own
#          count of all of the machine) or workload (where nothing else runs, as
#          in a guest without perf, what this test has run is all there was)

load helpers

STORM=${STORM:-20000}
ORACLE=${ORACLE:-perf}

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    # A short name, run from its folder: the ring must hold it STORM times.
    cp "$WORKLOADS/child" "$T/s"
    cd "$T" || return
}

teardown() {
    kill_tracers
    [[ -z ${perf-} ]] || kill -KILL "$perf" 2>/dev/null || :
}

# Two writers, COUNT execs in all; their lines in $T/storm.
storm() { # COUNT
    "$WORKLOADS/storm" $(($1 / 2)) ./s >"$T/storm-1" 3>&- &
    local one=$!
    "$WORKLOADS/storm" $(($1 / 2)) ./s >"$T/storm-2" 3>&- &
    wait $!
    wait "$one"
}

@test "a line is there within 100 ms, through a pipe" {
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
    # Each line came; the machine may have been busy with something else for one in ten.
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

@test "TIME is when it happened, not when it was printed" {
    local before after second=$SECONDS
    start t
    freeze t
    printf -v before '%(%T)T'
    work expected exec "$WORKLOADS/child" 3
    printf -v after '%(%T)T'
    until ((SECONDS - second > 3)); do pause; done
    thaw t
    finish t
    compare expected t.out
    # Both at once means one of the two seconds in which it ran.
    LC_ALL=C awk -v before="$before" -v after="$after" '
        FILENAME == ARGV[1] { mine[$3]; next }
        $4 in mine { lines++; if ($1 != before && $1 != after) { print; wrong++ } }
        END { exit lines != 2 || wrong }' expected t.out
}

@test "a storm with the reader asleep: every EXEC and EXIT, nothing lost" {
    local begin=$SECONDS
    start t -c s # the ring is not to hold what else the machine does meanwhile
    freeze t
    storm "$STORM"
    until ((SECONDS - begin > 5)); do pause; done
    thaw t
    finish t
    quiet t
    cat storm-1 storm-2 >storm
    [ "$(grep -c '^EXEC' storm)" -eq "$STORM" ]
    compare storm t.out
}

# Voluntary context switches of a process so far, without a process.
switches() { # PID VARIABLE
    local key value
    while IFS=: read -r key value; do
        [[ $key != voluntary_ctxt_switches ]] || printf -v "$2" %d "$value"
    done <"/proc/$1/status"
}

@test "in a storm the tracer is woken about 100 times a second, whatever the rate" {
    local before after us
    start t
    switches "$TRACER" before
    us=${EPOCHREALTIME/[^0-9]/}
    storm $((STORM / 2))
    us=$((${EPOCHREALTIME/[^0-9]/} - us))
    switches "$TRACER" after
    finish t
    quiet t
    cat storm-1 storm-2 >storm
    compare storm t.out
    echo "$((after - before)) switches in $us us, $STORM events"
    [ $((after - before)) -gt 0 ]
    [ $((after - before)) -le $((50 + us * 150 / 1000000)) ]
}

# Lets perf count, or stop counting, and returns when it has.
perf_tell() {
    echo "$1" >"$T/control"
    read -rt "$DEADLINE" -u "$ack"
}

# EXECs, or EXITs, from the marker b to the marker c: "N EXEC, N EXIT" of the table.
printed() {
    LC_ALL=C awk '
        $2 == "EXEC" && $3 == "b" { inside = 1 }
        inside { n[$2]++ }
        $2 == "EXIT" && $3 == "c" { inside = 0 }
        END { print n["EXEC"] + 0, n["EXIT"] + 0 }' t.out
}

# Nothing else was printed between the end of marker $1 and the beginning of marker $2?
nothing_between() {
    LC_ALL=C awk -v first="$1" -v second="$2" '
        $2 == "EXEC" && $3 == second { seen = 1; exit }
        inside { others++ }
        $2 == "EXIT" && $3 == first { inside = 1 }
        END { exit !seen || !inside || others > 0 }' t.out
}

# Counts from between the markers a and b to between c and d, while the tracer's
# ring is too small for what happens; sets execs and exits.
count_a_storm() { # EVENTS
    local marker events=(-e sched:sched_process_exec)
    for marker in a b c d; do cp s $marker; done
    if [[ $ORACLE == perf ]]; then
        mkfifo control acknowledged
        exec {ack}<>acknowledged
        if grep -q group_dead /sys/kernel/tracing/events/sched/sched_process_exit/format; then
            events+=(-e sched:sched_process_exit --filter 'group_dead==1')
        fi
        perf stat -a -x, -o perf -D -1 --control fifo:control,acknowledged "${events[@]}" >perf.log 2>&1 3>&- &
        perf=$!
        perf_tell disable
    fi
    start t -b 64K
    ./a
    [[ $ORACLE != perf ]] || perf_tell enable
    ./b
    freeze t
    storm "$1"
    thaw t
    await test -s t.err # the loss is told as soon as the reader is back, and then the ring is empty
    ./c
    [[ $ORACLE != perf ]] || perf_tell disable
    ./d
    finish t
    if [[ $ORACLE == perf ]]; then
        kill -INT "$perf"
        wait "$perf" || :
        unset perf
        execs=$(sed -n 's/,.*sched_process_exec.*//p' perf)
        exits=$(sed -n 's/,.*sched_process_exit.*//p' perf)
    else # the markers b and c, the two writers, and what they ran
        execs=$(($1 + 4))
        exits=$execs
    fi
}

@test "a ring too small: what was printed and what was lost are all that the kernel counted" {
    local execs exits attempt
    for attempt in {1..20}; do
        mkdir "$T/$attempt" && cp s "$T/$attempt" && cd "$T/$attempt" || return
        T=$PWD count_a_storm $((STORM / 4))
        # Where the counting begins and ends, nothing of others may be in the way.
        nothing_between a b && nothing_between c d && break
        [[ $ORACLE == perf ]]
        cd "$T" || return
    done
    cat t.err
    sum() { # of the lines that tell of a loss: a number before "exec", or "exit"
        LC_ALL=C awk -v what="$1" -v all="$2" '
            / lost / && / in all / == all {
                for (i = 1; i < NF; i++)
                    if ($(i + 1) ~ what) { gsub(/[^0-9]/, "", $i); n += $i }
            }
            END { print n + 0 }' t.err
    }
    [ "$(grep -c ' in all ' t.err)" -eq 1 ]
    read -r printed_execs printed_exits < <(printed)
    echo "kernel: $execs $exits; printed: $printed_execs $printed_exits; lost: $(sum exec 1) $(sum exit 1)"
    [ "$(sum exec 1)" -gt 0 ]
    [ "$(sum exec 0)" -eq "$(sum exec 1)" ] # what was told in time and what at the end
    [ "$(sum exit 0)" -eq "$(sum exit 1)" ]
    [ $((printed_execs + $(sum exec 1))) -eq "$execs" ]
    # Before 6.16 perf can count threads only; then what this storm ran is the least.
    if [[ -n $exits ]]; then
        [ $((printed_exits + $(sum exit 1))) -eq "$exits" ]
    else
        [ $((printed_exits + $(sum exit 1))) -ge $((STORM / 4 + 2)) ]
    fi
}

@test "its reader has gone: the tracer ends, and quietly" {
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

@test "a full disk is an error" {
    "$BOOTSTRAP" >/dev/full 2>t.err 3>&- || status=$?
    [ "${status-0}" -eq 1 ]
    [ "$(wc -l <t.err)" -eq 1 ]
    grep -q 'No space left on device' t.err
}
