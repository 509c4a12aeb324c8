# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# What must be looked at with bpftool and readelf, or in the build's folder:
# these tests are of the machine that builds and have no place in a guest.

load helpers

OBJECT=.output/bootstrap.bpf.o

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    PATH=$PATH:/usr/sbin # bpftool's place on Debian
}

teardown() {
    kill_tracers
}

@test "the object has the sections of the classic program" {
    local section
    readelf -SW "$OBJECT" | sed -n 's/^ *\[ *[0-9]*\] \([^ ]*\) .*/\1/p' >"$T/sections"
    for section in tp/sched/sched_process_exec tp/sched/sched_process_exit .maps .rodata .BTF .BTF.ext license; do
        grep -qxF "$section" "$T/sections"
    done
}

@test "the program holds the object, byte for byte, and needs no file of the build" {
    local offset size found=0
    size=$(stat -c %s "$OBJECT")
    for offset in $(LC_ALL=C grep -obUaP '\x7fELF' "$BOOTSTRAP" | cut -d: -f1); do
        ! cmp -s -n "$size" -i "$offset:0" "$BOOTSTRAP" "$OBJECT" || found=1
    done
    [ $found -eq 1 ]
    cp "$BOOTSTRAP" "$T/alone"
    cd "$T" || return
    BOOTSTRAP=$T/alone start t
    finish t
    quiet t
}

# Names of the maps that a process holds open, by the kernel's numbers for them.
maps_of() { # PID
    local id
    for id in $(sed -n 's/^map_id:\s*//p' "/proc/$1"/fdinfo/*); do
        bpftool -j map show id "$id" | jq -r .name
    done | sort
}

@test "bpftool shows exec_start and rb while it runs" {
    start t
    maps_of "$TRACER" >"$T/maps"
    cat "$T/maps"
    grep -qx exec_start "$T/maps"
    grep -qx rb "$T/maps"
    finish t
}
