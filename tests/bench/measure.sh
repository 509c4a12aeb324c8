# shellcheck shell=bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Measures of a running process, from what the kernel shows of it in /proc.  A
# figure is left in $REPLY: no program runs, so that none is traced meanwhile.

bin=$PWD/.output/bench
work=$(mktemp -d)
name=pair$$                     # by which the storm's program is known in the lines
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
    : # a tracer may have ended by itself: 0
}

# How often it went to sleep, and so was woken up.
switches() { # pid
    local f lines line sum=0
    for f in /proc/"$1"/task/*/status; do
        # At once: read in parts, the file may change between two of them.
        mapfile -t lines <"$f"
        for line in "${lines[@]}"; do
            [[ $line != voluntary_ctxt_switches:* ]] || sum=$((sum + ${line##*:}))
        done
    done 2>/dev/null
    REPLY=$sum
}

# KiB resident, without the BPF maps that it has mapped: those are the maps' own.
resident_kb() { # pid
    REPLY=$(awk '/^[0-9a-f]+-/ { map = $6 == "anon_inode:bpf-map" }
                 /^Rss:/ && !map { sum += $2 } END { print sum + 0 }' "/proc/$1/smaps")
}

# KiB of kernel memory that its BPF maps take, as the kernel accounts for them.
maps_kb() { # pid
    REPLY=$(awk '/^map_type:/ { map = 1 } map && /^memlock:/ { bytes = $2 }
                 /^map_id:/ { seen[$2] = bytes; map = 0 }
                 END { for (id in seen) sum += seen[id]; print int(sum / 1024) }' \
        /proc/"$1"/fdinfo/*)
}

# Its BPF programs, a line each: id, ns that they ran, how often.
programs() { # pid
    awk '/^prog_id:/ { id = $2 } /^run_time_ns:/ { time = $2 }
         /^run_cnt:/ { print id, time, $2 }' /proc/"$1"/fdinfo/* | sort -u
}

# ns for one exec and one exit: a run of each program, by the means between
# $work/before and after.  What ran for others meanwhile does not shift a mean.
pair_ns() {
    join "$work/before" "$work/after" |
        awk '$5 > $3 { sum += ($4 - $2) / ($5 - $3) } END { printf "%.0f", sum }'
}

# Until it uses less than 1 % of a CPU, so has started, or has caught up; 5 s are
# enough where others' events never let it rest.
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

# A script's background jobs ignore SIGINT, unless told otherwise.
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

# A storm in two halves, so that a tracer can be pointed at its process first.
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
