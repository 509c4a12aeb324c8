# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# Shared by the tests of packages, services and pipelines.

bats_require_minimum_version 1.5.0
cd "$BATS_TEST_DIRNAME" && cd "$(git rev-parse --show-toplevel 2>/dev/null || echo ../..)" || exit 1
export VERSION
VERSION=$(sed -n 's/^VERSION := //p' Makefile)

# make without the variables of the make that runs the tests.
plain_make() {
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory "$@"
}

# Copies the current tree into a new folder.
copy_tree() { # FOLDER
    mkdir -p "$1"
    packaging/sources | tar -c --null -T - | tar -x -C "$1"
}
