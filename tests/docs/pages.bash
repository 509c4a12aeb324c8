# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bash
#
# What tests read from the documentation.  They find it by marks, not by file or section
# names: a comment <!-- NAME --> on its own line, in any one page, up to the next such
# comment.  So text can move, and headings can change.

PAGES=(README.md docs/*.md tests/*.md .github/*.md)

# The lines after a mark.
marked() { # name
    local pages
    mapfile -t pages < <(grep -lxF -- "<!-- $1 -->" "${PAGES[@]}" 2>/dev/null)
    [ ${#pages[@]} -eq 1 ] || { echo >&2 "'<!-- $1 -->' is in ${#pages[@]} pages"; return 1; }
    awk -v begin="<!-- $1 -->" '$0 == begin { on = 1; next } /^<!-- .* -->$/ { on = 0 } on' "${pages[0]}"
}

# The rows of the tables after a mark: cells separated by tabs, without backticks.
cells() { # name
    marked "$1" | awk -F ' *[|] *' '
        /^[|] *---/ { rows = 1; next }
        !/^[|]/ { rows = 0; next }
        rows {
            gsub(/`/, "")
            for (i = 2; i < NF; i++)
                printf "%s%s", $i, i < NF - 1 ? "\t" : "\n"
        }'
}

# The fenced blocks of a page whose first line is exactly ```INFO; $3 selects one by number.
blocks() { # page info [number]
    awk -v info="\`\`\`$2" -v number="${3-}" '
        $0 == info { n++; inside = 1; next }
        /^```$/ { inside = 0 }
        inside && NF && (number == "" || n == number)' "$1"
}
