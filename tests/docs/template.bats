#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck disable=SC2154  # what bats sets
#
# `make new` in a copy of the tree, as a user would start a new tool.

bats_require_minimum_version 1.5.0

setup() {
    unset MAKEFLAGS MAKELEVEL # set by the `make test` that runs this
    mkdir "$BATS_TEST_TMPDIR/copy"
    tar -cf - --exclude=./.git --exclude=./.output/mermaid . | tar -xf - -C "$BATS_TEST_TMPDIR/copy"
    cd "$BATS_TEST_TMPDIR/copy" || return
    load pages
}

# A block of commands of the page that belongs to these tests.
commands() { # number
    blocks docs/extending.md "sh by=tests/docs/template.bats" "$1"
}

@test "make new NAME=foo: builds without warnings, and its own live test passes" {
    [ "$(commands 1)" = $'make new NAME=foo\nmake\nsudo ./foo' ]
    make new NAME=foo
    run -0 make 2>&1
    [[ $output != *warning* ]]
    [ -x foo ]
    run -0 env -i PATH="${PATH//$BATS_LIBEXEC:}" bats --tap tests/live/foo.bats 3>&-
    [ "${lines[0]}" = 1..1 ]
    [[ ${lines[1]} == "ok 1 foo shows a signal, its sender and its receiver"* ]]
    # The other goals include it, too.
    make compile_commands.json
    [ "$(jq '[.[] | select(.file == "src/foo.c" or .file == "src/foo.bpf.c")] | length' compile_commands.json)" -eq 2 ]
    run ! grep -r NAME src/foo.h src/foo.c src/foo.bpf.c tests/live/foo.bats
    # That test can fail: here the tool no longer forwards signals.
    sed -i 's/== SIGCHLD/!= 0/' src/foo.bpf.c
    make
    run -1 env -i PATH="${PATH//$BATS_LIBEXEC:}" bats --tap tests/live/foo.bats 3>&-
}

@test "two files dropped in src/ become a program, and bootstrap stays the same" {
    make
    before=$(sha256sum bootstrap)
    cp docs/template/NAME.h src/two.h
    for file in two.bpf.c two.c; do
        sed 's/NAME/two/g' "docs/template/NAME.${file#two.}" >"src/$file"
    done
    make
    [ -x two ]
    [ "$(sha256sum bootstrap)" = "$before" ]
    make clean
    [ ! -e two ]
}

@test "make new rejects a name that is taken or invalid, in one line" {
    run -2 --separate-stderr make new NAME=bootstrap
    [ "${stderr_lines[0]}" = 'src/bootstrap.h already exists; choose another name' ]
    for name in '' Foo 'a b' 9lives ../x 'x;y'; do
        run -2 --separate-stderr make new NAME="$name"
        [[ ${stderr_lines[0]} == *"invalid NAME '$name' (expected lowercase letters, digits and _)" ]]
    done
}

@test "the files that docs/extending.md says to copy are enough to start with" {
    commands 2 >"$BATS_TEST_TMPDIR/commands"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/commands")" -eq 5 ]
    bash -e "$BATS_TEST_TMPDIR/commands"
    cd ../mine
    [ "$(ls src)" = $'foo.bpf.c\nfoo.c\nfoo.h' ]
    run -0 env -i PATH="${PATH//$BATS_LIBEXEC:}" bats --tap tests/live/foo.bats 3>&-
}

@test "after the renaming in docs/extending.md everything still builds and runs" {
    cp -r . ../renamed
    cd ../renamed
    commands 3 | sed 's/^sudo //' >"$BATS_TEST_TMPDIR/commands"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/commands")" -eq 4 ]
    bash -e "$BATS_TEST_TMPDIR/commands"
    make
    [ -x foo ]
    [ ! -e bootstrap ]
    run ! grep -rlIP --exclude-dir=.output --exclude=LICENSE '(?<!libbpf-)bootstrap' .
    cmp LICENSE ../copy/LICENSE
    grep -q 'github.com/libbpf/libbpf-bootstrap' README.md
    run -0 ./foo -t 1
    [ "${lines[0]}" = 'TIME     EVENT COMM             PID     PPID    FILENAME/EXIT CODE' ]
    grep -q 'map foo_bpf.rodata' docs/graph.dot
}
