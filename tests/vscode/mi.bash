# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash disable=SC2016,SC2034  # VS Code's variables; what bats files read
#
# Talks to gdb as VS Code's debug adapter (cppdbg) does: over gdb/MI, with the
# settings of .vscode/.  Sourced by vscode.bats, which has the expectations.
#
# gdb's output goes to the file $MI.  Each wait continues where the last one ended and
# gives up after MI_DEADLINE seconds.

MI_DEADLINE=${MI_DEADLINE:-120}

# The JSON that VS Code reads, without its comments, which are on lines of their own.
without_comments() { # file
    grep -v '^ *//' "$1"
}

# Replaces VS Code's variables in the text from stdin.
substitute() {
    local text
    text=$(cat)
    text=${text//'${workspaceFolder}'/"$WORKSPACE"}
    text=${text//'${input:command}'/"$INPUT_COMMAND"}
    text=${text//'${command:askProcessId}'/"$PICKED_PROCESS"}
    printf '%s\n' "${text//'${command:pickProcess}'/"$PICKED_PROCESS"}"
}

# One launch configuration as JSON, with the variables replaced.
configuration() { # name
    without_comments "$WORKSPACE/.vscode/launch.json" |
        jq -e --arg name "$1" '.configurations[] | select(.name == $name)' | substitute
}

# Runs a task of tasks.json by its label.
run_task() { # label
    local task args=()
    task=$(without_comments "$WORKSPACE/.vscode/tasks.json" |
        jq -e --arg wanted "$1" '.tasks[] | select(.label == $wanted)' | substitute) || return
    [ "$(jq -r .type <<<"$task")" = process ] || return
    mapfile -t args < <(jq -r '.args[]' <<<"$task")
    (cd "$(jq -r .options.cwd <<<"$task")" && "$(jq -r .command <<<"$task")" "${args[@]}")
}

# Starts gdb by the configuration's path, as the adapter does: in the background, with
# pipes, and a separate terminal for the program.  Any words are a command to run gdb with.
mi_start() { # configuration [words...]
    local gdb
    gdb=$(jq -r .miDebuggerPath <<<"$1")
    shift
    MI=$BATS_TEST_TMPDIR/mi
    MI_AT=0
    TERMINAL=$BATS_TEST_TMPDIR/terminal
    mkfifo "$BATS_TEST_TMPDIR/to-gdb"
    : >"$MI"
    : >"$TERMINAL"
    chmod 666 "$TERMINAL"
    "$@" "$gdb" --interpreter=mi "--tty=$TERMINAL" <"$BATS_TEST_TMPDIR/to-gdb" >"$MI" 2>&1 3>&- &
    GDB=$!
    exec 8>"$BATS_TEST_TMPDIR/to-gdb"
}

has_ended() { # pid
    ! kill -0 "$1" 2>/dev/null
}

mi_stop() {
    [ -n "${GDB-}" ] || return 0
    echo '-gdb-exit' >&8
    exec 8>&-
    wait_until has_ended "$GDB" || kill -9 "$GDB"
    GDB=
}

wait_until() { # command..., tried every 20 ms until MI_DEADLINE
    local end=$((SECONDS + MI_DEADLINE))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.02
    done
}

mi_find() { # extended regular expression
    FOUND=$(tail -n +$((MI_AT + 1)) "$MI" | grep -nEm 1 -- "$1")
}

# Reads up to the next line that matches, and sets $LINE to it.
mi_wait() { # extended regular expression
    if ! wait_until mi_find "$1"; then
        echo "gdb did not print '$1'; it printed:"
        tail -n 40 "$MI"
        echo 'and the program:'
        cat "$TERMINAL"
        return 1
    fi
    MI_AT=$((MI_AT + ${FOUND%%:*}))
    LINE=${FOUND#*:}
}

# Sends a command and waits for its result, which must be a success.
mi() { # command
    MI_TOKEN=$((${MI_TOKEN:-1000} + 1))
    echo "$MI_TOKEN$1" >&8
    mi_wait "^$MI_TOKEN\\^" || return
    case $LINE in
    *^error*)
        echo "$1: $LINE"
        return 1
        ;;
    esac
}

# Sends what the adapter sends from the configuration until the program is loaded.
mi_set_up() { # configuration
    local text ignore args=()
    mi '-gdb-set mi-async on' || return
    while IFS=$'\t' read -r ignore text; do
        mi "$text" || [ "$ignore" = true ] || return
    done < <(jq -r '.setupCommands[] | [.ignoreFailures // false, .text] | @tsv' <<<"$1")
    if [ "$(jq -r .request <<<"$1")" = attach ]; then
        mi "-file-exec-and-symbols \"$(jq -r .program <<<"$1")\"" || return
        mi "-target-attach $(jq -r .processId <<<"$1")"
    else
        mi "-environment-cd \"$(jq -r .cwd <<<"$1")\"" || return
        mi "-file-exec-and-symbols \"$(jq -r .program <<<"$1")\"" || return
        mi "-exec-arguments $(jq -r '.args | map("\"" + . + "\"") | join(" ")' <<<"$1")"
    fi
}

# The value of an expression, as a watch or a hover shows it.
mi_value() { # expression
    mi "-data-evaluate-expression \"$1\"" || return
    LINE=${LINE#*value=\"}
    VALUE=${LINE%\"}
}

# gdb's console output since line $1 of $MI, once the commands of the stop are done.
console_since() { # line
    local text
    mi -list-features || return
    text=$(tail -n "+$(($1 + 1))" "$MI" | sed -n 's/^~"\(.*\)"$/\1/p' | tr -d '\n')
    printf '%b' "$text"
}

# Runs a command as the user nobody, with a sudo on the PATH that needs no password.  The command
# has the capabilities to become root, but only that sudo uses them.
as_user() { # command...
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    cat >"$BATS_TEST_TMPDIR/bin/sudo" <<'EOT'
#!/bin/bash
[ "$1" = -n ] && shift
exec setpriv --reuid=0 --regid=0 --clear-groups -- "$@"
EOT
    chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/bin/sudo"
    env PATH="$BATS_TEST_TMPDIR/bin:$PATH" setpriv --reuid=65534 --regid=65534 --clear-groups \
        --inh-caps=+setuid,+setgid,+setpcap --ambient-caps=+setuid,+setgid,+setpcap -- "$@"
}
