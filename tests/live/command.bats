# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# bootstrap -- COMMAND: traces the command and its descendants from the first
# instruction on, and no other process; the command keeps its own streams, user,
# signals and exit status.

load ../helpers

bats_require_minimum_version 1.5.0

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    cd "$T" || return
}

teardown() {
    kill_tracers
    [[ -z ${orphan-} ]] || kill -KILL "$orphan" || :
}

# Traces a command, with the table in t.out; sets status.
traced() { # [OPTION...] -- COMMAND [ARG...]
    status=0
    "$BOOTSTRAP" -o t.out "$@" 2>t.err 3>&- || status=$?
}

@test "its exit status is the command's" {
    local code
    for code in 0 1 3 126 255; do
        traced -- "$WORKLOADS/child" $code
        [ "$status" -eq $code ]
        quiet t
    done
    # shellcheck disable=SC2016  # the inner shell's PID
    traced -- bash -c 'kill -KILL $$'
    [ "$status" -eq 137 ]
    grep -qE ' EXIT  bash .*\[SIGKILL\] ' t.out
    quiet t
}

@test "status 127 if not found, 126 if not executable, each with one line that names the file" {
    traced -- ./not-there
    [ "$status" -eq 127 ]
    [ "$(wc -l <t.err)" -eq 1 ]
    grep -q "not-there.*No such file" t.err
    : >not-executable
    traced -- ./not-executable
    [ "$status" -eq 126 ]
    [ "$(wc -l <t.err)" -eq 1 ]
    grep -q "not-executable.*Permission denied" t.err
}

@test "the command from its first exec on, its descendants, and no other process" {
    # Other processes start and end all the time.
    local end=$((SECONDS + DEADLINE))
    until [[ -e over ]] || ((SECONDS > end)); do "$WORKLOADS/exit" 0 5; done >others 3>&- &
    # shellcheck disable=SC2016  # for the inner shell
    traced -- bash -c 'echo $$ >pid; "$0"/reexec >reexec; "$0"/threadexec >threadexec; "$0"/orphan >orphan; exit 9' "$WORKLOADS"
    : >over
    wait $!
    [ "$status" -eq 9 ]
    quiet t
    cat reexec threadexec orphan >expected
    compare expected t.out
    # The first and the last line are the command's.
    LC_ALL=C awk -v pid="$(cat pid)" '
        NR == 2 && ($2 != "EXEC" || $4 != pid) { print; wrong = 1 }
        $2 == "EXIT" && $4 == pid { ends = $0 }
        { family[$4]; if (NR > 2 && $4 != pid && !($5 in family) && $3 != "orphan") { print "not a descendant: " $0; wrong = 1 } }
        END { exit wrong || ends !~ /\[9\]/ }' t.out
    [ -z "$(grep ' exit ' t.out)" ]
}

@test "the command keeps its standard input and output; the table goes to standard error" {
    echo in | "$BOOTSTRAP" -- cat >out 2>err
    [ "$(cat out)" = in ]
    grep -qE '^[0-9:]{8} EXEC  cat ' err
    grep -qE '^[0-9:]{8} EXIT  cat .*\[0\] ' err
}

@test "-o -: the table of a command goes to standard output, and the command's to standard error" {
    echo in | "$BOOTSTRAP" -o - -- cat >out 2>err
    [ "$(cat err)" = in ]
    grep -qE '^[0-9:]{8} EXEC  cat ' out
    grep -qE '^[0-9:]{8} EXIT  cat .*\[0\] ' out
}

@test "SIGINT from the terminal: the command handles it, and the tracer waits" {
    # A separate job is a process group, as on a terminal, and does not ignore SIGINT.
    set -m
    # shellcheck disable=SC2016
    "$BOOTSTRAP" -o t.out -- bash -c 'trap "\"$0\"/child 4 300; exit 5" INT; : >up; while :; do "$0"/child 0 20; done' "$WORKLOADS" 2>t.err 3>&- &
    set +m
    known_as t
    await test -e up
    kill -INT -- "-$TRACER"
    status=0
    ended t || status=$?
    [ "$status" -eq 5 ]
    quiet t
    grep -qE ' EXIT  bash .*\[5\] ' t.out
    LC_ALL=C awk '$2 == "EXIT" && $3 == "child" && $6 == "[4]" { gsub(/[^0-9]/, "", $NF); if ($NF >= 300) n++ } END { exit n != 1 }' t.out
}

@test "the tracer forwards SIGTERM to the command" {
    # shellcheck disable=SC2016
    "$BOOTSTRAP" -o t.out -- bash -c 'trap "exit 6" TERM; : >up; while :; do "$0"/child 0 20; done' "$WORKLOADS" 2>t.err 3>&- &
    known_as t
    await test -e up
    kill -TERM "$TRACER"
    status=0
    ended t || status=$?
    [ "$status" -eq 6 ]
    quiet t
    grep -qE ' EXIT  bash .*\[6\] ' t.out
}

@test "an orphan that outlives the command does not delay the end" {
    mkfifo block
    traced -- bash -c 'sh -c "echo \$\$ >own; mv own orphan; read -r _ <block" & until [[ -e orphan ]]; do :; done; exit 8'
    orphan=$(cat orphan)
    [ "$status" -eq 8 ]
    quiet t
    kill -0 "$orphan"
    grep -qE " EXEC  sh +$orphan " t.out
    [ -z "$(grep -E " EXIT  sh +$orphan " t.out)" ]
}

