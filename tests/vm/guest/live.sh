#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# The live tests, except those that need the host; LIVE=lines,races runs only these files.
#
# An emulated machine is twenty times slower: a smaller storm and longer timeouts.  All
# races run.  It loses clock ticks, so times and sizes are not reliable.
export STORM="${STORM:-2000}" RACES="${RACES:-400}" DEADLINE="${DEADLINE:-150}" SIZES="${SIZES:-false}"
set --
for file in tests/live/*.bats; do
    name=${file##*/}
    case ,${LIVE:-${name%.bats}}, in
    *,host,*) ;;
    *,"${name%.bats}",*) set -- "$@" "$file" ;;
    esac
done
case $(uname -m) in
x86_64) ;;
aarch64) set -- --filter-tags '!x86' "$@" ;;
*) set -- --filter-tags '!x86,!execfail' "$@" ;;
esac
exec bats --tap "$@"
