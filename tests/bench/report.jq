# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# One object per run, as measured by bench.sh -> the medians over the rounds.

def median: map(select(. != null)) | sort | .[length / 2 | floor];
def round_to($n): if . == null then null else . * $n | round / $n end;

{
  date: $date, kernel: $kernel, machine: $machine, command: $command,
  tools: (group_by(.tool) | map({
    tool: .[0].tool,

    # ns in its BPF programs: one run of each, for one exec and one exit
    bpf_ns: (map(.bpf_ns) | median),
    # ns for a short system call meanwhile: the minimum, because other processes disturb it
    syscall_ns: (map(.syscall_ns) | min),
    # microseconds of the tracer's CPU time per pair, during the storm and after it
    cpu_us: (map(.cpu_ns / .pairs / 1000) | median | round_to(100)),
    # the storm's time divided by that of the untraced storms before and after it
    wall_ratio: (map(.wall_ns / .base_ns) | median | round_to(1000)),
    # expected lines, [missing, total]: the worst round
    lost: (map(.lost) | max_by(.[0])),
    # the same, stopped for 5 s or as long as the storm takes; and did it report the loss?
    lost_asleep: (map(.asleep) | map(select(. != null)) | .[0]),
    loss_reported: (map(.reported) | map(select(. != null)) | .[0]),
    # KiB: its own memory, and the kernel's for its BPF maps
    resident_kb: (map(.rss_kb) | median),
    maps_kb: (map(.maps_kb) | median),
    # from its start to the first exec that it prints
    start_ms: (map(.marks.start_ms) | median),
    # from a single exec to its line on a terminal; the worst of all rounds
    latency_us: (map(.marks.latency_us) | median),
    latency_worst_us: (map(.marks.worst_us) | max),
    # wake-ups per second: idle, in the quietest round because other programs run, too; in the storm
    wakeups_idle: (map(.idle) | min),
    wakeups_storm: (map(.woken * 1e9 / .wall_ns) | median | round),
    # on a BPF ring buffer, headers and padding included
    ring_bytes: (map(.ring_bytes) | median)
  }))
}
