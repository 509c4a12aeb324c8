# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# The Debian package on a new Debian 12: apt installs its dependencies, systemd
# boots, the unit traces.  Needs the mirror that apt is configured with.

load ../helpers

@test "a new Debian 12: apt install, boot, systemctl start; journalctl and jq show events" {
    T=$BATS_TEST_TMPDIR
    mkdir "$T/fleet"
    packaging/deb "$VERSION" "$T/fleet"
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
    mmdebstrap --quiet --variant=minbase --include=systemd,dbus,jq \
        --customize-hook="copy-in $T/fleet /tmp" \
        --customize-hook='chroot "$1" sh -c "apt-get install -y /tmp/fleet/bootstrap-trace_*.deb"' \
        bookworm "$T/root" "$mirror" >"$T/mmdebstrap.log" 2>&1 || { cat "$T/mmdebstrap.log"; return 1; }
    grep -q 'libbpf1' "$T/mmdebstrap.log" # it came with the package
    cat >"$T/probe" <<'PROBE'
set -eu
systemctl is-active bootstrap-trace >/fleet/before || :
systemctl start bootstrap-trace
for i in $(seq 300); do
    /bin/true
    [ "$(journalctl -o cat -u bootstrap-trace | grep -c '"event":"exec".*"filename":"/bin/true"')" -lt 50 ] || break
done
journalctl -o cat -u bootstrap-trace | jq -r 'select(.event == "exec") | .filename' >/fleet/filenames
apt-get remove -y bootstrap-trace >/fleet/remove.log 2>&1
[ ! -e /usr/bin/bootstrap ]
PROBE
    ROOT=$T/root tests/fleet/boot "$T/fleet" "$T/probe" || { cat "$T/fleet/log" "$T/fleet/console"; return 1; }
    [ "$(cat "$T/fleet/before")" = inactive ]
    [ "$(grep -cx /bin/true "$T/fleet/filenames")" -ge 50 ]
    rm -rf "$T/root"
}
