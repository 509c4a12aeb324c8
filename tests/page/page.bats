# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# shellcheck shell=bats
#
# The page of -f html in headless Chromium; drive.cjs has the cases.  Needs what `make
# page-deps` installs, and root.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

NODE_PATH=$PWD/.output/page/node_modules
export NODE_PATH

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    # A real make: jobs side by side, shells that call exec, failures.
    local pages=$BATS_FILE_TMPDIR
    # In a PID namespace, so that each PID is used once.
    env -u MAKEFLAGS -u MAKELEVEL unshare --pid --fork --mount-proc ./bootstrap -f html -o "$pages/make.html" -- \
        make -s -j2 OUTPUT="$pages/build" "$pages/build/libbootstrap.a" >/dev/null
    rm -rf "$pages/build"
    ./bootstrap -f html -o "$pages/empty.html" -c "no such command" -t 1
    json_of "$pages/make.html" >"$pages/make.json"
}

# The events of a page, as -f json would have written them.
json_of() {
    grep '^{"time":' "$1"
}

# JSON without markup, as html.c writes it.
escaped() { # FILE
    sed 's/</\\u003c/g; s/>/\\u003e/g; s/&/\\u0026/g' "$1"
}

# A page of a JSON file, as html.c makes it.
page_of() { # FILE
    cat .output/page.head <(escaped "$1" | comments) .output/page.tail
}

# Begins a new comment after the first event, and after every 100 more.
comments() {
    awk '1; !/"event":"(start|lost)"/ && n++ % 100 == 0 { print "--><!--" }'
}

drive() { # CASE ARGUMENT...
    limit=250 call node tests/page/drive.cjs "$@"
    [ "$status" -eq 0 ] || complain "drive.cjs $1"
    sed 's/^/# /' "$out" >&3
}

generated() { # KIND...
    node tests/page/generate.cjs "$@"
}

@test "every process of a make is on the page, with the numbers of its events" {
    drive numbers "$BATS_FILE_TMPDIR/make.html"
}

@test "at any time the rows hold the processes that were running, and no other" {
    drive timeline "$BATS_FILE_TMPDIR/make.html"
}

@test "wheel, keys, drag, double click and the overview zoom and pan" {
    drive zoom "$BATS_FILE_TMPDIR/make.html"
}

@test "the search finds, steps and highlights" {
    drive search "$BATS_FILE_TMPDIR/make.html"
}

@test "the summary sorts by every column, both ways" {
    drive sort "$BATS_FILE_TMPDIR/make.html"
    generated 400 resources >"$BATS_TEST_TMPDIR/run.json"
    page_of "$BATS_TEST_TMPDIR/run.json" >"$BATS_TEST_TMPDIR/run.html"
    drive sort "$BATS_TEST_TMPDIR/run.html"
}

@test "everything can be reached with the keyboard" {
    drive keys "$BATS_FILE_TMPDIR/make.html"
}

@test "a JSON file that is dropped or chosen looks as its own page does" {
    drive replay "$BATS_FILE_TMPDIR/empty.html" "$BATS_FILE_TMPDIR/make.html" "$BATS_FILE_TMPDIR/make.json"
}

@test "JSON of version 1.0 gives the same picture" {
    generated 2000 resources >"$BATS_TEST_TMPDIR/now.json"
    generated 2000 1.0 >"$BATS_TEST_TMPDIR/before.json"
    drive versions "$BATS_FILE_TMPDIR/empty.html" "$BATS_TEST_TMPDIR/now.json" "$BATS_TEST_TMPDIR/before.json"
}

@test "resources and losses are shown" {
    generated 2000 resources >"$BATS_TEST_TMPDIR/run.json"
    drive resources "$BATS_FILE_TMPDIR/empty.html" "$BATS_TEST_TMPDIR/run.json"
}

@test "forks, failed execs and resources of a real run are shown" {
    ./bootstrap -f html -e --forks -r -o "$BATS_TEST_TMPDIR/all.html" -- bash -c '
        (:)
        bash -c "shopt -s execfail; exec /nonexistent/program; sleep 0.2; :"
        sleep 0.1 | sleep 0.1' 2>/dev/null
    drive records "$BATS_TEST_TMPDIR/all.html"
}

@test "what the records do not say is not made up" {
    drive unknown "$BATS_FILE_TMPDIR/empty.html"
}

