#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck disable=SC2154  # what bats sets
#
# docs/load.svg is what `make load-diagram` draws now, and what it shows is true.

bats_require_minimum_version 1.5.0

setup_file() {
    unset MAKEFLAGS MAKELEVEL # set by the `make test` that runs this
    export PATH=$PATH:/usr/sbin # bpftool's place on Debian
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    SVG=docs/load.svg
}

teardown() {
    if [ -n "${TRACER-}" ]; then
        kill -TERM "$TRACER" 2>/dev/null || true
        wait "$TRACER" || true
    fi
}

@test "load.svg is up to date" {
    docs/trace-syscalls -r ./bootstrap -t 1 | docs/load-diagram ./bootstrap >"$BATS_TEST_TMPDIR/now.svg"
    # The links must change whenever a line moves in src/.
    diff "$SVG" "$BATS_TEST_TMPDIR/now.svg" || { echo "run make load-diagram"; return 1; }
}

@test "its descriptors and their kinds match those of a running bootstrap" {
    ./bootstrap >"$BATS_TEST_TMPDIR/out" </dev/null 3>&- 4>&- &
    TRACER=$!
    end=$((SECONDS + 60))
    until grep -q '^TIME' "$BATS_TEST_TMPDIR/out"; do
        [ $SECONDS -lt $end ]
        sleep 0.02
    done
    for fd in $(find "/proc/$TRACER/fd" -lname 'anon_inode:*' -printf '%f\n' | sort -n); do
        info=/proc/$TRACER/fdinfo/$fd
        case $(readlink "/proc/$TRACER/fd/$fd") in
        anon_inode:bpf-map) name=$(bpftool -j map show id "$(awk '$1 == "map_id:" { print $2 }' "$info")" | jq -r .name) ;;
        anon_inode:bpf-prog) name=$(bpftool -j prog show id "$(awk '$1 == "prog_id:" { print $2 }' "$info")" | jq -r .name) ;;
        anon_inode:bpf[_-]link) name="link" ;;
        anon_inode:btf) name=BTF ;;
        'anon_inode:[eventpoll]') name=epoll ;;
        *) continue ;;
        esac
        echo "fd $fd: ${name#bootstra}"
    done >"$BATS_TEST_TMPDIR/held"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/held")" -ge 10 ]
    diff <(grep -oP '>\Kfd [0-9]+: [^<]*' "$SVG") "$BATS_TEST_TMPDIR/held"

    # Small dots in the row of a program, next to the BTF: the maps that it uses.
    for program in handle_exec handle_exit; do
        id=$(for info in "/proc/$TRACER/fdinfo/"*; do
            awk '$1 == "prog_id:" { id = $2 } $1 == "link_id:" { link = 1 } END { if (id && !link) print id }' "$info"
        done | while read -r id; do
            [ "$(bpftool -j prog show id "$id" | jq -r .name)" != $program ] || echo "$id"
        done)
        maps=$(bpftool -j prog show id "$id" | jq '.map_ids | length')
        dots=$(awk -v row=">BPF_PROG_LOAD $program<" 'index($0, row) { on = 1 } /^<\/a>/ { on = 0 } on && /class="use"/' "$SVG" | wc -l)
        echo "$program: $maps maps, $dots dots"
        [ "$dots" -eq $((maps + 1)) ]
    done
}

@test "each row has a call stack from main() and links to the right source line" {
    rows=0
    while IFS=$'\t' read -r file line text; do
        rows=$((rows + 1))
        source=$(sed -n "${line}p" "docs/$file")
        echo "$text: $file:$line: $source"
        case $text in
        *'create'*) [[ $source == *ring_buffer__new* ]] ;;
        BPF_MAP_CREATE\ .*) [[ $source == *bootstrap_bpf__load* ]] ;; # of variables: by libbpf
        BPF_MAP_CREATE*) name=${text#* } && [[ $source == *"${name%:*} SEC(\".maps\")"* ]] ;;
        BPF_PROG_LOAD*) [[ $source == "int ${text#* }("* ]] ;;
        BPF_LINK_CREATE*) [[ $source == *bootstrap_bpf__attach* ]] ;;
        *' rb'*) [[ $source == *ring_buffer__new* ]] ;;
        *) [[ $source == *bootstrap_bpf__load* ]] ;;
        esac
    done < <(sed -nE 's/^<a href="([^#]*)#L([0-9]+)"><title>(.*)/\1\t\2\t\3/p' "$SVG")
    [ $rows -ge 20 ]
    [ "$(grep -c '^main$' "$SVG")" -eq $rows ]
}
