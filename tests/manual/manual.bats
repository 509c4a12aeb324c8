#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Compares the documentation with the program and the files of this repository:
# README.md, docs/, src/bootstrap.8, the completions, what is installed.
# Needs root: the documented examples are run.

# shellcheck disable=SC2016 # single backquotes are Markdown's
bats_require_minimum_version 1.5.0

setup_file() {
    export ROOT=$PWD MAN=$PWD/src/bootstrap.8
    # On the PATH, like an installed program.
    mkdir "$BATS_FILE_TMPDIR/bin"
    ln -s "$ROOT/bootstrap" "$BATS_FILE_TMPDIR/bin/bootstrap"
    export PATH="$BATS_FILE_TMPDIR/bin:$PATH"
}

setup() {
    load ../docs/pages
}

# The options as in --help, one per line: "-d, --duration=MS".
help_options() {
    ./bootstrap --help | grep -oE '^ +(-., )*--[a-z-]+(=[A-Z]+|\[=[A-Z]+\])?' | sed 's/^ *//' | sort
}

# The same, one word per line and without values: "-d" and "--duration".
help_words() {
    help_options | sed 's/\[*=.*//; s/, /\n/g' | sort
}

# Section $1 of the man page as text.
man_section() {
    mandoc -T utf8 "$MAN" | sed 's/.\x08//g' | awk -v s="$1" '/^[A-Z]/ { on = $0 == s; next } on'
}

same() { # what got wanted
    [ -n "$3" ] || { echo "$1: nothing to compare with"; return 1; }
    [ "$2" = "$3" ] || { echo "$1:"; diff <(echo "$2") <(echo "$3"); return 1; }
}

@test "the options in the man page match --help" {
    same 'man page' "$(man_section OPTIONS | grep -oE '^ +(-., )*--[a-z-]+(=[A-Z]+|\[=[A-Z]+\])?$' |
        sed 's/^ *//' | sort)" "$(help_options)"
}

@test "the options in the documentation match --help" {
    same options "$(cells options | cut -f 1 | sort)" "$(help_options)"
}

# Completions are tested with the real shells.

bash_offers() { # word... as readline splits them; the last one is to be completed
    # shellcheck disable=SC2016  # the inner bash expands
    bash --norc -c '
        source src/completion/bootstrap.bash
        compopt() { :; } # only works when called by readline
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _bootstrap
        printf "%s\n" "${COMPREPLY[@]}" | sort -u' bash "$@"
}
zsh_offers() { timeout 60 zsh -f tests/manual/complete.zsh "$1" | sort -u; }
fish_offers() {
    HOME=$BATS_TEST_TMPDIR fish --no-config \
        -c "source src/completion/bootstrap.fish; complete -C '$1'" | cut -f 1 | sort -u
}

@test "bash completes the options of --help, the formats, users, files and another command" {
    same options "$(bash_offers bootstrap - | tr -d =)" "$(help_words)"
    same formats "$(bash_offers bootstrap -f '')" $'html\njson\ntable\ntrace\ntree'
    same formats "$(bash_offers bootstrap --format =)" $'html\njson\ntable\ntrace\ntree'
    same formats "$(bash_offers bootstrap --format = j)" json
    same colors "$(bash_offers bootstrap --color = '')" $'always\nauto\nnever'
    same 'no value' "$(bash_offers bootstrap --color a | wc -w)" 0
    same users "$(bash_offers bootstrap --user = roo)" root
    same users "$(bash_offers bootstrap --run-as = roo)" root
    same files "$(bash_offers bootstrap -o READM)" README.md
    bash_offers bootstrap -n 3 -- mandoc | grep -x mandoc
    same 'no value' "$(bash_offers bootstrap -d '' | wc -w)" 0
    bash_offers bootstrap -p '' | grep -x $$
    bash_offers bootstrap -c '' | grep -x bash
    bash_offers bootstrap -g '' | grep '^/sys/fs/cgroup/'
}

