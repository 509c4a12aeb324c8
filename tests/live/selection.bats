# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Several values for -p, -u, -c and -g, and values that exclude.

load ../helpers

setup() {
    use_folder "$BATS_TEST_TMPDIR"
}

teardown() {
    kill_tracers
    [[ -z ${zombie-} ]] || kill "$zombie" 2>/dev/null || :
    [[ -z ${busy-} ]] || kill "$busy" 2>/dev/null || :
    [[ -z ${cgroup-} ]] || rmdir "$cgroup/a/b" "$cgroup/a" "$cgroup" 2>/dev/null || :
}

# Turns expected lines into PIDs that must have no lines.
as_none() {
    sed -n 's/^E[XECIT]* *[^ ]* *\([0-9]*\) .*/NONE  \1/p'
}

# Starts five generations; pids[0] is the oldest, pids[5] a second thread of it.
lineage() {
    rm -f "$T/go" "$T/pids"
    mkfifo "$T/go"
    "$WORKLOADS/lineage" "$T/pids" "$T/go" >"$T/all" 3>&- &
    running=$!
    await test -s "$T/pids"
    mapfile -t pids <"$T/pids"
    [ "${#pids[@]}" -eq 6 ]
}

# Lets them continue.  The given generations have their lines, the others have none.
shown() { # GENERATIONS, as a bracket expression
    : >"$T/go"
    wait "$running"
    ended t # by itself
    quiet t
    sed -n "s/^[$1] //p" "$T/all" >"$T/expected"
    sed -n "s/^[^$1] //p" "$T/all" | as_none >>"$T/expected"
    compare expected t.out
}

@test "-p: several processes, with their descendants" {
    lineage
    start t -p "${pids[3]}" -p "${pids[2]}"
    shown 234
}

@test "-p: an excluded family inside a followed one, and a followed one inside that" {
    lineage
    start t -p "${pids[0]}" -p "!${pids[2]}"
    shown 01
    lineage
    start t -p "!${pids[2]}" -p "${pids[4]}" -p "${pids[1]}"
    shown 14
}

@test "-p: a process that is both followed and excluded is excluded" {
    lineage
    start t -p "${pids[1]}" -p "${pids[3]}" -p "!${pids[3]}"
    shown 12
}

@test "-p: with only excluded families all others are shown, and it does not end" {
    lineage
    start t -p "!${pids[2]}"
    : >"$T/go"
    wait "$running"
    work other exec "$WORKLOADS/child" 3
    finish t
    quiet t
    sed -n 's/^[01] //p' "$T/all" >"$T/expected"
    sed -n 's/^[234] //p' "$T/all" | as_none >>"$T/expected"
    compare expected t.out
    compare other t.out
}

@test "-p: a thread ID means its process" {
    lineage
    [ "${pids[5]}" -ne "${pids[0]}" ]
    start t -p "${pids[5]}"
    shown 01234
}

@test "-p ends with the family, even if nothing was printed" {
    lineage
    start t -p "${pids[1]}" -d 100000
    kill -0 "$TRACER"
    : >"$T/go"
    wait "$running"
    ended t
    quiet t
    [ "$(wc -l <"$T/t.out")" -eq 1 ]
}

@test "-p: a zombie is not a family" {
    # exec keeps the child, which ends after it, and which the new program does not know about.
    # shellcheck disable=SC2016 # the inner shell's
    bash -c 'until read -r comm <"/proc/$$/comm" && [ "$comm" = tail ]; do :; done & exec tail -f /dev/null' 3>&- &
    zombie=$!
    is_zombie() {
        child=$(cat "/proc/$zombie/task/$zombie/children")
        [[ -n $child ]] && grep -q '^State:.*Z' "/proc/${child% }/status"
    }
    await is_zombie
    start t -p "${child% }"
    ended t
    quiet t
    start t -p "$zombie" # its child is not alive
    kill "$zombie"
    ended t
    quiet t
    grep -qE " EXIT  tail +$zombie " "$T/t.out"
}

