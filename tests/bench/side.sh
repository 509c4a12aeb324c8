#!/bin/bash
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: [ROUNDS=12] [PAIRS=2000] [WRITERS=2] [BASELINE=path] tests/bench/side.sh [floor|peers]
#
# On a noisy machine two runs of the same program may differ by a factor of two, so here
# all tracers see the same storms:
#
# floor    our BPF programs beside the least possible ones.  The readers are stopped,
#          because the floor wakes no reader either.
# peers    this tracer and those of tools.sh that are installed and have BPF programs,
#          with readers that run
#
# The program that runs first loads the process's memory into the cache for the others,
# so each round attaches them in a random order.  Prints ns per pair: the time in BPF
# programs and, for the peers, the CPU time of the reader; each round, then the medians.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/bench/measure.sh
. tests/bench/tools.sh
: "${ROUNDS:=12}" "${PAIRS:=2000}" "${WRITERS:=2}"
[ "$(id -u)" = 0 ] || { echo >&2 'bench: tracing needs root'; exit 1; }

declare -A pids=()
# shellcheck disable=SC2154 # work is set in measure.sh
trap '[ ${#pids[@]} = 0 ] || kill -KILL "${pids[@]}"; rm -rf "$work"' EXIT

# Runs one storm; sets columns to the figures of each tracer.
measure() { # floor|peers
    local one
    local -A cpu # ns before the storm, then ns per pair
    prepare_storm 200 "$bin/bpfstats" && run_storm
    for one in "${names[@]}"; do
        programs "${pids[$one]}" >"$work/$one.before"
        cpu_ns "${pids[$one]}"
        cpu[$one]=$REPLY
    done
    prepare_storm "$PAIRS" "$bin/bpfstats" && run_storm
    [ "$1" = floor ] || nap 1 # what is still on the way is part of the cost
    for one in "${names[@]}"; do
        cpu_ns "${pids[$one]}"
        cpu[$one]=$(((REPLY - cpu[$one]) / PAIRS))
        programs "${pids[$one]}" >"$work/$one.after"
    done
    columns=()
    for one in "${names[@]}"; do
        mv "$work/$one.before" "$work/before"
        mv "$work/$one.after" "$work/after"
        columns+=("$(pair_ns)")
        [ "$1" = floor ] || columns+=("${cpu[$one]}")
    done
}

compare() { # floor|peers tool...
    local one round column headings=()
    names=()
    for one in "${@:2}"; do
        tool "$one"
        command -v "${program:-none}" >/dev/null || continue
        names+=("$one")
        if [ "$1" = floor ]; then headings+=("$one"); else headings+=("$one" CPU); fi
    done
    : >"$work/rounds"
    printf '\n%-6s' round; printf ' %9s' "${headings[@]}"; echo
    for ((round = 1; round <= ROUNDS; round++)); do
        for one in $(shuf -e "${names[@]}"); do
            tool "$one"
            start_tracer "$command"
            kill -0 "$tracer" 2>/dev/null || {
                echo >&2 "bench: $one has ended: $(tail -n 1 "$work/lines")"
                exit 1
            }
            pids[$one]=$tracer
            tracer=''
            [[ $1 == peers || $one == empty || $one == floor ]] || kill -STOP "${pids[$one]}"
        done
        measure "$1"
        { printf '%-6d' "$round"; printf ' %9d' "${columns[@]}"; echo; } | tee -a "$work/rounds"
        kill -KILL "${pids[@]}"
        wait "${pids[@]}" 2>/dev/null
        pids=()
    done
    printf '%-6s' median
    for ((column = 2; column <= ${#headings[@]} + 1; column++)); do
        printf ' %9d' "$(awk -v c="$column" '{ print $c }' "$work/rounds" | sort -n | sed -n "$(((ROUNDS + 1) / 2))p")"
    done
    echo
}

[ "${1-floor}" != floor ] || compare floor empty floor bootstrap resources arguments json
[ "${1-peers}" != peers ] || compare peers bootstrap json classic execsnoop exitsnoop
