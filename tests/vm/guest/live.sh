#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# The live tests, all but those that need the host; LIVE=lines,races takes these files only.
#
# An emulated machine is twenty times slower: a smaller storm, and more patience.
# The races are all run.  It loses clock ticks, so times and sizes mean little.
export STORM="${STORM:-2000}" RACES="${RACES:-400}" DEADLINE="${DEADLINE:-150}" SIZES="${SIZES:-false}"
set --
for file in tests/live/*.bats; do
    name=${file##*/}
    case ,${LIVE:-${name%.bats}}, in
    *,host,*) ;;
    *,"${name%.bats}",*) set -- "$@" "$file" ;;
    esac
done
[ "$(uname -m)" = x86_64 ] || set -- --filter-tags '!x86' "$@"
exec bats --tap "$@"
