#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# The live tests again, with the kernel's BTF hidden: through the classic tracepoints.
if [ -e /sys/kernel/btf/vmlinux ]; then
    cp /sys/kernel/btf/vmlinux /tmp/btf
    mount -t tmpfs none /sys/kernel/btf
else
    cp /project/btf /tmp/btf
fi
printf '#!/bin/sh\nexec /project/bootstrap --btf /tmp/btf "$@"\n' >/tmp/bootstrap
chmod +x /tmp/bootstrap
BOOTSTRAP=/tmp/bootstrap bash tests/vm/guest/live.sh
status=$?
umount /sys/kernel/btf 2>/dev/null
exit $status