@test "zsh completes the options of --help, the formats, users, files and another command" {
    same options "$(zsh_offers 'bootstrap -')" "$(help_words)"
    same formats "$(zsh_offers 'bootstrap -f ')" $'html\njson\ntable\ntrace\ntree'
    same formats "$(zsh_offers 'bootstrap --format=')" $'html\njson\ntable\ntrace\ntree'
    same colors "$(zsh_offers 'bootstrap --color=')" $'always\nauto\nnever'
    same 'no value' "$(zsh_offers 'bootstrap --color a' | wc -w)" 0
    same users "$(zsh_offers 'bootstrap --user=roo')" root
    same users "$(zsh_offers 'bootstrap -u nobody --user=roo')" root
    same users "$(zsh_offers 'bootstrap --run-as=roo')" root
    same files "$(zsh_offers 'bootstrap -o READM')" README.md
    same 'no word' "$(zsh_offers 'bootstrap READM' | wc -w)" 0
    zsh_offers 'bootstrap -n 3 -- mandoc' | grep -x mandoc
    zsh_offers 'bootstrap -c ba' | grep -x bash
}

@test "fish completes the options of --help, the formats, users, files and another command" {
    same options "$(fish_offers 'bootstrap -' | tr -d = | sort -u)" "$(help_words)"
    same formats "$(fish_offers 'bootstrap -f ')" $'html\njson\ntable\ntrace\ntree'
    same colors "$(fish_offers 'bootstrap --color=')" $'--color=always\n--color=auto\n--color=never'
    same 'no value' "$(fish_offers 'bootstrap --color a' | wc -w)" 0
    same users "$(fish_offers 'bootstrap -u roo')" root
    same users "$(fish_offers 'bootstrap --run-as roo')" root
    same files "$(fish_offers 'bootstrap -o READM')" README.md
    same 'no word' "$(fish_offers 'bootstrap READM' | wc -w)" 0
    fish_offers 'bootstrap -n 3 -- mandoc' | grep -x mandoc
    same files "$(fish_offers 'bootstrap -- cat READM')" README.md
    fish_offers 'bootstrap -c ba' | grep -x bash
}

@test "the program accepts each format and buffer size that is offered, and no other format" {
    local value
    for value in $(bash_offers bootstrap -f ''); do
        ./bootstrap --format="$value" --version
    done
    for value in $(bash_offers bootstrap -b ''); do
        ./bootstrap --buffer="$value" --version
    done
    run -2 ./bootstrap --format=xml --version
}

@test "the completions offer the same buffer sizes" {
    same fish "$(fish_offers 'bootstrap -b ')" "$(bash_offers bootstrap -b '')"
    same zsh "$(zsh_offers 'bootstrap -b ')" "$(bash_offers bootstrap -b '')"
}

