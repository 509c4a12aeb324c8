# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The textfile, through promtool, node_exporter and Prometheus, to a query.

load ../helpers
load ../pipeline

setup() {
    T=$BATS_TEST_TMPDIR
    daemons=()
}

teardown() {
    if [ ${#daemons[@]} -gt 0 ]; then
        kill "${daemons[@]}" && wait "${daemons[@]}" || :
    fi 2>/dev/null
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

answers() { # QUERY
    curl -sfG "http://127.0.0.1:$port/api/v1/query" --data-urlencode "query=$1" |
        jq -r '.data.result[0].value[1] // empty' >"$T/answer"
    [ -s "$T/answer" ]
}

@test "metrics: promtool accepts them, and a Prometheus query returns the storm's count" {
    mkdir "$T/textfiles"
    cp /bin/true "$T/storm-metrics"
    ./bootstrap -f json -- "$BATS_TEST_DIRNAME/../../../.output/workload/storm" 500 "$T/storm-metrics" 2>/dev/null >"$T/mixed"
    grep '^{' "$T/mixed" >"$T/lines" # the storm prints to the same file
    packaging/metrics/textfile "$T/state" "$T/textfiles/bootstrap.prom" cat "$T/lines"
    promtool check metrics <"$T/textfiles/bootstrap.prom" >"$T/promtool" 2>&1
    [ ! -s "$T/promtool" ] || { cat "$T/promtool"; return 1; }
    sed 's/ 500$/ many/' "$T/textfiles/bootstrap.prom" >"$T/wrong"
    run ! promtool check metrics <"$T/wrong"

    exporter=$(free_port)
    prometheus-node-exporter --web.listen-address="127.0.0.1:$exporter" --collector.disable-defaults --collector.textfile \
        --collector.textfile.directory="$T/textfiles" >"$T/exporter.log" 2>&1 3>&- &
    daemons+=($!)
    port=$(free_port)
    cat >"$T/prometheus.yml" <<YAML
scrape_configs:
  - job_name: node
    scrape_interval: 1s
    static_configs:
      - targets: ['127.0.0.1:$exporter']
YAML
    promtool check config "$T/prometheus.yml" >/dev/null
    prometheus --config.file="$T/prometheus.yml" --storage.tsdb.path="$T/tsdb" \
        --web.listen-address="127.0.0.1:$port" >"$T/prometheus.log" 2>&1 3>&- &
    daemons+=($!)
    await 60 answers 'bootstrap_runs_total{comm="storm-metrics"}'
    [ "$(cat "$T/answer")" = 500 ] || { cat "$T/answer"; grep storm "$T/textfiles/bootstrap.prom"; return 1; }
}