@test "names become neither markup nor script, and no request leaves the page" {
    cd "$BATS_TEST_TMPDIR"
    cat >run <<'END'
#!/bin/bash
names=('<img src=x>' '<!--<script>' $'a\u202eb' $'a\xff\xfeb' ']]>&lt;' $'a\u2028b\tc\nd' '"\')
for name in "${names[@]}"; do
    cp /bin/true "$name"
    "./$name" '</script><img src=x onerror=hacked=1>' $'\u202e\xc3' "$(printf 'x%.0s' {1..100000})"
done
END
    chmod +x run
    "$BOOTSTRAP" -f html -o names.html -- ./run
    grep -c '</script>' names.html | grep -qx 1
    ! grep '^{"time"' names.html | grep '[<>&]' || return
    cd "$OLDPWD"
    drive hostile "$BATS_TEST_TMPDIR/names.html"
}

@test "records that no tracer writes do no harm" {
    drive garbage "$BATS_FILE_TMPDIR/empty.html"
}

@test "a page that was cut short opens" {
    drive truncated "$BATS_FILE_TMPDIR/make.html" "$BATS_TEST_TMPDIR"
}

@test "a page of a tracer that was killed, or whose disk was full, opens" {
    # shellcheck disable=SC2016 # the inner shell's
    ./bootstrap -f html -o "$BATS_TEST_TMPDIR/killed.html" -- sh -c 'until grep -q "\"event\":\"exec\"" "$0"; do
        sleep 0.1; done; kill -KILL $PPID' "$BATS_TEST_TMPDIR/killed.html" || :
    ! grep -q 'id="complete"' "$BATS_TEST_TMPDIR/killed.html" || return
    drive opens "$BATS_TEST_TMPDIR/killed.html"
    # shellcheck disable=SC2016 # the inner shell's
    unshare -m bash -c 'mount -t tmpfs -o size=80k none /mnt && { "$1" -f html -o /mnt/full.html -- \
        sh -c "for i in \$(seq 200); do /bin/true; done"; cp /mnt/full.html "$2"; }' - "$BOOTSTRAP" \
        "$BATS_TEST_TMPDIR/full.html" || :
    [ "$(wc -c <"$BATS_TEST_TMPDIR/full.html")" -le 81920 ]
    drive opens "$BATS_TEST_TMPDIR/full.html"
}

@test "100,000 processes: a frame draws no more than fits, the file is at most 1.3 times the JSON" {
    generated 100000 >"$BATS_TEST_TMPDIR/run.json"
    page_of "$BATS_TEST_TMPDIR/run.json" >"$BATS_TEST_TMPDIR/run.html"
    json=$(wc -c <"$BATS_TEST_TMPDIR/run.json") html=$(wc -c <"$BATS_TEST_TMPDIR/run.html")
    [ $((html * 10)) -le $((json * 13)) ]
    drive scale "$BATS_TEST_TMPDIR/run.html"
}

@test "light and dark follow the system" {
    drive scheme "$BATS_FILE_TMPDIR/make.html"
}

@test "it prints, with the whole table" {
    drive print "$BATS_FILE_TMPDIR/make.html" "$BATS_TEST_TMPDIR/page.pdf"
    pdftotext -layout "$BATS_TEST_TMPDIR/page.pdf" "$BATS_TEST_TMPDIR/page.txt"
    for comm in $(jq -r 'select(.event == "exit").comm' "$BATS_FILE_TMPDIR/make.json" | sort -u); do
        grep -qw -- "$comm" "$BATS_TEST_TMPDIR/page.txt"
    done
}

@test "the page is valid HTML" {
    node tests/page/parse.cjs "$BATS_FILE_TMPDIR/make.html"
}

@test "the page holds the events as -f json writes them, and little else" {
    diff <(page_of "$BATS_FILE_TMPDIR/make.json" | sha256sum) <(sha256sum <"$BATS_FILE_TMPDIR/make.html")
    ! sed -n '/<script>/,/<\/script>/p' .output/page.head | grep -E 'innerHTML|outerHTML|eval\(|https?:' || return
}

@test "the sources are formatted and free of what eslint finds" {
    PATH=$NODE_PATH/.bin:$PATH
    prettier --config tests/page/prettier.json --check src/output/page.js src/output/page.css tests/page/*.cjs
    eslint -c tests/page/eslint.config.cjs --max-warnings 0 src/output/page.js tests/page/*.cjs
}
