# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Our lines as ECS and OpenTelemetry, our schema and the DaemonSet, checked against
# schemas from npm (make fleet-deps).

load ../helpers

setup() {
    export NODE_PATH=$PWD/.output/fleet/npm/node_modules
    [ -d "$NODE_PATH/ajv" ] || { echo 'npm packages are missing; run make fleet-deps'; return 1; }
    sample=tests/fleet/lines.json
    cd "$BATS_TEST_DIRNAME/../../.." || return
}

check() {
    node tests/fleet/schemas.cjs "$@"
}

mapped() { # ecs|otel, lines on standard input
    jq -c --arg host m1 -f "packaging/schema/$1.jq"
}

real_lines() {
    ./bootstrap -f json -s -- bash -c '/bin/true "" a; /bin/false; sh -c "kill -9 \$\$"; true' || :
}

@test "ECS: every field of every event exists in ECS, with the right type and an allowed value" {
    { cat $sample; real_lines; } | mapped ecs >"$BATS_TEST_TMPDIR/ecs"
    check ecs "$BATS_TEST_TMPDIR/ecs"
    # It would have found these errors.
    for change in '.process.nothing = 1' '.event.type = ["begin"]' '.process.pid = "1"' '.process.args = "a"'; do
        head -n 2 "$BATS_TEST_TMPDIR/ecs" | jq -c "$change" >"$BATS_TEST_TMPDIR/wrong"
        run -1 check ecs "$BATS_TEST_TMPDIR/wrong"
    done
}

@test "ECS: the important values are present" {
    jq -c 'select(.event == "exit")' $sample | mapped ecs >"$BATS_TEST_TMPDIR/ecs"
    jq -e '.event.type == ["end"] and .event.outcome == "failure" and .event.reason == "SIGSEGV"
        and .process.entity_id == "41-100" and .process.parent.entity_id == "40-90" and .process.command_line == "make -j2"
        and .container.id != null and .event.duration == 899999000' "$BATS_TEST_TMPDIR/ecs"
    jq -c 'select(.event == "lost")' $sample | mapped ecs | jq -e '.message | fromjson | .count == 7'
}

@test "OpenTelemetry: every attribute is in the semantic conventions or is our own" {
    { cat $sample; real_lines; } | mapped otel >"$BATS_TEST_TMPDIR/otel"
    check otel "$BATS_TEST_TMPDIR/otel"
    sed 's/process.parent_pid/process.ppid/' "$BATS_TEST_TMPDIR/otel" >"$BATS_TEST_TMPDIR/wrong"
    run -1 check otel "$BATS_TEST_TMPDIR/wrong"
    # To the nanosecond.
    jq -c 'select(.event == "exit")' $sample | mapped otel |
        jq -e '.resourceLogs[0].scopeLogs[0].logRecords[0].timeUnixNano == "1795539601000000004"'
}

@test "our schema: another validator, ajv, agrees" {
    { cat $sample; real_lines; } >"$BATS_TEST_TMPDIR/lines"
    check lines "$BATS_TEST_TMPDIR/lines"
    jq -c '.more = 1' $sample >"$BATS_TEST_TMPDIR/wrong"
    run -1 check lines "$BATS_TEST_TMPDIR/wrong"
    [ "${lines[-1]}" = "$(wc -l <$sample) wrong" ]
}

@test "the DaemonSet: matches the API's types, and has the restrictions that were tested with runc" {
    check kubernetes packaging/kubernetes/daemonset.yaml "$BATS_TEST_TMPDIR"
    sed 's/hostPID: true/hostPid: true/' packaging/kubernetes/daemonset.yaml >"$BATS_TEST_TMPDIR/unknown.yaml"
    run -1 check kubernetes "$BATS_TEST_TMPDIR/unknown.yaml" "$BATS_TEST_TMPDIR"
    [[ $output == *hostPid* ]]
    sed 's/operator: Exists/operator: 7/' packaging/kubernetes/daemonset.yaml >"$BATS_TEST_TMPDIR/type.yaml"
    run -1 check kubernetes "$BATS_TEST_TMPDIR/type.yaml" "$BATS_TEST_TMPDIR"
}
