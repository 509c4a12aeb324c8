# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# Shared by the tests, in two parts: run a program that ends by itself and check its
# result; start a tracer, wait until it is ready, stop it, compare its lines.  Uses only
# bash and a few tools that busybox also has, because the live tests also run in small
# guests (tests/vm).  The second part starts no processes while processes are counted.
#
# BOOTSTRAP, WORKLOADS   the program, and the folder of the built workloads
# DEADLINE               the timeout for every wait, in s

! declare -F bats_require_minimum_version >/dev/null || bats_require_minimum_version 1.5.0
cd "${BASH_SOURCE[0]%/*}/.." || exit 1

BOOTSTRAP=$(realpath "${BOOTSTRAP:-./bootstrap}")
WORKLOADS=$(realpath "${WORKLOADS:-.output/workload}")
DEADLINE=${DEADLINE:-30}

# shellcheck disable=SC2034 # the tests read status, out and err
out=${BATS_TEST_TMPDIR-}/out
err=${BATS_TEST_TMPDIR-}/err

# Runs a command to its end: its exit status is in $status, its output in the files $out and $err.
call() {
    status=0
    timeout -k 1 "${limit:-60}" "$@" >"$out" 2>"$err" </dev/null || status=$?
}

complain() {
    echo "$1: exit status $status"
    sed 's/^/stdout: /' "$out"
    sed 's/^/stderr: /' "$err"
    return 1
}

# The last call ended with status $1, and wrote nothing to stdout and one line to
# stderr, "bootstrap: ...", that contains $2.
failed_with() {
    [ "$status" -eq "$1" ] || complain "status $1 expected"
    [ ! -s "$out" ] || complain 'nothing expected on stdout'
    [ "$(wc -l <"$err")" -eq 1 ] || complain 'one line expected on stderr'
    [[ $(<"$err") == "bootstrap: "*"$2"* ]] || complain "\"$2\" expected"
}

# The last call ended with status 2, and wrote nothing to stdout and argp's two lines
# to stderr, the first of which contains $1.
usage_error() {
    [ "$status" -eq 2 ] || complain 'status 2 expected'
    [ ! -s "$out" ] || complain 'nothing expected on stdout'
    [[ $(head -n 1 "$err") == "bootstrap: "*"$1"* ]] || complain "\"$1\" expected"
    [ "$(tail -n +2 "$err")" = "Try \`bootstrap --help' or \`bootstrap --usage' for more information." ] ||
        complain 'the hint expected on the second line'
}

# The last call succeeded and wrote nothing to stderr.
went_well() {
    [ "$status" -eq 0 ] || complain 'status 0 expected'
    [ ! -s "$err" ] || complain 'nothing expected on stderr'
}

need_root() {
    [ "$(id -u)" -eq 0 ] || skip 'needs root'
}

# Some test files define their own, which does more.
setup() {
    use_folder "$BATS_TEST_TMPDIR"
}

teardown() {
    kill_tracers
}

# The folder for the files of a test, or of setup_file.
declare -gA tracer # name -> PID; -g because bats loads this file in a function
use_folder() {
    T=$1
    [[ -p $T/never ]] || mkfifo "$T/never"
    exec {never}<>"$T/never"
}

# Waits 20 ms, without starting a process.
pause() {
    read -rt 0.02 -u "$never" || :
}

# Retries a command until it succeeds: a test waits for a condition, never for a fixed time.
await() {
    local end=$((SECONDS + DEADLINE))
    until "$@"; do
        if ((SECONDS > end)); then
            echo "not within $DEADLINE s: $*"
            return 1
        fi
        pause
    done
}

# The tracer has printed its header, which means that it is attached, or it has ended.
ready() {
    local line
    [[ -s $1 ]] && read -r line <"$1" && [[ $line == 'TIME     EVENT COMM'* ]]
}

ready_or_gone() { # FILE PID
    ready "$1" || ! kill -0 "$2" 2>/dev/null
}

