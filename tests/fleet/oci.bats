# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The image FROM scratch, and its behavior in a container: runc, the host's PID
# namespace, the two capabilities, a read-only root, the profile in packaging/oci.

load helpers

setup_file() {
    load helpers
    T=$BATS_FILE_TMPDIR
    export T
    plain_make oci >"$T/make.log" 2>&1 || { cat "$T/make.log"; return 1; }
    cp ".output/dist/bootstrap-trace-$VERSION.oci.tar" "$T/image.tar"
    mkdir "$T/layout"
    tar -xf "$T/image.tar" -C "$T/layout"
}

setup() {
    container=
}

teardown() {
    [ -z "$container" ] || runc --root "$T/runc" delete --force "$container" 2>/dev/null || :
}

blob() { # DIGEST
    echo "$T/layout/blobs/sha256/${1#sha256:}"
}

manifest_of() { # ARCH
    local index
    index=$(blob "$(jq -r '.manifests[0].digest' "$T/layout/index.json")")
    blob "$(jq -r --arg arch "$1" '.manifests[] | select(.platform.architecture == $arch) | .digest' "$index")"
}

@test "make oci: the same bytes twice" {
    packaging/oci/build "$VERSION" "$T/again"
    cmp "$T/image.tar" "$T"/again/*.oci.tar
}

@test "make oci: every blob matches its digest and size, for both architectures" {
    local arch manifest file
    (cd "$T/layout/blobs/sha256" && for file in *; do echo "$file  $file"; done | sha256sum --quiet -c)
    for arch in amd64 arm64; do
        manifest=$(manifest_of $arch)
        jq -r '.config, .layers[] | "\(.digest) \(.size)"' "$manifest" | while read -r digest size; do
            [ "$(stat -c %s "$(blob "$digest")")" -eq "$size" ] || exit 1
        done
        config=$(blob "$(jq -r .config.digest "$manifest")")
        [ "$(jq -r .architecture "$config")" = $arch ]
        layer=$(blob "$(jq -r '.layers[0].digest' "$manifest")")
        [ "$(jq -r '.rootfs.diff_ids[0]' "$config")" = "sha256:$(gzip -dc "$layer" | sha256sum | cut -d ' ' -f 1)" ]
        mkdir "$T/root-$arch"
        tar -xzf "$layer" -C "$T/root-$arch"
        [ "$(ls "$T/root-$arch")" = $'LICENSE\nbootstrap' ]
    done
    readelf -h "$T/root-arm64/bootstrap" | grep -q 'Machine: *AArch64'
    readelf -h "$T/root-amd64/bootstrap" | grep -q 'Machine: *Advanced Micro Devices X86-64'
    [ "$(readelf -lW "$T/root-arm64/bootstrap" | grep -c INTERP)" -eq 0 ]
}

# Makes a runc bundle from the image's layer; the jq program $1 changes its configuration.
bundle() { # JQ
    local layer config cgroup2
    layer=$(blob "$(jq -r '.layers[0].digest' "$(manifest_of amd64)")")
    config=$(blob "$(jq -r .config.digest "$(manifest_of amd64)")")
    rm -rf "$T/bundle"
    mkdir -p "$T/bundle/rootfs"
    tar -xzf "$layer" -C "$T/bundle/rootfs"
    mkdir -p "$T/bundle/rootfs"/{proc,dev,sys}
    runc spec --bundle "$T/bundle"
    cgroup2=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
    jq --slurpfile image "$config" --slurpfile profile packaging/oci/seccomp.json --arg cgroup2 "$cgroup2" --arg id "bootstrap-fleet-$$" '
        .process.terminal = false
        | .process.args = $image[0].config.Entrypoint + $image[0].config.Cmd + ["--comm=storm-oci", "--events=200"]
        | .process.noNewPrivileges = true
        | .process.rlimits = []
        | .process.capabilities = (["CAP_BPF", "CAP_PERFMON"] as $two |
            {bounding: $two, effective: $two, permitted: $two, inheritable: $two, ambient: $two})
        | .root.readonly = true
        | .linux.namespaces |= map(select(.type != "pid" and .type != "cgroup"))
        | .linux.seccomp = ($profile[0] | .syscalls |= map(del(.comment)))
        | .linux.cgroupsPath = $id
        | .linux.resources = {}
        | .mounts |= map(select(.destination != "/sys/fs/cgroup"))
            + [{destination: "/sys/fs/cgroup", type: "bind", source: $cgroup2, options: ["rbind", "ro", "nosuid", "noexec", "nodev"]}]
        | '"$1" "$T/bundle/config.json" >"$T/config.json"
    mv "$T/config.json" "$T/bundle/config.json"
}

# Runs the bundle, then a storm of 100 execs once it traces, and waits for its end.
run_container() {
    local end=$((SECONDS + 60)) pid=''
    container=bootstrap-fleet-$BATS_TEST_NUMBER-$$
    runc --root "$T/runc" run --bundle "$T/bundle" "$container" >"$T/events" 2>"$T/errors" 3>&- </dev/null &
    runner=$!
    until [ -n "$pid" ] && [ "$(readlink "/proc/$pid/exe")" = /bootstrap ] &&
        grep -q '^CapPrm:[[:space:]]*0*$' "/proc/$pid/status" && grep -q '^Seccomp_filters:[[:space:]]*2$' "/proc/$pid/status"; do
        if ((SECONDS > end)) || ! kill -0 $runner; then cat "$T/errors"; return 1; fi
        pid=$(runc --root "$T/runc" state "$container" 2>/dev/null | jq -r 'select(.status == "running") | .pid')
        sleep 0.05
    done
    cp "/proc/$pid/status" "$T/status"
    cp /bin/true "$T/storm-oci"
    .output/workload/storm 100 "$T/storm-oci" >"$T/expected"
    wait $runner
    container=
    [ ! -s "$T/errors" ] || { cat "$T/errors"; return 1; }
}

# It wrote 100 execs and exits, with the PIDs and the cgroup as seen on the host.
right_events() {
    [ "$(jq -rs 'map(select(.event == "exec" or .event == "exit")) | group_by(.event) | map("\(.[0].event) \(map(.pid) | unique | length)") | join(" ")' "$T/events")" = 'exec 100 exit 100' ]
    own=$(sed -n 's/^0:://p' /proc/self/cgroup)
    [ "$(jq -r 'select(.event == "exec") | .cgroup' "$T/events" | sort -u)" = "$own" ]
}

@test "runc, an ordinary user with CAP_BPF and CAP_PERFMON: it traces the host, cgroups included" {
    bundle '.process.user = {uid: 65534, gid: 65534}'
    run_container
    [ "$(awk '/^Uid:/ { print $2 }' "$T/status")" = 65534 ]
    right_events
}

@test "runc as Kubernetes runs it: root with only the two capabilities, none of them ambient" {
    bundle '.process.user = {uid: 0, gid: 0} | .process.capabilities |= (del(.ambient) | del(.inheritable))'
    run_container
    right_events
}

@test "without the two capabilities: one line, status 1" {
    bundle '.process.user = {uid: 65534, gid: 65534} | .process.capabilities = {}'
    run -1 runc --root "$T/runc" run --bundle "$T/bundle" "bootstrap-fleet-none-$$"
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == 'bootstrap: '*CAP_BPF* ]]
}

@test "the seccomp profile is necessary and sufficient: without bpf(2) in it nothing is traced" {
    bundle '.process.user = {uid: 65534, gid: 65534} | .linux.seccomp.syscalls[].names -= ["bpf"]'
    run -1 runc --root "$T/runc" run --bundle "$T/bundle" "bootstrap-fleet-none-$$"
    [[ $output == 'bootstrap: '* ]]
}
