# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Checks that do not run the program, or run it while checking every memory access.

load ../helpers

bats_require_minimum_version 1.5.0

setup() {
    use_folder "$BATS_TEST_TMPDIR"
    # shellcheck source=/dev/null  # made by check.mk
    . .output/check.env
    sources=()
    for source in src/*.c src/*/*.c; do
        [[ $source == *.bpf.c ]] || sources+=("$source")
    done
}

teardown() {
    kill_tracers
}

@test "gcc's analyzer finds nothing in src" {
    local source
    for source in "${sources[@]}"; do
        gcc "${CFLAGS[@]}" -O2 -fanalyzer -Werror -c "$source" -o /dev/null
    done
}

@test "cppcheck finds nothing in src" {
    cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        -Isrc -D_GNU_SOURCE -DVERSION='"1"' -DPAGE_DIR='"."' '-DLIBBPF_OPTS(t, n, ...)=struct t n = {__VA_ARGS__}' "${sources[@]}"
}

@test "clang-tidy finds nothing in src" {
    local pids=() source pid more
    for source in "${sources[@]}"; do
        more=() # it reports a leak in the skeleton, which is bpftool's code
        ! grep -q 'skel\.h"' "$source" || more=(--checks=-clang-analyzer-unix.Malloc)
        clang-tidy --quiet "${more[@]}" "$source" -- "${CFLAGS[@]}" 3>&- &
        pids+=($!)
        ((${#pids[@]} % $(nproc))) || wait "${pids[-1]}"
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
}

# The kernel counts how often it skipped each program.  A cgroup's report is not an event.
@test "every handler that is loaded has a reader for its skipped calls" {
    pairs() { tr -s '\n\t ' ' ' <src/bootstrap.c | grep -oE "$1\(p->handle_\w+, p->handle_\w+" | sed 's/.*(//' | sort; }
    pairs autoload | grep -v handle_cgroup >"$T/loaded"
    pairs skipped >"$T/read"
    [ "$(wc -l <"$T/loaded")" -eq 4 ]
    diff "$T/loaded" "$T/read"
}

@test "src is formatted" {
    clang-format --dry-run --Werror src/*.[ch] src/*/*.[ch]
}

@test "shellcheck finds nothing in any script" {
    git ls-files -co --exclude-standard >"$T/files"
    while read -r file; do
        if [[ $file == *.bats || $file == *.bash || $file == *.sh ]] ||
            head -1 "$file" | LC_ALL=C grep -aqE '^#!.*[/ ](ba)?sh( |$)'; then
            echo "$file"
        fi
    done <"$T/files" >"$T/scripts"
    [ "$(wc -l <"$T/scripts")" -gt 10 ]
    xargs shellcheck -x -S warning <"$T/scripts"
}

@test "the program is hardened: PIE, RELRO, BIND_NOW, NX, stack protector, FORTIFY" {
    readelf -hldW "$BOOTSTRAP" >"$T/elf"
    grep -qE '^ *Type: +DYN' "$T/elf"
    grep -q 'Flags:.*PIE' "$T/elf"
    grep -q GNU_RELRO "$T/elf"
    grep -qE 'BIND_NOW|Flags:.*NOW' "$T/elf"
    grep -E 'GNU_STACK' "$T/elf" | grep -q 'RW ' # not RWE
    # In the code compiled here: a static libbpf may be hardened anyway.
    nm -u .output/*.o >"$T/symbols"
    grep -q ' __stack_chk_fail$' "$T/symbols"
    grep -qE ' __v?(f|sn)printf_chk$' "$T/symbols"
    run ! grep -E ' v?(f|sn|s|d)?printf$' "$T/symbols"
}

@test "valgrind: no invalid access and no leak in a run with every kind of record" {
    valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
        --vgdb=no --suppressions="$BATS_TEST_DIRNAME/valgrind.supp" --log-file="$T/valgrind" \
        "$BOOTSTRAP" -a >"$T/t.out" 2>"$T/t.err" 3>&- &
    known_as t
    # On a busy machine valgrind may take half a minute to load the programs.
    DEADLINE=200 await ready_or_gone "$T/t.out" "$TRACER"
    ready "$T/t.out"
    work exits exit 0 20
    work killed killed
    finish t
    # Findings in the loader and libbpf are suppressed.
    grep -v 'WARNING: unhandled eBPF command' "$T/valgrind" >"$T/findings" || :
    cat "$T/findings"
    [ ! -s "$T/findings" ]
    quiet t
    compare exits t.out
    compare killed t.out
}

@test "exec_start full: durations count from the creation, and their number is reported" {
    local count=64 i reported
    .output/small/bootstrap -f json >"$T/t.out" 2>"$T/t.err" 3>&- &
    known_as t
    await attached "$TRACER"
    # Each pauses 100 ms between fork and exec, and then lives longer than starting all of them takes.
    for ((i = 0; i < count; i++)); do
        "$WORKLOADS/exec" "$WORKLOADS/child" 0 3000 >"$T/expected.$i" 3>&- &
        workers[i]=$!
    done
    wait "${workers[@]}"
    finish t
    cat "$T/t.err"
    reported=$(awk '/^bootstrap: [0-9]+ durations count from the creation of the process: exec_start was full$/ { n += $2; next }
        / durations in total / { next }
        { exit 1 } END { print n + 0 }' "$T/t.err")
    [ "$reported" -ge $((count - 16)) ]
    [ "$(tail -n 1 "$T/t.err")" = "bootstrap: $reported durations in total count from the creation of the process" ]
    [ "$(jq -s 'map(select(.event == "lost" and .cause == "untimed") | .exec) | add' "$T/t.out")" -eq "$reported" ]
    # At most as many as fit are timed from the exec, all others from the creation.
    awk '$1 == "EXIT" { print $3 }' "$T"/expected.* >"$T/pids"
    jq -s --slurpfile pids "$T/pids" '
        map(select(.event == "exit" and (.pid | IN($pids[])))) | {
            all: length,
            timed: map(select(.lifetime_ms - .duration_ms >= 100)) | length,
            untimed: map(select(.lifetime_ms == .duration_ms and .duration_ms >= 3100)) | length
        }' "$T/t.out" | tee "$T/sums"
    jq -e --argjson count "$count" '
        .all == $count and .timed + .untimed == $count and .timed <= 16' "$T/sums"
}

@test "the clock is set back during a run: durations stay correct, TIME follows the clock" {
    CLOCK_BACK=$T/back LD_PRELOAD=$PWD/.output/clockback.so start t
    grep -q clockback.so "/proc/$TRACER/maps"
    work expected exec "$WORKLOADS/child" 3 1500 3>&- &
    local worker=$!
    await grep -q ' EXEC  child ' "$T/t.out"
    : >"$T/back"
    wait "$worker"
    finish t
    quiet t
    compare expected t.out
    # The EXIT is 1.5 s after the EXEC, but an hour earlier by the clock.
    LC_ALL=C awk '
        FILENAME == ARGV[1] { pid = $3; next }
        $4 == pid { split($1, t, ":"); second[$2] = t[1] * 3600 + t[2] * 60 + t[3] }
        END {
            back = (second["EXEC"] - second["EXIT"] + 86400) % 86400
            print back " s"
            exit !(second["EXIT"] != "" && back > 3500 && back <= 3600)
        }' "$T/expected" "$T/t.out"
}