@test "mandoc reports nothing in the man page" {
    # It mistakes FIELDS for a misspelled FILES; the other warnings depend on the manual pages of this machine.
    run mandoc -T lint "$MAN"
    output=$(sed '/possible typo in section name: Sh FIELDS/d; /outdated mandoc.db/d
        /referenced manual not found/d' <<<"$output")
    echo "$output"
    [ -z "$output" ]
}

@test "the man page has its sections in order" {
    same sections "$(sed -n 's/^\.Sh //p' "$MAN" | paste -sd ' ')" \
        'NAME SYNOPSIS DESCRIPTION REQUIREMENTS OPTIONS FIELDS JSON ENVIRONMENT EXIT STATUS EXAMPLES DIAGNOSTICS OVERHEAD SECURITY SEE ALSO HISTORY AUTHORS CAVEATS'
}

@test "the usage line in the documentation and the man page matches --help" {
    local usage
    usage=$(./bootstrap --help | sed -n '1s/^Usage: //p')
    same usage "$(marked usage | sed -n 's/^    bootstrap/bootstrap/p')" "$usage"
    same 'man page' "$(man_section SYNOPSIS | sed 's/^ *//; /^$/d')" \
        "$(sed 's/OPTION/option /; s/COMMAND/command/; s/ARG/arg /' <<<"$usage")"
}

@test "every error message, and no other, is explained in the documentation" {
    tests/manual/messages
}

@test "the README's two commands are make goals, and CI runs the second" {
    same commands "$(sed -n 's/^\(make .*\)/\1/p' README.md)" \
        $'make deps run\nmake test-deps test'
    same CI "$(grep -o 'exec .*' .ci/run)" 'exec make test-deps test'
    make -n deps run ARGS='-d 50' | grep -Fx "$(make -n run ARGS='-d 50' | tail -n 1)"
    make -n run ARGS='-d 50' | grep -F './bootstrap -d 50'
    make -n test-deps test | grep -F 'tests/run '
}

@test "the table in the README has the format of the real table" {
    local lines
    lines=$(sed -n '/^    TIME  /,/^$/s/^    //p' README.md)
    [ "$(wc -l <<<"$lines")" -ge 10 ]
    same heading "$(head -n 1 <<<"$lines")" "$(./bootstrap -n 1 | head -n 1)"
    same 'odd lines' "$(tail -n +2 <<<"$lines" | grep -cvE \
        '^[0-9:]{8} (EXEC  .{16} [0-9]+ +[0-9]+ +[^ ]+|EXIT  .{16} [0-9]+ +[0-9]+ +\[([0-9]+|SIG[A-Z]+(, core)?)\] \([0-9]+ms\))$')" 0
}

# Runs each line of stdin as written, in a scratch folder, in a shell that starts
# programs meanwhile.  A command that would run forever is ended after a second.  There
# must be at least $1 lines.
run_examples() {
    local line file count=0
    cd "$BATS_TEST_TMPDIR" || return
    ln -s "$ROOT/bootstrap" bootstrap
    mkdir bin
    cat >bin/sudo <<'SUDO'
#!/bin/bash
program=$1
shift
case " $* " in
*' -- '* | *' -t '* | *' -n '*) exec "$program" "$@" ;;
*) exec "$program" -t 1 "$@" ;;
esac
SUDO
    chmod +x bin/sudo
    printf 'all:\n\t-sh -c "exit 3"\n' >Makefile
    while IFS= read -r line; do
        echo "example: $line"
        PATH="$PWD/bin:$PATH" timeout 60 bash -o pipefail -c "
            while :; do sh -c 'sleep 0.06; exit 3'; done 3>&- 2>/dev/null &
            $line
            status=\$?; kill \$!; exit \$status" >out 2>err </dev/null ||
            { echo "exit status $?"; cat err; return 1; }
        if grep '^[./]*bootstrap:' err; then return 1; fi
        case $line in
        *' | '*) [ -s out ] ;;
        *' -o '*) file=${line##* -o } && [ -s "${file%% *}" ] ;;
        *' -- '*) [ "$(wc -l <err)" -ge 2 ] ;;
        *) [ "$(wc -l <out)" -ge 2 ] ;; # the heading and an event
        esac || { echo 'no event was printed:'; cat out err; return 1; }
        count=$((count + 1))
    done
    [ $count -ge "$1" ] || { echo "only $count examples were found"; return 1; }
}

