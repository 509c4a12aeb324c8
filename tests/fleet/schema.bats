# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# docs/json.schema.json against real lines, the documented keys, and lines that are wrong.

load helpers

setup() {
    schema=docs/json.schema.json
    sample=tests/fleet/lines.json # every event with every key of the contract
}

# A run with every event that this version has, odd names, a signal and a summary; a storm.
real_lines() {
    local odd=$BATS_TEST_TMPDIR/$'a"\\\n\x01\xff'
    cp /bin/true "$odd"
    ./bootstrap -f json -s -m 64 -- bash -c '
        "$1" "$(printf "%0100d" 0)"; /bin/true "" "ü"; /bin/false; sh -c "kill -9 \$\$"; (exit 3); true' _ "$odd"
    ./bootstrap -f json -b 64K -- "${WORKLOADS:-.output/workload}/storm" 3000 /bin/true 2>/dev/null
}

@test "the schema: every line of real runs is valid" {
    real_lines >"$BATS_TEST_TMPDIR/real" 2>/dev/null
    run -0 tests/fleet/validate $schema <"$BATS_TEST_TMPDIR/real"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/real")" -gt 6000 ]
    for event in exec exit summary; do
        grep -q "\"event\":\"$event\"" "$BATS_TEST_TMPDIR/real"
    done
}

@test "the schema: lines with every key are valid, and every key of the schema is in them" {
    run -0 tests/fleet/validate $schema <$sample
    jq -r 'keys[]' $sample | sort -u >"$BATS_TEST_TMPDIR/used"
    jq -r '."$defs" | to_entries[] | select(.value.properties) | .value.properties | keys[]' $schema | sort -u |
        diff - "$BATS_TEST_TMPDIR/used"
}

@test "the schema: unknown keys, missing ones, wrong types and unknown events are not valid" {
    local change
    while read -r change; do
        jq -c "select(.event == \"exit\") | $change" $sample >"$BATS_TEST_TMPDIR/wrong"
        run -1 tests/fleet/validate $schema <"$BATS_TEST_TMPDIR/wrong"
        [ "${lines[-1]}" = '1 lines, 1 wrong' ] || { echo "$change"; return 1; }
    done <<'CHANGES'
.more = 1
del(.pid)
del(.signal)
.pid = "1"
.pid = -1
.pid = 1.5
.time = "yesterday"
.event = "end"
.container_id = "short"
.args = "make -j2"
.resources.more = 1
.resources.cpu_ms = "1"
.exit_code = 256
.core_dumped = null
CHANGES
}

# The table of keys in the documentation: "key event type" lines.
documented() {
    local page=docs/json.md
    [ -e $page ] || page=README.md
    sed -n 's/^| `\([a-z_]*\)` | \([a-z_, ]*\) | .*/\1 \2/p' $page
}

@test "the schema: the documented keys are in it" {
    documented >"$BATS_TEST_TMPDIR/documented"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/documented")" -ge 30 ]
    local key events event
    while read -r key events; do
        for event in ${events//,/}; do
            case $event in
            optional) continue ;;
            all) event='exec' ;;
            sum) jq -e --arg k "$key" '[."$defs".summary.properties | .. | .properties? // {} | has($k)] | any' $schema >/dev/null ;;
            esac
            [ "$event" = sum ] || jq -e --arg e "$event" --arg k "$key" '."$defs"[$e].properties | has($k)' $schema >/dev/null ||
                { echo "$event has no $key"; return 1; }
        done
    done <"$BATS_TEST_TMPDIR/documented"
}
