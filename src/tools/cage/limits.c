/*
 * limits.c: the limits that the kernel keeps for each process by itself. The
 * program can only lower them. bounds.c looks at what is in all.
 */
#include <sys/resource.h>

#include "cage.h"

/* Tasks over --processes, so that it is the count that ends a program, with a
 * word in the report, and not a fork that fails. */
#define OVER 16

/*
 * Where others count against the same limit: so many they may start meanwhile.
 * More of its own, all running, would keep the keeper from the processor for
 * too long.
 */
#define MARGIN 512

struct bound {
	int resource;
	rlim_t soft, hard;
};

/* Lower, where the limit of now is. */
static bool
limit(const struct bound *b)
{
	struct rlimit r = {b->soft, b->hard}, is;

	if (getrlimit(b->resource, &is) == -1)
		return false;
	if (r.rlim_max > is.rlim_max)
		r.rlim_max = is.rlim_max;
	if (r.rlim_cur > r.rlim_max)
		r.rlim_cur = r.rlim_max;
	return setrlimit(b->resource, &r) == 0;
}

/*
 * For the calling process; returns false, errno set, if one is refused.
 * RLIMIT_CPU, which ends a process without saying that it was for a limit,
 * comes a second after the count of all.
 */
bool
set_limits(const struct identity *who)
{
	rlim_t cpu = (rlim_t)options.cpu + 2;
	rlim_t memory = (rlim_t)(options.memory * MEBI);
	rlim_t file = (rlim_t)(options.file_size * MEBI);
	rlim_t files = (rlim_t)options.open_files;
	rlim_t tasks = (rlim_t)options.processes + OVER;

	if (!who->own_user)
		tasks += (rlim_t)who->tasks_before + MARGIN;
	const struct bound bounds[] = {{RLIMIT_CPU, cpu, cpu + 1},
	    {RLIMIT_AS, memory, memory}, {RLIMIT_FSIZE, file, file},
	    {RLIMIT_NOFILE, files, files}, {RLIMIT_NPROC, tasks, tasks},
	    {RLIMIT_CORE, 0, 0}};
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
		if (!limit(&bounds[i]))
			return false;
	return true;
}
