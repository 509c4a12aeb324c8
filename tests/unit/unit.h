/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* cmocka with the headers that it wants before it, in its order. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
