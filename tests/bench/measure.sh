# shellcheck shell=bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Measurements of a running process, from /proc.  Each function leaves its figure in
# $REPLY and runs no other program, because that would be traced.

bin=$PWD/.output/bench
work=$(mktemp -d)
name=pair$$                     # identifies the storm's program in the output
cp "$bin/nothing" "$work/$name"
mkfifo "$work/go" "$work/never"
exec {never}<>"$work/never"
tracer=''
trap '[ -z "$tracer" ] || kill -KILL "$tracer"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

nap() { # seconds
    read -rt "$1" -u "$never"
}

# CPU time in ns: utime and stime, at the scheduler's resolution.
cpu_ns() { # pid
    local f ns _
    REPLY=0
    for f in /proc/"$1"/task/*/schedstat; do
        read -r ns _ <"$f" && REPLY=$((REPLY + ns))
    done 2>/dev/null
    : # a tracer may have exited by itself: 0
}

# How often it went to sleep, which is how often it was woken up.
switches() { # pid
    local f lines line sum=0
    for f in /proc/"$1"/task/*/status; do
        # In one read: the file could change between two reads.
        mapfile -t lines <"$f"
        for line in "${lines[@]}"; do
            [[ $line != voluntary_ctxt_switches:* ]] || sum=$((sum + ${line##*:}))
        done
    done 2>/dev/null
    REPLY=$sum
}

# Resident KiB, without mapped BPF maps, which are counted separately.
resident_kb() { # pid
    REPLY=$(awk '/^[0-9a-f]+-/ { map = $6 == "anon_inode:bpf-map" }
                 /^Rss:/ && !map { sum += $2 } END { print sum + 0 }' "/proc/$1/smaps")
}

# KiB of kernel memory in its BPF maps, as the kernel accounts for them.
maps_kb() { # pid
    REPLY=$(awk '/^map_type:/ { map = 1 } map && /^memlock:/ { bytes = $2 }
                 /^map_id:/ { seen[$2] = bytes; map = 0 }
                 END { for (id in seen) sum += seen[id]; print int(sum / 1024) }' \
        /proc/"$1"/fdinfo/*)
}

# Its BPF programs, one per line: ID, run time in ns, number of runs.
programs() { # pid
    awk '/^prog_id:/ { id = $2 } /^run_time_ns:/ { time = $2 }
         /^run_cnt:/ { print id, time, $2 }' /proc/"$1"/fdinfo/* | sort -u
}

# ns for one exec and one exit: the sum of each program's mean run time between
# $work/before and after.  Runs for other processes do not shift a mean.
pair_ns() {
    join "$work/before" "$work/after" |
        awk '$5 > $3 { sum += ($4 - $2) / ($5 - $3) } END { printf "%.0f", sum }'
}

# Waits until it uses less than 1 % of a CPU, which means that it has started or caught
# up.  Gives up after 5 s if events of other processes keep it busy.
settle() { # pid
    local before
    for _ in {1..16}; do
        cpu_ns "$1"
        before=$REPLY
        nap 0.3
        cpu_ns "$1"
        [ $((REPLY - before)) -ge 3000000 ] || return 0
    done
}

# A script's background jobs ignore SIGINT by default.
start_tracer() { # command
    env --default-signal=INT bash -c "$1" >"$work/lines" 2>&1 </dev/null &
    tracer=$!
    nap 0.5
    settle $tracer
}

stop_tracer() {
    kill -INT "$tracer" 2>/dev/null
    for _ in {1..100}; do
        kill -0 "$tracer" 2>/dev/null || break
        nap 0.1
    done
    kill -KILL "$tracer" 2>/dev/null
    wait "$tracer" 2>/dev/null
    tracer=''
}

# A storm in two steps, so that a tracer can attach to its process before it begins.
prepare_storm() { # pairs command...
    local pairs=$1
    shift
    "$@" "$bin/storm" "$WRITERS" "$pairs" "$work/$name" <"$work/go" >"$work/wall" &
    TARGET=$!
    export TARGET
}
run_storm() {
    : >"$work/go"
    wait "$TARGET"
    REPLY=$(<"$work/wall")
}
