#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck disable=SC2154  # what bats sets
#
# The open-source debug adapter, which VSCodium, code-server and Theia use, with its
# configurations in launch.json.  adapter.cjs plays the editor.

bats_require_minimum_version 1.5.0

setup_file() {
    unset MAKEFLAGS MAKELEVEL # set by the `make test` that runs this
    export NODE_PATH=$BATS_FILE_TMPDIR/node_modules
    export WORKSPACE=$BATS_FILE_TMPDIR/'work space'
    export INPUT_COMMAND=true PICKED_PROCESS=
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
    mkdir "$WORKSPACE"
    tar -cf - --exclude=./.git --exclude=./.output . | tar -xf - -C "$WORKSPACE"
    # An ordinary user debugs, who may not be able to read the tree.
    cp -r .output/debug/node_modules "$NODE_PATH"
    chmod -R a+rX "$WORKSPACE" "$NODE_PATH"
    load mi
    run_task build
}

setup() {
    load mi
    cd "$WORKSPACE" || return
}

teardown() {
    if [ -n "${TRACER-}" ]; then
        kill -TERM "$TRACER" 2>/dev/null || true
        wait "$TRACER" || true
    fi
}

adapter() { # configuration
    configuration "$1" >"$BATS_TEST_TMPDIR/configuration.json"
    as_user timeout 280 node tests/vscode/adapter.cjs "$BATS_TEST_TMPDIR/configuration.json" 3>&- 8>&-
}

@test "open-source adapter, launch as an ordinary user: stop in handle_event, read fields, pause, continue, end" {
    adapter 'bootstrap (open source, sudo gdb)'
    # Nothing is left running after the adapter disconnects.
    nothing_runs() { ! pgrep -f "^$WORKSPACE/bootstrap" >/dev/null; }
    wait_until nothing_runs
}

@test "open-source adapter, attach: the same, and the tracer continues afterwards" {
    ./bootstrap >"$BATS_TEST_TMPDIR/out" 3>&- 8>&- &
    TRACER=$!
    PICKED_PROCESS=$TRACER
    wait_until grep -q '^TIME' "$BATS_TEST_TMPDIR/out"
    adapter 'attach (open source)'
    /bin/true
    wait_until grep -q ' EXIT  true ' "$BATS_TEST_TMPDIR/out"
    kill -0 "$TRACER"
}