@test "-p and -g: what is excluded is excluded from the first event on" {
    local root
    root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    [ -n "$root" ]
    cgroup=$root/bootstrap-selection-$BASHPID
    mkdir "$cgroup"
    # As many events as one process can cause: calls of exec that fail, and a child now and then.
    # shellcheck disable=SC2016 # perl's
    (echo "$BASHPID" >"$cgroup/cgroup.procs"
        exec perl -e '$0 = "busy"; for (my $n = 0;; $n++) {
            exec { "/nonexistent" } "x";
            if ($n % 100 == 0) { fork || exit; wait; }
        }') 3>&- &
    busy=$!
    for _ in {1..4}; do
        "$BOOTSTRAP" -e --path-search -p "!$busy" -o "$T/p.out" -t 1 3>&-
        "$BOOTSTRAP" -e --path-search -g "!$cgroup" -o "$T/g.out" -t 1 3>&-
        for file in p g; do
            awk -v busy="$busy" '$4 == busy || $5 == busy' "$T/$file.out" >>"$T/wrong.$file"
        done
    done
    kill "$busy"
    wait "$busy" || :
    unset busy
    wc -l "$T/wrong."*
    [ ! -s "$T/wrong.p" ] && [ ! -s "$T/wrong.g" ]
}

@test "-c: any of several names, excluded names, 16 values" {
    local n
    for n in one two three four; do cp "$WORKLOADS/child" "$T/$n"; done
    start any -c one -c three
    start not -c '!one' -c '!three'
    start both -c one -c two -c '!one'
    start many -c a -c b -c d -c e -c f -c g -c h -c i -c j -c k -c l -c m -c n -c o -c '!two' -c four
    for n in one two three four; do work "$n.w" exec "$T/$n" 3; done
    for n in any not both many; do finish $n; quiet $n; done
    expect() { # TRACER SHOWN...
        local t=$1 n
        shift
        : >"$T/expected"
        for n in one two three four; do
            # A process has its name only after exec.
            if [[ " $* " == *" $n "* ]]; then cat "$T/$n.w"; else as_none <"$T/$n.w"; fi >>"$T/expected"
        done
        compare expected "$t.out"
    }
    expect any one three
    expect not two four
    expect both two
    expect many four
}

@test "-u: any of several users, and all except some" {
    start any -u 54321 -u 54322
    start not -u '!54321' -u '!54323'
    start root -u root -u 54323
    local u
    for u in 54321 54322 54323; do work $u asuser $u; done
    for u in any not root; do finish $u; quiet $u; done
    cat "$T/54321" "$T/54322" >"$T/expected"
    as_none <"$T/54323" >>"$T/expected"
    compare expected any.out
    cp "$T/54322" "$T/expected"
    as_none <"$T/54321" >>"$T/expected"
    as_none <"$T/54323" >>"$T/expected"
    compare expected not.out
    cp "$T/54323" "$T/expected"
    as_none <"$T/54321" >>"$T/expected"
    compare expected root.out
}

@test "-g: a cgroup without one of its children, combined with -c and -u" {
    local root
    root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    [ -n "$root" ]
    cgroup=$root/bootstrap-selection-$BASHPID
    mkdir -p "$cgroup/a/b"
    start inner -g "$cgroup" -g "!$cgroup/a"
    start outer -g "!$cgroup/a/b" -c child -c '!exec'
    (echo "$BASHPID" >"$cgroup/cgroup.procs" && work top exec "$WORKLOADS/child" 1)
    (echo "$BASHPID" >"$cgroup/a/cgroup.procs" && work a exec "$WORKLOADS/child" 2)
    (echo "$BASHPID" >"$cgroup/a/b/cgroup.procs" && work b exec "$WORKLOADS/child" 3)
    finish inner
    finish outer
    quiet inner
    quiet outer
    cat "$T/a" "$T/b" | as_none | cat "$T/top" - >"$T/expected"
    compare expected inner.out
    as_none <"$T/b" | cat "$T/top" "$T/a" - >"$T/expected"
    compare expected outer.out
}
