# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The JSON of report.jq -> the table for the terminal and docs/cost.md, in Markdown.

def or_dash: if . == null or (type == "number" and . < 0) then "-" else tostring end;
def us: if . == 0 then "-" else . / 10 | round / 100 | tostring end;
def mb: if . == 0 then "-" else . / 102.4 | round / 10 | tostring end;
def part: if . == null or .[1] == 0 then "-" else "\(.[0])" end;
def pad($n): . + " " * ($n - length);

(["tracer", "BPF µs", "syscall ns", "CPU µs", "storm", "lost", "asleep", "reported", "RSS MiB", "maps MiB",
  "start ms", "line ms", "worst", "idle/s", "storm/s", "ring B"] | [., map("---")]) +
[.tools | sort_by(.tool as $t | ["control", "empty", "floor", "bootstrap", "resources", "json", "exec-errors", "classic"] | index($t) // 9)[] | [
  .tool, (.bpf_ns | us), (.syscall_ns | or_dash), (.cpu_us | or_dash), (.wall_ratio | tostring),
  (.lost | part), (.lost_asleep | part), (if .lost_asleep == null or .lost_asleep[0] == 0 then "" elif .loss_reported then "yes" else "no" end),
  (.resident_kb | mb), (.maps_kb | mb), (.start_ms | or_dash),
  (if .latency_us then .latency_us / 10 | round / 100 else null end | or_dash),
  (if .latency_worst_us then .latency_worst_us / 100 | round / 10 else null end | or_dash),
  (.wakeups_idle | tostring), (.wakeups_storm | tostring),
  (if .ring_bytes == 0 then "-" else .ring_bytes | tostring end)
]] | (transpose | map(map(length) | max)) as $w |
.[] | "| " + ([., $w] | transpose | map(.[0] as $c | .[1] as $n | $c | pad($n)) | join(" | ")) + " |"
