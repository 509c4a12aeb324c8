# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Faults in the tracer's environment: signals, output that is closed, full or not read,
# too little memory, reused PIDs.  SIGKILL is in host.bats.

load ../helpers

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    cp "$WORKLOADS/child" "$T/s"
    cd "$T" || return
}

teardown() {
    end_storm
    kill_tracers
    ! mountpoint -q "$T/small" || umount "$T/small"
}

# Runs one process after the other until end_storm, which also ends the storm.
begin_storm() {
    "$WORKLOADS/storm" 100000000 ./s >/dev/null 3>&- &
    storm=$!
}

end_storm() {
    [[ -z ${storm-} ]] || { kill -KILL "$storm" && wait "$storm"; } 2>/dev/null || :
    unset storm
}

# Every line of the table is valid and complete.
whole() { # FILE
    LC_ALL=C awk '
        NR == 1 || /^[0-2][0-9]:[0-5][0-9]:[0-6][0-9] (EXEC |EXIT ) .* [0-9]+ +[0-9]+ +.+$/ { next }
        { print "not a line: " $0; wrong++ }
        END { exit !NR || wrong }' "$1" && [ -z "$(tail -c 1 "$1")" ]
}

one_line() { # FILE PATTERN
    cat "$1"
    [ "$(wc -l <"$1")" -eq 1 ]
    grep -q -e "$2" "$1"
}

@test "a signal during a storm: all earlier events are printed, the last line is complete, status 0" {
    local signal
    for signal in INT TERM HUP; do
        start t -b 16M
        begin_storm
        freeze t
        work expected exit 0 99
        kill -"$signal" "$TRACER"
        thaw t
        ended t
        kill -0 "$storm"
        end_storm
        quiet t
        compare expected t.out
        whole t.out
        grep -q ' EXEC  s  ' t.out
    done
}

@test "a full disk: what a command wrote to the same file is not cut" {
    # shellcheck disable=SC2016 # the inner shell's
    unshare -m bash -c 'mount -t tmpfs -o size=64k none /mnt
        "$0" -f json -- sh -c "head -c 70000 /dev/zero | tr \"\\0\" x" >/mnt/log 2>&1
        cp /mnt/log "$1"' "$BOOTSTRAP" "$T/log" || :
    [ "$(tr -cd x <"$T/log" | wc -c)" -gt 50000 ]
}

@test "stopped and continued repeatedly during a storm: nothing is missing" {
    start t -b 16M
    work during storm 2000 ./s 3>&- &
    local writer=$!
    for _ in 1 2 3 4 5; do
        freeze t
        pause
        thaw t
        pause
    done
    wait "$writer"
    work after exit 0 20
    finish t
    quiet t
    compare during t.out
    compare after t.out
}

# Starts a tracer whose output is a full pipe that is open for reading.
start_blocked() {
    mkfifo pipe
    exec {reader}<>pipe
    "$BOOTSTRAP" -b 16M >pipe 2>t.err 3>&- &
    known_as t
    await attached "$TRACER"
    work before storm 3000 ./s
}

@test "output blocked: after a signal it gives up, with status 1 and one line" {
    start_blocked
    kill -TERM "$TRACER"
    ended t || status=$?
    [ "${status-0}" -eq 1 ]
    one_line t.err 'output blocked; the last [0-9]* events were not written'
}

@test "output blocked: a second signal ends it at once" {
    start_blocked
    kill -INT "$TRACER"
    kill -TERM "$TRACER"
    local start=$SECONDS
    ended t || status=$?
    [ "${status-0}" -eq 1 ]
    [ $((SECONDS - start)) -le 3 ] # after only the first it would take 5 s
    one_line t.err 'output blocked; the last [0-9]* events were not written'
}

