#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck disable=SC2016,SC2154  # backquotes are Markdown's; what bats sets
#
# The pages themselves: their links work, each command belongs to a test, and the tables of
# goals and configurations are complete.

bats_require_minimum_version 1.5.0

setup() {
    unset MAKEFLAGS MAKELEVEL # set by the `make test` that runs this
    cd "$BATS_TEST_DIRNAME/../.." || return
    load pages
}

# The anchors that GitHub makes from headings.
anchors() { # page
    grep -E '^#+ ' "$1" | sed -E 's/^#+ //' | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9 _\n-' | tr ' ' '-'
}

@test "each relative link leads to an existing file and heading" {
    local page link file anchor
    local -i links=0
    for page in "${PAGES[@]}"; do
        while read -r link; do
            links+=1
            file=${link%%#*} anchor=${link#"$file"}
            case $file in
            http*://* | ../../actions/*) continue ;; # the second: GitHub's own, in whichever repository this is
            '') file=$page ;;
            *) file=$(dirname "$page")/$file ;;
            esac
            [ -e "$file" ] || { echo "$page: there is no $file"; return 1; }
            [ -z "$anchor" ] || anchors "$file" | grep -qxF -- "${anchor#\#}" ||
                { echo "$page: there is no $anchor in $file"; return 1; }
        done < <(sed '/^```/,/^```$/d' "$page" | grep -oE '\]\([^)]+\)|src(set)?="[^"]+"|href="[^"]+"' |
            sed -E 's/^\]\(|\)$|^[a-z]+="|"$//g')
    done
    [ $links -ge 50 ]
}

@test "every page is linked from the README" {
    for page in docs/*.md .github/*.md; do
        grep -qF "]($page)" README.md || { echo "not linked: $page"; return 1; }
    done
}

# A test runs each block of commands as written: `sh` by tests/manual, line by line, or if it
# calls make, in a dry run here; `sh by=FILE` by that test; `sh example` by no test.
@test "each block of commands is run by a test or marked as an example" {
    local page info test goals
    local -i count=0
    for page in README.md docs/*.md .github/*.md; do
        while read -r info; do
            count+=1
            case $info in
            sh | 'sh example' | *' from='*) ;;
            'sh by='*)
                test=${info#sh by=}
                [ -f "$test" ]
                grep -qF "$page" "$test" || { echo "$test does not read $page"; return 1; }
                ;;
            *) echo "$page: unknown kind of block: '$info'"; return 1 ;;
            esac
        done < <(sed -nE 's/^```((sh|bash|console|shell).*)/\1/p' "$page")
        while read -r line; do
            case $line in
            'sudo ./bootstrap '* | 'sudo ./bootstrap') ;;
            'make' | 'make '*)
                read -ra goals <<<"${line#make}"
                make -n "${goals[@]}" >/dev/null
                ;;
            *) echo "$page: no test runs '$line'"; return 1 ;;
            esac
        done < <(blocks "$page" sh)
    done
    [ $count -ge 10 ]
}

@test "each listing matches its source, line for line" {
    local page file
    local -i count=0
    for page in README.md docs/*.md; do
        while read -r info; do
            count+=1
            file=${info#* from=}
            # All listings of this page from this file, each in one piece.
            perl -0777 -e 'my ($page, $info, $file) = @ARGV;
                my ($text, $source) = map { open my $f, "<", $_ or die "$_: $!"; scalar <$f> } $page, $file;
                while ($text =~ /^```\Q$info\E\n(.*?)^```$/msg) {
                    index($source, $1) >= 0 or die "$page: not in $file:\n$1";
                }' "$page" "$info" "$file"
        done < <(sed -nE 's/^```([a-z]+ from=.*)/\1/p' "$page" | sort -u)
    done
    [ $count -ge 6 ]
}

@test "the goals that install or download match the table" {
    local goal what
    local -i rows=0
    make -pn help >"$BATS_TEST_TMPDIR/goals"
    while IFS=$'\t' read -r goal what; do
        rows+=1
        [ "$what" ]
        for goal in ${goal//,/ }; do
            grep -qE "^$goal:" "$BATS_TEST_TMPDIR/goals" || { echo "no goal: $goal"; return 1; }
        done
    done < <(cells installs)
    [ $rows -ge 8 ]
    # Each goal that calls npm or a package manager is in that table.
    while read -r goal; do
        cells installs | cut -f 1 | tr -s ', ' '\n' | grep -qxF "$goal" || { echo "not in the table: $goal"; return 1; }
    done < <(awk '/^[a-zA-Z$][^ =]*:( |$)/ { goal = $1; sub(/:.*/, "", goal) }
        /^\t.*(npm install|\.ci\/install)/ { print goal == "$(MMDC)" ? "diagrams" : goal }' Makefile ./*/*.mk ./*/*/*.mk | sort -u)
}

@test "the configurations on the page match launch.json" {
    diff <(grep -v '^ *//' .vscode/launch.json | jq -r '.configurations[].name') <(cells configurations | cut -f 1)
}

@test "the documented causes of losses match the program" {
    diff <(cells losses | cut -f 1 | sort) <(sed -n '/^const char \*loss_name/,/^}/s/"/\n/gp' src/output/loss.c | grep -xE '[a-z_]+' | sort)
}