@test "under sudo the command runs as the caller, without root's groups" {
    chmod 755 "$T"
    SUDO_UID=54321 SUDO_GID=54322 "$BOOTSTRAP" -o t.out -- cat /proc/self/status >status-of
    grep -qE '^Uid:	54321	54321	54321	54321$' status-of
    grep -qE '^Gid:	54322	54322	54322	54322$' status-of
    grep -qE '^Groups:	54322 *$' status-of
    grep -qE '^CapEff:	0+$' status-of
}

# The process has exited: it is gone or a zombie.
gone() { # PID
    local state
    ! read -r _ _ state _ 2>/dev/null <"/proc/$1/stat" || [[ $state == Z ]]
}

@test "under sudo SIGTERM and SIGHUP reach the command; the tracer runs as the same user" {
    local signal pid
    for signal in TERM HUP; do
        rm -f t.out
        SUDO_UID=65534 SUDO_GID=65533 "$BOOTSTRAP" -o t.out -- sleep 600 2>t.err 3>&- &
        known_as t
        await grep -qs ' EXEC  sleep ' t.out
        pid=$(awk '$2 == "EXEC" { print $4 }' t.out)
        grep -qE '^Uid:	65534	65534	65534	65534$' "/proc/$TRACER/status"
        grep -qE '^Gid:	65533	65533	65533	65533$' "/proc/$TRACER/status"
        run ! grep -E '^Groups:.*\<0\>' "/proc/$TRACER/status"
        # The user cannot inspect it: it has read memory of all other processes.
        [ "$(stat -c %u "/proc/$TRACER/mem")" -eq 0 ]
        kill -"$signal" "$TRACER"
        status=0
        ended t || status=$?
        [ "$status" -eq $((128 + $(kill -l $signal))) ]
        gone "$pid"
        grep -qE " EXIT  sleep .*\\[SIG$signal\\] " t.out
        quiet t
    done
}

@test "signals that the caller ignores or blocks do not change the exit status" {
    local left ms=200
    for left in ignore=17 block=17 block=15 alarm=3000; do # SIGCHLD, SIGTERM
        # It comes while the command runs, and not before the tracer does on a slow machine.
        [ $left != alarm=3000 ] || ms=4000
        status=0
        "$WORKLOADS/inherit" $left "$BOOTSTRAP" -o t.out -- "$WORKLOADS/child" 3 $ms 2>t.err 3>&- || status=$?
        echo "$left: $status"
        [ "$status" -eq 3 ]
        quiet t
    done
}

@test "the command inherits ignored and blocked signals as it would without the tracer" {
    "$WORKLOADS/inherit" ignore=17 ignore=13 block=15 "$BOOTSTRAP" -o t.out -- cat /proc/self/status >traced 2>t.err
    quiet t
    "$WORKLOADS/inherit" ignore=17 ignore=13 block=15 /bin/cat /proc/self/status >alone
    grep -E '^Sig(Blk|Ign|Cgt):' alone >expected
    [ "$(wc -l <expected)" -eq 3 ]
    grep -E '^Sig(Blk|Ign|Cgt):' traced | diff expected -
}

@test "output blocked after the command's end: two signals end the tracer at once, status 1" {
    mkfifo pipe
    # shellcheck disable=SC2034  # only held open
    exec {reader}<>pipe
    "$BOOTSTRAP" -b 16M -o pipe -- "$WORKLOADS/storm" 1000 /bin/true >storm.out 2>t.err 3>&- &
    known_as t
    # The command's last line; after it the tracer has no process to wait for.
    await test -s storm.out
    await no_children "$TRACER"
    kill -TERM "$TRACER"
    # The first signal may arrive before the tracer sees the command's end, or suffice.
    kill -HUP "$TRACER" 2>/dev/null || :
    local start=$SECONDS
    status=0
    ended t || status=$?
    [ $((SECONDS - start)) -le 3 ] # without a signal it would take 5 s
    cat t.err
    [ "$status" -eq 1 ]
    grep -qE '^bootstrap: output blocked; the last [1-9][0-9]* events were not written$' t.err
    [ "$(wc -l <t.err)" -eq 1 ]
}

# All children of PID have ended.
no_children() { # PID
    local child
    for child in $(<"/proc/$1/task/$1/children"); do
        gone "$child" || return 1
    done
}

@test "a SUDO_UID that is not a number: the command is not run, nothing is loaded" {
    local variables
    for variables in 'SUDO_UID=alice SUDO_GID=1' 'SUDO_UID=4294967295 SUDO_GID=1' 'SUDO_UID=1 SUDO_GID=' 'SUDO_UID=1'; do
        status=0
        # shellcheck disable=SC2086  # one word per variable
        env $variables "$BOOTSTRAP" -o t.out -- touch ran 2>t.err || status=$?
        cat t.err
        [ "$status" -eq 1 ]
        [ "$(wc -l <t.err)" -eq 1 ]
        grep -q '^bootstrap: cannot determine who called sudo: .*; .*--run-as' t.err
        [ ! -e ran ]
        [ ! -e t.out ]
    done
}

@test "--run-as: the command runs as that user, whoever called sudo" {
    local user
    for user in 65534 54321; do
        SUDO_UID=1 SUDO_GID=1 "$BOOTSTRAP" -o t.out --run-as=$user -- cat /proc/self/status >its 2>t.err 3>&-
        quiet t
        grep -qE "^Uid:	$user	$user	$user	$user\$" its
        run ! grep -E '^(Gid|Groups):.*\<[01]\>' its
    done
    status=0
    "$BOOTSTRAP" -o never.out --run-as=no_such_user -- touch ran 2>t.err 3>&- || status=$?
    cat t.err
    [ "$status" -eq 2 ]
    [ "$(wc -l <t.err)" -eq 1 ]
    grep -q "^bootstrap: --run-as: no such user: 'no_such_user'" t.err
    [ ! -e ran ]
    [ ! -e never.out ]
}