@test "a paused terminal (Ctrl-S) loses nothing, and continues" {
    local second=$SECONDS
    mkfifo go
    NO_COLOR=1 "$WORKLOADS/pty" go t.out "$BOOTSTRAP" -b 16M 2>t.err 3>&- &
    known_as t
    await attached "$TRACER"
    work held storm 2000 ./s
    until ((SECONDS - second > 2)); do pause; done
    : >go
    work after exit 0 20
    finish t
    await test -e t.out
    quiet t
    compare held t.out
    compare after t.out
    whole t.out
}

@test "output pipe closed while idle: it dies of SIGPIPE within a second" {
    local us status
    mkfifo pipe
    # Idle whatever the machine does, because no command has that name.
    for _ in 1 2 3; do
        "$BOOTSTRAP" -c 'no such command' >pipe 2>t.err 3>&- &
        known_as t
        exec {reader}<pipe
        read -rt "$DEADLINE" -u "$reader"
        us=${EPOCHREALTIME/[^0-9]/}
        exec {reader}<&-
        status=0
        ended t || status=$?
        us=$((${EPOCHREALTIME/[^0-9]/} - us))
        quiet t
        [ $status -eq $((128 + 13)) ]
        # On a busy machine it may take longer, but not three times in a row.
        ((us >= 1000000)) || break
    done
    echo "$us us"
    [ "$us" -lt 1000000 ]
}

@test "the disk is full before the first line, or during the run: one line, status 1, no partial line" {
    local status=0 end=$((SECONDS + DEADLINE)) format
    "$BOOTSTRAP" -t 5 >/dev/full 2>t.err 3>&- || status=$?
    [ $status -eq 1 ]
    one_line t.err 'cannot write the output: No space left on device'
    status=0
    "$BOOTSTRAP" -t 5 -o /dev/full >t.out 2>t.err 3>&- || status=$?
    [ $status -eq 1 ]
    one_line t.err 'cannot write the output: No space left on device'
    [ ! -s t.out ]

    # Earlier output is kept up to its last complete line; a trace is closed.
    mkdir small
    mount -t tmpfs -o size=64k none small
    for format in table json trace; do
        rm -f small/out
        "$BOOTSTRAP" -f $format -o small/out 2>t.err 3>&- &
        known_as t
        await attached "$TRACER"
        while kill -0 "$TRACER" 2>/dev/null; do
            ((SECONDS < end))
            work some storm 100 ./s
        done
        status=0
        ended t || status=$?
        [ $status -eq 1 ]
        one_line t.err 'No space left on device'
        [ "$(stat -c %s small/out)" -gt 60000 ]
        echo "$format: $(tail -n 1 small/out)"
        [ -z "$(tail -c 1 small/out)" ]
        if [ $format = table ]; then whole small/out; else jq -es 'flatten | length > 50' small/out; fi
    done
}

@test "the disk is full while the tracer runs as the command's user, who cannot read the file: no half line" {
    mkdir small
    mount -t tmpfs -o size=64k none small
    (umask 077; : >small/out)
    status=0
    "$BOOTSTRAP" -f json -o small/out --run-as=nobody -- "$WORKLOADS/storm" 200 "$WORKLOADS/child" >/dev/null 2>t.err 3>&- || status=$?
    cat t.err
    [ "$status" -eq 1 ] # though the command has succeeded
    grep -q 'No space left on device' t.err
    [ "$(stat -c %s small/out)" -gt 60000 ]
    [ -z "$(tail -c 1 small/out)" ]
    jq -es 'length > 50' small/out
}

# bats test_tags=plain
@test "too little memory for the ring: one line, status 1" {
    local status=0
    (ulimit -v 40000 && exec "$BOOTSTRAP" -b 64M >t.out 2>t.err 3>&-) || status=$?
    [ $status -eq 1 ]
    one_line t.err 'not enough memory for the ring buffer; try a smaller --buffer'
    [ ! -s t.out ]
    # A smaller ring works.
    ulimit -v 40000
    start t -b 64K
    finish t
    quiet t
}

@test "a PID that is reused at once: the new process has its own start time" {
    start t
    for _ in 1 2 3 4 5; do
        work expected reuse 5 "$T/s" && break # retry if another process took the PID
    done
    finish t
    quiet t
    compare expected t.out
}

