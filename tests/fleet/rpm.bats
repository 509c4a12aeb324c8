# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# make dist's checksums and bill of materials, and the RPM, in a root that contains
# only a shell.  The rpm program is Debian's, so the dependencies on Fedora cannot be
# tested here.

load helpers

setup_file() {
    load helpers
    T=$BATS_FILE_TMPDIR
    export T
    # In a copy of the tree: a release is made from a commit, here one of all current files.
    copy_tree "$T/tree"
    plain_make -C "$T/tree" rpm >"$T/make.log" 2>&1 || { cat "$T/make.log"; return 1; }
    (cd "$T/tree" && packaging/rpm/build "$VERSION" .output/dist 2)
}

setup() {
    dist=$T/tree/.output/dist
    first=$dist/bootstrap-trace-$VERSION-1.$(uname -m).rpm
    second=$dist/bootstrap-trace-$VERSION-2.$(uname -m).rpm
}

@test "make dist: SHA256SUMS lists every file, and the bill of materials every linked library" {
    cd "$dist"
    sha256sum --quiet -c SHA256SUMS
    [ "$(wc -l <SHA256SUMS)" -eq 3 ]
    tar -xzf bootstrap-*-linux-*.tar.gz -C "$T"
    program=$(echo "$T"/bootstrap-*-linux-*/bootstrap)
    sum=$(sha256sum "$program")
    jq -e --arg sum "${sum%% *}" '
        .packages | map(select(.name == "bootstrap"))[0].checksums[0].checksumValue == $sum' ./*.spdx.json
    # The library's version, from the file that was linked.
    jq -e --arg v "$(dpkg-query -W -f '${Version}' libbpf-dev | sed 's/^1://; s/-.*//')" '
        .packages | map(select(.name == "libbpf"))[0].versionInfo == $v' ./*.spdx.json
    jq -e '[.packages[].SPDXID] as $ids | [.relationships[].relatedSpdxElement] | all(. as $e | $ids | index([$e]))' ./*.spdx.json
    for library in libbpf libelf zlib1g libc6; do
        [ -s "${program%/*}/licences/$library" ]
    done
}

@test "make rpm: the same bytes twice" {
    cp "$first" "$T/once.rpm"
    (cd "$T/tree" && packaging/rpm/build "$VERSION" .output/dist)
    cmp "$T/once.rpm" "$first"
}

in_root() {
    rpm --root "$T/root" --nodeps --force-debian "$@"
}

@test "the RPM: installed, verified, run, upgraded and removed in a root with only a shell" {
    mkdir -p "$T/root"/{bin,proc,sys,tmp,var/lib/rpm}
    cp /bin/busybox "$T/root/bin/"
    ln -s busybox "$T/root/bin/sh"
    find "$T/root" ! -path "*/var/*" | sort >"$T/before"

    in_root -i "$first"
    in_root -V bootstrap-trace
    [ "$(chroot "$T/root" /usr/bin/bootstrap --version)" = "bootstrap $VERSION" ]
    # It traces there: one command of the shell in that root.
    unshare --mount --propagation private sh -c '
        mount -t proc proc "$1/proc" && mount -t sysfs sysfs "$1/sys" &&
        exec chroot "$1" /usr/bin/bootstrap -f json -- /bin/busybox true' _ "$T/root" >"$T/events"
    [ "$(jq -r 'select(.event == "exec") | .filename' "$T/events")" = /bin/busybox ]
    echo '# mine' >>"$T/root/etc/sysconfig/bootstrap-trace"
    in_root -U "$second"
    [ "$(rpm --root "$T/root" -q bootstrap-trace)" = "bootstrap-trace-$VERSION-2.$(uname -m)" ]
    grep -q mine "$T/root/etc/sysconfig/bootstrap-trace" # an administrator's changes are kept
    in_root -e bootstrap-trace
    rm -f "$T/root/etc/sysconfig/bootstrap-trace.rpmsave"
    find "$T/root" ! -path "*/var/*" ! -path "*/.rpmdb/*" ! -type d | sort >"$T/after"
    comm -13 "$T/before" "$T/after" >"$T/left"
    diff "$T/left" /dev/null
}

@test "the RPM: rpm finds a changed file" {
    in_root -e bootstrap-trace 2>/dev/null || :
    in_root -i "$first"
    echo >>"$T/root/usr/bin/bootstrap"
    run ! in_root -V bootstrap-trace
    [[ $output == *'/usr/bin/bootstrap'* ]]
}

@test "the RPM: contains the licences of the statically linked libraries" {
    for text in LICENSE libbpf libelf zlib1g libc6 GPL-3 LGPL-2.1; do
        rpm -qlp "$first" | grep -qx "/usr/share/licenses/bootstrap-trace/$text"
    done
}
