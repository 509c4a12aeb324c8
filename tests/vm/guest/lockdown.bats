#!/usr/bin/env bats
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# Booted with lockdown=confidentiality.

load guest

@test "under lockdown in confidentiality mode one line names it" {
    grep -q '\[confidentiality\]' /sys/kernel/security/lockdown
    refused 'lockdown' $PROGRAM
}
