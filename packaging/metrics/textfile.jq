# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: jq -r -f textfile.jq STATE
#
# The sums of state.jq in Prometheus's text format, for node_exporter's textfile
# collector.  All are counters: rate() and increase() work across runs.

def quoted: gsub("\\\\"; "\\\\") | gsub("\""; "\\\"") | gsub("\n"; "\\n") | "\"\(.)\"";

# A metric: its comment lines, then one line per command.
def metric(name; help; value):
    "# HELP \(name) \(help)", "# TYPE \(name) counter",
    (.commands | to_entries[] | "\(name){comm=\(.key | quoted)} \(.value | value)"),
    (.other | "\(name){comm=\"\",other=\"true\"} \(value)");

def single(name; help; value):
    "# HELP \(name) \(help)", "# TYPE \(name) counter", "\(name) \(value)";

metric("bootstrap_runs_total"; "Processes that ended, by name."; .runs),
metric("bootstrap_failures_total"; "Of these, with a non-zero status or by a signal."; .failures),
metric("bootstrap_duration_seconds_total"; "Time that these ran since their last exec."; .ms * 1000 | round / 1000000),
single("bootstrap_execs_total"; "Programs that started."; .execs),
"# HELP bootstrap_lost_total Losses reported by the tracer, by cause: see bootstrap(8).",
"# TYPE bootstrap_lost_total counter",
(.lost | to_entries[] | "bootstrap_lost_total{cause=\(.key | quoted)} \(.value)"),
single("bootstrap_unparsed_total"; "Lines that are not JSON objects of the tracer: cut, or messages."; .unparsed)
