/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Shared by the formats that write JSON. */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>
#include <stdio.h>

#include "output/event.h"
#include "output/output.h"

/*
 * A string with its quotes.  It is valid UTF-8 whatever the bytes: each byte that
 * is not part of a well-formed character becomes U+FFFD.  Unprintable characters
 * (is_printable() in text.h) are escaped, as \n or \uXXXX.
 */
void put_json_string(FILE *file, const char *text, size_t size);

/* The arguments of an exec as an array of strings. */
void put_json_args(FILE *file, const struct event *e);

/* ,"filename":...,"error":"ENOENT" of an exec that failed. */
void put_json_failure(FILE *file, const struct event *e);

/*
 * The following write at `at`, without a NUL, and return what follows.  All of
 * them together, with some keys, take less than JSON_LEN bytes.
 */
#define JSON_LEN 320

/* Thousandths as a number with three decimals: us from ns, or ms from us. */
char *add_thousandths(char *at, unsigned long long number);

/* ns as a number of ms with three decimals, rounded down. */
char *add_json_ms(char *at, unsigned long long ns);

/* A string: RFC 3339, UTC, nanoseconds.  time_ns is CLOCK_BOOTTIME. */
char *add_json_time(char *at, struct output *o, unsigned long long time_ns);

/* "exit_code":3,"signal":null,"core_dumped":false, with no comma at either end. */
char *add_json_status(char *at, unsigned int status);

#endif
