# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# journald, systemd-journal-upload with TLS, systemd-journal-remote: a storm of
# 20,000 execs while the receiver is killed and then stays down for a while.

load ../helpers
load ../pipeline

setup_file() {
    load ../helpers
    T=$BATS_FILE_TMPDIR
    export T STORM=${STORM:-20000}
    mkdir -p "$T/fleet/tls"
    packaging/deb "$VERSION" "$T"
    cp "$T"/*.deb "$T/fleet/first.deb"
    (cd "$T/fleet/tls" && "$OLDPWD/packaging/pipelines/rsyslog/tls" log.example.org)
    cp .output/workload/storm tests/fleet/probe.bash "$T/fleet/"
    BOOT_LIMIT=500 tests/fleet/boot "$T/fleet" tests/fleet/long/journal.probe "$STORM" || {
        echo "the probe ended with status $?"
        tail -n 30 "$T/fleet/log" "$T/fleet/console"
        return 1
    }
}

setup() {
    cd "$T/fleet" || return
}

@test "every line in the sender's journal is in the receiver's" {
    keys host <written.json >written
    keys host <stored.json | uniq >stored # entries that were in transit are sent again
    echo "# $(wc -l <written) lines in $(cat took) s; $(($(wc -l <stored.json) - $(wc -l <stored))) arrived twice" >&3
    echo "# bytes per line: $(($(wc -c <written.json) / $(wc -l <written))) of JSON, $(($(cut -f 1 bytes) / $(wc -l <written))) in the sender's journal" >&3
    same written stored
    [ ! -s suppressed ] || { cat suppressed; return 1; }
}

@test "every exec and exit of the storm is in the receiver's journal" {
    for event in exec exit; do
        [ "$(jq -r --arg event $event 'select(.comm == "storm-a" and .event == $event) | .time' stored.json | sort -u | wc -l)" -eq "$STORM" ]
    done
}

@test "long lines are complete: 24,000 bytes of arguments, also if each takes six bytes in JSON" {
    jq -e -s 'map(.args[1] // "" | length) | sort | .[-2:] == [24000, 24000]' stored.json
}

@test "a missing line would have been found" {
    keys host <written.json >written
    sed 1d written >short
    run -1 same written short
}
