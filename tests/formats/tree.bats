# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# -f tree, with known processes.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

# The tree without times.
shape() { # FILE
    sed -E 's/^ *[^ ]+ (.*)/\1/; s/ +$//' "$1"
}

@test "tree: one node for each exec, with its status; repetitions share one" {
    # shellcheck disable=SC2016
    call "$BOOTSTRAP" -f tree -- bash -c '
        for i in 1 2 3 4 5; do /bin/true; /bin/echo; done
        (/bin/false; exit 4)
        (/bin/false; exec /bin/echo again)
        sh -c "/bin/true; exec /bin/true x"
        /bin/sleep 1000 &
        until read -r comm </proc/$!/comm && [ "$comm" = sleep ]; do :; done
        sh -c "kill -9 $!"; wait
        exit 7'
    [ "$status" -eq 7 ]
    cat "$err"
    [ "$(grep .  "$out")" = again ]
    # When the killed process called exec is random.
    shape "$err" | sed -E 's|bash -c .*|bash|' | grep -vE 'sleep|kill|Killed' >"$T/got"
    grep -qE '[mu]s SIGKILL   .- /bin/sleep 1000$' "$err"
    diff - "$T/got" <<END
STATUS    COMMAND
7         $(type -P bash)
0         |- /bin/true (x 5)
0         |- /bin/echo (x 5)
4         |- (bash)
1         |  \`- /bin/false
exec      |- (bash)
1         |  |- /bin/false
0         |  \`- => /bin/echo again
exec      |- $(type -P sh) -c '/bin/true; exec /bin/true x'
0         |  |- /bin/true
0         |  \`- => /bin/true x
END
}

@test "tree: a long loop becomes one node with summed figures" {
    call "$BOOTSTRAP" -f tree -r -- bash -c 'for i in {1..120}; do sh -c "/bin/true; :"; done'
    cat "$err"
    [ "$status" -eq 0 ]
    [ "$(wc -l <"$err")" -eq 4 ]
    [ "$(sed -nE 's/.* 0 +(\|-|`-) .*\(x ([0-9]+)\)$/\2/p; s/.* 0 +   `- .*\(x ([0-9]+)\)$/\1/p' "$err" | paste -sd' ')" = '120 120' ]
    awk 'NR > 1 && $3 !~ /^[0-9.]+[KM]$/ { exit 1 }' "$err"
}

@test "tree: processes that still run, and failures with -x" {
    call "$BOOTSTRAP" -f tree -- sh -c "sleep 1000 3>&- & echo \$! >$T/pid; until grep -qzx 1000 /proc/\$!/cmdline; do :; done"
    kill "$(cat "$T/pid")"
    cat "$err"
    grep -qE "s running   .- $(type -P sleep) 1000$" "$err"
    call "$BOOTSTRAP" -f tree -x -- sh -c '/bin/true; /bin/false; sh -c "/bin/true; exit 3"; exit 4'
    shape "$err" | cut -c 1-50 >"$T/got"
    cat "$err"
    [ "$(awk '$1 ~ /^[0-9]+$/ { print $1 }' "$T/got" | sort | paste -sd' ')" = '1 3 4' ]
    [ "$(grep -c /bin/true "$T/got")" -le 2 ] # in the arguments of sh only
}

@test "tree: with -x, failed parents of failures have their command lines" {
    call "$BOOTSTRAP" -f tree -x -- bash -c 'sh -c "/bin/true; /bin/false; exit 3" one; exit 4'
    cat "$err"
    diff - <(shape "$err" | sed -E 's|bash -c .*|bash|') <<END
STATUS    COMMAND
4         $(type -P bash)
3         \`- $(type -P sh) -c '/bin/true; /bin/false; exit 3' one
1            \`- /bin/false
END
}

@test "tree: is as wide as the terminal, where failures are red" {
    local x
    x=$(printf 'x%.0s' {1..300})
    script -qec "stty cols 60; '$BOOTSTRAP' -f tree -- sh -c '/bin/true $x; sh -c \"/bin/false $x\"; sh -c \"/bin/false $x\"'" /dev/null </dev/null |
        tr -d '\r' >"$T/seen" || :
    cat "$T/seen"
    sed -i 's/\x1b\[[0-9;]*m//g; t red; b; :red; s/$/ RED/' "$T/seen"
    [ "$(grep -c ' RED$' "$T/seen")" -eq 3 ]
    sed -i 's/ RED$//' "$T/seen"
    [ "$(awk 'length > 60' "$T/seen" | wc -l)" -eq 0 ]
    [ "$(awk 'length == 60' "$T/seen" | wc -l)" -ge 3 ]
    # A file has no limit.
    "$BOOTSTRAP" -f tree -o "$T/file" -- /bin/true "$x"
    grep -q "/bin/true $x$" "$T/file"
}
