/*
 * step.c: --step: before each traced call the user is shown its line of the
 * source, and all lanes wait.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "inner.h"

/* Of the call that comes next, and below it of those whose argument it is. */
#define MOST_NESTED 8
static struct place {
	const char *file, *call;
	int line;
} places[MOST_NESTED];
static int nested;

/* What one lane's user said, for all lanes. */
static struct said {
	_Atomic bool go_on, quit;
} * said;

void
steps_start(void)
{
	if (!trace.step)
		return;
	asking_start("--step");
	said = shared_memory(sizeof *said);
	if (said == NULL)
		die(errno, "mmap", "the steps");
}

void
standing_at(const char *file, int line, const char *call)
{
	const char *slash = strrchr(file, '/');

	if (nested < MOST_NESTED)
		places[nested++] = (struct place){
		    slash == NULL ? file : slash + 1, call, line};
}

/* Also for the signal handler of the first lane. */
bool
quit_was_asked(void)
{
	return said != NULL && said->quit;
}

/* Ends all lanes as the end of main would: from the first one. */
static _Noreturn void
quit(void)
{
	if (my_lane() == 0)
		exit(EXIT_SUCCESS);
	if (kill(first_lane(), SIGTERM) == 0)
		sleep(1); /* until it ends us, if it is there */
	_exit(EXIT_SUCCESS);
}

/* Shows the call that comes next and waits for the user, with the turn. */
static void
wait_for_user(const struct place *place)
{
	char answer[16];
	struct text who;

	who.length = 0;
	put_who_text(&who);
	while (!said->go_on && !said->quit) {
		bool there = ask(answer, sizeof answer,
		    "%.*s> %s:%d: %s\n"
		    "[Enter] next  [c]ontinue  [p]icture  [q]uit ",
		    (int)who.length, who.at, place->file, place->line,
		    place->call);
		if (there && answer[0] == '\0')
			return;
		said->quit = !there || answer[0] == 'q';
		said->go_on = answer[0] == 'c';
		if (answer[0] == 'p')
			show_picture();
	}
}

/* Before each call. */
void
step(void)
{
	const struct place *place = nested > 0 ? &places[--nested] : NULL;

	if (said == NULL || said->go_on || place == NULL)
		return;
	bool turn = take_turn_to_print();
	wait_for_user(place);
	if (turn)
		give_turn();
	if (said->quit)
		quit();
}
