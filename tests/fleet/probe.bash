# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# Shared by the scripts that run in the container.  They record what they see in
# /fleet; the tests outside check it.

# Tries a command until it succeeds.
await() {
    local end=$((SECONDS + ${DEADLINE:-60}))
    until "$@"; do
        if ((SECONDS > end)); then
            echo "not within ${DEADLINE:-60} s: $*"
            return 1
        fi
        sleep 0.1
    done
}

main_pid() {
    systemctl show -P MainPID bootstrap-trace
}

# The unit's process is tracing: it has dropped its capabilities.
tracing() {
    local pid
    pid=$(main_pid)
    [ "$pid" != 0 ] && [ "$(readlink "/proc/$pid/exe")" = /usr/bin/bootstrap ] &&
        grep -q '^CapEff:[[:space:]]*0*$' "/proc/$pid/status"
}

journal() {
    journalctl --quiet --output=cat --unit=bootstrap-trace "$@"
}

# Starts NAME, a copy of /bin/true, COUNT times.
storm() { # NAME COUNT
    cp /bin/true "/tmp/$1"
    /fleet/storm "$2" "/tmp/$1" >/dev/null
}

# The command's output has COUNT events of NAME.
holds() { # NAME COUNT COMMAND...
    local name=$1 count=$2
    shift 2
    [ "$("$@" | grep -c "\"event\":\"ex.*\"comm\":\"$name\"")" -ge "$count" ]
}
