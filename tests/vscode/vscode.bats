#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck disable=SC2016,SC2154  # the debugger's $; what bats sets
#
# Plays VS Code: builds with the build task in a copy of the tree, whose path
# contains a space, and debugs with the configurations in launch.json.  VS Code and
# its adapter do not run; mi.bash sends what the adapter would send.

bats_require_minimum_version 1.5.0

setup_file() {
    unset MAKEFLAGS MAKELEVEL # set by the `make test` that runs this
    export WORKSPACE=$BATS_FILE_TMPDIR/'work space'
    export INPUT_COMMAND='true && exit 3' PICKED_PROCESS=
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
    mkdir "$WORKSPACE"
    tar -cf - --exclude=./.git --exclude=./.output . | tar -xf - -C "$WORKSPACE"
    chmod -R a+rX "$WORKSPACE" # an ordinary user debugs
    load mi
    run_task build
}

setup() {
    load mi
    cd "$WORKSPACE" || return
}

teardown() {
    mi_stop
    for pid in ${WORKLOAD-} ${TRACER-}; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" || true
    done
}

# A process that waits for a line and then becomes /bin/echo, under the same PID.
start_workload() {
    mkfifo "$BATS_TEST_TMPDIR/go"
    sh -c ': >"$1.ready"; read -r go <"$1"; exec /bin/echo hello' \
        sh "$BATS_TEST_TMPDIR/go" >/dev/null 3>&- 8>&- &
    WORKLOAD=$!
    wait_until [ -e "$BATS_TEST_TMPDIR/go.ready" ]
}

# Sets a breakpoint in handle_event() for our process.
break_for_workload() {
    mi "-break-insert -f -c \"((struct event_header *)data)->pid == $WORKLOAD\" handle_event"
}

