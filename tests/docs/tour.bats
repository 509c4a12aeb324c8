#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck disable=SC2154  # what bats sets
#
# Compares each table of docs/how-it-works.md with readelf, strace, /proc and bpftool.

bats_require_minimum_version 1.5.0

TOUR=docs/how-it-works.md
OBJECT=.output/bootstrap.bpf.o

setup_file() {
    unset MAKEFLAGS MAKELEVEL # set by the `make test` that runs this
    export PATH=$PATH:/usr/sbin # bpftool's place on Debian
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    load pages
    OUT=$BATS_TEST_TMPDIR/out
}

teardown() {
    for pid in ${TRACER-} ${WORKLOAD-}; do
        kill -CONT "$pid" 2>/dev/null || true
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" || true
    done
}

await() { # command..., for at most 60 s
    local end=$((SECONDS + 60))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.02
    done
}

table() { cells "$1" | grep .; } # name

# Starts the tracer as from a terminal, without bats's descriptors.
start_tracer() { # argument...
    ./bootstrap "$@" >"$OUT" 2>"$OUT.err" </dev/null 3>&- 4>&- &
    TRACER=$!
    await grep -q '^TIME' "$OUT"
}

ids() { # map|prog|link|btf: what the tracer holds
    grep -hoP "^$1_id:\s+\K\d+" "/proc/$TRACER/fdinfo/"* | sort -un
}

names() { # map|prog
    ids "$1" | while read -r id; do bpftool -j "$1" show id "$id" | jq -r .name; done
}

map_id() { # name
    local id
    for id in $(ids map); do
        [ "$(bpftool -j map show id "$id" | jq -r .name)" != "$1" ] || echo "$id"
    done
}

@test "1: exec_start has an entry with the time while a process runs, and none after it ends" {
    grep -qxF 'sudo bpftool map dump name exec_start' $TOUR # by ID here: a name may not be unique
    start_tracer
    /bin/sleep 60 3>&- &
    WORKLOAD=$!
    entry() { bpftool -j map dump id "$(map_id exec_start)" | jq ".[].formatted | select(.key == $WORKLOAD) | .value"; }
    present() { [ "$(entry)" ]; }
    absent() { [ -z "$(entry)" ]; }
    await present
    # Not in the future, and less than a minute ago.
    now=$(awk '{ print int($1) }' /proc/uptime)
    began=$(($(entry) / 1000000000))
    echo "began $began s after boot, now it is $now"
    [ $began -le "$now" ] && [ $began -gt $((now - 60)) ]
    kill $WORKLOAD
    await absent
}

@test "2: the build's commands match the table, in order" {
    make -Bn V=1 bootstrap >"$OUT"
    last=0 rows=0
    while IFS=$'\t' read -r number command reads writes; do
        [ "$writes" != 'the same file' ] || writes=$reads
        # A tool may be called by its path.
        line=$(grep -nE "^([^ ]*/)?${command%% *}[-0-9]* " "$OUT" | grep -F -- "${command#* } " |
            sed 's/$/ /' | grep -F -- " $reads " | grep -F -- " $writes" | head -n 1)
        echo "$number: $line"
        [ "${line%%:*}" -gt "$last" ]
        last=${line%%:*} rows=$((rows + 1))
    done < <(table build)
    [ $rows -eq 5 ]
    # The command on the page works, in a copy of the tree.
    grep -qxF 'make clean && make SHELL="/bin/bash -x" --debug=bvi' $TOUR
    mkdir "$BATS_TEST_TMPDIR/copy"
    tar -cf - --exclude=./.git --exclude=./.output . | tar -xf - -C "$BATS_TEST_TMPDIR/copy"
    cd "$BATS_TEST_TMPDIR/copy"
    { make clean && make SHELL="/bin/bash -x" --debug=bvi; } >"$OUT" 2>&1
    grep -q '^+ clang .*-target bpf' "$OUT"
    # The part of the output that the page shows: beginnings of lines, in that order.
    marked watch | sed '/^```/d; /^$/,$d' >"$OUT.shown"
    [ "$(wc -l <"$OUT.shown")" -gt 8 ]
    awk 'NR == FNR { shown[++n] = $0; next } BEGIN { i = 1 } i <= n && index($0, shown[i]) == 1 { i++ }
        END { if (i <= n) { print "not in the output: " shown[i]; exit 1 } }' "$OUT.shown" "$OUT"
}

