# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# How a run ends when its output is slow, blocked, full or closed, and what happens to
# the command.

# shellcheck disable=SC2154 # never is set by the helpers
load ../helpers

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    cd "$T" || return
    cp "$WORKLOADS/child" s
}

teardown() {
    kill_tracers
    [[ -z ${flood-} ]] || kill -KILL $flood 2>/dev/null || :
}

# Execs and exits on every CPU until teardown.  The argument makes for far more than 200 KB/s,
# even where a process takes milliseconds.
begin_flood() {
    flood=''
    for _ in 1 2; do
        "$WORKLOADS/storm" 100000000 ./s 4000 >/dev/null 3>&- &
        flood+=" $!"
    done
}

# Reads 200 KB/s from a FIFO into $T/got.
slow_reader() {
    while IFS= read -r -N 4000 -u "$reader" chunk || [[ -n $chunk ]]; do
        printf %s "$chunk"
        read -rt 0.02 -u "$never" || :
    done >got
}

# OPTION...: a flood, -t 3 and a reader that is slower than the events.
slowly() {
    local start=$SECONDS
    mkfifo pipe
    "$BOOTSTRAP" -b 64K -t 3 "$@" >pipe 2>t.err 3>&- &
    known_as t
    exec {reader}<pipe
    slow_reader 3>&- &
    local reading=$!
    begin_flood
    status=0
    ended t || status=$?
    local took=$((SECONDS - start))
    echo "status $status after $took s"
    wait $reading
    exec {reader}<&-
    cat t.err
    [ "$status" -eq 0 ]
    [ $took -le 20 ] # without a bound on the drain it never ends
    [ -z "$(tail -c 1 got)" ]
}

@test "a reader slower than the events: -t ends it in time, each line is complete, losses are exact" {
    slowly -f json
    jq -es 'map(select(.event == "lost") | .count) | add' got >lost
    [ "$(<lost)" -gt 0 ]
    [ "$(sed -n 's/.*lost \(up to \)\?\([0-9]*\) events in total.*/\2/p' t.err)" -eq "$(<lost)" ]
}

@test "a reader slower than the events: the trace is closed, the summary is printed" {
    slowly -f trace
    jq -e 'length > 10' got
    rm pipe
    kill -KILL $flood
    slowly -s
    grep -qE '^s +[0-9]+ +0 ' got
}

@test "a reader that never reads: -t still ends it, status 1" {
    local start=$SECONDS
    mkfifo pipe
    exec {reader}<>pipe
    begin_flood
    "$BOOTSTRAP" -f json -t 2 >pipe 2>t.err 3>&- &
    known_as t
    status=0
    ended t || status=$?
    cat t.err
    [ "$status" -eq 1 ]
    [ $((SECONDS - start)) -ge 6 ] # 2 s, then 5 s without progress
    [ $((SECONDS - start)) -le 25 ]
    grep -qE '^bootstrap: output blocked; the last [1-9][0-9]* events were not written$' t.err
}

@test "a pipe for output and errors that is full to the last byte: -t still ends it, status 1" {
    mkfifo pipe
    exec {reader}<>pipe
    timeout 1 dd if=/dev/zero of=pipe bs=1 oflag=nonblock 2>/dev/null || :
    status=0
    timeout -k 1 30 "$BOOTSTRAP" -t 2 >pipe 2>&1 3>&- || status=$?
    [ "$status" -eq 1 ]
}

@test "the output fails: one line; the tracer waits for the command and keeps its status" {
    status=0
    "$BOOTSTRAP" -f json -- sh -c '/bin/true; sleep 1; touch flag; exit 7' >/dev/full 2>t.err || status=$?
    cat t.err
    [ "$status" -eq 7 ]
    [ -e flag ]
    [ "$(grep -c '^bootstrap: cannot write the output: No space left on device' t.err)" -eq 1 ]
    rm flag
    # If the command succeeds, the tracer has failed still.
    status=0
    "$BOOTSTRAP" -f json -- sh -c '/bin/true; exit 0' >/dev/full 2>t.err || status=$?
    [ "$status" -eq 1 ]
    # The output pipe is closed: not even SIGPIPE ends it before the command.
    { status=0; "$BOOTSTRAP" -f json -- sh -c '/bin/true; sleep 1; /bin/true; touch flag; exit 7' 2>t.err ||
        status=$?; echo "$status" >status; } | head -n 1 >first
    cat t.err
    [ "$(<status)" -eq 7 ]
    [ -e flag ]
    [ "$(wc -l <first)" -eq 1 ]
}

@test "a command that makes the shared output non-blocking: no line is torn or missing" {
    mkfifo pipe
    # Sets O_NONBLOCK on the file description shared with the tracer's standard error.
    cat >script <<'END'
perl -MFcntl -e 'fcntl(STDERR, F_SETFL, fcntl(STDERR, F_GETFL, 0) | O_NONBLOCK) or die'
for i in $(seq 2000); do /bin/true; [ $i -ne 1200 ] || : >many; done
END
    "$BOOTSTRAP" -b 16M -- sh script >/dev/null 2>pipe 3>&- &
    known_as t
    exec {reader}<pipe
    await test -e many # more than the pipe holds
    cat <&"$reader" >t.out
    ended t
    [ "$(grep -cE ' EXEC  true .* /bin/true$' t.out)" -eq 2000 ]
    [ "$(grep -cE ' EXIT  true .* \[0\] \([0-9]+ms\)$' t.out)" -eq 2000 ]
}

@test "-n and -t with a command: prints that tracing has stopped, and waits" {
    local limit
    for limit in '-n 1' '-t 1'; do
        status=0
        # shellcheck disable=SC2086  # two words
        "$BOOTSTRAP" $limit -o t.out -- sh -c '/bin/true; sleep 2; exit 5' 2>t.err || status=$?
        cat t.err
        [ "$status" -eq 5 ]
        [ "$(<t.err)" = 'bootstrap: tracing has stopped; waiting for the command to exit' ]
    done
}

@test "a run that cannot start leaves the -o file unchanged; one that can replaces it" {
    echo yesterday >kept
    chmod 666 kept
    chmod 755 "$T"
    status=0
    setpriv --reuid=65534 --regid=65534 --clear-groups "$BOOTSTRAP" -o "$T/kept" 2>t.err || status=$?
    cat t.err
    [ "$status" -eq 1 ]
    [ "$(<kept)" = yesterday ]
    "$BOOTSTRAP" -o kept -- /bin/true
    [ "$(grep -c yesterday kept)" -eq 0 ]
    grep -q ' EXEC  true ' kept
}

# Plain only, because the sanitizers need /proc.
# bats test_tags=plain
@test "a PID namespace without its own /proc is rejected" {
    status=0
    unshare --mount --pid --fork sh -c "mount -t tmpfs none /proc && exec '$BOOTSTRAP' -t 1" >t.out 2>t.err || status=$?
    cat t.err
    [ "$status" -eq 2 ]
    grep -q '^bootstrap: cannot determine the PID namespace: /proc is missing; ' t.err
    [ ! -s t.out ]
}
