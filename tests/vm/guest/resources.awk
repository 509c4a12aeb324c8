# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: awk -f resources.awk WAIT4 EVENTS
#
# The counts of tests/live/resources.jq for a guest that has no jq.  Prints the figures
# of each exit and, in parentheses, those of wait4(2); fails if they differ.

function value(line, key) {
    if (!match(line, "\"" key "\":[^,}]*"))
        return "missing"
    return substr(line, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
}

function check(right, key) {
    if (right)
        return
    printf "%s: is %s\nwait4: %s\n", key, used, wanted[pid]
    wrong = 1
}

function number(line, key,    text) {
    text = value(line, key)
    check(text ~ /^[0-9]+(\.[0-9]+)?$/, key)
    return text + 0
}

FILENAME == ARGV[1] {
    wanted[value($0, "pid")] = $0
    next
}

/"event":"exit"/ && value($0, "pid") in wanted {
    last[value($0, "pid")] = substr($0, index($0, "\"resources\":{"))
}

END {
    for (pid in wanted) {
        used = last[pid]
        kind = value(wanted[pid], "kind")
        check(used ~ /^"resources"/, "exit")
        if (used == "")
            continue
        line = " cpu_ms " value(used, "cpu_ms") " (" value(wanted[pid], "user_ms") + value(wanted[pid], "system_ms") ")"
        split("max_rss_bytes minor_faults major_faults read_bytes written_bytes voluntary_switches involuntary_switches", all, " ")
        for (i = 1; i in all; i++)
            line = line " " all[i] " " value(used, all[i]) " (" value(wanted[pid], all[i]) ")"
        print kind line
        # A thread that runs on until it is killed may do so after the process's end was recorded.
        late = kind == "\"running\"" ? 16 : 0
        split("minor_faults major_faults read_bytes written_bytes", keys, " ")
        for (i in keys) {
            difference = number(used, keys[i]) - number(wanted[pid], keys[i])
            check(difference <= late && difference >= -late, keys[i])
        }
        # They lack the last ones, by which the threads went away.
        split("voluntary_switches involuntary_switches", more, " ")
        for (i in more) {
            difference = number(wanted[pid], more[i]) - number(used, more[i])
            check(difference >= 0 && difference <= 34, more[i])
        }
        if (kind == "\"allocator\"") {
            difference = number(used, "max_rss_bytes") / number(wanted[pid], "max_rss_bytes")
            check(difference > 0.94 && difference < 1.06, "max_rss_bytes")
        }
        check(value(used, "partial") != "true", "partial")
        check(number(used, "cpu_ms") >= 0, "cpu_ms")
    }
    exit wrong
}
