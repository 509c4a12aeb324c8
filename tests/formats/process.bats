# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Data from the whole life of a process: the command of an exit, parents, programs
# replaced by exec, the tree.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

# The FILENAME/EXIT CODE column of each line of a table with this EVENT and COMM; durations
# become "ms".
rest() { # TABLE EVENT COMM
    awk -v event="$2" -v comm="$3" '$2 == event && $3 == comm' "$1" |
        sed -E 's/^([^ ]+ +){5}//; s/\([0-9]+ms\)/(ms)/'
}

@test "-ax: failures, with their command lines" {
    call "$BOOTSTRAP" -ax -- sh -c '/bin/true; sh -c "exit 3"; sh -c "kill -9 \$\$"; exec /bin/false x'
    [ "$status" -eq 1 ]
    cat "$err"
    [ "$(grep -c ' EXEC ' "$err")" -eq 0 ]
    [ "$(rest "$err" EXIT sh)" = "[3] (ms) $(type -P sh) -c 'exit 3'
[SIGKILL] (ms) $(type -P sh) -c 'kill -9 \$\$'" ]
    [ "$(rest "$err" EXIT false)" = '[1] (ms) /bin/false x' ]
}

@test "-a: each exit has its command line; a process that did not call exec has none" {
    call "$BOOTSTRAP" -a -- bash -c '/bin/true "a b"; (exit 4); exec -a other /bin/false'
    cat "$err"
    [ "$(rest "$err" EXIT true)" = "[0] (ms) /bin/true 'a b'" ]
    [ "$(rest "$err" EXIT bash)" = '[4] (ms)' ]
    [ "$(rest "$err" EXIT false)" = '[1] (ms) /bin/false (other)' ]
}

@test "-a -d: exits have their command line, and -n counts only printed lines" {
    call "$BOOTSTRAP" -a -d 100 -n 2 -- sh -c 'for i in 1 2 3; do /bin/true; sleep 0.$i; done'
    [ "$(rest "$err" EXIT sleep)" = "[0] (ms) $(type -P sleep) 0.1
[0] (ms) $(type -P sleep) 0.2" ]
    [ "$(grep -cE '^[0-9:]{8} ' "$err")" -eq 2 ]
}

@test "-a: a process that is older than the tracer has its command line" {
    local pid
    bash -c 'exec -a "old one" sleep 1000' 3>&- &
    pid=$!
    await grep -qzx 1000 "/proc/$pid/cmdline"
    start t -a -p "$pid"
    kill "$pid"
    await grep -q SIGTERM "$T/t.out"
    ended t
    quiet t
    [ "$(rest "$T/t.out" EXIT sleep | sed 's/([0-9]*ms)/(ms)/')" = "[SIGTERM] (ms) $(realpath "$(type -P sleep)") ('old one') 1000" ]
}

@test "events are printed that follow more hidden execs than one drain takes" {
    start t -ax -b 16M -u 54321
    freeze t
    setpriv --reuid 54321 --regid 54321 --clear-groups \
        bash -c 'for i in {1..3500}; do /bin/true; done; sh -c "exit 97"; :'
    kill -INT "$TRACER"
    thaw t
    ended t
    quiet t
    grep -q "\[97\] .* -c 'exit 97'$" "$T/t.out"
}

@test "JSON: filename and args of an exit come from its last exec" {
    "$BOOTSTRAP" -f json -o "$T/json" -- bash -c '/bin/true "a b"; (exit 4); exec env true x' || :
    jq -r 'select(.event == "exit") | "\(.comm) \(.filename) \(.args)"' "$T/json" >"$T/got"
    diff - "$T/got" <<END
true /bin/true ["/bin/true","a b"]
bash null null
true $(type -P true) ["true","x"]
END
    # With -x, no exec is shown.
    "$BOOTSTRAP" -x -f json -m 3 -o "$T/json" -- sh -c '/bin/true; exec /bin/false' || :
    jq -c 'select(.event != "start") | [.event, .filename, .args, .args_truncated]' "$T/json" >"$T/got"
    diff - "$T/got" <<<'["exit","/bin/false",["/bi"],true]'
}

@test "JSON: the identity of a process matches /proc" {
    "$BOOTSTRAP" -f json -o "$T/json" -- bash -c 'cat /proc/self/loginuid /proc/self/sessionid; cut -d " " -f 22 /proc/self/stat' >"$T/said"
    cat "$T/said" # the first two without a newline
    jq -se --arg said "$(tr -d '\0' <"$T/said")" '
        (map(select(.event == "exec" and (.args[0] // "") == "cat"))[0]) as $cat
        | (map(select(.event == "exec" and (.args[0] // "") == "cut"))[0]) as $cut
        | (map(select(.event == "exec"))[0]) as $bash
        | ([$cat.loginuid, $cat.session_id] | map(. // 4294967295 | tostring) | add) as $ids
        | ($said | gsub("\n"; "")) as $text
        | ($text | startswith($ids))
          and ($cut.id | split("-")[1] | tonumber / 10000000 | floor | tostring) == $text[($ids | length):]
          and $cat.parent_id == $bash.id and $cat.parent_comm == "bash"' "$T/json"
    jq -se --arg boot "$(cat /proc/sys/kernel/random/boot_id)" --arg host "$(uname -n)" --arg kernel "$(uname -r)" \
        --arg machine "$(uname -m)" --arg version "$("$BOOTSTRAP" -V | sed 's/bootstrap //')" '
        .[0] | del(.time) == {event: "start", version: $version, host: $host, boot_id: $boot, kernel: $kernel, machine: $machine}' "$T/json"
}

@test "JSON: the terminal, and the effective user" {
    cp "$(type -P id)" "$T/id"
    chown 54321 "$T/id"
    chmod 4755 "$T/id"
    "$BOOTSTRAP" -f json -o "$T/json" -- script -qec "tty >$T/tty; $T/id" /dev/null >/dev/null
    jq -se --arg tty "$(sed 's|^/dev/||' "$T/tty")" 'map(select(.event == "exec" and .comm == "id"))[0]
        | .tty == $tty and .euid == 54321 and .uid == 0' "$T/json"
}

# The ancestors of each process, up to the oldest one that was seen.
CHAIN='(map(select(.id)) | INDEX(.id)) as $of
    | def chain: . as $id | if $of[$id] then [$id] + ($of[$id].parent_id | chain) else [] end;'

@test "JSON: parent_id leads to the oldest ancestor, even if PIDs are reused" {
    # shellcheck disable=SC2016  # for the inner shell
    printf '%s\n' 'for i in {1..250}; do sh -c "/bin/true; :"; done' >"$T/script"
    local before
    before=$(cat /proc/sys/kernel/pid_max)
    # PID namespaces have their own pid_max since Linux 6.14.
    [ "$(printf '%s\n' 6.14 "$(uname -r)" | sort -V | head -1)" = 6.14 ] || skip "needs Linux 6.14, this is $(uname -r)"
    # shellcheck disable=SC2016
    unshare -pf --mount-proc bash -c '
        . "$1"; use_folder "$2"
        echo 400 >/proc/sys/kernel/pid_max
        "$BOOTSTRAP" -f json -o "$T/json" 3>&- &
        known_as t
        await attached "$TRACER"
        await test -s "$T/json"
        bash "$T/script"
        finish t' - "$BATS_TEST_DIRNAME/../helpers.bash" "$(mkdir "$T/in" && cp "$T/script" "$T/in" && echo "$T/in")"
    [ "$(cat /proc/sys/kernel/pid_max)" = "$before" ]
    jq -se "$CHAIN"'
        (map(select(.event == "exec" and .args[1] != null and (.args[1] | endswith("/script"))))[0].id) as $root
        | map(select(.event == "exec" and .filename == "/bin/true")) as $true
        | ($true | map(.pid) | unique | length) < 250 and ($true | map(.id) | unique | length) == 250
          and ($true | all(.id | chain | length == 3 and .[2] == $root))
          and ($true | map(.parent_id) | unique | length) == 250' "$T/in/json"
}

@test "JSON: the process tree of a make, by parent_id, matches strace" {
    cat >"$T/Makefile" <<'END'
all: a b c d
a b:; @for i in 1 2 3; do (echo $$i | cat); done; exec true
c:; @$(MAKE) -s -f $(firstword $(MAKEFILE_LIST)) a b
d:; @env sh -c 'exec sh -c "/bin/true; exit 0"'
.PHONY: all a b c d
END
    cd "$T" || return
    "$BOOTSTRAP" -f json -o json -- strace -f -qq -e trace=process -o log make -s -j2 >/dev/null
    # "12 vfork( <unfinished ...>", "12 <... vfork resumed>) = 13", "12 clone(...) = 13"; not threads
    LC_ALL=C awk '/CLONE_THREAD/ { next }
         /(clone3?|v?fork)(\(| resumed>).* = [0-9]+$/ { print $NF, $1 }' log | sort >by-strace
    jq -rs 'map(select(.id)) | group_by(.id) | map(.[0]) | INDEX(.id) as $of
        | .[] | select($of[.parent_id] and .comm != "strace" and $of[.parent_id].comm != "strace") | "\(.pid) \($of[.parent_id].pid)"' json | sort >by-json
    wc -l by-strace by-json
    [ "$(wc -l <by-strace)" -gt 30 ]
    diff by-strace by-json
}

@test "-s: a program that exec replaced counts as a run" {
    call "$BOOTSTRAP" -s -- sh -c 'sleep .3; exec true'
    cat "$err"
    awk '$1 == "sh" && $2 == 1 && $3 == 0 && $4 ~ /^[3-9][0-9]*ms$/ { found = 1 } END { exit !found }' "$err"
    call "$BOOTSTRAP" -d 200 -s -- sh -c 'sleep .3; sh -c "exec true"; exec true'
    cat "$err"
    [ "$(sed '1,/^$/d' "$err" | awk 'NR > 1 { print $1, $2 }' | sort | paste -sd,)" = 'sh 1,sleep 1' ]
}

@test "trace: the slice of a process that leaves the filter does not extend to the end" {
    local name=left$$
    cp "$(type -P sh)" "$T/$name"
    "$BOOTSTRAP" -f trace -c "$name" -o "$T/json" 3>&- &
    known_as t
    await attached "$TRACER"
    "$T/$name" -c 'exec sleep 1000' 3>&- &
    local left=$!
    "$T/$name" -c 'sleep 1000; :' 3>&- &
    local stays=$!
    await grep -q "\"tid\":$stays,.*\"ph\":\"B\"\|\"B\",\"pid\":1,\"tid\":$stays," "$T/json"
    await grep -q "\"B\",\"pid\":1,\"tid\":$left," "$T/json"
    await grep -qzx sleep "/proc/$left/cmdline"
    await grep -q . "/proc/$stays/task/$stays/children"
    finish t
    local child
    child=$(<"/proc/$stays/task/$stays/children")
    kill "$left" "${child% }"
    jq -c --argjson left "$left" --argjson stays "$stays" '.[] | select(.ph == "E" and (.tid | IN($left, $stays))) | [.tid == $left, .args]' \
        "$T/json" | sort >"$T/got"
    diff - "$T/got" <<'END'
[false,{"running":true}]
[true,{"end_unknown":true}]
END
}

@test "trace: a process older than the tracer begins with the trace, and is marked" {
    sleep 1000 3>&- &
    local old=$! begin
    await grep -qzx sleep "/proc/$old/cmdline"
    read -r begin _ </proc/uptime
    "$BOOTSTRAP" -f trace -p "$old" -o "$T/json" 3>&- &
    known_as t
    await attached "$TRACER"
    await test -s "$T/json"
    kill "$old"
    ended t
    jq -e --argjson begin "$begin" '.[] | select(.ph == "X") | .args.clipped and .args.command == "sleep 1000" and
        .ts / 1e6 >= $begin - 0.02 and .args.lifetime_ms * 1000 > .dur' "$T/json"
}
