# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# -r: what a process used, beside what wait4(2) said of it.

load ../helpers

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    cd "$T" || return
}

# One tracer, and a workload of each of the kinds; nothing is wrong.
agrees() { # COUNT KIND...
    local count=$1 kind
    shift
    "$BOOTSTRAP" -r -f json >"$T/t.out" 2>"$T/t.err" 3>&- &
    known_as t
    await attached "$TRACER"
    for kind; do
        "$WORKLOADS/usage" "$kind" "$count" >>"$T/wait4"
    done
    finish t
    quiet t
    [ "$(wc -l <"$T/wait4")" -eq $(($# * count)) ]
    jq -rn --slurpfile expected "$T/wait4" --argjson sizes "${SIZES:-true}" \
        -f "$BATS_TEST_DIRNAME/resources.jq" "$T/t.out" >"$T/wrong"
    head -n 5 "$T/wrong"
    echo "wrong: $(wc -l <"$T/wrong")"
    [ ! -s "$T/wrong" ]
}

@test "-r: one that burns, an allocator, a writer, one that is killed: as wait4 has it" {
    agrees 2 burner allocator writer killed
}

@test "-r: sixteen threads, and threads that still run at the end: all are counted" {
    agrees 3 threads running
}

@test "-r: the leader ends first: all threads are counted" {
    agrees 3 leaderfirst
}

@test "-r: the children of a process are not in its figures" {
    agrees 3 parent
}

@test "-r: a small child of a large parent is small" {
    agrees 2 vfork
}

@test "-r: sixteen threads that end together: no total is wrong" {
    agrees "${RACES:-400}" ending
}

@test "-r: table and summary" {
    start t -r -s -c usage
    "$WORKLOADS/usage" burner >"$T/wait4"
    finish t
    quiet t
    grep -qE '^[0-9:]{8} EXIT  usage .* \[0\] \([0-9]+ms\) cpu [0-9]+ms\+[0-9]+ms rss [0-9.]+[KM]$' "$T/t.out"
    grep -qE '^COMM .* MAX    CPU     RSS TOTAL$' "$T/t.out"
    grep -qE '^usage +2 ' "$T/t.out"
}

@test "without -r the table and the objects are as before" {
    start t -c usage
    "$BOOTSTRAP" -f json -c usage >"$T/json.out" 2>"$T/json.err" 3>&- &
    known_as json
    await attached "$TRACER"
    "$WORKLOADS/usage" burner >"$T/wait4"
    finish t
    finish json
    grep -qE ' EXIT  usage .* \[0\] \([0-9]+ms\)$' "$T/t.out"
    jq -se 'map(select(.event == "exit")) | length == 2 and all(has("resources") | not)' "$T/json.out"
}
