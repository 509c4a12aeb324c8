# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# Shared by the tests of the two pipelines: what must be in the store.

# One line for each event in JSON lines: host, process, event, time.  It is the same key as in
# packaging/pipelines/rsyslog/schema.sql, implemented independently.
keys() { # HOST, lines on standard input
    jq -r --arg host "$1" '"\($host) \(.id // .pid // "") \(.event) \(.time)"' | LC_ALL=C sort
}

# Tries a command until it succeeds, within $1 seconds.
await() { # SECONDS COMMAND...
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS <= end)) || { echo "not in time: $*"; return 1; }
        sleep 0.2
    done
}

# Every written line is stored exactly once: prints the differences.
same() { # WRITTEN STORED
    if cmp -s "$1" "$2"; then return; fi
    echo "written: $(wc -l <"$1"), stored: $(wc -l <"$2"); the first differences:"
    diff "$1" "$2" | head -n 10
    return 1
}
