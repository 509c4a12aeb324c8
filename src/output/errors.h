/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Names of error numbers; not every C library has strerrorname_np(). */
#ifndef ERRORS_H
#define ERRORS_H

#define ERROR_NAME_LEN 16

/* "ENOENT", or "E" and the number.  Returns a constant, or buffer filled in. */
const char *error_name(unsigned int number, char buffer[ERROR_NAME_LEN]);

#endif
