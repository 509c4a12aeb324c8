#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# What the others are compared with.
echo 1..2
echo ok 1 first
echo ok 2 second
