#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Unusual environments: without privileges, without BTF, without tracefs, with closed
# standard streams.  The kernel's files are hidden in new mount namespaces; the
# machine is not changed.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

# $dir/bootstrap, for users who cannot access this directory.
setup() {
    dir=$(mktemp -d "${TMPDIR:-/tmp}/bootstrap-cli-XXXXXX")
    chmod 755 "$dir"
    install -m 755 bootstrap "$dir"
    bootstrap=$dir/bootstrap
}

teardown() {
    rm -rf "$dir"
}

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
[ "$(id -u)" -eq 0 ] || as_nobody=()

# Runs a line of shell where the named kernel files are missing.
without() { # [btf] [tracefs] line
    local hide=
    while [ $# -gt 1 ]; do
        case $1 in
        btf) hide+='mount -t tmpfs none /sys/kernel/btf;' ;;
        tracefs) hide+='
            while umount -l /sys/kernel/tracing; do :; done 2>/dev/null
            mount -t tmpfs none /sys/kernel/tracing
            mount -t tmpfs none /sys/kernel/debug;' ;;
        esac
        shift
    done
    call unshare -m bash -c "set -e; $hide $1"
}

# Runs a line of shell where tracefs is mounted.
with_tracefs() {
    call unshare -m bash -c "mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing || exit
        $1"
}

# The last call was a successful run: a header, and the start and end of true, which it ran.
traced_true() {
    went_well
    [ "$(awk '{ print $2, $3, $6 }' "$events")" = \
        $'EVENT COMM FILENAME/EXIT\nEXEC true /usr/bin/true\nEXIT true [0]' ] || {
        cat "$events"
        return 1
    }
}

run_true="-o \$events -- /usr/bin/true"
export events=$BATS_TEST_TMPDIR/events

@test "an ordinary user: one line that names CAP_BPF, CAP_PERFMON and root" {
    call "${as_nobody[@]}" "$bootstrap"
    failed_with 1 'cannot load the BPF programs: permission denied; run as root or grant CAP_BPF and CAP_PERFMON'
}

@test "an ordinary user's command is not run" {
    call "${as_nobody[@]}" "$bootstrap" -- /bin/echo 'I ran'
    failed_with 1 'permission denied; run as root or grant CAP_BPF and CAP_PERFMON'
}

@test "one of the two capabilities is not enough" {
    need_root
    local cap
    for cap in bpf perfmon; do
        call "${as_nobody[@]}" \
            --inh-caps=-all,+$cap --ambient-caps=-all,+$cap "$bootstrap"
        failed_with 1 'permission denied; run as root or grant CAP_BPF and CAP_PERFMON'
    done
}

# tests/vm/guest/user.bats tests ambient capabilities instead, on several kernels.
@test "setcap cap_bpf,cap_perfmon+ep: it traces for an ordinary user, without tracefs, too" {
    need_root
    chmod 777 "$dir"
    setcap cap_bpf,cap_perfmon+ep "$bootstrap"
    events=$dir/events without tracefs "${as_nobody[*]} --inh-caps=-all $bootstrap $run_true"
    events=$dir/events traced_true
    [ "$(stat -c %u "$dir/events")" -eq 65534 ]
}

@test "an ordinary user still gets --help, and one line for an invalid option" {
    call "${as_nobody[@]}" "$bootstrap" --help
    went_well
    call "${as_nobody[@]}" "$bootstrap" -d x
    usage_error "--duration: invalid value 'x'"
}

@test "no BTF: one line that says so" {
    need_root
    without btf "exec $bootstrap"
    failed_with 1 'the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)'
}

@test "no /sys: one line that says so" {
    need_root
    call unshare -m bash -c "umount -l /sys; exec $bootstrap"
    failed_with 1 '/sys is not mounted; run mount -t sysfs sysfs /sys'
}

@test "root in a user namespace: one line that says why that is not enough" {
    call unshare -Ur "$bootstrap"
    failed_with 1 'permission denied in a user namespace (unshare -U, a rootless container); run as root outside of it'
}

@test "a sandbox that refuses bpf(2): one line that names it" {
    need_root
    call .output/workload/nobpf "$bootstrap"
    failed_with 1 'bpf(2) is refused by the sandbox (seccomp)'
}

@test "few file descriptors: it works, or prints one line that names the limit" {
    need_root
    local n enough=0
    for n in 8 10 12 14 16 24 32; do
        call bash -c "ulimit -n $n; exec $bootstrap $run_true"
        if [ "$status" -eq 0 ]; then
            enough=$n
        elif ! grep -q 'Too many open files$' "$err"; then # the most precise message
            failed_with 1 'too few file descriptors; raise the limit (ulimit -n 64)'
        fi
    done
    [ "$enough" -eq 32 ]
}

@test "too little memory for the kernel's BTF: one line that names the limit" {
    need_root
    call bash -c "ulimit -v 9000; exec $bootstrap"
    failed_with 1 "not enough memory to read the kernel's BTF; raise the limit (ulimit -v)"
}

@test "no BTF in the kernel, but in a file: works" {
    need_root
    cp /sys/kernel/btf/vmlinux "$dir/btf"
    without btf "mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
        $bootstrap -B $dir/btf $run_true"
    traced_true
}

@test "a file without BTF: one line, status 1" {
    need_root
    local file
    for file in /dev/null /etc/passwd "$bootstrap"; do
        with_tracefs "exec $bootstrap --btf=$file"
        failed_with 1 'the file of --btf holds no BTF that fits this kernel'
    done
}

@test "no tracefs: works" {
    need_root
    without tracefs "test ! -e /sys/kernel/tracing/events; $bootstrap $run_true"
    traced_true
}

@test "no tracefs, and BTF only in a file: one line that says what to mount" {
    need_root
    cp /sys/kernel/btf/vmlinux "$dir/btf"
    without btf tracefs "exec $bootstrap -B $dir/btf"
    failed_with 1 'tracefs is needed without BTF; run mount -t tracefs tracefs /sys/kernel/tracing'
}

@test "stdout closed: one line, status 1" {
    need_root
    call bash -c "exec $bootstrap >&-"
    failed_with 1 'cannot write the output: Bad file descriptor'
}

# The first descriptors that the program opens are then 0 or 2: it must not write to them.
@test "stdin or stderr closed: works" {
    need_root
    call bash -c "exec $bootstrap $run_true <&-"
    traced_true
    call bash -c "exec $bootstrap $run_true 2>&-"
    traced_true
    call bash -c "exec $bootstrap $run_true <&- 2>&- >&-"
    traced_true
}

@test "a closed descriptor is closed for the command, too" {
    need_root
    call bash -c "exec $bootstrap -o $events -- sh -c 'exec readlink /proc/self/fd/0' <&-"
    [ "$status" -eq 1 ] # readlink's
    [ ! -s "$out" ]
}

@test "an output file that cannot be written: one line, status 1" {
    need_root
    call "$bootstrap" -o /nonexistent/file
    failed_with 1 'cannot open /nonexistent/file: No such file or directory'
    call "$bootstrap" -o /
    failed_with 1 'cannot open /: Is a directory'
}
