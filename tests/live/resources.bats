# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# -r: the resources of a process, compared with wait4(2).

load ../helpers

bats_require_minimum_version 1.5.0

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    cd "$T" || return
}

# Traces a workload of each kind and checks that no figure is wrong.
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
    # Since Linux 7 the kernel may skip a handler, which is reported.
    [ "$(grep -c ': no exit$' "$T/wrong")" -le "$(skipped_exits t)" ]
    run ! grep -v ': no exit$' "$T/wrong"
}

@test "-r: a CPU burner, an allocator, a writer and a killed process: match wait4" {
    agrees 2 burner allocator writer killed
}

@test "-r: sixteen threads, and threads that still run at the end, are all counted" {
    agrees 3 threads running
}

@test "-r: all threads are counted if the leader exits first" {
    agrees 3 leaderfirst
}

@test "-r: a process's figures exclude its children" {
    agrees 3 parent
}

@test "-r: a small child of a large parent is reported as small" {
    agrees 2 vfork
}

@test "-r: totals are correct when sixteen threads exit together" {
    agrees "${RACES:-2000}" ending
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

@test "without -r the table and the objects have no resources" {
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
