# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: jq -rn --slurpfile expected WAIT4 --argjson sizes true|false -f resources.jq EVENTS
#
# Compares the `resources` of exits with the results of wait4(2) for the same processes
# (tests/workload/usage.c): prints one line for each figure that is wrong.  Times and
# sizes are compared only if `sizes`; an emulated machine loses clock ticks.
def about($a; $b; $slack): ($a - $b | fabs) <= $slack;

# PIDs are used again: the second result for a PID belongs to the second exit.
(reduce (inputs | select(.event == "exit" and .parent_comm == "usage")) as $e ({}; .["\($e.pid)"] += [$e])) as $exits |
($expected | group_by(.pid)[]) as $same | range($same | length) as $i |
$same[$i] as $w |
$exits["\($w.pid)"][$i] as $e |
if $e == null then "\($w.kind) \($w.pid): no exit" else
    $e.resources as $r |
    ($w.user_ms + $w.system_ms) as $cpu |
    # A thread that runs until it is killed may still run after the process's end was recorded.
    (if $w.kind == "running" then 16 else 0 end) as $late |
    [
        (["minor_faults", "major_faults", "read_bytes", "written_bytes"][] |
            select(about($r[.]; $w[.]; $late) | not)),
        # They lack the last context switches, those of the exiting threads.
        (["voluntary_switches", "involuntary_switches"][] |
            select($r[.] > $w[.] or $r[.] + 34 < $w[.])),
        # Up to one tick on each of two CPUs, or at either end.  Memory is freed later.
        (select($sizes) | "cpu_ms" |
            select(about($r.cpu_ms; $cpu; 21 + $cpu / 10 + (if $w.kind == "allocator" then 60 else 0 end)) | not)),
        ("user_ms" | select($r.user_ms != null and (about($r.user_ms + $r.system_ms; $r.cpu_ms; 0.0021) | not))),
        (select($sizes and $r.user_ms != null and $cpu >= 90) | "user_ms" |
            select(about($r.user_ms; $w.user_ms; 25 + $cpu / 5) | not)),
        # wait4 also includes the maximum of the children and of programs before an exec.
        (select($sizes and ($w.kind | . != "parent" and . != "vfork")) | "max_rss_bytes" |
            select(about($r.max_rss_bytes; $w.max_rss_bytes; 1048576 + $w.max_rss_bytes / 20) | not)),
        (select($w.kind == "vfork" and $r.max_rss_bytes != null) | "max_rss_bytes" |
            select($r.max_rss_bytes > 20971520)),
        (select($r.partial) | "partial")
    ] | select(length > 0) | "\($w.kind) \(.): is \($r | tojson), wait4: \($w | tojson)"
end
