#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# Two tests are planned, one runs.
echo 1..2
echo ok 1 first
