# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# bootstrap -- COMMAND: the command and its descendants from the first
# instruction on, nobody else; what is the command's remains its own.

load ../helpers

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    cd "$T" || return
}

teardown() {
    kill_tracers
    [[ -z ${orphan-} ]] || kill -KILL "$orphan" || :
}

# Runs a command traced, the table in t.out; sets status.
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

@test "not found is 127, not executable 126, each with a line that names it" {
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

@test "the command from its first exec on, its descendants, nobody else" {
    # Others run at the same time.
    "$WORKLOADS/exit" 0 200 >others 3>&- &
    # shellcheck disable=SC2016  # for the inner shell
    traced -- bash -c 'echo $$ >pid; "$0"/reexec >reexec; "$0"/threadexec >threadexec; "$0"/orphan >orphan; exit 9' "$WORKLOADS"
    wait $!
    [ "$status" -eq 9 ]
    quiet t
    cat reexec threadexec orphan >expected
    compare expected t.out
    # The first line is the command's, the last one, too.
    LC_ALL=C awk -v pid="$(cat pid)" '
        NR == 2 && ($2 != "EXEC" || $4 != pid) { print; wrong = 1 }
        $2 == "EXIT" && $4 == pid { ends = $0 }
        { family[$4]; if (NR > 2 && $4 != pid && !($5 in family) && $3 != "orphan") { print "whose child? " $0; wrong = 1 } }
        END { exit wrong || ends !~ /\[9\]/ }' t.out
    [ -z "$(grep ' exit ' t.out)" ]
}

@test "its standard input and output are its own; the table goes to standard error" {
    echo in | "$BOOTSTRAP" -- cat >out 2>err
    [ "$(cat out)" = in ]
    grep -qE '^[0-9:]{8} EXEC  cat ' err
    grep -qE '^[0-9:]{8} EXIT  cat .*\[0\] ' err
}

@test "SIGINT from the terminal: the command decides, the tracer waits for it" {
    # A job of its own is a process group, as under a terminal, and does not ignore SIGINT.
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

@test "SIGTERM to the tracer goes to the command" {
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

@test "an orphan that outlives the command does not hold it up" {
    # shellcheck disable=SC2016
    traced -- bash -c '"$0"/child 0 600000 & echo $! >orphan; until read -r name </proc/$!/comm && [[ $name == child ]]; do :; done; exit 8' "$WORKLOADS"
    orphan=$(cat orphan)
    [ "$status" -eq 8 ]
    quiet t
    kill -0 "$orphan"
    grep -qE " EXEC  child +$orphan " t.out
    [ -z "$(grep -E " EXIT  child +$orphan " t.out)" ]
}
