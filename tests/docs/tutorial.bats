#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck disable=SC2154  # what bats sets
#
# Follows docs/tutorial.md in a copy of the tree, block by block:
#   c from=FILE    must be in FILE, in one piece
#   c file=FILE    is saved as FILE
#   sh by=...      is run
#   gdb by=...     is typed into one gdb that debugs ./hello
#   text           must be in the output of the last sh or gdb block, in this order;
#                  numbers and white space may differ, and a line "..." matches any lines
# sudo is replaced by a script, and the tests run as root.

bats_require_minimum_version 1.5.0

setup_file() {
    unset MAKEFLAGS MAKELEVEL # set by the `make test` that runs this
    export COPY=$BATS_FILE_TMPDIR/copy
    mkdir "$COPY" "$BATS_FILE_TMPDIR/bin"
    tar -cf - --exclude=./.git --exclude='./.output/*' . | tar -xf - -C "$COPY"
    printf '#!/bin/sh\nexec "$@"\n' >"$BATS_FILE_TMPDIR/bin/sudo"
    cat >"$BATS_FILE_TMPDIR/bin/bpftool" <<'STUB'
#!/bin/bash
# The real bpftool, but "name NAME" is the object held by a program of this copy of the tree: another
# bootstrap on the machine may have an object with the same name.
real=/usr/sbin/bpftool
args=("$@")
ours() { # map|prog name: its ID
    local pid id
    for pid in $(pgrep -f '^\./(bootstrap|hello)'); do
        [[ $(readlink "/proc/$pid/exe") == "$COPY"/* ]] || continue
        running=1
        for id in $(grep -hoP "^$1_id:\s+\K\d+" "/proc/$pid/fdinfo/"*); do
            [ "$($real -j "$1" show id "$id" | jq -r .name)" != "$2" ] || { echo "$id"; return; }
        done
    done
    [ -z "${running-}" ] || return 1 # it is being loaded
}
for ((i = 0; i < $#; i++)); do
    [ "${args[i]}" = name ] || continue
    for ((tries = 0; tries < 100; tries++)); do
        ! id=$(ours "$1" "${args[i + 1]}") || break
        sleep 0.1
    done
    [ -z "$id" ] || args[i]=id args[i + 1]=$id
done
exec $real "${args[@]}"
STUB
    chmod +x "$BATS_FILE_TMPDIR"/bin/*
    export PATH=$BATS_FILE_TMPDIR/bin:$PATH:/usr/sbin # bpftool's place on Debian
}

setup() {
    cd "$COPY" || return
    OUT=$BATS_TEST_TMPDIR/out
    GDB_INPUT=$BATS_TEST_TMPDIR/input.gdb
}

teardown() {
    [ -z "${BUSY-}" ] || kill "$BUSY"
}

# Splits a section of the page into files: 01.info has a block's first line, 01.text its content.
split() { # number of the section
    mkdir "$BATS_TEST_TMPDIR/blocks"
    awk -v section="## $1. " -v folder="$BATS_TEST_TMPDIR/blocks" '
        !inside && /^## / { on = index($0, section) == 1; next }
        !on { next }
        !inside && /^```./ {
            inside = 1
            name = sprintf("%s/%02d", folder, ++n)
            print substr($0, 4) > (name ".info")
            printf "" > (name ".text")
            next
        }
        /^```$/ { inside = 0; next }
        inside { print > (name ".text") }' docs/tutorial.md
}

plain() { # file: numbers become N, several blanks one
    sed -E 's/0x[0-9a-f]+/N/g; s/tag [0-9a-f]+/tag N/; s/[0-9]+/N/g; s/[[:blank:]]+/ /g; s/^ | $//g' "$1"
}

# The lines of $1 are in $2, in order.  A "..." at the end of a line matches its rest.
appears() {
    awk 'NR == FNR { wanted[++n] = $0; next }
        BEGIN { i = 1 }
        { while (wanted[i] == "...") i++ }
        i <= n {
            w = wanted[i]
            if (w ~ /\.\.\.$/ ? index($0, substr(w, 1, length(w) - 3)) == 1 : index($0, w)) i++
        }
        END {
            while (wanted[i] == "...") i++
            if (i <= n) { print "not in the output: " wanted[i]; exit 1 }
        }' <(plain "$1") <(plain "$2") || { echo "the output:"; cat "$2"; return 1; }
}

# Starts programs meanwhile, as on any machine.
busy() {
    while :; do /bin/sleep 0.05; done 3>&- &
    BUSY=$!
}

follow() { # number of the section: runs its blocks
    local block info
    split "$1"
    : >"$GDB_INPUT"
    for block in "$BATS_TEST_TMPDIR"/blocks/*.info; do
        info=$(cat "$block")
        block=${block%.info}.text
        echo "block: $info"
        case $info in
        'c from='*)
            # In one piece.
            perl -0777 -e '($part, $all) = map { open F, "<", $_ or die; <F> } @ARGV; exit(index($all, $part) < 0)' \
                "$block" "${info#c from=}" || { echo "not in ${info#c from=}:"; cat "$block"; return 1; }
            ;;
        'c file='*) cp "$block" "${info#c file=}" ;;
        'sh by='*)
            timeout 120 bash -e "$block" >"$OUT" 2>&1 3>&- || { cat "$OUT"; return 1; }
            cp "$OUT" "${block%.text}.out"
            ;;
        'gdb by='*)
            # From the start each time, with everything that was typed before.
            cat "$block" >>"$GDB_INPUT"
            timeout 250 gdb -q -nx -batch -ex 'set pagination off' -ex 'set confirm off' -x "$GDB_INPUT" \
                ./hello >"$OUT" 2>&1 3>&-
            ;;
        text) appears "$block" "$OUT" ;;
        *) echo "unknown kind of block: '$info'"; return 1 ;;
        esac
    done
}

@test "1: run it" {
    busy
    follow 1
}

@test "2: read a handler" {
    follow 2
}

@test "3: write a program of 14 lines" {
    busy
    follow 3
    [ "$(wc -l <src/hello.bpf.c)" -eq 14 ]
}

@test "4: break it: the verifier says why, and accepts the fix" {
    busy
    follow 4
    grep -q 'execs$' "$OUT"
}

@test "5: look into the kernel" {
    follow 5
}

@test "6: watch it load: entry and return, a probe, no probe" {
    busy
    follow 6
}

@test "7: exercises" {
    busy
    follow 7
    # Exercise 2: much smaller with -d.
    mapfile -t sizes < <(grep -hoP 'xlated \K[0-9]+' "$BATS_TEST_TMPDIR"/blocks/*.out)
    [ ${#sizes[@]} -eq 2 ]
    [ "${sizes[0]}" -gt $((2 * sizes[1])) ]
}
