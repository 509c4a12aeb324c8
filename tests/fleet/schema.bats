# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# docs/json.schema.json against real lines, the documented keys, and invalid lines.

load helpers

setup() {
    schema=docs/json.schema.json
    sample=tests/fleet/lines.json # every event with every documented key
}

# Runs with every event except lost, with odd names, a signal and a summary; and a storm.
real_lines() {
    local odd=$BATS_TEST_TMPDIR/$'a"\\\n\x01\xff'
    cp /bin/true "$odd"
    for options in '' '-r -e --forks'; do
        # shellcheck disable=SC2086  # one word per option
        ./bootstrap -f json -s -m 64 $options -- bash -c '
            "$1" "$(printf "%0100d" 0)"; /bin/true "" "ü"; /bin/false; sh -c "kill -9 \$\$"; /nonexistent; (exit 3); true' _ "$odd"
    done
    ./bootstrap -f json -- "${WORKLOADS:-.output/workload}/storm" 3000 /bin/true 2>/dev/null
}

@test "the schema: every line of real runs is valid" {
    real_lines >"$BATS_TEST_TMPDIR/real" 2>/dev/null
    run -0 tests/fleet/validate $schema <"$BATS_TEST_TMPDIR/real"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/real")" -gt 6000 ]
    for event in start exec exit fork exec_failed summary; do
        grep -q "\"event\":\"$event\"" "$BATS_TEST_TMPDIR/real"
    done
}

@test "the schema: lines with every key are valid, and contain every key of the schema" {
    run -0 tests/fleet/validate $schema <$sample
    jq -r 'keys[]' $sample | sort -u >"$BATS_TEST_TMPDIR/used"
    jq -r '."$defs" | to_entries[] | select(.value.properties) | .value.properties | keys[]' $schema | sort -u |
        diff - "$BATS_TEST_TMPDIR/used"
}

@test "the schema: unknown keys, missing keys, wrong types and unknown events are invalid" {
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

# "event key" lines from the table of keys in docs/json.md.
documented() {
    local key events event
    sed -n 's/^| `\([a-z_]*\)` | \([a-z_, ]*\) | .*/\1 \2/p' docs/json.md | while read -r key events; do
        for event in ${events//,/}; do
            case $event in
            optional) ;;
            all) printf "%s $key\n" start exec exit fork exec_failed lost summary ;;
            *) echo "$event $key" ;;
            esac
        done
    done | sort
}

@test "the schema: its keys match the documentation, in the same events" {
    [ "$(documented | wc -l)" -ge 80 ]
    jq -r '."$defs" | (to_entries[] | select(.value.properties) | .key as $event | .value.properties | keys[] | "\($event) \(.)"),
        (.exit.properties.resources.properties | keys[] | "resources \(.)"),
        (.summary.properties.commands.items.properties | keys[] | "sum \(.)")' $schema | sort | diff <(documented) -
}
