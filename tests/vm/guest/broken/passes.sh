#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# A good guest, to compare the others with.
echo 1..2
echo ok 1 first
echo ok 2 second