@test "the examples of the documentation run as written" {
    for page in README.md docs/*.md; do
        blocks "$page" sh
    done | grep -F './bootstrap' | sort -u | run_examples 15
}

@test "the examples of the man page run as written" {
    man_section EXAMPLES | sed -n 's/^ *# bootstrap/sudo .\/bootstrap/p' | run_examples 4
}

# The documented JSON keys, one per line: "pid (exec, exit: number)".
documented_keys() {
    cells keys | awk -F '\t' '{ printf "%s (%s: %s)\n", $1, $2, $3 }'
}

# Compares objects with the documented keys ($schema): prints the errors in each object,
# then each documented key that did not occur.
# shellcheck disable=SC2034 # bats runs it
JSON_CHECK='
    def is($wanted):
        if $wanted == "string" or $wanted == "number" or $wanted == "boolean" then type == $wanted
        elif $wanted == "string or null" then type == "string" or . == null
        elif $wanted == "number or null" then type == "number" or . == null
        elif $wanted == "object or null" then type == "object" or . == null
        elif $wanted == "array of objects" then type == "array" and all(.[]; type == "object")
        elif $wanted == "object" then type == "object"
        elif $wanted == "array of strings or null" then . == null or (type == "array" and all(.[]; type == "string"))
        elif $wanted == "array of strings" then type == "array" and all(.[]; type == "string")
        elif $wanted == "array of strings or null" then . == null or (type == "array" and all(.[]; type == "string"))
        else error("no such type: \($wanted)") end;
    [$schema | split("\n")[] | capture("^(?<key>[^ ]+) \\((?<in>[^:]*): (?<type>.*)\\)$")
        | .in |= split(", ") | .optional = (.in | contains(["optional"]))] as $rules
    | [inputs | ., (select(.event == "summary") | .commands[], .other // empty | .event = "sum"),
        (.resources? // empty | .event = "resources")] as $all
    | ($all[]
        | . as $object | [$rules[] | select(any(.in[]; . == $object.event or (. == "all" and $object.event != "sum" and $object.event != "resources")))] as $mine
        | (($mine[] | select((.optional | not) and (.key | in($object) | not)) | "\(.key) is missing"),
           ($mine[] | .key as $k | select($object | has($k)) | select(.type as $t | $object[$k] | is($t) | not)
               | "\(.key) is no \(.type)"),
           (($object | keys) - [$mine[].key] - if .event == "sum" or .event == "resources" then ["event"] else [] end | .[] | "\(.) is not documented"))
        | "\(.): \($object)"),
      ($rules[] | . as $rule | select(any($all[];
            has($rule.key) and ($rule.in[0] == "all" or .event == $rule.in[0])) | not)
        | "\(.key) of \(.in[0]) was not seen")'

@test "the JSON keys and messages in the man page match the documentation" {
    docs/mdoc <"$MAN" | diff "$MAN" -
    same keys "$(man_section JSON | sed -n 's/^     \([a-z_]* (.*)\)$/\1/p')" "$(documented_keys)"
    [ "$(man_section DIAGNOSTICS | grep -cE '^     (cannot|lost|--)')" -ge 30 ]
}

@test "objects of a real run have the documented keys and types, and every key occurs" {
    local out=$BATS_TEST_TMPDIR/out.json
    # The parent of the command is the tracer: while it is stopped, events that do not fit in the ring are lost.
    run -3 ./bootstrap -f json -s -r -e --forks -o "$out" -m 64 -b 64K -- sh -c '
        sh -c "exit 3"
        sh -c "kill -KILL \$\$"
        ./not-there
        sh -c : a_long_argument_that_together_with_the_rest_is_cut_after_64_bytes_of_them
        kill -STOP $PPID
        for i in $(seq 1000); do /bin/true; done
        kill -CONT $PPID
        exit 3'
    run jq -nr --arg schema "$(documented_keys)" "$JSON_CHECK" "$out"
    echo "$output"
    [ "$status" -eq 0 ]
    # A truncated file name cannot be produced here: paths are shorter than FILENAME_MAX_LEN.
    # Nor can threads be made to end while they are counted.
    [ "$output" = $'filename_truncated of exec was not seen\npartial of resources was not seen' ]
    jq -e -n '[inputs | select(.event == "exit" and .exit_code == 3 and .signal == null)] | length >= 1' "$out"
    jq -e -n '[inputs | select(.signal == "SIGKILL" and .exit_code == null)] | length == 1' "$out"
    jq -e -n '[inputs | select(.args_truncated and .event == "exec") | .args[0:2]] == [["sh", "-c"], ["sh", "-c"]]' "$out"
}

@test "the trace of a real run has the documented slices, and ends open ones" {
    local out=$BATS_TEST_TMPDIR/trace.json pid=$BATS_TEST_TMPDIR/pid
    run -0 ./bootstrap -f trace -o "$out" -- sh -c "sleep 60 3>&- & echo \$! >$pid
        until read -r comm </proc/\$!/comm && [ \"\$comm\" = sleep ]; do :; done; sh -c 'exit 3'; exec env true"
    kill "$(cat "$pid")"
    cat "$out"
    # Every slice ends once, with its own name, after it began; nothing else ends.
    jq -e '[.[] | select(.ph == "B" or .ph == "E")] | group_by(.tid)[] |
        [range(0; length; 2) as $i | .[$i:$i + 2] |
            length == 2 and .[0].ph == "B" and .[1].ph == "E" and .[0].name == .[1].name and .[0].ts <= .[1].ts] |
        all' "$out" >/dev/null
    jq -e 'map(select(.ph == "E" and .args.exit_code == 3) | .name) == ["sh"]' "$out"
    jq -e 'map(select(.ph == "E" and .args.running == true) | .name) == ["sleep"]' "$out"
    jq -e 'map(select(.ph == "B") | .args.command) | index("sh -c '"'exit 3'"'") != null' "$out"
    # sh, env and true, one after the other on one track.
    jq -e 'map(select(.ph == "B")) | [group_by(.tid)[] | map(.name)] | index([["sh", "env", "true"]]) != null' "$out"
    jq -e 'all(.[] | select(.ph == "B").args; has("filename") and has("ppid") and has("uid"))' "$out"
    jq -e 'all(.[] | select(.ph == "E").args | select(. != null and (.running | not)); has("exit_code") and has("lifetime_ms"))' "$out"
}

@test "every test named by a promise exists" { # "..." is the rest of a name
    local tests name
    local -i named=0
    tests=$(grep -rhoE '^@test ".*"|^static void test_[a-z0-9_]+' tests |
        sed -E 's/^@test "(.*)"/\1/; s/^static void //')
    while IFS= read -r name; do
        named+=1
        if [[ $name == *' ...' ]]; then
            [[ $'\n'$tests == *$'\n'"${name%...}"* ]]
        else
            [[ $'\n'$tests$'\n' == *$'\n'"$name"$'\n'* ]]
        fi || { echo "not there: $name"; return 1; }
    done < <(marked promises | sed -n 's/^| [^|]* | \([^|]*\) |.*/\1/p' | grep -o '`[^`]*`' | tr -d '`')
    [ "$named" -ge 20 ]
}

