/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: ringpos PID
 *
 * Prints how many bytes have ever been put on the BPF ring buffers that PID has
 * open, including headers and padding: the producer positions, which are readable in
 * the second page of a mapped ring.  Root only.
 */
#include <dirent.h>
#include <err.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned long long position(unsigned int map_id)
{
	union bpf_attr attr = { .map_id = map_id };
	long page = sysconf(_SC_PAGESIZE);
	int fd = (int)syscall(SYS_bpf, BPF_MAP_GET_FD_BY_ID, &attr, sizeof(attr));
	unsigned long *producer;

	if (fd < 0)
		err(1, "map %u", map_id);
	producer = mmap(NULL, (size_t)page, PROT_READ, MAP_SHARED, fd, page);
	if (producer == MAP_FAILED)
		err(1, "mmap of map %u", map_id);
	return *producer;
}

int main(int argc, char **argv)
{
	unsigned long long sum = 0;
	char path[512], line[128];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fdinfo", argc == 2 ? argv[1] : "");
	dir = opendir(path);
	if (!dir)
		err(1, "%s", path);
	for (struct dirent *d; (d = readdir(dir));) {
		unsigned int type = 0, id;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%s/fdinfo/%s", argv[1], d->d_name);
		f = fopen(path, "r");
		while (f && fgets(line, sizeof(line), f)) {
			sscanf(line, "map_type: %u", &type);
			if (sscanf(line, "map_id: %u", &id) == 1 && type == BPF_MAP_TYPE_RINGBUF)
				sum += position(id);
		}
		if (f)
			fclose(f);
	}
	printf("%llu\n", sum);
	return 0;
}