see_workload_exec() {
    mi_wait '^\*stopped,reason="breakpoint-hit".*func="handle_event"'
    mi_value '((struct event_header *)data)->pid'
    [ "$VALUE" = "$WORKLOAD" ]
    mi_value '(enum event_kind)((struct event_header *)data)->kind'
    [ "$VALUE" = EVENT_EXEC ]
    mi_value '(char *)data + sizeof(struct exec_record)'
    [[ $VALUE == *'/bin/echo'* ]]
    # Step into output_record(), to the line after event_decode(): read the local variables that
    # the sidebar shows.
    step=-exec-step
    while [[ $LINE != *put_event* ]]; do
        mi $step
        mi_wait '^\*stopped,reason="end-stepping-range".*func="(handle_event|output_record)"'
        [[ $LINE != *'func="output_record"'* ]] || step=-exec-next
        [[ $LINE =~ line=\"([0-9]+)\" ]]
        LINE=$(sed -n "${BASH_REMATCH[1]}p" src/output/output.c)
    done
    mi_value e.filename
    [[ $VALUE == *'/bin/echo'* ]]
    mi_value e.kind
    [ "$VALUE" = EVENT_EXEC ]
    mi '-var-create - * e'
    mi_value 'opt.buffer_size'
    [ "$VALUE" = 8388608 ]
}

@test "the JSON files are valid for VS Code, and everything they name exists" {
    for file in tasks launch settings extensions; do
        without_comments ".vscode/$file.json" | jq -e . >/dev/null
    done
    labels=$(without_comments .vscode/tasks.json | jq -c '[.tasks[].label]')
    [ "$(jq -c . <<<'["build","test","clean"]')" = "$labels" ]
    run jq -r '.configurations[].name' <(without_comments .vscode/launch.json)
    [ "$output" = "bootstrap (sudo gdb)
bootstrap -d 50
bootstrap -- COMMAND
bootstrap (capabilities, Pause works)
attach
bootstrap (open source, sudo gdb)
attach (open source)" ]
    without_comments .vscode/launch.json | substitute >"$BATS_TEST_TMPDIR/launch.json"
    jq -e --argjson tasks "$labels" 'all(.configurations[];
        (.request == "attach" or ([.preLaunchTask] | inside($tasks))) and
        if .type == "cppdbg" then
            .MIMode == "gdb" and
            ([.setupCommands[].text] | contains(["-enable-pretty-printing", "-gdb-set disassembly-flavor intel"]))
        else
            .type == "gdb"
        end)' "$BATS_TEST_TMPDIR/launch.json"
    [ "$(jq '[.configurations[] | select(.type == "cppdbg")] | length' "$BATS_TEST_TMPDIR/launch.json")" -eq 5 ]
    while read -r file; do
        [ -x "$file" ]
    done < <(jq -r '.configurations[] | .miDebuggerPath // .gdb, .program' "$BATS_TEST_TMPDIR/launch.json")
    # The goals in the tasks exist: a dry run fails on an unknown goal.
    make -n test >/dev/null
    make -n clean >/dev/null
}

@test "F5 on 'bootstrap (sudo gdb)': a breakpoint in handle_event stops with the event's fields" {
    config=$(configuration 'bootstrap (sudo gdb)')
    mi_start "$config"
    mi_set_up "$config"
    start_workload
    break_for_workload
    mi -exec-run
    # The header is printed once it is attached.
    wait_until grep -q "^TIME" "$TERMINAL"
    echo go >"$BATS_TEST_TMPDIR/go"
    see_workload_exec
    mi '-interpreter-exec console "info registers rip"'
    mi '-data-disassemble -s $pc -e "$pc + 16" -- 0'
    # Ctrl-C in the program's terminal: an orderly end.
    mi '-break-delete'
    mi -exec-continue
    pid=$(sed -n 's/^=thread-group-started.*pid="\([0-9]*\)".*/\1/p' "$MI")
    kill -INT "$pid"
    mi_wait '^\*stopped,reason="exited-normally"'
    grep -q "$WORKLOAD .*/bin/echo" "$TERMINAL"
}


# The names of the kernel objects that a process holds, from /proc and bpftool.
held() { # map|prog|link
    grep -hoP "^$1_id:\s+\K\d+" "/proc/$TRACER/fdinfo/"* | sort -un |
        while read -r id; do bpftool -j "$1" show id "$id" | jq -r '.name // "link"'; done | sort
}

start_tracer() {
    ./bootstrap >"$BATS_TEST_TMPDIR/out" 3>&- 8>&- &
    TRACER=$!
    wait_until grep -q "^TIME" "$BATS_TEST_TMPDIR/out"
}

@test "the catch script: stops at each map, program and link, but at none of libbpf's probes" {
    config=$(configuration 'bootstrap (sudo gdb)')
    mi_start "$config"
    mi_set_up "$config"
    mi '-interpreter-exec console "source .vscode/bpf-syscalls.gdb"' # -exec source, in the debug console
    mi '-break-insert -f trace'
    mi -exec-run
    stops=$BATS_TEST_TMPDIR/stops
    while mi_wait '^\*stopped' && [[ $LINE != *breakpoint-hit* ]]; do
        [[ $LINE == *'reason="syscall-entry"'* ]]
        console_since "$MI_AT" >>"$stops"
        mi '-stack-list-frames 0 20'
        echo "$LINE" >>"$stops.stacks"
        mi -exec-continue
    done
    grep -q 'func="main"' "$stops.stacks"
    run grep -E 'probe|kernel_supports|feat_supported' "$stops.stacks"
    [ "$status" -eq 1 ]

    start_tracer
    diff <(sed -n 's/^BPF_MAP_CREATE: map //p' "$stops" | sort) <(held map)
    diff <(sed -n 's/^BPF_PROG_LOAD: program //p' "$stops" | sort) <(held prog)
    [ "$(grep -c '^BPF_LINK_CREATE' "$stops")" -eq "$(held link | wc -l)" ]
    [ "$(grep -c '^BPF_LINK_CREATE' "$stops")" -ge 2 ]
    [ "$(grep -c '^BPF_BTF_LOAD' "$stops")" -eq 1 ]
    [ "$(grep -c '^mmap' "$stops")" -eq "$(grep -c 'anon_inode:bpf-map' "/proc/$TRACER/maps")" ]
    [ "$(grep -c '^epoll_ctl' "$stops")" -eq 1 ]

    # The same from plain gdb.
    { echo 'break trace'; echo run; yes c; } | head -n $(($(wc -l <"$stops") + 2)) |
        gdb -q -nx -x .vscode/bpf-syscalls.gdb ./bootstrap 2>&1 3>&- 8>&- |
        sed 's/^(gdb) //' | grep -E '^(BPF_|mmap|ioctl|epoll|perf)' >"$stops.plain"
    diff "$stops" "$stops.plain"
}

@test "the catch script: no stop while tracing, where only skipped() calls bpf()" {
    { echo run; yes c; } | head -n 100 |
        gdb -q -nx -x .vscode/bpf-syscalls.gdb --args ./bootstrap -t 1 >"$BATS_TEST_TMPDIR/gdb" 2>&1 3>&- 8>&-
    grep -q 'exited normally' "$BATS_TEST_TMPDIR/gdb"
    # The only stop is for the size of the ring, before tracing begins.
    [ "$(grep -c 'BPF_OBJ_GET_INFO_BY_FD$' "$BATS_TEST_TMPDIR/gdb")" -eq 1 ]
}

@test "'attach' stops a running bootstrap in handle_event, and lets it continue" {
    start_workload
    start_tracer
    PICKED_PROCESS=$TRACER
    config=$(configuration attach)
    mi_start "$config"
    mi_set_up "$config"
    break_for_workload
    mi -exec-continue
    echo go >"$BATS_TEST_TMPDIR/go"
    see_workload_exec
    mi -break-delete
    mi -target-detach
    wait_until grep -q "EXIT .* $WORKLOAD " "$BATS_TEST_TMPDIR/out"
}

@test "'capabilities': Pause works as an ordinary user, and the program has two capabilities" {
    start_workload
    config=$(configuration 'bootstrap (capabilities, Pause works)')
    mi_start "$config" as_user
    mi_set_up "$config"
    mi '-break-insert -t -f main'
    mi -exec-run
    mi_wait '^\*stopped,.*func="main"'
    pid=$(sed -n 's/^=thread-group-started.*pid="\([0-9]*\)".*/\1/p' "$MI")
    [ "$(awk '$1 == "Uid:" { print $2, $3, $4 }' "/proc/$pid/status")" = "65534 65534 65534" ]
    # CAP_PERFMON is 38, CAP_BPF 39.
    [ "$(awk '$1 == "CapEff:" { print $2 }' "/proc/$pid/status")" = 000000c000000000 ]
    mi -exec-continue
    wait_until grep -q "^TIME" "$TERMINAL"
    # Pause: the adapter sends SIGINT as the user it runs as.
    setpriv --reuid=65534 --regid=65534 --clear-groups kill -INT "$pid"
    mi_wait '^\*stopped,reason="signal-received",signal-name="SIGINT"'
    break_for_workload
    mi -exec-continue
    echo go >"$BATS_TEST_TMPDIR/go"
    see_workload_exec
}

@test "sudo-gdb when sudo needs a password: one clear message, also in the console" {
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/sudo"
    chmod -R 755 "$BATS_TEST_TMPDIR"
    for script in sudo-gdb cap-gdb; do
        run -1 --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin:$PATH" \
            setpriv --reuid=65534 --regid=65534 --clear-groups \
            ".vscode/$script" --interpreter=mi </dev/null
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == "sudo-gdb: sudo needs a password; "*"sudo -v"* ]]
        [[ $output == '&"sudo-gdb: sudo needs a password; '*'\n"' ]]
    done
}

