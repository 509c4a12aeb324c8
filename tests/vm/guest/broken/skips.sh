#!/bin/sh
# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
# In a guest, a skip is a failure.
echo 1..2
echo ok 1 first
echo 'ok 2 second # skip not here'
