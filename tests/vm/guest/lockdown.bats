#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# Booted with lockdown=confidentiality.

load guest

@test "in lockdown's confidentiality mode one line says so" {
    grep -q '\[confidentiality\]' /sys/kernel/security/lockdown
    refused 'lockdown' $PROGRAM
}