@test "the 'bootstrap -d 50' configuration shows only processes that lived that long" {
    config=$(configuration 'bootstrap -d 50')
    mi_start "$config"
    mi_set_up "$config"
    mi -exec-run
    wait_until grep -q "^TIME" "$TERMINAL"
    sh -c 'sleep 0.1; exit 42' 3>&- 8>&- || true
    wait_until grep -qF "[42]" "$TERMINAL"
    run grep -F ' EXEC ' "$TERMINAL"
    [ "$status" -eq 1 ]
}

@test "the 'bootstrap -- COMMAND' configuration traces the command, and exits with its status" {
    config=$(configuration 'bootstrap -- COMMAND')
    mi_start "$config"
    mi_set_up "$config"
    mi -exec-run
    mi_wait '^\*stopped,reason="exited",exit-code="03"'
    grep -qE ' EXEC +sh ' "$TERMINAL"
    grep -qE ' EXIT +sh +.*\[3\]' "$TERMINAL"
}

@test "clangd understands both the BPF files and the user-space files" {
    jq -e 'length > 0' compile_commands.json
    for file in src/*.[ch]; do
        # Findings of clang-tidy in the user-space files are for tests/check.
        case $file in
        *.bpf.[ch]) tidy=1 ;;
        *) tidy=0 ;;
        esac
        run clangd --clang-tidy=$tidy --check="$file" </dev/null
        # A wrong target or a missing include shows as "E[time] [kind] Line N: ...".
        echo "$file: $(grep -E '^E\[[^]]*\] \[.*\] Line' <<<"$output")"
        [[ $output == *'All checks completed, '* ]]
        run grep -cE '^E\[[^]]*\] \[.*\] Line' <<<"$output"
        [ "$output" = 0 ]
    done
}
