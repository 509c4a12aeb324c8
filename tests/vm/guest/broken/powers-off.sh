#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# Prints everything that a good run prints, except the nonce, which it cannot know; then
# switches the machine off.
echo 1..1
echo ok 1 first
echo status broken/powers-off 0 1
echo end 1234
busybox poweroff -f