@test "a loss is reported even if no event follows" {
    local name=s$BASHPID # a unique name
    cp s "$name"
    start t -b 64K -c "$name"
    freeze t
    work many storm 2000 "./$name"
    thaw t
    await grep -q 'lost [0-9]* events (' t.err
    [ "$(grep -c ' in total ' t.err)" -eq 0 ]
    finish t
    LC_ALL=C awk '
        / in total / { all = $3 }
        END { print NR " lines, " all; exit NR != 2 || all + 0 < 1 }' t.err
    [ $(($(wc -l <t.out) - 1 + $(sed -n 's/.*lost \([0-9]*\) events in total.*/\1/p' t.err))) -eq 4000 ]
}

@test "with a command: SIGINT is left to it, SIGTERM and SIGHUP are forwarded" {
    local signal status
    for signal in TERM HUP; do
        status=0
        rm -f up
        set -m # otherwise the shell makes both of them ignore SIGINT
        # shellcheck disable=SC2016  # for the inner shell
        "$BOOTSTRAP" -o t.out -- bash -c '
            trap "exit 7" '$signal'; trap "exit 9" INT
            : >up
            while :; do read -rt 0.02 <>never; done' 2>t.err 3>&- &
        known_as t
        set +m
        await test -e up
        kill -INT "$TRACER"
        pause
        kill -0 "$TRACER"
        kill -$signal "$TRACER"
        ended t || status=$?
        quiet t
        [ $status -eq 7 ]
        grep -qE ' EXIT  bash .* \[7\] ' t.out
        whole t.out
    done
}

@test "SIGHUP stays ignored if it was ignored, as under nohup" {
    : >t.out
    (trap '' HUP && exec "$BOOTSTRAP" >t.out 2>t.err 3>&-) &
    known_as t
    await ready_or_gone t.out "$TRACER"
    kill -HUP "$TRACER"
    work after exit 0 20
    kill -0 "$TRACER"
    finish t
    quiet t
    compare after t.out
}

@test "SIGALRM, sent or from a timer of the caller, is not mistaken for blocked output" {
    local status=0
    "$WORKLOADS/inherit" alarm=3000 "$BOOTSTRAP" -t 4 >t.out 2>t.err 3>&- || status=$?
    [ $status -eq 0 ]
    quiet t
    start t
    kill -ALRM "$TRACER"
    ended t || status=$?
    [ $status -eq $((128 + 14)) ]
    quiet t
}

@test "SIGTERM ends it even if it was blocked" {
    : >t.out
    "$WORKLOADS/inherit" block=15 "$BOOTSTRAP" >t.out 2>t.err 3>&- &
    known_as t
    await ready_or_gone t.out "$TRACER"
    kill -TERM "$TRACER"
    ended t
    quiet t
}

@test "output pipe closed while SIGPIPE is ignored: status 1 and one line" {
    local status=0
    mkfifo pipe
    "$WORKLOADS/inherit" ignore=13 "$BOOTSTRAP" -c 'no such command' >pipe 2>t.err 3>&- &
    known_as t
    exec {reader}<pipe
    read -rt "$DEADLINE" -u "$reader"
    exec {reader}<&-
    ended t || status=$?
    [ $status -eq 1 ]
    one_line t.err '^bootstrap: cannot write the output: Broken pipe$'
}

@test "past ulimit -f: status 1, one line, no partial line" {
    local status=0 end=$((SECONDS + DEADLINE))
    (ulimit -f 16 && exec "$BOOTSTRAP" -o limited 2>t.err 3>&-) &
    known_as t
    await attached "$TRACER"
    while kill -0 "$TRACER" 2>/dev/null; do
        ((SECONDS < end))
        work some storm 100 ./s
    done
    ended t || status=$?
    [ $status -eq 1 ]
    one_line t.err '^bootstrap: cannot write the output: File too large; the last [0-9]* events were not written$'
    whole limited
    [ "$(stat -c %s limited)" -gt 15000 ]
}
