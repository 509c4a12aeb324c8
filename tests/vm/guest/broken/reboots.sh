#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
echo 1..1
echo ok 1 first
echo status broken/reboots 0 1
busybox reboot -f
