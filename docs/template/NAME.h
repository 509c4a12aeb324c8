/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* The record that NAME.bpf.c sends and NAME.c prints: fixed-width types, no padding. */
#ifndef NAME_H
#define NAME_H

struct sent_signal {
	int signal;
	int sender;    /* PID */
	int receiver;  /* PID */
	char comm[16]; /* the sender's */
};

#endif
