# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# File, imfile, RELP with TLS, rsyslog, PostgreSQL: four senders, 20,000 execs,
# and each daemon on the way is killed once.  The configurations are those in
# packaging/, with only paths, names and ports replaced.  The test runs its own
# instances of all daemons, in its own folder, on the loopback interface.

load ../helpers
load ../pipeline

# Not below bats's folder, which PostgreSQL's user cannot access.
start_postgres() {
    pg=$(find /usr/lib/postgresql -maxdepth 1 -mindepth 1 | sort -V | tail -n 1)/bin
    install -d -o postgres -m 700 "$T/data"
    install -d -o postgres -m 755 "$T/socket"
    as_postgres "$pg/initdb" -D "$T/data" --auth=trust >"$T/initdb.log"
    cat >>"$T/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$T/socket'
CONF
    pg_control start
    psql -d postgres -c 'create database bootstrap' >/dev/null
    psql -f packaging/pipelines/rsyslog/schema.sql >/dev/null
}

as_postgres() {
    (cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@" 3>&-)
}

pg_control() {
    as_postgres "$pg/pg_ctl" -D "$T/data" -l "$T/data/log" -w "$@" >/dev/null
}

psql() {
    command psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$T/socket" -U postgres -d bootstrap "$@"
}

# Starts an rsyslogd, NAME, in its own folder, with NAME.conf.
start_rsyslogd() { # NAME
    rsyslogd -n -f "$T/$1.conf" -i "$T/$1/pid" >>"$T/$1.log" 2>&1 3>&- &
    daemon[$1]=$!
}

kill_rsyslogd() { # NAME
    kill -KILL "${daemon[$1]}"
    wait "${daemon[$1]}" 2>/dev/null || :
    unset "daemon[$1]"
}

# A configuration of packaging/ with this test's paths: NAME is its user and the name in its certificate.
configure() { # sender|receiver NAME
    mkdir "$T/$2"
    {
        printf 'global(workDirectory="%s" localHostname="%s")\n' "$T/$2" "$2"
        sed -e "s,/var/log/bootstrap-trace/events.json,$T/$2.json," \
            -e "s,target=\"log.example.org\",target=\"127.0.0.1\"," \
            -e "s,port=\"2514\",port=\"$port\"," \
            -e "s,/etc/bootstrap-trace/tls/ca.pem,$T/tls/ca.pem," \
            -e "s,/etc/bootstrap-trace/tls/cert.pem,$T/tls/$2.pem," \
            -e "s,/etc/bootstrap-trace/tls/key.pem,$T/tls/$2.key," \
            -e "s,@localhost/bootstrap,@/bootstrap?host=$T/socket," \
            -e "s,/var/log/bootstrap-trace-unparsed.log,$T/unparsed," \
            "packaging/pipelines/rsyslog/$1.conf"
    } >"$T/$2.conf"
    rsyslogd -N1 -f "$T/$2.conf" >"$T/check" 2>&1 || { cat "$T/check"; return 1; }
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

setup() {
    declare -gA daemon
    T=$(mktemp -d)
    chmod 755 "$T"
}

teardown() {
    for name in "${!daemon[@]}"; do
        kill_rsyslogd "$name" 2>/dev/null
    done
    [ ! -e "$T/data/postmaster.pid" ] || pg_control -m immediate stop || :
    [ -n "${KEEP:-}" ] || rm -rf "$T"
}

stored() {
    psql -c 'select count(*) from bootstrap_events'
}

stored_at_least() { # COUNT
    [ "$(stored)" -ge "$1" ]
}

@test "20,000 execs from four senders through RELP and TLS to PostgreSQL, each killed once: every line is stored once" {
    local senders=(m1.machines.example.org m2.machines.example.org m3.machines.example.org m4.machines.example.org)
    local per=$((${STORM:-20000} / 4)) name written storms=() port
    port=$(free_port)
    mkdir "$T/tls"
    (cd "$T/tls" && "$OLDPWD/packaging/pipelines/rsyslog/tls" log.example.org "${senders[@]}")
    start_postgres
    configure receiver log.example.org
    start_rsyslogd log.example.org
    for name in "${senders[@]}"; do
        configure sender "$name"
        : >"$T/$name.json"
        start_rsyslogd "$name"
    done

    # Each sender has its own storm, and a line of 20 KB.
    cp /bin/true "$T/storm"
    began=$EPOCHSECONDS
    for name in "${senders[@]}"; do
        nice ./bootstrap -f json -o "$T/$name.json" -m 24576 -- bash -c '
            "$1" "$2" "$3" >/dev/null
            "$3" "$(printf "%020000d" 0)"' _ .output/workload/storm "$per" "$T/storm" 2>"$T/$name.err" 3>&- &
        storms+=($!)
    done
    await 120 stored_at_least $((per))
    kill_rsyslogd log.example.org
    sleep 2
    start_rsyslogd log.example.org
    await 120 stored_at_least $((per * 2))
    kill_rsyslogd "${senders[0]}"
    start_rsyslogd "${senders[0]}"
    await 120 stored_at_least $((per * 3))
    pg_control -m immediate restart
    wait "${storms[@]}"
    traced=$((EPOCHSECONDS - began))

    written=$(cat "$T"/m?.*.json | wc -l)
    await "${LIMIT:-400}" stored_at_least "$written"
    for name in "${senders[@]}"; do
        keys "$name" <"$T/$name.json"
    done | LC_ALL=C sort >"$T/written"
    psql -c "select concat_ws(' ', host, id, event, time) from bootstrap_events" | LC_ALL=C sort >"$T/stored"
    echo "# traced in $traced s, stored in $((EPOCHSECONDS - began)) s: $(wc -l <"$T/written") lines" >&3
    echo "# bytes per line: $(($(cat "$T"/m?.*.json | wc -c) / written)) in the file, $(psql -c "
        select pg_total_relation_size('bootstrap_events') / count(*) from bootstrap_events") in the table with its indexes" >&3
    same "$T/written" "$T/stored"

    # The queries in docs/fleet.md work, and find nothing missing.
    sed -n '/^```sql$/,/^```$/ { /^```/ d; p }' docs/fleet.md >"$T/queries"
    [ "$(grep -c ';$' "$T/queries")" -ge 2 ]
    psql -f "$T/queries" >"$T/answers"
    [ "$(grep -c '^m.*|0$' "$T/answers")" -eq 4 ]

    # The storm's execs and exits, counted independently of the tracer.
    [ "$(psql -c "select count(*) from bootstrap_events where event = 'exec' and line->>'filename' = '$T/storm'")" -eq $((4 * per + 4)) ]
    [ "$(psql -c "select count(*) from bootstrap_events where event = 'exec' and length(line->'args'->>1) = 20000")" -eq 4 ]
    [ ! -s "$T/unparsed" ]

    # This comparison would have noticed one dropped line.
    psql -c 'delete from bootstrap_events where ctid = (select min(ctid) from bootstrap_events)'
    psql -c "select concat_ws(' ', host, id, event, time) from bootstrap_events" | LC_ALL=C sort >"$T/stored"
    run -1 same "$T/written" "$T/stored"
}
