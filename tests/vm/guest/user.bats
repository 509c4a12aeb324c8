#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# An ordinary user, without capabilities and with just enough.

load guest

setup() {
    as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    nothing=(--inh-caps=-all)
    bpf=(--inh-caps="-all,+bpf" --ambient-caps="-all,+bpf")
    enough=(--inh-caps="-all,+bpf,+perfmon" --ambient-caps="-all,+bpf,+perfmon")
}

@test "an ordinary user gets one line that names the capabilities and root" {
    refused 'run as root or grant CAP_BPF and CAP_PERFMON' "${as_user[@]}" "${nothing[@]}" $PROGRAM
}

@test "an ordinary user with CAP_BPF alone gets the same" {
    refused 'run as root or grant CAP_BPF and CAP_PERFMON' "${as_user[@]}" "${bpf[@]}" $PROGRAM
}

@test "an ordinary user with CAP_BPF and CAP_PERFMON traces" {
    # Before Linux 5.11 maps count as locked memory.
    ulimit -l unlimited
    traces "${as_user[@]}" "${enough[@]}" $PROGRAM
}

@test "with the usual locked-memory limit it traces; before 5.11 one line names the limit" {
    ulimit -l 64
    case $(uname -r) in
    5.10.*) refused 'locked-memory' "${as_user[@]}" "${enough[@]}" $PROGRAM ;;
    *) traces "${as_user[@]}" "${enough[@]}" $PROGRAM ;;
    esac
}
