#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The command line as a shell sees it: exit statuses, what goes to stdout and
# what to stderr, and that nothing reaches the kernel when it is wrong.  What
# each option's value may be is the business of tests/unit/test_options.c.

# shellcheck disable=SC2154 # status, out and err are set by call()
load helpers

# Refused with status 2 and one line with $1 in it; bpf(2) is not called even once.
refused() { # text argument...
    local text=$1 calls=$BATS_TEST_TMPDIR/calls
    shift
    echo "bootstrap $*"
    call strace -f -e trace=bpf,perf_event_open -o "$calls" ./bootstrap "$@"
    failed_with 2 "$text"
    grep -q '+++ exited with 2 +++' "$calls"
    run ! grep -E 'bpf\(|perf_event_open\(' "$calls"
}

@test "a right command line calls bpf()" { # else refused() would show nothing
    need_root
    call strace -f -e trace=bpf -o "$BATS_TEST_TMPDIR/calls" ./bootstrap -n1 -- true
    [ "$status" -eq 0 ]
    grep -q 'bpf(BPF_PROG_LOAD' "$BATS_TEST_TMPDIR/calls"
}

@test "--help, -? and --usage go to stdout, at most 80 columns wide" {
    local option
    for option in --help '-?' --usage; do
        call ./bootstrap "$option"
        went_well
        [[ $(head -n 1 "$out") == 'Usage: bootstrap ['* ]]
        grep -q -e --duration "$out"
        run ! grep -E '^.{81}' "$out"
    done
}

@test "--version and -V" {
    local version option
    version=$(sed -n 's/^VERSION *:= *//p' Makefile)
    for option in --version -V; do
        call ./bootstrap "$option"
        went_well
        [ "$(<"$out")" = "bootstrap $version" ]
    done
}

@test "--help and --version call no bpf()" {
    local option
    for option in --help --usage --version; do
        call strace -f -e trace=bpf -o "$BATS_TEST_TMPDIR/calls" ./bootstrap "$option"
        went_well
        [ "$(sed 's/^[0-9]* *//' "$BATS_TEST_TMPDIR/calls")" = '+++ exited with 0 +++' ]
    done
}

@test "--help and --version into a full disk or a closed stdout: one line, status 1" {
    local option
    for option in --help --usage --version; do
        call bash -c "exec ./bootstrap $option >/dev/full"
        failed_with 1 'cannot write to standard output: No space left on device'
        call bash -c "exec ./bootstrap $option >&-"
        failed_with 1 'cannot write to standard output: Bad file descriptor'
    done
}

@test "unknown options, missing and unwanted values" {
    refused "invalid option -- 'z'" -z
    refused "invalid option -- 'h'" -h
    refused "unrecognized option '--nosuch'" --nosuch
    refused "option '--ver' is ambiguous" --ver
    refused "requires an argument -- 'd'" -d
    refused "option '--duration' requires an argument" --duration
    refused "option '--verbose' doesn't allow an argument" --verbose=1
}

@test "bad numbers, for each option that takes one" {
    local option
    for option in --duration --pid --events --time --max-args; do
        refused "$option: '10abc' is not a whole number" "$option=10abc"
        refused "$option: '1e3' is not a whole number" "$option=1e3"
        refused "$option: '-1' is not a whole number" "$option=-1"
        refused "$option: '+1' is not a whole number" "$option" +1
        refused "$option: '' is not a whole number" "$option="
        refused "$option: ' 1' is not a whole number" "$option" ' 1'
        refused "$option: '0' is not a whole number" "$option" 0
        refused "$option: '18446744073709551616' is not" "$option=18446744073709551616"
    done
    refused "--buffer: '1e6' is not a size" -b1e6
    refused "--buffer: '63K' is not a size" -b 63K
    refused "--buffer: '2G' is not a size" --buffer=2G
    refused "--buffer: '' is not a size" --buffer ''
}

@test "bad words" {
    refused "--format: 'xml'" -f xml
    refused '--comm: ' -c NetworkManager-dispatcher
    refused '--comm: its argument is empty' -c ''
    refused '--user: its argument is empty' --user=
    refused '--output: its argument is empty' -o ''
}

@test "what is not there: user, PID, cgroup, BTF file" {
    refused "--user: no such user: 'no-such-user'" -u no-such-user
    refused "--user: no such user: '4294967295'" -u 4294967295
    refused '--pid: there is no process 2147483647' -p 2147483647
    refused "--cgroup: cannot open the directory '/nonexistent': No such file" -g /nonexistent
    refused "--cgroup: cannot open the directory '/etc/passwd': Not a directory" -g /etc/passwd
    refused "--cgroup: '/etc' is not in a cgroup v2 file system" -g /etc
    refused "--btf: cannot read '/nonexistent'" -B /nonexistent
}

@test "options that exclude each other" {
    refused '--summary cannot be part of a trace' -s -f trace
    refused '--pid and a COMMAND exclude each other' -p $$ -- true
}

@test "a stray word without --" {
    refused "'10' is not an option, and a COMMAND must follow '--'" 10
    refused "'true' is not an option" -d 50 true
    refused "'' is not an option" ''
    refused "'true' is not an option" true -- true
    refused "a COMMAND must follow '--'" --
}

@test "a word with a newline is still one line" {
    refused "'two" $'two\nlines'
    refused "--duration: '1" -d $'1\n2'
    refused "unrecognized option '--two" $'--two\nlines'
}

@test "a wrong option is refused among right ones, wherever it stands" {
    refused "--events: 'x'" -v -n x -d 50
    refused "invalid option -- 'z'" -xaz
    refused "--duration: '0'" -n 1 -t 1 -d 0
    refused "--duration: '0'" -d 0 --version
}

@test "messages begin with the program's name, whatever it is called by" {
    call bash -c 'exec -a /some/where/else ./bootstrap -z'
    [ "$(<"$err")" = "bootstrap: invalid option -- 'z'; see 'bootstrap --help'" ]
    call "$PWD/bootstrap" -d x
    failed_with 2 "--duration: 'x'"
}

@test "short options combine, the last with its value" {
    need_root
    call ./bootstrap -xao"$BATS_TEST_TMPDIR/events" -- sh -c 'env -i nonsense; env true; exit 7'
    [ "$status" -eq 7 ]
    # -x: only the two that failed; -o: in the file.
    [ "$(awk '{ print $2, $3, $6 }' "$BATS_TEST_TMPDIR/events")" = \
        $'EVENT COMM FILENAME/EXIT\nEXIT env [127]\nEXIT sh [7]' ]
}
