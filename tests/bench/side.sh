#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: [ROUNDS=12] [PAIRS=2000] [WRITERS=2] tests/bench/side.sh
#
# The distance to the floor.  On a noisy machine two runs of the same program may differ
# by a factor of two, so here all tracers see the same storm.  Their readers are stopped,
# because the floor wakes no reader either.  The program that runs first loads the
# process's memory into the cache for the others, so each round attaches them in a
# random order.  Prints the time in BPF programs per pair, in ns: each round, then the medians.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/bench/measure.sh
: "${ROUNDS:=12}" "${PAIRS:=2000}" "${WRITERS:=2}"
[ "$(id -u)" = 0 ] || { echo >&2 'bench: tracing needs root'; exit 1; }

declare -A commands=(
    [empty]="$bin/floor empty" [floor]="$bin/floor" [table]="$PWD/bootstrap" [table-r]="$PWD/bootstrap -r"
    [table-a]="$PWD/bootstrap -a" [json]="$PWD/bootstrap -f json"
) pids
names=(empty floor table table-r table-a json)
# shellcheck disable=SC2154 # work is set in measure.sh
trap '[ ${#pids[@]} = 0 ] || kill -KILL "${pids[@]}"; rm -rf "$work"' EXIT

statistics() { # before|after
    local one
    for one in "${names[@]}"; do
        programs "${pids[$one]}" >"$work/$one.$1"
    done
}

printf '%-6s' round; printf ' %8s' "${names[@]}"; echo
for ((round = 1; round <= ROUNDS; round++)); do
    for one in $(shuf -e "${names[@]}"); do
        start_tracer "exec ${commands[$one]}"
        pids[$one]=$tracer
        tracer=''
        [[ $one == empty || $one == floor ]] || kill -STOP "${pids[$one]}"
    done
    prepare_storm 200 "$bin/bpfstats" && run_storm
    statistics before
    prepare_storm "$PAIRS" "$bin/bpfstats" && run_storm
    statistics after
    line=$(printf '%-6d' "$round")
    for one in "${names[@]}"; do
        mv "$work/$one.before" "$work/before"
        mv "$work/$one.after" "$work/after"
        line+=$(printf ' %8d' "$(pair_ns)")
    done
    echo "$line"
    echo "$line" >>"$work/rounds"
    kill -KILL "${pids[@]}"
    wait "${pids[@]}" 2>/dev/null
    pids=()
done
printf '%-6s' median
for ((column = 2; column <= ${#names[@]} + 1; column++)); do
    printf ' %8d' "$(awk -v c="$column" '{ print $c }' "$work/rounds" | sort -n | sed -n "$(((ROUNDS + 1) / 2))p")"
done
echo
