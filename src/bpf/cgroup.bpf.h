/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Reports a cgroup v2 when it is made, before any process can be in it.  User
 * space finds cgroups by their directories, and a short-lived one is gone by then.
 *
 * A report that does not fit on the ring is not an event, so it is not counted.  The
 * path may then be null.
 */
#ifndef CGROUP_BPF_H
#define CGROUP_BPF_H

#include "bpf/cgroup.h"
#include "bpf/task.bpf.h"

static __always_inline int on_cgroup(struct cgroup *cgroup)
{
	struct {
		struct cgroup_record record;
		char name[CGROUP_NAME_MAX];
	} s;
	struct cgroup_root *root = READ(cgroup, root);

	if (READ(root, hierarchy_id)) /* version 1; the one of version 2 is 0 */
		return 0;

	struct kernfs_node *node = READ(cgroup, kn);
	struct cgroup_subsys_state *parent_css = READ(cgroup, self.parent);
	struct cgroup *parent = READ(parent_css, cgroup);
	struct kernfs_node *parent_node = READ(parent, kn);
	u64 len = bpf_probe_read_kernel_str(s.name, sizeof(s.name), READ(node, name));

	if (len > sizeof(s.name)) /* negative: not readable */
		return 0;
	s.record.kind = RECORD_CGROUP;
	s.record.name_len = len;
	s.record.reserved = 0;
	s.record.id = READ(node, id);
	s.record.parent = READ(parent_node, id);
	bpf_ringbuf_output(&rb, &s, sizeof(s.record) + len, 0);
	return 0;
}

SEC("tp_btf/cgroup_mkdir")
int handle_cgroup(u64 *ctx)
{
	return on_cgroup((void *)ctx[0]);
}

SEC("raw_tp/cgroup_mkdir")
int handle_cgroup_raw(u64 *ctx)
{
	return on_cgroup((void *)ctx[0]);
}

#endif
