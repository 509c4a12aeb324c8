#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The build: its messages when something is missing, and that it makes what is needed
# and nothing else.  The tests run in scratch copies of the sources.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

# The variables of `make test` do not apply to these builds.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
# shellcheck disable=SC2034 # for call()
limit=200

# In $BATS_FILE_TMPDIR: "pristine" has never been built, "built" was, with make -j8.
# Every build happens in "tree", because the path is one of the flags.
export BATS_NO_PARALLELIZE_WITHIN_FILE=true

setup_file() {
    local pristine=$BATS_FILE_TMPDIR/pristine tree=$BATS_FILE_TMPDIR/tree
    mkdir "$pristine"
    tar -c --exclude=./.git --exclude=./.output --exclude=./bootstrap \
        --exclude=./compile_commands.json . | tar -x -C "$pristine"
    cp -a "$pristine" "$tree"
    make -C "$tree" --no-print-directory -j8 >"$BATS_FILE_TMPDIR/make.out" 2>"$BATS_FILE_TMPDIR/make.err" ||
        return
    cp -a "$tree" "$BATS_FILE_TMPDIR/built"
}

# Changes to this test's own copy of "pristine" or "built".
go_to() {
    rm -rf "$BATS_FILE_TMPDIR/tree"
    cp -a "$BATS_FILE_TMPDIR/$1" "$BATS_FILE_TMPDIR/tree"
    cd "$BATS_FILE_TMPDIR/tree" || return
}

# The steps that make prints, one per line: "CC .output/x.o".
steps() {
    awk '/^  [A-Z]+ / { print $1, $2 }' "$@" | sort
}

# make fails before anything is compiled, with one line that contains $1, not counting make's own lines.
fails_plainly() { # text make-argument...
    local text=$1
    shift
    echo "make $*"
    call make "$@"
    [ "$status" -eq 2 ] || complain 'status 2 expected'
    [ -z "$(steps "$out")" ] || complain 'nothing should have been made'
    [ "$(grep -vc '^make' "$err")" -eq 1 ] || complain 'one line expected'
    grep -qF -e "$text" "$err" || complain "\"$text\" expected"
}

# Writes a program $1 with the text on stdin to the folder of fakes.
fake() {
    fakes=$BATS_TEST_TMPDIR/fakes
    mkdir -p "$fakes"
    { echo '#!/bin/bash'; cat; } >"$fakes/$1"
    chmod +x "$fakes/$1"
}

@test "make -j8 from scratch: runs each step once, without warnings, and builds a working program" {
    cd "$BATS_FILE_TMPDIR/built" || return
    [ ! -s "$BATS_FILE_TMPDIR/make.err" ] || { cat "$BATS_FILE_TMPDIR/make.err"; return 1; }
    steps "$BATS_FILE_TMPDIR/make.out" >"$out"
    local source expected=('AR .output/libbootstrap.a' 'PAGE .output/page.head')
    for source in src/*.c src/*/*.c; do
        source=${source#src/}
        case $source in
        *.bpf.c) expected+=("CLANG .output/${source%.c}.o" "SKEL .output/${source%.bpf.c}.skel.h"
            "LINK ${source%.bpf.c}") ;;
        *) expected+=("CC .output/${source%.c}.o") ;;
        esac
    done
    diff "$out" <(printf '%s\n' "${expected[@]}" | sort)
    ./bootstrap --version
}

@test "make again: runs nothing and writes nothing" {
    go_to built
    touch "$BATS_TEST_TMPDIR/stamp"
    call make
    went_well
    [ ! -s "$out" ] || complain 'nothing expected on stdout'
    [ -z "$(find . -newer "$BATS_TEST_TMPDIR/stamp" -type f)" ]
    call make -j8
    [ -z "$(steps "$out")" ]
}

# The files that $1 includes, directly or not; the skeleton contains what its BPF
# program includes.
closure() {
    local name file
    sed -n 's/^# *include "\(.*\)".*/\1/p' "$1" | while read -r name; do
        for file in "src/$name" "vmlinux/$name"; do
            [ ! -e "$file" ] || { echo "$file"; closure "$file"; }
        done
        case $name in *.skel.h) closure "src/${name%.skel.h}.bpf.c" ;; esac
    done
}

