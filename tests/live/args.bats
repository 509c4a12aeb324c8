# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# -a and -m: all arguments, as the kernel has them, in a form that a shell reads back
# to the same bytes.
#
# EXECS   number of execs with arguments that the process has never accessed

load ../helpers

EXECS=${EXECS:-2000}

# The EXEC line of the process in $T/expected, starting after the file name.
command_line() { # TABLE
    local pid file rest
    read -r _ _ pid _ file <"$T/expected"
    rest=$(LC_ALL=C sed -n "s|^[0-9:]* EXEC  args *$pid  *[0-9]*  *$file||p" "$T/$1")
    case $rest in
    '') ;;             # no arguments
    \ \(*) rest=${rest/)/} rest=" ${rest# (}" ;; # a different argv[0] in parentheses
    *) rest=" args$rest" ;;
    esac
    echo "$rest"
}

# Lets a shell read a command line; $T/read has each word with a NUL.
read_back() {
    local words=()
    eval "words=($1)" # harmless if it is quoted correctly
    : >"$T/read"
    [[ ${#words[@]} -eq 0 ]] || printf '%s\0' "${words[@]}" >"$T/read"
}

@test "all bytes, odd, empty, missing or rewritten arguments: a shell reads back the originals" {
    local kind
    for kind in hundred empty none rewritten; do
        start t -a
        work expected args $kind "$T/given"
        finish t
        quiet t
        read_back "$(command_line t.out)"
        cmp "$T/given" "$T/read"
        [ $kind = none ] || [ "$(tr -dc '\0' <"$T/read" | wc -c)" -gt 1 ]
    done
}

@test "100 KB in one argument: as much as fits, then the mark" {
    local limit line
    for limit in 4096 24576 100; do # the first is the default of -a
        if [ $limit -eq 4096 ]; then start t -a; else start t -a -m $limit; fi
        work expected args big "$T/given"
        finish t
        quiet t
        line=$(command_line t.out)
        [ "${line: -4}" = ' ...' ]
        read_back "${line%????}"
        # The last word is truncated, so its NUL comes from the shell.
        [ "$(wc -c <"$T/read")" -eq $((limit + 1)) ]
        cmp -n $limit "$T/given" "$T/read"
    done
}

@test "JSON: arguments that just fit are not marked as truncated, with one byte less they are" {
    local size limit
    size=$(printf '%s\0' /bin/true x "" | wc -c)
    for limit in $((size + 1)) "$size" $((size - 1)); do
        "$BOOTSTRAP" -f json -m "$limit" -o "$T/t.out" -- /bin/true x ""
        jq -c 'select(.event == "exec") | [.args, .args_truncated]' "$T/t.out"
    done >"$T/got"
    diff "$T/got" - <<END
[["/bin/true","x",""],null]
[["/bin/true","x",""],null]
[["/bin/true","x"],true]
END
    # As in the table: that many bytes, including NULs, and the mark.
    printf '/bin/true %0100000d\n' 0 >"$T/script"
    for limit in '' 24576; do
        "$BOOTSTRAP" -f json ${limit:+-m $limit} -o "$T/t.out" -- bash "$T/script"
        jq -es --argjson limit "${limit:-4096}" '.[] | select(.event == "exec" and .filename == "/bin/true")
            | (.args | map(length) | add + 1) == $limit and .args_truncated' "$T/t.out"
    done
}

@test "constants of a fresh process: every list is complete" {
    start t -a
    work expected constargs "$EXECS"
    finish t
    quiet t
    [ "$(grep -c '^EXEC.* (constant) arguments of-a-fresh/child$' "$T/expected")" -eq "$EXECS" ]
    # An EXIT repeats the list; the line up to the list is the same as without -a.
    [ "$(grep -cE ' EXIT  child .*ms\) [^ ]*/child \(constant\) arguments of-a-fresh/child$' "$T/t.out")" -eq "$EXECS" ]
    sed -E 's/( EXIT  child .*\([0-9]+ms\)) .*/\1/' "$T/t.out" >"$T/plain"
    compare expected plain
}

@test "no arguments without -a" {
    start t
    work expected args hundred "$T/given"
    finish t
    compare expected t.out
}
