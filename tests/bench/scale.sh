#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: [BASELINE=path] [EVENTS="1000 ..."] [CROWD="0 ..."] tests/bench/scale.sh
#
# Does a pair of exec and exit cost the same however many pairs there are, and however
# many processes are alive?  Runs storms with more and more pairs, then storms of 10,000
# pairs beside more and more idle processes that the tracer has seen start.
#
# Leaves .output/bench/scale.json and .svg; `make bench-scale` builds what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/bench/measure.sh
. tests/bench/tools.sh
: "${EVENTS:=1000 10000 100000 1000000}" "${CROWD:=0 1000 10000 30000}" "${WRITERS:=2}"
[ "$(id -u)" = 0 ] || { echo >&2 'bench-scale: tracing needs root'; exit 1; }
results=.output/bench/scale-results
mkfifo "$work/stay" "$work/ready"

point() { # tool series pairs crowd
    local crowd cpu stay ready
    start_tracer "$command"
    "$bin/crowd" "$4" "$work/$name" <"$work/stay" >"$work/ready" &
    crowd=$!
    exec {stay}>"$work/stay" {ready}<"$work/ready"
    read -r -u "$ready" || echo >&2 "bench-scale: cannot start $4 processes; raise kernel.pid_max"
    settle "$tracer"
    prepare_storm "$3" "$bin/bpfstats"
    programs "$tracer" >"$work/before"
    cpu_ns "$tracer" && cpu=$REPLY
    run_storm
    settle "$tracer"
    cpu_ns "$tracer" && cpu=$((REPLY - cpu))
    programs "$tracer" >"$work/after"
    printf '{"tool":"%s","by":"%s","pairs":%d,"crowd":%d,"bpf_ns":%d,"cpu_us":%d.%03d,"resident_kb":' \
        "$1" "$2" "$3" "$4" "$(pair_ns)" $((cpu / $3 / 1000)) $((cpu / $3 % 1000)) >>"$results"
    resident_kb "$tracer"
    printf '%d,' "$REPLY" >>"$results"
    maps_kb "$tracer"
    printf '"maps_kb":%d}\n' "$REPLY" >>"$results"
    exec {stay}>&- {ready}<&-
    wait "$crowd"
    stop_tracer
}

: >"$results"
for name_of in bootstrap ${BASELINE:+classic}; do
    tool "$name_of"
    for pairs in $EVENTS; do
        for ((i = 0; i < 5 && (i == 0 || i * pairs < 50000); i++)); do
            printf '\r%-12s %8d pairs ' "$name_of" "$pairs" >&2
            point "$name_of" events "$pairs" 0
        done
    done
    for crowd in $CROWD; do
        for i in 1 2 3; do
            printf '\r%-12s %8d alive ' "$name_of" "$crowd" >&2
            point "$name_of" crowd 10000 "$crowd"
        done
    done
done
printf '\r%40s\r' '' >&2

jq -s 'def median: sort | .[length / 2 | floor];
    group_by([.tool, .by, .pairs, .crowd]) | map(.[0] +
    {bpf_ns: map(.bpf_ns) | median, cpu_us: map(.cpu_us) | median,
     resident_kb: map(.resident_kb) | max, maps_kb: map(.maps_kb) | max})' \
    "$results" >.output/bench/scale.json
jq -r '(["tracer", "pairs", "alive", "BPF ns", "CPU us", "resident KiB", "maps KiB"],
    (.[] | [.tool, .pairs, .crowd, .bpf_ns, .cpu_us, .resident_kb, .maps_kb])) | @tsv' \
    .output/bench/scale.json | column -ts $'\t'
for by in events crowd; do
    for t in bootstrap ${BASELINE:+classic}; do
        jq -r --arg by $by --arg t "$t" '.[] | select(.by == $by and .tool == $t) |
            [if $by == "events" then .pairs else .crowd end, .bpf_ns / 1000, .cpu_us] | @tsv' \
            .output/bench/scale.json >"$work/$by-$t"
    done
done
gnuplot -e "folder='$work'; baseline=${BASELINE:+1}+0" tests/bench/scale.gp >.output/bench/scale.svg &&
    echo 'wrote .output/bench/scale.json and .output/bench/scale.svg'
