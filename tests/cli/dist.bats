#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The two archives of make dist.

load ../helpers

# Copies the current tree into a new folder.
copy_tree() { # folder
    mkdir -p "$1"
    git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$1"
    cp -r .git "$1/"
}

archives() { # folder
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$1" dist >"$1.log" 2>&1 || { cat "$1.log"; return 1; }
    (cd "$1/.output/dist" && ls && sha256sum ./*.tar.gz)
}

@test "make dist: the same bytes from a clone, from a clone with umask 077 elsewhere, and from the source archive" {
    local dir=$BATS_TEST_TMPDIR source release file
    copy_tree "$dir/one"
    git -C "$dir/one" add -A # includes new files
    # As in a clone with this umask: no permissions for others, executable for its owner.
    cp -r "$dir/one" "$dir/elsewhere"
    chmod -R go= "$dir/elsewhere"
    archives "$dir/one" >"$dir/sums"
    cat "$dir/sums"
    [ "$(grep -c '^bootstrap-.*\.tar\.gz$' "$dir/sums")" -eq 2 ]
    (umask 077 && archives "$dir/elsewhere") | diff "$dir/sums" -
    # The sources, unpacked where there is nothing else.
    mkdir "$dir/unpacked"
    source=$(grep -x 'bootstrap-[0-9.]*\.tar\.gz' "$dir/sums")
    tar -xzf "$dir/one/.output/dist/$source" -C "$dir/unpacked"
    archives "$dir"/unpacked/bootstrap-* | diff "$dir/sums" -

    # The release: a program without dependencies, manual, completions.
    mkdir "$dir/release"
    tar -xzf "$dir"/one/.output/dist/bootstrap-*-linux-*.tar.gz -C "$dir/release"
    release=$(echo "$dir"/release/bootstrap-*-linux-*)
    for file in LICENSE README.md bootstrap.8 completion/bootstrap.bash completion/_bootstrap completion/bootstrap.fish; do
        [ -s "$release/$file" ]
    done
    # The pages that the README links to.
    grep -oE '\]\(docs/[^)#]+' "$release/README.md" | cut -c 3- >"$dir/links"
    [ "$(wc -l <"$dir/links")" -ge 10 ]
    while read -r file; do
        [ -s "$release/$file" ]
    done <"$dir/links"
    [ "$(stat -c %s "$release/bootstrap")" -lt $((2 * 1024 * 1024)) ]
    [ "$(readelf -lW "$release/bootstrap" | grep -c INTERP)" -eq 0 ]
    "$release/bootstrap" --version | grep -q '^bootstrap '
}