@test "touching a header rebuilds exactly the files that include it" {
    go_to built
    # Fake compilers that only touch their output.
    local tool header source program expected
    for tool in cc clang; do
        fake $tool <<'END'
[ "$1" = -E ] && exec cat
while [ $# -gt 0 ]; do
    [ "$1" = -o ] && [ "$2" != /dev/null ] && touch "$2"
    shift
done
exit 0
END
    done
    fake llvm-strip </dev/null
    fake bpftool </dev/null

    for source in src/*.c src/*/*.c; do
        mkdir -p "$(dirname "$BATS_TEST_TMPDIR/$source")"
        closure "$source" | sort -u >"$BATS_TEST_TMPDIR/$source.closure"
    done
    for header in src/*.h src/*/*.h vmlinux/*.h; do
        expected=()
        for source in src/*.c src/*/*.c; do
            grep -qx "$header" "$BATS_TEST_TMPDIR/$source.closure" || continue
            source=${source#src/} program=${source%%.*}
            case $source in
            *.bpf.c) expected+=("CLANG .output/$program.bpf.o" "SKEL .output/$program.skel.h") ;;
            *) expected+=("CC .output/$program.o") ;;
            esac
            if [ ! -e "src/$program.bpf.c" ]; then
                expected+=('AR .output/libbootstrap.a')
                program=bootstrap
            fi
            expected+=("LINK $program")
        done
        echo "touch $header"
        [ ${#expected[@]} -gt 0 ] # a header that no file includes is an error
        until [ "$header" -nt bootstrap ]; do touch "$header"; done # time stamps may be coarse
        call env PATH="$fakes:$PATH" make
        went_well
        diff <(steps "$out") <(printf '%s\n' "${expected[@]}" | sort -u)
    done
}

@test "changed flags rebuild everything, unchanged flags rebuild nothing" {
    go_to built
    call make -j2 CFLAGS=-O1
    went_well
    # All except the page, which no compiler makes.
    diff <(steps "$out") <(steps "$BATS_FILE_TMPDIR/make.out" | grep -v '^PAGE ')
    call make CFLAGS=-O1
    [ -z "$(steps "$out")" ]
}

@test "CC=clang: no warning" {
    go_to pristine
    call make -j2 CC=clang
    went_well
    ./bootstrap --version
}

@test "V=1 shows the commands, and so does bash -x" {
    go_to pristine
    call make -j2 V=1
    went_well
    local command
    for command in 'clang .*-target bpf .*-mcpu=v3 .*src/bootstrap.bpf.c' 'llvm-strip -g' \
        'bpftool gen skeleton' 'cc .*-c src/bootstrap.c' 'cc .*-o bootstrap$'; do
        grep -qE "(^|/)$command" "$out" || complain "no \"$command\""
    done
    call make -j2 SHELL='/bin/bash -x' --debug=bvi CFLAGS=-O1
    [ "$status" -eq 0 ]
    grep -qE '^\++ clang .*-target bpf' "$err"
}

@test "GEN_VMLINUX_H=1: generates the kernel's full header, and the program traces" {
    need_root
    go_to pristine
    call make -j2 GEN_VMLINUX_H=1
    went_well
    grep -q '^struct task_struct {' .output/vmlinux/vmlinux.h
    call ./bootstrap -o "$BATS_TEST_TMPDIR/events" -- sh -c 'exit 5'
    [ "$status" -eq 5 ]
    grep -q ' EXIT  sh  .*\[5\]' "$BATS_TEST_TMPDIR/events"
}

@test "VMLINUX_BTF=file: generates the header from that BTF" {
    go_to pristine
    call make GEN_VMLINUX_H=1 VMLINUX_BTF=/nonexistent
    [ "$status" -eq 2 ]
    # A kernel with two types.
    echo 'struct of_ours { int member; } a_variable;' >"$BATS_TEST_TMPDIR/tiny.c"
    clang -g -target bpf -c "$BATS_TEST_TMPDIR/tiny.c" -o "$BATS_TEST_TMPDIR/tiny.o"
    call make GEN_VMLINUX_H=1 VMLINUX_BTF="$BATS_TEST_TMPDIR/tiny.o" .output/vmlinux/vmlinux.h
    went_well
    grep -q '^struct of_ours {' .output/vmlinux/vmlinux.h
    run ! grep task_struct .output/vmlinux/vmlinux.h
}

@test "libbpf missing or too old, or pkg-config missing: one line" {
    go_to pristine
    mkdir "$BATS_TEST_TMPDIR/empty" "$BATS_TEST_TMPDIR/old"
    export PKG_CONFIG_LIBDIR=$BATS_TEST_TMPDIR/empty
    fails_plainly 'libbpf >= 1.0 is missing (pkg-config finds: none); run make deps, install libbpf-dev or set PKG_CONFIG_PATH'
    printf 'Name: libbpf\nDescription: old\nVersion: 0.8.1\n' >"$BATS_TEST_TMPDIR/old/libbpf.pc"
    PKG_CONFIG_PATH=$BATS_TEST_TMPDIR/old fails_plainly 'libbpf >= 1.0 is missing (pkg-config finds: 0.8.1)'
    unset PKG_CONFIG_LIBDIR
    fails_plainly 'pkg-config is missing; run make deps or install pkg-config' PKG_CONFIG=no-such-pkg-config
}

@test "libelf or zlib missing: one line" {
    go_to pristine
    # A compiler that does not find their headers.
    fake cc <<'END'
[ "$1" = -E ] && exec /usr/bin/cc -nostdinc "$@"
exec /usr/bin/cc "$@"
END
    fails_plainly 'libelf or zlib is missing; run make deps or install libelf-dev and zlib1g-dev' CC="$fakes/cc"
}

@test "bpftool missing or not working: one line" {
    go_to pristine
    fails_plainly 'no bpftool that runs was found; run make deps, install bpftool or set BPFTOOL=path' BPFTOOL=/bin/false
    fails_plainly 'no bpftool that runs was found' BPFTOOL=no-such-bpftool
    fails_plainly 'no bpftool that runs was found' BPFTOOL=
    # Some distributions install this wrapper, which prints the package to install.
    fake bpftool <<'END'
echo >&2 "WARNING: bpftool not found for kernel $(uname -r)"
exit 2
END
    fails_plainly 'no bpftool that runs was found' BPFTOOL="$fakes/bpftool"
}

@test "a bpftool that does not run is skipped in favor of one that does" {
    # The next candidate, which is not in an ordinary user's PATH.
    [ -x /usr/sbin/bpftool ] || skip 'no /usr/sbin/bpftool to fall back to'
    go_to pristine
    fake bpftool <<<'exit 2'
    call env PATH="$fakes:$PATH" make -j2 .output/bootstrap.skel.h
    went_well
    grep -q bootstrap_bpf__open .output/bootstrap.skel.h
}

@test "clang missing or without BPF, llvm-strip or C compiler missing: one line" {
    go_to pristine
    fails_plainly 'no-such-clang or llvm-strip is missing; run make deps or install clang and llvm' \
        CLANG=no-such-clang LLVM_STRIP=llvm-strip
    fails_plainly 'clang or no-such-strip is missing; run make deps or install clang and llvm' LLVM_STRIP=no-such-strip
    fake clang <<'END'
[[ " $* " == *" bpf "* ]] && { echo >&2 "error: unable to create target: 'bpf'"; exit 1; }
exec /usr/bin/clang "$@"
END
    fails_plainly 'has no BPF target; run make deps or install the clang of your distribution' \
        CLANG="$fakes/clang" LLVM_STRIP=llvm-strip
    fails_plainly 'no-such-cc is missing; run make deps or install gcc' CC=no-such-cc
}

@test "llvm-strip matches CLANG, whether CLANG is a path or a name" {
    go_to pristine
    local clang strip
    while read -r clang strip; do
        call make -s --eval 'print-strip: ; @echo $(LLVM_STRIP)' print-strip CLANG="$clang"
        [ "$(<"$out")" = "$strip" ] || complain "$strip expected for $clang"
    done <<'END'
clang llvm-strip
clang-16 llvm-strip-16
/usr/lib/llvm-14/bin/clang /usr/lib/llvm-14/bin/llvm-strip
/opt/clang/bin/clang-19 /opt/clang/bin/llvm-strip-19
END
}

@test "a compiler that predefines _FORTIFY_SOURCE, as Ubuntu's does: no warning" {
    go_to pristine
    fake cc <<<'exec gcc -O2 -D_FORTIFY_SOURCE=3 "$@"'
    call make CC="$fakes/cc" .output/run/descriptors.o
    went_well
}

@test "file sizes and times are 64 bits wide on 32-bit systems" {
    go_to pristine
    call make -s --eval 'print-flags: ; @echo $(ALL_CFLAGS)' print-flags
    eval "flags=($(<"$out"))"
    cat >sizes.c <<'END'
#include <sys/types.h>
_Static_assert(sizeof(off_t) == 8 && sizeof(time_t) == 8, "64 bits");
END
    call i686-linux-gnu-gcc "${flags[@]}" -fsyntax-only sizes.c
    went_well
}

@test "every goal in make help exists" {
    go_to pristine
    call make help
    went_well
    local goal goals
    goals=$(sed -n 's/^make \([a-z][a-z_.-]*\)[ =].*/\1/p' "$out" | sort -u)
    for goal in run deps test-deps test install format compile_commands.json clean; do
        grep -qx "$goal" <<<"$goals" || complain "no $goal"
    done
    for goal in $goals; do
        echo "$goal"
        call make -n "$goal" NAME=foo
        [ "$status" -eq 0 ] || complain 'not a goal'
    done
}

@test "every goal that runs tests is in make help, and exists" {
    go_to pristine
    local help layer layers goal
    help=$(make help)
    layers=$(make -n test | sed -n 's,^tests/run ,,p')
    [ "$(wc -w <<<"$layers")" -gt 10 ]
    for layer in $layers; do
        grep -qw -- "test-$layer" <<<"$help" || { echo "no test-$layer"; return 1; }
    done
    for goal in $(grep -oE '\<test-[a-z-]+' <<<"$help"); do
        echo "$goal"
        make -n "$goal" >"$out"
    done
}

@test "make test: T selects folders and files, F selects by test name, and only what they need is built" {
    go_to built
    call make -n test T='unit/test_json.c live/lines.bats' F="it's"
    went_well
    [ "$(tail -n 1 "$out")" = "tests/run -f 'it'\\''s' unit/test_json.c live/lines.bats" ]
    grep -q 'workload/vfork' "$out"
    grep -q 'unit/asan-test_json' "$out"
    run ! grep -E 'test_table|fuzz_|gcov|asan/bootstrap' "$out"
    call make -n test T=tests/soak
    [ "$(tail -n 1 "$out")" = 'tests/run soak' ]
    grep -q 'soak/alive' "$out"
}

@test "make install writes to PREFIX below DESTDIR, and nowhere else" {
    go_to built
    touch "$BATS_TEST_TMPDIR/stamp"
    call make install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/opt/x
    [ "$status" -eq 0 ]
    [ -z "$(steps "$out")" ]
    "$BATS_TEST_TMPDIR/root/opt/x/bin/bootstrap" --version
    [ "$(stat -c %a "$BATS_TEST_TMPDIR/root/opt/x/bin/bootstrap")" = 755 ]
    [ -z "$(find . -newer "$BATS_TEST_TMPDIR/stamp" -type f)" ]
    [ "$(find "$BATS_TEST_TMPDIR/root" -mindepth 1 -maxdepth 2 -printf '%P\n' | sort | paste -sd' ')" = 'opt opt/x' ]
}

@test "make clean leaves only the files that existed before make" {
    go_to built
    touch compile_commands.json
    call make clean
    went_well
    diff <(find . | sort) <(cd "$BATS_FILE_TMPDIR/pristine" && find . | sort)
}

@test "compile_commands.json: lists every source; only BPF sources have the BPF target" {
    go_to built
    # Files that do not compile alone; an editor shows no errors in them.
    local parts='src/bpf/(cgroup|classic|execfail|forks)\.bpf\.h'
    grep -qxF "  PathMatch: $parts" .clangd
    call make compile_commands.json
    went_well
    diff <(jq -r '.[].file' compile_commands.json | grep '\.c$' | sort) <(printf '%s\n' src/*.c src/*/*.c | sort)
    diff <(jq -r '.[] | select(any(.arguments[]; test("^(--target=)?bpf$"))) | .file' compile_commands.json | sort) \
        <(printf '%s\n' src/*.bpf.c src/bpf/*.bpf.h | grep -vE "$parts" | sort)
    [ "$(jq -r '[.[].directory] | unique[]' compile_commands.json)" = "$PWD" ]
}

# With a fake package manager and npm that only log their arguments.
@test "make deps: prints what it installs, uses sudo only if not root, does nothing the second time" {
    go_to pristine
    local log=$BATS_TEST_TMPDIR/log tool
    fake dpkg-query <<<"[ ! -e $BATS_TEST_TMPDIR/installed ] || echo 'install ok installed'"
    fake id <<<'echo 0'
    for tool in apt-get sudo; do
        fake $tool <<END
echo "\${0##*/} \$*" >>$log
[ \${0##*/} != sudo ] || exec "\$@"
END
    done
    fake node </dev/null
    fake npm <<END
echo "npm \$*" >>$log
mkdir -p .output/debug/node_modules/cdt-gdb-adapter
END
    call env PATH="$fakes:$PATH" make deps
    went_well
    grep -q '^installing: .*clang.*libbpf-dev.*bpftool' "$out"
    grep -q '^apt-get install .*clang.*libbpf-dev' "$log"
    run ! grep -E '^sudo|^npm|cmocka' "$log"

    : >"$log"
    fake id <<<'echo 1000'
    call env PATH="$fakes:$PATH" make test-deps
    went_well
    grep -q '^installing: .*clang.*bats.*cmocka' "$out"
    grep -q '^installing with npm: cdt-gdb-adapter' "$out"
    grep -q '^sudo .*apt-get install .*bats' "$log"
    grep -q '^npm install --prefix .output/debug' "$log"

    rm "$log"
    touch "$BATS_TEST_TMPDIR/installed"
    call env PATH="$fakes:$PATH" make -s deps test-deps
    went_well
    [ ! -s "$out" ]
    [ ! -e "$log" ]
}