# For output without a header: once everything is attached, privileges are dropped.
attached() { # PID
    grep -q '^NoNewPrivs:[[:space:]]*1$' "/proc/$1/status" && grep -q '^CapPrm:[[:space:]]*0*$' "/proc/$1/status"
}

# Records the last started tracer as $TRACER, and for the functions below under the name $1.
known_as() {
    TRACER=$!
    tracer[$1]=$TRACER
}

# Starts a tracer named $1 with the remaining options; its output is $T/NAME.out and $T/NAME.err.
start() {
    local name=$1
    shift
    : >"$T/$name.out" # so that an earlier run's header is not mistaken for this one's
    "$BOOTSTRAP" "$@" >"$T/$name.out" 2>"$T/$name.err" 3>&- &
    known_as "$name"
    await ready_or_gone "$T/$name.out" "$TRACER"
    ready "$T/$name.out" || { cat "$T/$name.err"; return 1; }
}

# Waits for the end of a tracer and returns its exit status.
ended() {
    local pid=${tracer[$1]}
    unset "tracer[$1]"
    wait "$pid"
}

# Ends a tracer as Ctrl-C does: events on the ring are still printed.
finish() {
    kill -INT "${tracer[$1]}"
    ended "$1"
}

# Runs a workload; writes its expected lines to $T/FILE.
work() { # FILE WORKLOAD [ARG...]
    local file=$1 name=$2
    shift 2
    "$WORKLOADS/$name" "$@" >"$T/$file"
}

# compare EXPECTED TABLE, both in $T.  Since Linux 7 the kernel may skip a handler: as many
# lines as were reported, no more, may be missing.  The report may follow the events.
compare() {
    local tries=0
    until differences "$@" >"$T/differences"; do
        if ! may_skip || ((++tries > 50)); then
            cat "$T/differences"
            return 1
        fi
        pause
    done
    cat "$T/differences"
}

differences() { # EXPECTED TABLE
    LC_ALL=C awk -v skipped="$(skipped_lines "${2%.out}")" -f "${BASH_SOURCE[0]%/*}/live/compare.awk" "$T/$1" "$T/$2"
}

may_skip() {
    [[ $(uname -r) == [1-9][0-9].* || $(uname -r) == [7-9].* ]]
}

# No errors and no losses, except that since Linux 7 the kernel may skip a handler
# (see the README), which the tracer can only report.
quiet() {
    local line
    cat "$T/$1.err"
    while read -r line || [[ -n $line ]]; do
        may_skip && [[ $line == *': the kernel skipped a recursive handler call' ||
            $line == *': lost '*' events in total ('* ||
            $line == *': lost track of up to '*' processes in total' ]] || return 1
    done <"$T/$1.err"
}

# How many exits' handlers the kernel skipped, as the tracer reported them.
skipped_exits() { # NAME
    sed -n 's/.* \([0-9]*\) exit): the kernel skipped .*/\1/p' "$T/$1.err" | awk '{ n += $1 } END { print n + 0 }'
}

# How many lines may be missing.  FAMILY has the number of processes that a fork adds.
skipped_lines() { # NAME
    ! may_skip || [[ ! -e $T/$1.err ]] || awk -v family="${FAMILY:-1}" '/: the kernel skipped a recursive handler call$/ {
        n += /lost track/ ? $7 * family : $5 } END { print n + 0 }' "$T/$1.err"
}

# For teardown: ends what a failed test has left running.
kill_tracers() {
    local pid
    for pid in "${tracer[@]}"; do
        kill -CONT "$pid"
        kill -KILL "$pid"
    done 2>/dev/null || :
}

# SIGSTOP and SIGCONT; the tracer has stopped when the first returns.
stopped() {
    local key value
    while IFS=: read -r key value; do
        [[ $key != State ]] || break
    done <"/proc/$1/status"
    [[ $value == *T* ]]
}

freeze() {
    kill -STOP "${tracer[$1]}"
    await stopped "${tracer[$1]}"
}

thaw() {
    kill -CONT "${tracer[$1]}"
}
