#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: [BASELINE=path] [ROUNDS=5] [PAIRS=10000] [WRITERS=2] [TOOLS="..."] tests/bench/bench.sh
#
# Compares this tracer with every other one that is installed (tools.sh).  Each round
# runs all of them in turn, each between two untraced storms (A B A C A ...); the
# result is the median over the rounds.  report.jq explains the figures.  BASELINE
# is any build of the classic bootstrap.
#
# Leaves .output/bench/bench.json and .svg; `make bench` builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/bench/measure.sh
. tests/bench/tools.sh
: "${ROUNDS:=5}" "${PAIRS:=10000}" "${WRITERS:=2}" "${ASLEEP:=20000}"
[ "$(id -u)" = 0 ] || { echo >&2 'bench: tracing needs root'; exit 1; }

# The number of expected events that are missing from the output.
count_lost() { # pairs
    local re expected=0 found=0
    for re in "$exec_line" "$exit_line"; do
        [ -n "$re" ] || continue
        expected=$((expected + $1))
        found=$((found + $(grep -cE "${re//NAME/$name}" "$work/lines")))
    done
    REPLY="[$((expected - found)),$expected]"
}

asleep() {
    local slept
    prepare_storm "$ASLEEP"
    start_tracer "$command"
    kill -STOP "$tracer"
    : >"$work/go"
    slept=$SECONDS
    # At most 30 s: a tracer that uses ptrace stops the storm, too.
    while nap 0.1; [ $((SECONDS - slept)) -lt 5 ] ||
        { [ $((SECONDS - slept)) -lt 30 ] && kill -0 "$TARGET" 2>/dev/null; }; do :; done
    kill -CONT "$tracer"
    wait "$TARGET"
    settle $tracer
    stop_tracer
    count_lost "$ASLEEP"
    asleep=$REPLY
    reported=$(grep -vE "$name" "$work/lines" | grep -qiE 'lost|drop|miss|overrun|no buffer' && echo true || echo false)
}

measure() { # tool
    local wall cpu idle woken start kb maps ring lost marks=null asleep=null reported=null bpf again syscall

    [ -z "$exec_line$exit_line" ] || marks=$("$bin/marks" "$bin/nothing" 50 "TARGET=\$PPID; $command")

    prepare_storm "$PAIRS"
    start_tracer "$command"
    resident_kb $tracer && kb=$REPLY
    maps_kb $tracer && maps=$REPLY

    syscall=$("$bin/syscalls")

    switches $tracer && start=$REPLY
    nap 2
    switches $tracer && idle=$(((REPLY - start) / 2))

    cpu_ns $tracer && cpu=$REPLY
    switches $tracer && start=$REPLY
    run_storm && wall=$REPLY
    switches $tracer && woken=$((REPLY - start))
    settle $tracer
    cpu_ns $tracer && cpu=$((REPLY - cpu))
    resident_kb $tracer && [ "$REPLY" -lt "$kb" ] || kb=$REPLY

    # Once more, with the kernel's run-time statistics for BPF programs, which add a small cost.
    programs $tracer >"$work/before"
    ring=$("$bin/ringpos" $tracer)
    again=0
    if [ -s "$work/before" ]; then
        again=$((PAIRS / 4))
        prepare_storm $again "$bin/bpfstats"
        run_storm
    fi
    ring=$(($("$bin/ringpos" $tracer) - ring))
    programs $tracer >"$work/after"
    settle $tracer
    stop_tracer
    bpf=$(pair_ns)
    count_lost $((PAIRS + again))
    lost=$REPLY
    if [ -n "$exec_line$exit_line" ] && [ "$round" = 1 ]; then
        asleep
    fi

    printf '{"tool":"%s","round":%d,"pairs":%d,"wall_ns":%d,"cpu_ns":%d,"idle":%d,"woken":%d,' \
        "$1" "$round" "$PAIRS" "$wall" "$cpu" "$idle" "$woken"
    printf '"rss_kb":%d,"maps_kb":%d,"bpf_ns":%d,"ring_bytes":%d,"lost":%s,"asleep":%s,"reported":%s,"marks":%s,"syscall_ns":%d}\n' \
        "$kb" "$maps" "$bpf" $((again ? ring / again : 0)) "$lost" "$asleep" "$reported" "${marks:-null}" "$syscall"
}

present=() missing=()
for name_of in ${TOOLS:-"${tools[@]}"}; do
    tool "$name_of"
    command -v "${program:-none}" >/dev/null && present+=("$name_of") || missing+=("$name_of")
done
[ ${#missing[@]} = 0 ] || echo "not installed, skipped: ${missing[*]} (make bench-deps; classic: BASELINE=path)"

results=.output/bench/results
: >"$results"
for ((round = 1; round <= ROUNDS; round++)); do
    prepare_storm "$PAIRS" && run_storm && before=$REPLY
    for name_of in "${present[@]}"; do
        printf '\rround %d of %d: %-12s' "$round" "$ROUNDS" "$name_of" >&2
        tool "$name_of"
        line=$(measure "$name_of")
        prepare_storm "$PAIRS" && run_storm && after=$REPLY
        jq -c --argjson base $(((before + after) / 2)) '. + {base_ns: $base}' <<<"$line" >>"$results"
        before=$after
    done
done
printf '\r%40s\r' '' >&2

jq -s --arg date "$(date +%F)" --arg kernel "$(uname -sr)" \
    --arg machine "$(nproc) CPUs, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 2 ^ 20 }' /proc/meminfo)" \
    --arg command "make bench ROUNDS=$ROUNDS PAIRS=$PAIRS WRITERS=$WRITERS" \
    -f tests/bench/report.jq "$results" >.output/bench/bench.json
jq -rf tests/bench/table.jq .output/bench/bench.json

jq -r '.tools[] | select(.tool != "control") | [.tool, .bpf_ns / 1000, .cpu_us, .wall_ratio,
    if .lost_asleep then .lost_asleep[0] / .lost_asleep[1] else 0 end] | @tsv' \
    .output/bench/bench.json >"$work/plot"
gnuplot -e "data='$work/plot'" tests/bench/bench.gp >.output/bench/bench.svg &&
    echo 'wrote .output/bench/bench.json and .output/bench/bench.svg'