@test "3: each ELF section has a row, and each row a section" {
    readelf -SW $OBJECT | sed -n 's/^ *\[ *[1-9][0-9]*\] \([^ ]*\).*/\1/p' >"$OUT"
    [ "$(wc -l <"$OUT")" -gt 10 ]
    while read -r section; do
        rows=0
        while IFS=$'\t' read -r pattern purpose reader; do
            [ "$purpose" ] && [ "$reader" ]
            # shellcheck disable=SC2053  # a pattern: tp/* matches every section with that prefix
            [[ $section != $pattern ]] || rows=$((rows + 1))
        done < <(table sections)
        echo "$section: $rows rows"
        [ $rows -eq 1 ]
    done <"$OUT"
    while IFS=$'\t' read -r pattern purpose reader; do
        found=
        while read -r section; do
            # shellcheck disable=SC2053
            [[ $section != $pattern ]] || found=1
        done <"$OUT"
        echo "$pattern: ${found:-no section}"
        [ "$found" ]
    done < <(table sections)
    # Individual facts in that table.
    run ! grep -q debug "$OUT"
    [ "$(readelf -p license $OBJECT | grep -c 'Dual BSD/GPL')" -eq 1 ]
    [ "$(readelf -SW $OBJECT | awk '{ sub(/.*\] /, "") } $1 == ".text" { print $5 }')" = 000000 ]
    [ "$(readelf -SW $OBJECT | awk '{ sub(/.*\] /, "") } $1 == ".bss" { print $2 }')" = NOBITS ]

    # make inspect knows all of them, and its sizes match readelf's.
    make inspect >"$OUT.inspect"
    [ "$(wc -l <"$OUT.inspect")" -eq "$(wc -l <"$OUT")" ]
    run ! grep -F 'not in how-it-works.md' "$OUT.inspect"
    size=$((16#$(readelf -SW $OBJECT | awk '{ sub(/.*\] /, "") } $1 == ".BTF" { print $5 }')))
    grep -qE "^\.BTF +$size  the types of " "$OUT.inspect"
}

@test "4: the skeleton holds the object byte for byte, and the members in the tables" {
    cat >"$OUT.c" <<'EOT'
#include <stdio.h>
#include "bootstrap.h"
#include "bpf/filter.h"
#include "bootstrap.skel.h"
int main(void)
{
	size_t size;
	const void *bytes = bootstrap_bpf__elf_bytes(&size);

	fwrite(bytes, 1, size, stdout);
	if (0) {
		struct bootstrap_bpf *skel = NULL;
#include "members.h"
		return skel != NULL;
	}
	return 0;
}
EOT
    members=0
    while IFS=$'\t' read -r member _; do
        echo "(void)$member;"
        members=$((members + 1))
    done < <(table skeleton) >"$BATS_TEST_TMPDIR/members.h"
    [ $members -eq 5 ]
    cc -O2 -I src -I .output -I "$BATS_TEST_TMPDIR" "$OUT.c" -o "$OUT.bin" \
        -Wl,--unresolved-symbols=ignore-all
    "$OUT.bin" | cmp - $OBJECT
    while IFS=$'\t' read -r function _; do
        grep -qE "^$function\(" .output/bootstrap.skel.h
        grep -qF "$function(" src/bootstrap.c
    done < <(table functions)
}

# The system calls of a start, from strace alone.  libbpf's probes are left out: they are
# recognized by the names of their objects and by errors from the kernel.
strace_calls() { # argument...
    strace -s 64 -o "$OUT.strace" \
        -e trace=bpf,mmap,perf_event_open,ioctl,epoll_create1,epoll_ctl,execve,poll \
        ./bootstrap "$@" -t 1 >/dev/null 2>&1 3>&-
    # It is running once it polls the ring.
    sed '/^epoll_ctl(/q' "$OUT.strace" |
        grep -vE '_name="(libbpf|det)_|PROG_LOAD.*prog_name=""|MAP_ANON|MAP_PRIVATE|^ioctl.*TCGETS|^execve| = -1 E'
}

@test "5: the system calls of open and load match the table, in number and order" {
    strace_calls >"$OUT.calls"
    docs/trace-syscalls ./bootstrap -t 1 >"$OUT.trace"
    # docs/trace-syscalls and strace agree on each call that is not a probe.  With strace,
    # probes of BTF_LOAD and BIND_MAP cannot be recognized, because they have no name.
    for call in MAP_CREATE MAP_UPDATE_ELEM MAP_FREEZE PROG_LOAD LINK_CREATE OBJ_GET_INFO_BY_FD; do
        [ "$(grep -c "BPF_$call" "$OUT.trace")" -eq "$(grep -c "BPF_$call" "$OUT.calls")" ]
    done
    for call in mmap perf_event_open epoll_create1 epoll_ctl; do
        [ "$(grep -c " $call " "$OUT.trace")" -eq "$(grep -c "^$call(" "$OUT.calls")" ]
    done
    [ "$(grep -c '^open' "$OUT.trace")" -eq 0 ]

    # The table: step, call, count.
    diff <(awk '{ n[$1 " " $2]++ } END { for (k in n) print k, n[k] }' "$OUT.trace" | sort) \
        <(table syscalls | awk -F '\t' '{ print $1, $2, $3 }' | sort)
    # In the order of their first occurrence, except mappings, which depend on libbpf's version.
    diff <(awk '$2 != "mmap" && !seen[$2]++ { print $2 }' "$OUT.trace") \
        <(table syscalls | awk -F '\t' '$2 != "mmap" && !seen[$2]++ { print $2 }')
    # About half are probes.
    all=$(grep -c '^bpf(' <(sed '/^epoll_ctl(/q' "$OUT.strace"))
    real=$(grep -c ' BPF_' "$OUT.trace")
    echo "$real of $all"
    [ $((3 * real)) -gt "$all" ]
    [ $((3 * real)) -lt $((2 * all)) ]
    # make trace-syscalls shows the probes on request.
    [ "$(docs/trace-syscalls -a ./bootstrap -t 1 | grep -cE '^[a-z]+ +(BPF_|0x)')" -eq "$all" ]
}

@test "5: the maps and programs in the table are the ones held; only .rodata is frozen" {
    start_tracer
    row() { table syscalls | awk -F '\t' -v call="$1" '$2 == call { print $4 }'; }
    diff <(row BPF_MAP_CREATE | tr -d ',' | tr ' ' '\n' | sort) <(names map | sed 's/^bootstra//' | sort)
    diff <(row BPF_PROG_LOAD | tr -d ',' | tr ' ' '\n' | sort) <(names prog | sort)
    for id in $(ids map); do
        frozen=$(bpftool -j map show id "$id" | jq .frozen)
        case $(bpftool -j map show id "$id" | jq -r .name) in
        *.rodata)
            [ "$frozen" -eq 1 ]
            size=$(bpftool -j map show id "$id" | jq .bytes_value)
            # shellcheck disable=SC2046  # one word per byte
            run ! bpftool map update id "$id" key 0 0 0 0 value $(printf '0 %.0s' $(seq "$size"))
            ;;
        *) [ "$frozen" -eq 0 ] ;;
        esac
    done
}

# The offset of tgid in task_struct, in bits.
offset() { # file
    bpftool btf dump file "$1" format raw | awk "
        /STRUCT 'task_struct'/ { inside = 1; next }
        inside && /^\\[/ { exit }
        inside && /'tgid'/" | sed 's/.*bits_offset=//'
}

@test "5: CO-RE writes this kernel's offset of task_struct.tgid into the instruction" {
    grep -qxF 'sudo ./bootstrap -v -t 1 2>&1 | grep task_struct.tgid' $TOUR
    ./bootstrap -v -t 1 2>&1 >/dev/null 3>&- | grep 'task_struct.tgid' >"$OUT"
    bits=$(offset /sys/kernel/btf/vmlinux)
    ours=$(offset $OBJECT)
    [ "$ours" -ne "$bits" ]
    # libbpf logs the compiled-in offset and the kernel's.
    grep -q "<byte_off> .*task_struct.tgid (.*offset $((ours / 8)))" "$OUT"
    grep -q "matching candidate .*task_struct.tgid (.*offset $((bits / 8)))" "$OUT"
}

@test "6: the calls that attach tp_btf and classic tp programs" {
    strace_calls >"$OUT.typed"
    strace_calls --btf /sys/kernel/btf/vmlinux >"$OUT.classic"
    mv "$OUT.typed" "$OUT.tp_btf"
    mv "$OUT.classic" "$OUT.classic tp"
    rows=0
    while IFS=$'\t' read -r way perf link ioctl; do
        [ "$(grep -c '^perf_event_open' "$OUT.$way")" -eq "$perf" ]
        [ "$(grep -c 'BPF_LINK_CREATE' "$OUT.$way")" -eq "$link" ]
        [ "$(grep -c '^ioctl(.*PERF_EVENT_IOC_ENABLE' "$OUT.$way")" -eq "$ioctl" ]
        rows=$((rows + 1))
    done < <(table attach)
    [ $rows -eq 2 ]
}

@test "6: the picture matches a running bootstrap" {
    start_tracer
    docs/graph -n "$TRACER" >"$OUT.dot"
    diff docs/graph.dot "$OUT.dot"
    # The picture was made from that description: it has the same arrows.
    diff <(grep -o '^    "[^"]*" -> "[^"]*"' docs/graph.dot | sed 's/^    //; s/"//g' | sort) \
        <(grep -o '<title>[^<]*&#45;&gt;[^<]*' docs/graph.svg |
            sed 's/<title>//; s/&#45;&gt;/ -> /; s/&#45;/-/g' | sort)
    grep -q '](graph.svg)' $TOUR

    # The description itself, compared with the kernel's information.
    [ "$(grep -c '"fd of map' "$OUT.dot")" -eq $((2 * $(ids map | wc -l))) ]
    [ "$(grep -c '^    "fd of program.*->' "$OUT.dot")" -eq "$(ids prog | wc -l)" ]
    [ "$(grep -c '^    "fd of link.*->' "$OUT.dot")" -eq "$(ids link | wc -l)" ]
    [ "$(grep -c 'color=blue' "$OUT.dot")" -eq "$(grep -c 'anon_inode:bpf-map' "/proc/$TRACER/maps")" ]
    for id in $(ids prog); do
        program=$(bpftool -j prog show id "$id" | jq -r .name)
        diff <(bpftool -j prog show id "$id" | jq '.map_ids[]' |
            while read -r map; do bpftool -j map show id "$map" | jq -r .name; done | sort) \
            <(sed -n "s/^    \"program $program\" -> \"map \(.*\)\"/\1/p" "$OUT.dot" | sort)
    done
    while read -r watched; do
        grep -q "^anon_inode:bpf-map" <(readlink "/proc/$TRACER/fd/$watched")
    done < <(awk '$1 == "tfd:" { print $2 }' "/proc/$TRACER/fdinfo/"*)
    dot -Tsvg "$OUT.dot" >/dev/null
}

@test "6: make graph draws the given bootstrap, and reports when there is none" {
    start_tracer
    make graph PID="$TRACER"
    grep -q "the process $TRACER" .output/graph.svg
    run -2 --separate-stderr make graph PID=
    [ "${stderr_lines[0]}" = 'no bootstrap is running: start one in another terminal, or give PID=' ]
    run -1 --separate-stderr docs/graph $$
    [ "$stderr" = "graph: process $$ holds no BPF object" ]
}

@test "6: the graph with classic tracepoints goes through perf events" {
    start_tracer --btf /sys/kernel/btf/vmlinux
    docs/graph "$TRACER" >"$OUT.dot"
    for tail in exec exit; do
        grep -q "\"link of handle_${tail}_tp\" -> \"perf event of handle_${tail}_tp\"" "$OUT.dot"
        grep -q "\"perf event of handle_${tail}_tp\" -> \"tracepoint sched_process_$tail\"" "$OUT.dot"
    done
    # With numbers: the descriptors match /proc.
    while read -r fd; do
        grep -q "label=\"fd $fd\"" "$OUT.dot"
    done < <(find "/proc/$TRACER/fd" -lname 'anon_inode:*' -printf '%f\n')
}

# Eight bytes of the tracer's memory as a number.
word() { # address
    dd if="/proc/$TRACER/mem" bs=8 skip=$(($1 / 8)) count=1 2>/dev/null | od -An -tu8 | tr -d ' '
}

@test "7: mappings, positions, header and rounding of the ring" {
    mkfifo "$BATS_TEST_TMPDIR/go"
    bash -c 'read -r _ <"$1"; exec /usr/bin/true' bash "$BATS_TEST_TMPDIR/go" 3>&- &
    WORKLOAD=$!
    start_tracer -p $WORKLOAD
    page=$(getconf PAGESIZE)
    ring=$(bpftool -j map show id "$(map_id rb)" | jq .max_entries)
    [ "$ring" -eq $((8 << 20)) ]
    table ring >"$OUT.ring"
    [ "$(sed -n 1p "$OUT.ring")" = $'consumer position\t0\t1 page\tread and write' ]
    [ "$(sed -n 2p "$OUT.ring")" = $'producer position, then the data\t1 page\t1 page + 2 × the ring\tread' ]

    data='' pages=''
    while read -r range mode offset _; do
        from=$((16#${range%-*})) to=$((16#${range#*-}))
        case $mode:$((16#$offset)):$((to - from)) in
        "r--s:$page:$((page + 2 * ring))") data=$from ;;
        "rw-s:0:$page") pages+=" $from" ;; # the consumer page, and .bss
        esac
    done < <(grep 'anon_inode:bpf-map' "/proc/$TRACER/maps")
    [ "$data" ]

    # Only our process is followed, so the ring has its EXEC and EXIT.
    kill -STOP "$TRACER"
    await grep -q '^State:.*stopped' "/proc/$TRACER/status"
    before=$(word "$data")
    echo go >"$BATS_TEST_TMPDIR/go"
    wait $WORKLOAD
    WORKLOAD=
    declare -A bytes taken
    while IFS=$'\t' read -r record length on_ring; do
        bytes[${record%% *}]=$((length))
        taken[${record%% *}]=$on_ring
    done < <(table record)
    # Then an empty record: the end of the last process of -p wakes the reader.
    after=$((before + taken[exec_record] + taken[exit_record] + 16))
    advanced() { [ "$(word "$data")" -eq "$after" ]; }
    await advanced

    # The header has the length in the low 30 bits of 32; then the record with its kind.
    header=$(word $((data + page + before % ring)))
    [ $((header & 0xffffffff)) -eq "${bytes[exec_record]}" ]
    [ $(($(word $((data + page + before % ring + 8))) & 0xffff)) -eq 1 ]
    header=$(word $((data + page + (before + taken[exec_record]) % ring)))
    [ $((header & 0xffffffff)) -eq "${bytes[exit_record]}" ]
    # Mapped twice in a row: the same bytes again, one ring size further.
    [ "$(word $((data + page + before % ring + ring)))" = "$(word $((data + page + before % ring)))" ]

    # The consumer position catches up when the tracer continues.
    kill -CONT "$TRACER"
    caught_up() {
        for from in $pages; do
            [ "$(word "$from")" -ne "$(word "$data")" ] || return 0
        done
        return 1
    }
    await caught_up
}

@test "8: each workload in the table exists, and a live test runs it" {
    rows=0
    while IFS=$'\t' read -r happens shown workload; do
        [ "$happens" ] && [ "$shown" ]
        [ -f "tests/workload/$workload.c" ]
        grep -rqw "$workload" tests/live/*.bats tests/live/*.bash
        rows=$((rows + 1))
    done < <(table workloads)
    [ $rows -ge 5 ]
}

@test "9: the privileges it keeps, and nothing is left after SIGKILL" {
    start_tracer
    rows=0
    while IFS=$'\t' read -r name value; do
        [ "$(awk -v name="$name:" '$1 == name { print $2 }' "/proc/$TRACER/status")" = "$value" ]
        rows=$((rows + 1))
    done < <(table status)
    [ $rows -eq 4 ]
    objects=$(for kind in map prog link btf; do ids $kind | sed "s/^/$kind /"; done)
    [ "$(wc -l <<<"$objects")" -gt 8 ]
    kill -KILL "$TRACER"
    wait "$TRACER" || true
    TRACER=
    none_left() {
        local kind id
        while read -r kind id; do
            ! bpftool "$kind" show id "$id" >/dev/null 2>&1 || return 1
        done <<<"$objects"
    }
    await none_left
}

@test "the glossary is sorted, and how-it-works.md uses each of its terms" {
    sed -n 's/^\*\*\([^*]*\)\*\*: .*/\1/p' docs/glossary.md >"$OUT"
    [ "$(wc -l <"$OUT")" -gt 10 ]
    LC_ALL=C sort -fc "$OUT"
    while read -r word; do
        echo "$word"
        grep -qiF -- "$word" $TOUR
    done <"$OUT"
}
