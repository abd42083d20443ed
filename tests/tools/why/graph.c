/*
 * graph SEED FILE: processes that wait for each other at random, through pipes
 * and socketpairs; some of them have a thread more, that waits for time alone.
 * It knows who waits for whom, and writes to FILE a line for each process: its
 * pid, and whether it is stuck for good, or may yet go on, or has a thread that
 * may.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 9 };

static unsigned long seed;
static int processes, channels;

/* A channel: what is written at end 1 is read at end 0. Of a socketpair one
 * may do both at either end; we only read at 0. */
static struct {
	int end[2];
	bool socket;
	bool holds[MOST][2]; /* by process */
} channel[MOST];

static struct {
	int reads; /* the channel; -1: it waits for time; -2: for a child */
	int child;
	bool helper; /* a thread more */
	bool stuck;
	pid_t pid;
} process[MOST];

static int
below(int n)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return (int)((seed >> 33) % (unsigned long)n);
}

static void *
waits_for_time(void *unused)
{
	struct timespec t = {1000, 0};

	nanosleep(&t, NULL);
	return unused;
}

static void
draw_lots(void)
{
	processes = 2 + below(MOST - 2);
	channels = 1 + below(MOST - 1);
	for (int c = 0; c < channels; c++) {
		channel[c].socket = below(3) == 0;
		for (int i = 1; i < processes; i++)
			channel[c].holds[i][1] = below(4) == 0;
	}
	for (int i = 1; i < processes; i++) {
		int c = below(channels), writers = 0;
		for (int k = 1; k < processes; k++)
			writers += channel[c].holds[k][1];
		process[i].reads = below(5) == 0 || writers == 0 ? -1 : c;
		process[i].helper = below(6) == 0;
		if (process[i].reads >= 0)
			channel[c].holds[i][0] = true;
	}
	/* the first forks them all, and waits for one of them */
	process[0].reads = -2;
	process[0].child = 1 + below(processes - 1);
}

/* Of a socketpair whoever reads at end 0 holds it, and could write there: that
 * wakes only who reads at end 1, and nobody does. */
static bool
can_go_on(int i)
{
	if (process[i].helper || process[i].reads == -1)
		return true;
	if (process[i].reads == -2)
		return !process[process[i].child].stuck;
	for (int k = 1; k < processes; k++)
		if (channel[process[i].reads].holds[k][1] && !process[k].stuck)
			return true;
	return false;
}

static void
find_stuck(void)
{
	bool changed = true;

	for (int i = 0; i < processes; i++)
		process[i].stuck = true;
	while (changed) {
		changed = false;
		for (int i = 0; i < processes; i++)
			if (process[i].stuck && can_go_on(i)) {
				process[i].stuck = false;
				changed = true;
			}
	}
}

static void
be(int i)
{
	pthread_t t;
	char byte;

	for (int c = 0; c < channels; c++)
		for (int e = 0; e < 2; e++)
			if (!channel[c].holds[i][e])
				close(channel[c].end[e]);
	if (process[i].helper)
		pthread_create(&t, NULL, waits_for_time, NULL);
	if (process[i].reads >= 0)
		(void)!read(channel[process[i].reads].end[0], &byte, 1);
	else
		waits_for_time(NULL);
	_exit(0);
}

int
main(int argc, char *argv[])
{
	if (argc != 3)
		return 2;
	seed = strtoul(argv[1], NULL, 10);
	draw_lots();
	find_stuck();
	for (int c = 0; c < channels; c++)
		if ((channel[c].socket ? socketpair(AF_UNIX, SOCK_STREAM, 0,
					     channel[c].end)
				       : pipe(channel[c].end)) != 0)
			return 2;
	process[0].pid = getpid();
	for (int i = 1; i < processes; i++) {
		process[i].pid = fork();
		if (process[i].pid == 0)
			be(i);
	}
	for (int c = 0; c < channels; c++) {
		close(channel[c].end[0]);
		close(channel[c].end[1]);
	}
	FILE *f = fopen(argv[2], "w");
	for (int i = 0; f != NULL && i < processes; i++)
		fprintf(f, "%d %s\n", (int)process[i].pid,
		    process[i].stuck    ? "stuck"
		    : process[i].helper ? "helped"
					: "free");
	fclose(f);
	waitpid(process[process[0].child].pid, NULL, 0);
	pause();
}
