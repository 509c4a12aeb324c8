/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* cmocka and the headers that it needs before it, in this order. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* tests/run -f: run only the tests whose names match this pattern. */
__attribute__((constructor)) static void filter_tests(void)
{
	if (getenv("UNIT_FILTER"))
		cmocka_set_test_filter(getenv("UNIT_FILTER"));
}

#endif
