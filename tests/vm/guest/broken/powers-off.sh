#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# Says all that a good run says, but it cannot know the nonce: then the machine is off.
echo 1..1
echo ok 1 first
echo status broken/powers-off 0 1
echo end 1234
busybox poweroff -f
