# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# JSON lines to a node_exporter textfile: the sums, and hostile names.

load helpers

setup() {
    T=$BATS_TEST_TMPDIR
}

textfile() { # FILE
    packaging/metrics/textfile "$T/state" "$T/prom" cat "$1"
}

@test "metrics: runs, failures and times match the summary" {
    ./bootstrap -f json -s -- bash -c 'for i in 1 2 3; do /bin/true; /bin/false; done; true' >"$T/lines"
    textfile "$T/lines"
    jq -r 'select(.event == "summary") | .commands[] | .comm as $c |
        "bootstrap_runs_total{comm=\"\($c)\"} \(.runs)", "bootstrap_failures_total{comm=\"\($c)\"} \(.failures)"' "$T/lines" | sort >"$T/want"
    grep -E '^bootstrap_(runs|failures)_total\{comm="[^"]' "$T/prom" | sort | diff "$T/want" -
    # The tool rounds its sum once, we round once per exit.
    jq -r 'select(.event == "summary") | .commands[] | "\(.comm) \(.total_ms)"' "$T/lines" | while read -r comm ms; do
        awk -v name="bootstrap_duration_seconds_total{comm=\"$comm\"}" -v ms="$ms" '
            $1 == name { d = $2 * 1000 - ms; found = 1; if (d > 0.01 || d < -0.01) exit 1 } END { exit !found }' "$T/prom" || exit 1
    done
    # The summary alone gives the same result.
    rm "$T/state"
    tail -n 1 "$T/lines" >"$T/summary"
    textfile "$T/summary"
    grep -E '^bootstrap_(runs|failures)_total\{comm="[^"]' "$T/prom" | sort | diff "$T/want" -
}

@test "metrics: sums continue from run to run, losses are counted by cause, invalid lines are counted" {
    {
        cat tests/fleet/lines.json
        echo '{"time":"2026-11-24T17:00:02.000000005Z","event":"lost","count":2,"exec":2,"exit":0}'
        echo '{"time":"2026-11-24T17:0'
        echo 'bootstrap: a message'
    } >"$T/lines"
    textfile "$T/lines"
    textfile "$T/lines"
    grep -qx 'bootstrap_runs_total{comm="make"} 2' "$T/prom"
    grep -qx 'bootstrap_failures_total{comm="make"} 2' "$T/prom"
    grep -qx 'bootstrap_lost_total{cause="ring_full"} 18' "$T/prom"
    grep -qx 'bootstrap_unparsed_total 4' "$T/prom"
}

@test "metrics: at most 500 names, the rest are combined" {
    jq -nc 'range(700) | {event: "exit", comm: "c\(.)", exit_code: 1, duration_ms: 1}' >"$T/lines"
    textfile "$T/lines"
    [ "$(grep -c '^bootstrap_runs_total{comm="c' "$T/prom")" -eq 500 ]
    grep -qx 'bootstrap_runs_total{comm="",other="true"} 200' "$T/prom"
}

@test "metrics: a name that tries to be a second metric stays a label" {
    jq -nc '{event: "exit", comm: "a\"} 1\nevil 2\\", exit_code: 0, duration_ms: 1}' >"$T/lines"
    textfile "$T/lines"
    grep -qxF 'bootstrap_runs_total{comm="a\"} 1\nevil 2\\"} 1' "$T/prom"
    run ! grep -q '^evil' "$T/prom"
}
