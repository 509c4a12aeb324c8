/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Bytes that a traced process chose -> harmless text; and numbers, without
 * printf's cost and independent of the locale.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/*
 * Looks at the character at the start of text, size > 0 bytes long.  Returns
 * its length, 1 to 4, if it is well-formed UTF-8 (RFC 3629); 0 if not.
 * *code is its code point then.
 */
size_t utf8_character(const char *text, size_t size, unsigned int *code);

/*
 * True if a terminal shows the code point in one place and does nothing else:
 * false for control characters, for those that reorder text or are invisible,
 * and for separators of lines.
 */
int is_printable(unsigned int code);

/* The escape of two characters that C, JSON and shells share for \n, \t and the backslash; or NULL. */
const char *common_escape(unsigned int code);

/*
 * Writes size bytes of text so that none of them can move the cursor, end the
 * line or reorder it: \n, \t, \xHH for each byte that is not printable or not
 * UTF-8, and \\ for the backslash.  Bytes of `also` (ASCII) are written as
 * \xHH, too.  Returns how many characters were written, one for each code point.
 */
size_t put_escaped(FILE *file, const char *text, size_t size, const char *also);

/*
 * The reverse of put_escaped(): \n, \t, \\ and \xHH (but \x00) become the byte
 * they mean; any other backslash is itself.  Writes at most size - 1 bytes and a
 * NUL, and returns how many there are without that limit.
 */
size_t unescape(char *to, size_t size, const char *text);

/*
 * The number in decimal: at most DECIMAL_LEN digits.  The first writes them at
 * `at`, without a NUL, and returns what follows; the second returns how many.
 */
#define DECIMAL_LEN 20
char *add_decimal(char *at, unsigned long long number);
size_t put_decimal(FILE *file, unsigned long long number);

/* A duration: at most six characters, rounded down; hours and more are only approximate. */
#define SHORT_TIME_LEN 32
char *short_time(unsigned long long ns, char text[SHORT_TIME_LEN]);

/* String constants.  Streams belong to one thread here: none is ever locked. */
#define add_literal(at, text)   ((char *)memcpy(at, text, sizeof(text) - 1) + sizeof(text) - 1)
#define put_literal(file, text) ((void)fwrite_unlocked(text, 1, sizeof(text) - 1, file))

#endif
