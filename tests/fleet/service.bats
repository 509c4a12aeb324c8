# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The Debian package and its service, in a container that boots systemd.

load helpers

setup_file() {
    load helpers
    T=$BATS_FILE_TMPDIR
    export T
    # Two folders whose names differ in length, and a different umask.
    packaging/deb "$VERSION" "$T/one"
    copy_tree "$T/another-place/tree"
    (umask 077 && "$T/another-place/tree/packaging/deb" "$VERSION" "$T/two")

    # The same package with a later version, to upgrade to.
    mkdir "$T/fleet"
    cp "$T"/one/*.deb "$T/fleet/first.deb"
    dpkg-deb -R "$T/fleet/first.deb" "$T/later"
    sed -i 's/^Version: .*/&+later/' "$T/later/DEBIAN/control"
    dpkg-deb -b "$T/later" "$T/fleet/second.deb" >/dev/null

    cp .output/workload/storm tests/fleet/probe.bash "$T/fleet/"
    tests/fleet/boot "$T/fleet" tests/fleet/service.probe || {
        echo "the probe ended with status $?"
        tail -n 20 "$T/fleet/log" "$T/fleet/console"
        return 1
    }
}

setup() {
    cd "$T/fleet" || return
}

# The numbers of execs and exits of NAME in a file of JSON lines, without duplicates.
counts() { # NAME FILE
    jq -rs --arg name "$1" '
        map(select(.comm == $name)) | group_by(.event) | map("\(.[0].event) \(map("\(.pid) \(.time)") | unique | length)") | join(" ")
    ' "$2"
}

@test "make deb: the same bytes from two folders, whatever the umask" {
    (cd "$T/one" && sha256sum -- *.deb) >"$T/sums"
    [ "$(wc -l <"$T/sums")" -eq 1 ]
    (cd "$T/two" && sha256sum -- *.deb) | diff "$T/sums" -
}

@test "make deb: lintian reports nothing" {
    run -0 env TMPDIR="$T" lintian --fail-on=error,warning "$T"/one/*.deb
    [ -z "$(grep -v 'running with root privileges' <<<"$output")" ] || { echo "$output"; return 1; }
}

@test "make deb: lintian finds a planted mistake" {
    dpkg-deb -R "$T/fleet/first.deb" "$T/wrong"
    rm -r "$T/wrong/usr/share/doc/bootstrap-trace/copyright"
    dpkg-deb -b "$T/wrong" "$T/wrong.deb" >/dev/null
    run -2 env TMPDIR="$T" lintian --fail-on=error,warning "$T/wrong.deb"
    [[ $output == *no-copyright-file* ]]
}

@test "make deb: the program uses the system's libbpf and is hardened" {
    [[ $(dpkg-deb -f first.deb Depends) == *libbpf1* ]]
    dpkg-deb -x first.deb "$T/x"
    readelf -dW "$T/x/usr/bin/bootstrap" | grep -q 'NEEDED.*libbpf'
    readelf -dW "$T/x/usr/bin/bootstrap" | grep -q BIND_NOW
}

@test "the package: contains program, manual, completions, units and licence" {
    dpkg-deb -c first.deb | awk '{ print $6 }' >"$T/names"
    for name in ./usr/bin/bootstrap ./usr/share/man/man8/bootstrap.8.gz ./etc/default/bootstrap-trace \
        ./lib/systemd/system/bootstrap-trace.service ./usr/share/doc/bootstrap-trace/copyright \
        ./usr/share/bash-completion/completions/bootstrap ./usr/share/zsh/site-functions/_bootstrap \
        ./usr/share/fish/vendor_completions.d/bootstrap.fish; do
        grep -qx "$name" "$T/names" || { echo "missing: $name"; return 1; }
    done
}

@test "the units: systemd-analyze verify reports nothing" {
    printf '%s: clean\n' bootstrap-trace.service bootstrap-trace-metrics.service bootstrap-trace-metrics.timer | diff verify -
}

@test "the service: systemd-analyze security scores at most 1.0" {
    score=$(sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p' security)
    echo "score: $score"
    awk -v s="$score" 'BEGIN { exit !(s != "" && s <= 1.0) }'
}

@test "the service: is installed disabled and not started" {
    printf '%s\n' disabled disabled inactive inactive | diff state.installed -
}

@test "the service: traces as its own user, without any capability" {
    uid=$(awk '/^Uid:/ { print $2 }' process)
    [ "$uid" -ge 61184 ] && [ "$uid" -le 65519 ] # the range of DynamicUser
    [ "$(awk '/^Cap(Inh|Prm|Eff|Amb):/ { print $2 }' process | sort -u)" = 0000000000000000 ]
    grep -q '^NoNewPrivs:[[:space:]]*1$' process
    grep -q '^Seccomp:[[:space:]]*2$' process
}

@test "the service: the journal contains JSON lines for every exec and exit, before and after a restart" {
    jq -c . journal.json >/dev/null
    for name in storm-a storm-b storm-c; do
        [ "$(counts $name journal.json)" = 'exec 2000 exit 2000' ] || { counts $name journal.json; return 1; }
    done
    # Each line once.
    [ "$(sort journal.json | uniq -d | wc -l)" -eq 0 ]
    # A missing line would have been found.
    sed '0,/"comm":"storm-b"/ { /"comm":"storm-b"/ d }' journal.json >short.json
    [ "$(counts storm-b short.json)" != 'exec 2000 exit 2000' ]
}

@test "after an upgrade the service runs the new program" {
    [ "$(cat pid.old)" != "$(cat pid.new)" ]
}

@test "the metrics: the journal's runs, summed over two runs of the timer's service" {
    for name in storm-a storm-b storm-c; do
        grep -qx "bootstrap_runs_total{comm=\"$name\"} 2000" bootstrap-trace.prom
    done
    grep -qx 'bootstrap_runs_total{comm="storm-d"} 100' bootstrap-trace.prom
    grep -qx 'bootstrap_unparsed_total 0' bootstrap-trace.prom
}

@test "the options: come from the defaults file; an invalid one ends the service for good" {
    grep -q -- '--format=json --comm=storm-e --max-args=64' cmdline
    printf '%s\n' 2 0 | diff <(sort -r wrong) -
    grep -q no-such-option wrong.journal
}

@test "to a file: every exec and exit, through a rotation and a restart; only root and adm read it" {
    printf '%s\n' '750 root adm' '640 root adm' | diff file.mode -
    jq -c . file.json >/dev/null
    for name in storm-f storm-g storm-h; do
        [ "$(counts $name file.json)" = 'exec 1000 exit 1000' ]
    done
}

@test "after removal the service has ended and no file is left" {
    diff left /dev/null
}
