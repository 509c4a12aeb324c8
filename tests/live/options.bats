# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Options that limit a run or end it: -d, -n, -t, signals; two runs at once; a run in
# a PID namespace.

load ../helpers

# ms, much longer than a process lives that does nothing
LIMIT=${LIMIT:-500}

# The lines that -d LIMIT must print, by the durations of a tracer without -d.  Its handler
# runs first: of a process that ended in the millisecond before LIMIT it is not known.
wanted() { # LIMIT
    awk -v limit="$1" '
        FILENAME == ARGV[1] && $2 == "EXIT" { ms = $NF; gsub(/[^0-9]/, "", ms); life[$4] = ms }
        FILENAME != ARGV[1] && $1 == "EXIT" && life[$3] + 0 != limit - 1 { print (life[$3] + 0 >= limit ? $0 : "NONE  " $3) }
        ' "$T/all.out" "$T/lives" "$T/exec" "$T/reexec"
}

@test "-d: only exits of processes that lived that long, and no EXEC" {
    start all
    start long -d "$LIMIT"
    start mid -d 150 # for reexec: less than its lifetime, more than the time after its last exec
    work lives lives 0 $((LIMIT / 2)) $((LIMIT - 2)) "$LIMIT" $((LIMIT * 2))
    work exec exec "$WORKLOADS/child" 3 $((LIMIT * 3 / 2))
    work reexec reexec
    finish long
    finish mid
    finish all
    compare lives all.out
    compare exec all.out
    compare reexec all.out

    # On a slow machine a short life may become long: use the durations of the tracer without -d.
    wanted "$LIMIT" >"$T/expected"
    grep -q '\[4\]' "$T/expected"
    grep -q '^NONE' "$T/expected"
    compare expected long.out
    [ -z "$(grep ' EXEC ' "$T/long.out")" ]
    wanted 150 >"$T/expected"
    compare expected mid.out
}

@test "-n: exactly that many lines" {
    start t -n 7
    work expected exit 0 20
    ended t
    quiet t
    [ "$(wc -l <"$T/t.out")" -eq 8 ] # including the header
    [ "$(grep -cE '^[0-9:]{8} (EXEC|EXIT) ' "$T/t.out")" -eq 7 ]
}

@test "-t: ends by itself, not before its time" {
    local begin=${EPOCHREALTIME/[^0-9]/}
    start t -t 3
    work expected exit 0 20
    ended t
    quiet t
    [ $((${EPOCHREALTIME/[^0-9]/} - begin)) -ge 3000000 ]
    compare expected t.out
}

@test "SIGINT, SIGTERM, SIGHUP: events on the ring are still printed, status 0" {
    local signal
    for signal in INT TERM HUP; do
        start t
        freeze t
        work expected exit 0 99
        kill -"$signal" "$TRACER"
        thaw t
        ended t
        quiet t
        compare expected t.out
    done
}

@test "two tracers at once see the same events, and one continues when the other ends" {
    start a
    start b -b 64K
    work first exec "$WORKLOADS/child" 1
    finish a
    work second exec "$WORKLOADS/child" 2
    finish b
    compare first a.out
    compare first b.out
    compare second b.out
}

@test "in a PID namespace: PIDs of the namespace, and nothing from outside" {
    mkdir "$T/inside"
    cp "$WORKLOADS/child" "$T/outsider"
    # shellcheck disable=SC2016  # for the inner shell
    unshare -pf --mount-proc bash -c '
        . "$1"
        use_folder "$2"
        start t || exit
        work exec exec "$WORKLOADS/child" 3
        work exit exit 0 20
        echo $$ >"$T/ready"
        await test -e "$T/go"
        finish t' - "$BATS_TEST_DIRNAME/../helpers.bash" "$T/inside" 3>&- &
    local inner=$!
    await test -s "$T/inside/ready"
    [ "$(cat "$T/inside/ready")" -eq 1 ]
    work outside exec "$T/outsider" 0
    # The parent of this process is outside and has no PID in the namespace.
    nsenter --pid="/proc/$inner/ns/pid_for_children" "$WORKLOADS/child" 77 || [ $? -eq 77 ]
    : >"$T/inside/go"
    wait "$inner"
    compare inside/exec inside/t.out
    compare inside/exit inside/t.out
    [ -z "$(grep outsider "$T/inside/t.out")" ]
    grep -qE '^.{8} EXIT  child +[0-9]+ +0 +\[77\] ' "$T/inside/t.out"
}

@test "-s: one row for the command, with its runs and failures" {
    cp "$WORKLOADS/exit" "$T/sum" # a unique name
    start t -s -c sum
    "$T/sum" 0 20 >"$T/expected"
    finish t
    quiet t
    # Twenty-one children and itself; all but two failed.
    LC_ALL=C awk '
        /^COMM +RUNS +FAIL / { heading++; next }
        heading && $1 == "sum" { print; found += $2 == 22 && $3 == 20 }
        END { exit heading != 1 || found != 1 }' "$T/t.out"
}

@test "-v: libbpf's log, on standard error only" {
    start t -v
    work expected exit 0 3
    finish t
    grep -q '^libbpf: ' "$T/t.err"
    compare expected t.out
    [ "$(grep -c libbpf: "$T/t.out")" -eq 0 ]
}
