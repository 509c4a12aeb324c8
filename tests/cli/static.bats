#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The program of make dist on another distribution: a root file system that has only
# busybox from this machine, and whose nsswitch.conf names a module that must not be
# loaded.

# shellcheck disable=SC2154 # status, out and err are set by call()
load ../helpers

setup_file() {
    root=$BATS_FILE_TMPDIR/root
    export root
    chmod 755 "${BATS_FILE_TMPDIR%/*/*}" "${BATS_FILE_TMPDIR%/*}" "$BATS_FILE_TMPDIR"
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS .ci/dist 0 "$BATS_FILE_TMPDIR/dist" >"$BATS_FILE_TMPDIR/log" 2>&1 ||
        { cat "$BATS_FILE_TMPDIR/log"; return 1; }
    mkdir -p "$root"/{System/bin,etc,proc,sys,dev,tmp,lib,usr/lib}
    chmod 755 "$root"
    chmod 1777 "$root/tmp"
    tar -xzf "$BATS_FILE_TMPDIR"/dist/bootstrap-0-linux-*.tar.gz -C "$root" --strip-components=1
    cp "$(command -v busybox)" "$root/System/bin/busybox"
    printf '%s\n' 'root:x:0:0::/root:/System/bin/sh' 'alice:x:4711:4712::/home/alice:/System/bin/sh' >"$root/etc/passwd"
    printf '%s\n' 'root:x:0:' 'alice:x:4712:' 'cooks:x:4713:alice,bob' >"$root/etc/group"
    printf '%s\n' 'passwd: files probe' 'group: files probe' 'initgroups: files probe' 'shadow: files probe' \
        >"$root/etc/nsswitch.conf"
    # The module must not be loaded: it would leave a file. It can be found, with its dependencies.
    printf '%s\n' '#include <fcntl.h>' '#include <unistd.h>' \
        '__attribute__((constructor)) static void loaded(void) { close(open("/tmp/loaded", O_CREAT, 0666)); }' \
        >"$BATS_FILE_TMPDIR/probe.c"
    gcc -shared -fPIC -o "$root/lib/libnss_probe.so.2" "$BATS_FILE_TMPDIR/probe.c"
    cp "$root/lib/libnss_probe.so.2" "$root/usr/lib/"
    local library
    for library in $(ldd "$root/lib/libnss_probe.so.2" | grep -o '/[^ ]*'); do
        mkdir -p "$root${library%/*}"
        cp "$library" "$root$library"
        cp "$library" "$root/lib/"
    done
}

# Runs a command there, with only the kernel's file systems mounted.
inside() {
    rm -f "$root/tmp/loaded"
    # shellcheck disable=SC2016  # for the inner shell
    call unshare -m bash -c '
        set -e
        mount --rbind /proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount --rbind /dev "$root/dev"
        exec chroot "$root" "$@"' bash "$@"
    [ ! -e "$root/tmp/loaded" ] || complain 'the module was loaded'
}

@test "the static program: an unknown user gives one line and status 2" {
    need_root
    inside /bootstrap -u no_such_user
    failed_with 2 "--user: no such user: 'no_such_user'; this static program reads only /etc/passwd"
}

@test "the static program: a user by name, and one by number" {
    need_root
    local user
    for user in alice 4711 54321; do
        inside /bootstrap -u "$user" -t 1
        went_well
    done
}

@test "the static program: under sudo the command is the caller's, with their groups" {
    need_root
    inside /System/bin/busybox env SUDO_UID=4711 SUDO_GID=4712 /bootstrap -o /tmp/t -- /System/bin/busybox id
    went_well
    [ "$(<"$out")" = 'uid=4711(alice) gid=4712(alice) groups=4712(alice),4713(cooks)' ] || complain 'alice expected'
    grep -q ' EXEC  busybox ' "$root/tmp/t"
    grep -q ' EXIT  busybox .* \[0\] ' "$root/tmp/t"
    # Also if the user has no name there.
    inside /System/bin/busybox env SUDO_UID=54321 SUDO_GID=54322 /bootstrap -o /tmp/t -- /System/bin/busybox id
    went_well
    [ "$(<"$out")" = 'uid=54321 gid=54322 groups=54322' ] || complain 'a number expected'
}
