# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Output about known processes: cgroups, numbers and exit statuses, compared with the shell that ran them,
# /proc and wait(2).  The formats themselves are tested in the unit tests.

bats_require_minimum_version 1.5.0

setup() {
    tracer='' sleeper=''
    bootstrap=$PWD/bootstrap
    cd "$BATS_TEST_TMPDIR" || return
}

# Runs the script $1 with the remaining arguments, traced as JSON to $PWD/json.
traced() {
    printf '%s\n' "$1" >script
    shift
    "$bootstrap" -f json -o json -- bash script "$@"
    jq -se . json >/dev/null # all of it parses
}

# Evaluates a jq filter on all JSON records except the first, "start", and compares the
# resulting strings with the arguments.
is() { # FILTER VALUE...
    local filter=$1
    shift
    jq -rs "map(select((type == \"object\" and .event == \"start\") | not)) | [$filter] | map(tostring) | .[]" json >got
    if [ $# -gt 0 ]; then printf '%s\n' "$@"; fi | diff - got
}

@test "-a: argv[0] is omitted if it is the path or its last component, otherwise it is in parentheses" {
    "$bootstrap" -a -- bash -c '/bin/true; PATH=/bin; env true x; (exec -a other /bin/true y)' 2>table
    cat table
    awk '$2 == "EXEC" && $3 == "true" { $1 = $2 = $3 = $4 = $5 = ""; print substr($0, 6) }' table >lines
    [ "$(cat lines)" = $'/bin/true\n/bin/true x\n/bin/true (other) y' ]
}

@test "JSON: the numbers match /proc, and the exit statuses match wait" {
    traced 'for how in "exit 3" "kill -9 \$\$" "exit 0"; do
                bash -c "echo \$\$ \$PPID; $how" >>said
            done'
    mapfile -t said <said
    [ ${#said[@]} -eq 3 ]
    is '.[] | select(.event == "exit" and .comm == "bash") | "\(.pid) \(.ppid) \(.exit_code) \(.signal)"' \
        "${said[0]} 3 null" "${said[1]} null SIGKILL" "${said[2]} 0 null" \
        "$(jq -rs '.[1] | "\(.pid) \(.ppid) 0 null"' json)"
    is 'map(.uid) | unique | .[]' "$(id -u)"
    is 'map(.ns_pid == .pid) | all' true
    is 'map(.lifetime_ms >= .duration_ms or .event == "exec") | all' true
}

@test "JSON: the time is the time of the event" {
    before=$(date -u +%s%N)
    traced '/bin/true'
    after=$(date -u +%s%N)
    # Seconds with jq, whose numbers are too imprecise for ns; the fraction as text.
    is '.[] | (.time | sub("\\.[0-9]{9}Z$"; "Z") | fromdate) as $t
        | select($t < '"${before::-9}"' or $t > '"${after::-9}"')'
    is 'map(.time) == (map(.time) | sort)' true
}

@test "JSON: the cgroup matches /proc" {
    mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
    group=$(mktemp -d "$mount/bootstrap test.XXXXXX")
    traced 'echo $$ >"$1/cgroup.procs"; sed -n "s/^0:://p" /proc/self/cgroup >path; exec /bin/true' "$group"
    inode=$(stat -c %i "$group")
    rmdir "$group"
    [ "$(cat path)" != / ]
    is '.[] | select(.filename == "/bin/true" or (.event == "exit" and .comm == "true")) | .cgroup' \
        "$(cat path)" "$(cat path)"
    is '.[] | select(.comm == "true") | .cgroup_id' "$inode" "$inode"
}

@test "JSON: a cgroup that is removed at once still has its path, and so does its child" {
    mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
    group=$(mktemp -d "$mount/bootstrap-test.XXXXXX")
    traced 'for i in $(seq 50); do
                mkdir -p "$1/$i/below"
                (echo $BASHPID >"$1/$i/below/cgroup.procs"; exec -a "" /bin/true "$i")
                rmdir "$1/$i/below" "$1/$i"
            done' "$group"
    rmdir "$group"
    is '.[] | select(.event == "exec" and .filename == "/bin/true") | .cgroup' \
        "/${group##*/}/"{1..50}/below
}

@test "trace: one slice for each exec, and for each fork without an exec" {
    cat >script <<'SCRIPT'
for i in 1 2 3; do /bin/true "$i"; done
(exit 4)
(exit 0) &
wait
exec /bin/false
SCRIPT
    run -1 "$bootstrap" -f trace -o json -- bash script
    # The command is bash and then false, on one track; and two forks of bash.
    is '.[0][] | select(.ph == "B") | .name + " " + (.args.command | split(" ") | .[1:] | join(" "))' \
        'bash script' 'true 1' 'true 2' 'true 3' 'false '
    is '.[0][] | select(.ph == "X") | "\(.name) \(.args.exit_code)"' 'bash 4' 'bash 0'
    is '.[0] | map(select(.ph == "B" and (.name == "bash" or .name == "false")) | .tid) | unique | length' 1
    is '.[0][] | select(.ph == "E") | "\(.name) \(.args.exit_code)"' \
        'true 0' 'true 0' 'true 0' 'bash null' 'false 1'
    is '.[0] | map(select(.ph == "X") | .dur > 0) | all' true
}

teardown() {
    kill -KILL $tracer $sleeper 2>/dev/null || :
}

# Waits for a line of the trace, for at most 30 s.
await_line() {
    local end=$((SECONDS + 30))
    until grep -qF "$1" json 2>/dev/null; do
        [ $SECONDS -lt $end ] || return
        read -rt 0.02 <> <(:) || :
    done
}

# Ends a tracer with signal $1 while a process runs whose start it has seen.
cut_short() {
    "$bootstrap" -f trace -o json -p $$ 3>&- &
    tracer=$!
    await_line processes
    sleep 1000 3>&- &
    sleeper=$!
    await_line '"sleep 1000"'
    kill "-$1" $tracer
    status=0
    wait $tracer || status=$?
    kill $sleeper
}

@test "trace: it is complete after SIGINT, SIGTERM or SIGHUP" {
    for signal in INT TERM HUP; do
        rm -f json
        cut_short $signal
        [ "$status" -eq 0 ]
        is ".[0][] | select(.ph == \"E\" and .tid == $sleeper) | .args.running" true
        is '.[0] | (map(select(.ph == "B")) | length) - (map(select(.ph == "E")) | length)' 0
    done
}

@test "summary: the numbers of runs and failures are correct" {
    cat >script <<'SCRIPT'
for i in 1 2 3 4 5 6 7; do /bin/true; done
for i in 1 2 3; do /bin/false; done
/bin/sleep 0.2
SCRIPT
    "$bootstrap" -s -- bash script 2>table
    sed '1,/^$/d' table | awk 'NR > 1 { print $1, $2, $3 }' | sort >got
    printf '%s\n' 'bash 1 0' 'false 3 3' 'sleep 1 0' 'true 7 0' | diff - got
    sed '1,/^$/d' table | awk 'length > 79' | diff - /dev/null

    "$bootstrap" -s -f json -o json -- bash script
    is '.[-1].commands | sort_by(.comm)[] | "\(.comm) \(.runs) \(.failures)"' 'bash 1 0' 'false 3 3' 'sleep 1 0' 'true 7 0'
    # It is the sum of the preceding records.
    is '(map(select(.event == "exit") | .duration_ms) | add) - (.[-1].commands | map(.total_ms) | add) | . < 0.1 and . > -0.1' true
}
