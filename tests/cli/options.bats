#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The command line as a shell sees it: exit statuses, what goes to stdout and to
# stderr, and that nothing reaches the kernel if it is invalid.  The values of each
# option are tested in tests/unit/test_options.c.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

# A usage error with $1 in its message; bpf(2) is not called even once.
refused() { # text argument...
    local text=$1 calls=$BATS_TEST_TMPDIR/calls
    shift
    echo "bootstrap $*"
    call strace -f -e trace=bpf,perf_event_open -o "$calls" ./bootstrap "$@"
    usage_error "$text"
    grep -q '+++ exited with 2 +++' "$calls"
    run ! grep -E 'bpf\(|perf_event_open\(' "$calls"
}

# The same for a valid value that does not exist: one line.
not_found() { # text argument...
    local text=$1 calls=$BATS_TEST_TMPDIR/calls
    shift
    echo "bootstrap $*"
    call strace -f -e trace=bpf,perf_event_open -o "$calls" ./bootstrap "$@"
    failed_with 2 "$text"
    run ! grep -E 'bpf\(|perf_event_open\(' "$calls"
}

@test "a valid command line calls bpf()" { # otherwise refused() would prove nothing
    need_root
    call strace -f -e trace=bpf -o "$BATS_TEST_TMPDIR/calls" ./bootstrap -n1 -- true
    [ "$status" -eq 0 ]
    grep -q 'bpf(BPF_PROG_LOAD' "$BATS_TEST_TMPDIR/calls"
}

@test "--help, -h, -? and --usage go to stdout, at most 80 columns wide" {
    local option
    for option in --help -h '-?' --usage; do
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
    refused "unrecognized option '--nosuch'" --nosuch
    refused "option '--ver' is ambiguous" --ver
    refused "requires an argument -- 'd'" -d
    refused "option '--duration' requires an argument" --duration
    refused "option '--verbose' doesn't allow an argument" --verbose=1
}

@test "invalid numbers, for each option that takes one" {
    local option
    for option in --duration --pid --events --time --max-args; do
        refused "$option: invalid value '10abc' (expected an integer from " "$option=10abc"
        refused "$option: invalid value '1e3'" "$option=1e3"
        refused "$option: invalid value '-1'" "$option=-1"
        refused "$option: invalid value '+1'" "$option" +1
        refused "$option: invalid value ' 1'" "$option" ' 1'
        refused "$option: invalid value '18446744073709551616'" "$option=18446744073709551616"
        [ "$option" = --max-args ] || refused "$option: invalid value '0'" "$option" 0
        [ "$option" = --pid ] || refused "$option: invalid value ''" "$option="
    done
    refused "--buffer: invalid value '1e6' (expected a size from 64K to 1G" -b1e6
    refused "--buffer: invalid value '63K'" -b 63K
    refused "--buffer: invalid value '2G'" --buffer=2G
    refused "--buffer: invalid value ''" --buffer ''
}

@test "invalid words" {
    refused "--format: unknown format 'xml' (expected table, json, trace, tree or html)" -f xml
    refused "--color: unknown value 'red' (expected auto, always or never)" --color=red
    refused "--comm: 'NetworkManager-dispatcher' is longer than the 15 bytes" -c NetworkManager-dispatcher
    refused '--comm: the value is empty' -c ''
    refused '--comm: the value is empty' -c '!'
    refused '--user: the value is empty' --user=
    refused '--pid: the value is empty' --pid=
    refused '--output: the value is empty' -o ''
}

@test "a filter with a seventeenth value" {
    refused '--user: given more than 16 times' -u{0..16}
}

@test "a user, PID, cgroup or BTF file that does not exist" {
    not_found "--user: no such user: 'no-such-user'" -u no-such-user
    not_found "--user: no such user: '4294967295'" -u 4294967295
    not_found '--pid: no such process: 2147483647' -p 2147483647
    not_found "--cgroup: cannot open the directory '/nonexistent': No such file" -g /nonexistent
    not_found "--cgroup: cannot open the directory '/etc/passwd': Not a directory" -g /etc/passwd
    not_found "--cgroup: '/etc' is not in a cgroup v2 file system" -g /etc
    not_found "--btf: cannot read '/nonexistent'" -B /nonexistent
}

@test "options that exclude or require each other" {
    refused '--summary cannot be used with --format=trace' -s -f trace
    refused '--pid cannot be used with a COMMAND' -p $$ -- true
    refused '--path-search requires --exec-errors' --path-search
    refused '--run-as requires a COMMAND' --run-as=root
}

@test "a stray argument without --" {
    refused "unexpected argument '10'; a COMMAND must follow '--'" 10
    refused "unexpected argument 'true'" -d 50 true
    refused "unexpected argument ''" ''
    refused "unexpected argument 'true'" true -- true
    refused "a COMMAND must follow '--'" --
}

@test "an invalid option among valid ones is rejected, wherever it is" {
    refused "--events: invalid value 'x'" -v -n x -d 50
    refused "invalid option -- 'z'" -xaz
    refused "--duration: invalid value '0'" -n 1 -t 1 -d 0
    refused "--duration: invalid value '0'" -d 0 --version
}

@test "messages begin with the program's name, whatever path it is run by" {
    call bash -c 'exec -a /some/where/bootstrap ./bootstrap -z'
    usage_error "invalid option -- 'z'"
    call "$PWD/bootstrap" -d x
    usage_error "--duration: invalid value 'x'"
}

@test "short options combine, the last with its value" {
    need_root
    call ./bootstrap -xao"$BATS_TEST_TMPDIR/events" -- sh -c 'env -i nonsense; env true; exit 7'
    [ "$status" -eq 7 ]
    # -x: only the two failures; -o: in the file.
    [ "$(awk '{ print $2, $3, $6 }' "$BATS_TEST_TMPDIR/events")" = \
        $'EVENT COMM FILENAME/EXIT\nEXIT env [127]\nEXIT sh [7]' ]
}

@test "-c accepts a name with the escapes that COMM shows" {
    need_root
    local events=$BATS_TEST_TMPDIR/events shown
    cp "$(type -P true)" "$BATS_TEST_TMPDIR/a\\b"
    call ./bootstrap -o "$events" -- "$BATS_TEST_TMPDIR/a\\b"
    went_well
    shown=$(awk '$2 == "EXEC" { print $3 }' "$events")
    [ "$shown" = 'a\\b' ]
    call ./bootstrap -c "$shown" -o "$events" -- "$BATS_TEST_TMPDIR/a\\b"
    went_well
    [ "$(awk '{ print $2, $3 }' "$events")" = $'EVENT COMM\nEXEC a\\\\b\nEXIT a\\\\b' ]
}