@test "the exit statuses match the documentation and the man page" {
    local documented
    documented=$(cells exit | cut -f 1)
    same 'man page' "$(sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It //p' "$MAN")" "$documented"
    same documentation "$documented" $'0\n1\n2'
    run -0 ./bootstrap --time=1 --events=1
    run -1 sh -c './bootstrap --time=1 >/dev/full'
    run -2 ./bootstrap --time=0
    run -41 ./bootstrap -- sh -c 'exit 41'
    run -41 ./bootstrap -n 1 -- sh -c 'sleep 0.5; exit 41'
    run -137 ./bootstrap -- sh -c 'kill -KILL $$'
    run -127 ./bootstrap -- ./not-there
    run -126 ./bootstrap -- ./README.md
    run -141 bash -c './bootstrap | :; exit ${PIPESTATUS[0]}'
}

@test "make install puts the program, manual and completions where the system finds them" {
    local to=$BATS_TEST_TMPDIR/root share=$BATS_TEST_TMPDIR/root/opt/share
    make install DESTDIR="$to" PREFIX=/opt >/dev/null
    same files "$(cd "$to" && find . -type f | sort)" \
        "./opt/bin/bootstrap
./opt/share/bash-completion/completions/bootstrap
./opt/share/fish/vendor_completions.d/bootstrap.fish
./opt/share/man/man8/bootstrap.8
./opt/share/zsh/site-functions/_bootstrap"
    cmp bootstrap "$to/opt/bin/bootstrap"
    [ -x "$to/opt/bin/bootstrap" ]
    cmp src/bootstrap.8 "$share/man/man8/bootstrap.8"
    cmp src/completion/_bootstrap "$share/zsh/site-functions/_bootstrap"
    cmp src/completion/bootstrap.bash "$share/bash-completion/completions/bootstrap"
    cmp src/completion/bootstrap.fish "$share/fish/vendor_completions.d/bootstrap.fish"
}
