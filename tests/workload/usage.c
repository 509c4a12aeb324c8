/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * usage: usage KIND [COUNT]
 *
 * COUNT processes, one after the other, that use CPU time, memory and so on.  For each
 * process it prints the result of wait4(2) as an object with the keys of the tracer's
 * `resources`, and its PID.  wait4 includes children that the process has waited for;
 * those are subtracted.
 */
#include "workload.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>

#define THREADS 16
#define PAGES   10 /* that each thread touches */
#define FILES   900

static struct shared {
	struct rusage children; /* of the process, at its end */
} * shared;

static pthread_barrier_t barrier;

static u64 cpu_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static void burn(u64 ns)
{
	u64 end = cpu_ns(CLOCK_THREAD_CPUTIME_ID) + ns;

	while (cpu_ns(CLOCK_THREAD_CPUTIME_ID) < end)
		for (volatile int i = 0; i < 10000; i++)
			;
}

static void touch(size_t bytes)
{
	char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		_exit(1);
	for (size_t i = 0; i < bytes; i += 4096)
		at[i] = 1;
}

static void *burn_20(void *arg)
{
	burn(20 * MS);
	return arg;
}

static void *burn_on(void *arg)
{
	touch(PAGES * 4096);
	pthread_barrier_wait(&barrier);
	for (;;)
		burn(MS);
	return arg;
}

/*
 * All threads end at once, and the process with the last one.  Each has its own copies
 * of many files, so it takes a while from the thread's end to its release.
 */
static void *touch_and_end(void *arg)
{
	(void)arg;
	touch(PAGES * 4096);
	if (unshare(CLONE_FILES))
		_exit(1);
	pthread_barrier_wait(&barrier);
	syscall(SYS_exit, 0);
	return NULL;
}

static void *outlive(void *arg)
{
	burn(100 * MS);
	syscall(SYS_exit_group, 0);
	return arg;
}

static void start(int count, void *(*run)(void *), int join)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, run, NULL))
			_exit(1);
	for (int i = 0; join && i < count; i++)
		pthread_join(threads[i], NULL);
}

static void burner(void)
{
	burn(200 * MS);
}

static void threads(void)
{
	start(THREADS, burn_20, 1);
}

static void running(void)
{
	start(THREADS, burn_on, 0);
	pthread_barrier_wait(&barrier);
	burn(50 * MS);
}

static void ending(void)
{
	for (int i = 0; i < FILES; i++)
		dup(2);
	start(THREADS, touch_and_end, 0);
	touch_and_end(NULL);
}

static void allocator(void)
{
	touch(200 << 20);
}

static void writer(void)
{
	char path[] = "usage.XXXXXX", *block = calloc(1, 1 << 20);
	int fd = mkstemp(path);

	unlink(path);
	for (int i = 0; i < 8; i++)
		if (write(fd, block, 1 << 20) != 1 << 20)
			_exit(1);
	if (fsync(fd))
		_exit(1);
}

static void killed(void)
{
	burn(100 * MS);
	kill(getpid(), SIGKILL);
}

static void leader_first(void)
{
	start(1, outlive, 0);
	syscall(SYS_exit, 0);
}

static void parent(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		burn(100 * MS);
		touch(20 << 20);
		_exit(0);
	}
	wait_for(pid);
	burn(50 * MS);
	getrusage(RUSAGE_CHILDREN, &shared->children);
}

/* It first has the parent's memory, then that of a small program. */
static pid_t small_child(void)
{
	const char *path = sibling("child");
	pid_t pid;

	touch(200 << 20);
	pid = vfork();
	if (pid == 0) {
		execl(path, "child", "0", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static const struct {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{ "burner", burner }, { "threads", threads },          { "running", running },
	{ "ending", ending }, { "allocator", allocator },      { "writer", writer },
	{ "killed", killed }, { "leaderfirst", leader_first }, { "parent", parent },
};

static double ms(struct timeval all, struct timeval children)
{
	struct timeval t;

	timersub(&all, &children, &t);
	return t.tv_sec * 1000.0 + t.tv_usec / 1000.0;
}

static void measure(const char *kind)
{
	struct rusage *c = &shared->children, r;
	int status;
	pid_t pid;

	memset(c, 0, sizeof(*c));
	if (strcmp(kind, "vfork") == 0) {
		fflush(stdout);
		pid = small_child();
	} else {
		pid = fork_clean();
	}
	if (pid == 0) {
		pthread_barrier_init(&barrier, NULL, THREADS + 1);
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (strcmp(kinds[i].name, kind) == 0) {
				kinds[i].run();
				_exit(0);
			}
		_exit(2);
	}
	if (wait4(pid, &status, 0, &r) != pid)
		err(1, "wait4");
	if (status && strcmp(kind, "killed") != 0)
		errx(1, "%s: status %#x", kind, status);
	printf("{\"pid\":%d,\"kind\":\"%s\",\"user_ms\":%.3f,\"system_ms\":%.3f,\"max_rss_bytes\":%ld,"
	       "\"minor_faults\":%ld,\"major_faults\":%ld,\"read_bytes\":%ld,\"written_bytes\":%ld,"
	       "\"voluntary_switches\":%ld,\"involuntary_switches\":%ld}\n",
	       pid, kind, ms(r.ru_utime, c->ru_utime), ms(r.ru_stime, c->ru_stime),
	       r.ru_maxrss * 1024, r.ru_minflt - c->ru_minflt, r.ru_majflt - c->ru_majflt,
	       (r.ru_inblock - c->ru_inblock) * 512, (r.ru_oublock - c->ru_oublock) * 512,
	       r.ru_nvcsw - c->ru_nvcsw, r.ru_nivcsw - c->ru_nivcsw);
}

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[2]) : 1;

	if (argc < 2)
		errx(2, "usage: usage KIND [COUNT]");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	while (count-- > 0)
		measure(argv[1]);
	return 0;
}
