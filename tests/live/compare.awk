# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: awk [-v skipped=N] -f compare.awk EXPECTED TABLE
#
# For each PID in a workload's EXPECTED (tests/workload/workload.h describes the
# format), TABLE must have exactly those lines, in that order.  Lines of other
# processes are ignored, also those of an earlier or later process with the same PID,
# which has a different parent.  N lines may be missing.  Prints the differences and fails
# if there are any.

# PID and PPID are the first two adjacent numbers after COMM, which may be a number
# itself: it fills columns 7 to 22, and may be longer if it was escaped.
function find_pids(line,    word) {
    pid = ppid = ""
    line = substr(line, 23)
    if (match(line, / [0-9]+ +[0-9]+( +|$)/)) {
        split(substr(line, RSTART + 1), word, / +/)
        pid = word[1]
        ppid = word[2]
    }
}

function differ(what) {
    if (++differences <= 10)
        print what
}

FILENAME == ARGV[1] && /^NONE / {
    wanted[$2] += 0
    next
}

FILENAME == ARGV[1] {
    find_pids($0)
    line[pid, ++wanted[pid]] = $0
    parent[pid, ppid]
    lines++
    next
}

FNR == 1 {
    if ($0 != "TIME     EVENT COMM             PID     PPID    FILENAME/EXIT CODE")
        differ("header: " $0)
    next
}

{
    is = substr($0, 10)
    find_pids(is)
    if (!(pid in wanted))
        next
    if (wanted[pid] && !((pid, ppid) in parent)) {
        strange[pid] = strange[pid] "\nand there is: " is
        next
    }
    if ($0 !~ /^[0-2][0-9]:[0-5][0-9]:[0-6][0-9] /)
        differ("no TIME: " $0)
    if (++seen[pid] > wanted[pid]) {
        differ("one too many: " is)
        next
    }
    should = line[pid, seen[pid]]
    if (should ~ /^EXIT/) {
        # "(12ms)" must be within "(10..15ms)", plus or minus one: two clocks are read separately.
        if (match(is, / \([0-9]+ms\)$/)) {
            ms = substr(is, RSTART + 2) + 0
            is = substr(is, 1, RSTART - 1)
        } else {
            ms = -1
        }
        match(should, / \([0-9]+\.\.[0-9]+ms\)$/)
        range = substr(should, RSTART + 2)
        should = substr(should, 1, RSTART - 1)
        most = range
        sub(/.*\.\./, "", most)
        if (ms < range - 1 || ms > most + 1)
            differ("duration: " $0 ", not " range)
    }
    if (is != should)
        differ("is:        " is "\nshould be: " should)
}

END {
    for (pid in wanted)
        for (i = seen[pid] + 1; i <= wanted[pid]; i++) {
            missing++
            differ("missing: " line[pid, i] strange[pid])
        }
    if (missing && missing <= skipped) {
        print missing " missing, up to " skipped " skipped"
        differences -= missing
    }
    if (!lines)
        differ("nothing was expected")
    exit differences > 0
}
