# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# One object a run, as bench.sh measures it -> the medians over the rounds.

def median: map(select(. != null)) | sort | .[length / 2 | floor];
def round_to($n): if . == null then null else . * $n | round / $n end;

{
  date: $date, kernel: $kernel, machine: $machine, command: $command,
  tools: (group_by(.tool) | map({
    tool: .[0].tool,

    # ns in its BPF programs: one run of each, for one exec and one exit
    bpf_ns: (map(.bpf_ns) | median),
    # ns that a short system call takes meanwhile: the least, for others disturb it
    syscall_ns: (map(.syscall_ns) | min),
    # microseconds of CPU that the tracer used for a pair, in the storm and after it
    cpu_us: (map(.cpu_ns / .pairs / 1000) | median | round_to(100)),
    # the storm's time over that of the untraced storms before and after it
    wall_ratio: (map(.wall_ns / .base_ns) | median | round_to(1000)),
    # of the lines that it ought to print, [missing, all of them]: the worst round
    lost: (map(.lost) | max_by(.[0])),
    # the same, stopped for 5 s or as long as the storm takes; and did it say so?
    lost_asleep: (map(.asleep) | map(select(. != null)) | .[0]),
    loss_told: (map(.told) | map(select(. != null)) | .[0]),
    # KiB: its own, and the kernel's for its BPF maps
    resident_kb: (map(.rss_kb) | median),
    maps_kb: (map(.maps_kb) | median),
    # from its start to the first exec that it shows
    start_ms: (map(.marks.start_ms) | median),
    # from a lone exec to its line on a terminal; the worst of all rounds
    latency_us: (map(.marks.latency_us) | median),
    latency_worst_us: (map(.marks.worst_us) | max),
    # wake-ups a second: the quietest round, for the machine is not ours alone; in the storm
    wakeups_idle: (map(.idle) | min),
    wakeups_storm: (map(.woken * 1e9 / .wall_ns) | median | round),
    # on a BPF ring buffer, headers and padding included
    ring_bytes: (map(.ring_bytes) | median)
  }))
}
