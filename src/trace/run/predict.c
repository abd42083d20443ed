/*
 * predict.c: --step and --predict: before a call its line of the source is
 * shown, and all lanes wait for the user: to go on, or to say what it will
 * return.
 *
 * Notes would tell too much: under --predict they wait until the call that
 * they stand before has been answered.
 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/names.h"
#include "trace/run/run.h"

/* Where the call that comes next stands, and below it those whose argument it
 * is. */
#define MOST_NESTED 8
static _Thread_local struct place places[MOST_NESTED];
static _Thread_local int nested;

/* What all lanes share. */
static struct asking {
	_Atomic bool go_on, quit;
	_Atomic unsigned explained; /* the kinds of questions that were */
	_Atomic int asked, right;
} * all;

/* The answer to the call that is made. */
static _Thread_local struct {
	enum question question; /* NOTHING: it was not asked */
	char text[80];
} answer;

void
asking_starts(void)
{
	if (!trace.step && !trace.predicts)
		return;
	all = shared_memory(sizeof *all);
	if (trace.answers != NULL)
		read_answers(trace.answers);
}

void
standing_at(const char *file, int line, const char *call)
{
	const char *slash = strrchr(file, '/');

	if (nested < MOST_NESTED)
		places[nested++] = (struct place){
		    slash == NULL ? file : slash + 1, call, line};
}

struct place
where_it_stands(void)
{
	return nested > 0 ? places[--nested] : (struct place){NULL, NULL, 0};
}

/* Keeps what is said before a call that may be asked about; false: there will
 * be no question. */
bool
keep_note(const char *said)
{
	if (!trace.predicts)
		return false;
	put(&me.notes, "%s\n", said);
	return true;
}

void
print_notes(void)
{
	char *at = me.notes.at, *end;

	while (me.notes.length > 0 && (end = strchr(at, '\n')) != NULL) {
		*end = '\0';
		print_note(at, "2");
		at = end + 1;
	}
	clear(&me.notes);
}

/* Also for the signal handler of the first lane. */
bool
quit_was_asked(void)
{
	return all != NULL && all->quit;
}

/* Ends all lanes as the end of main would: from the first process. */
static _Noreturn void
quit(void)
{
	pid_t first = first_lane()->pid;

	if (me.pid == first)
		exit(EXIT_SUCCESS);
	if (kill(first, SIGTERM) == 0)
		sleep(1); /* until it ends us, if it is there */
	_exit(EXIT_SUCCESS);
}

/* "child   |     Read(fd, buf, 100)" */
static void
put_place(struct text *t, const struct call *c)
{
	put_lane(t, me.lane);
	put_string(t, c->place.call);
}

/* --step: shows the call that comes next and waits for a key. */
static void
wait_for_key(const struct call *c)
{
	char room[600];
	struct text t = fixed_text(room, sizeof room);

	put_place(&t, c);
	put(&t, "  %s:%d\n[Enter] next  [c]ontinue  [p]icture  [q]uit ",
	    c->place.file, c->place.line);
	bool turn = take_turn_to_print();
	while (!all->go_on && !all->quit) {
		int key = ask_key(&t);
		if (key == '\n' || key == '\r' || key == ' ')
			break;
		if (key == 'p')
			show_picture();
		all->go_on = key == 'c';
		all->quit = key == 'q' || key == -1;
	}
	if (turn)
		give_turn();
	if (all->quit)
		quit();
}

/* Leaves out the white space at both ends, and what a terminal would obey. */
static void
trim(char *text)
{
	size_t begin = strspn(text, " \t\r"), end = strlen(text);

	while (end > begin && isspace((unsigned char)text[end - 1]))
		end--;
	memmove(text, text + begin, end - begin);
	text[end - begin] = '\0';
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static bool
is_lane(const char *name)
{
	for (const struct lane *l = NULL; (l = next_alive(l)) != NULL;)
		if (strcmp(l->role, name) == 0)
			return true;
	return false;
}

/* A number, an error's name, both; where a lane is asked for, its name. */
static bool
is_answer(void)
{
	const char *at = answer.text;

	if (answer.question == WHO && is_lane(at))
		return true;
	at += *at == '-';
	if (isdigit((unsigned char)*at)) {
		at += strspn(at, "0123456789");
		at += strspn(at, " ");
		if (*at == '\0')
			return true;
	}
	return toupper((unsigned char)*at) == 'E' && strchr(at, ' ') == NULL;
}

/* What may be answered, the first time and whenever something else was. */
static void
put_help(struct text *t)
{
	static const char *const help[] = {
	    [RESULT] = "what it returns: a number, or the error's name: EBADF",
	    [IN_CHILD] = "what it returns in the child: a number",
	    [WHO] = "which child: its name in the trace, or an error's: ECHILD",
	    [READS] = "how many reads it makes: a number",
	    [WRITES] = "how many writes it makes: a number"};

	put(t, "(%s; Enter alone: no answer)\n", help[answer.question]);
}

static void
ask_user(const struct call *c)
{
	static const char *const ends[] = {[RESULT] = " = ? ",
	    [IN_CHILD] = " = ? ",
	    [WHO] = " = ? ",
	    [READS] = "  (? reads) ",
	    [WRITES] = "  (? writes) "};
	char room[800];
	unsigned kind = 1U << answer.question;
	bool explain = !(atomic_fetch_or(&all->explained, kind) & kind);

	do {
		struct text t = fixed_text(room, sizeof room);
		if (explain)
			put_help(&t);
		put_place(&t, c);
		put_string(&t, ends[answer.question]);
		if (!ask_line(&t, answer.text, sizeof answer.text))
			answer.text[0] = '\0';
		trim(answer.text);
		explain = true;
	} while (answer.text[0] != '\0' && !is_answer());
}

/* --predict: asks, with the turn, and keeps the answer. */
static void
ask(const struct call *c, enum question question)
{
	if (c->place.call == NULL)
		return;
	all->asked++;
	answer.question = question;
	answer.text[0] = '\0';
	bool turn = take_turn_to_print();
	if (trace.answers == NULL)
		ask_user(c);
	else if (next_answer(me.lane->role, answer.text, sizeof answer.text))
		trim(answer.text);
	if (turn)
		give_turn();
}

/* Before a call is made. */
void
ask_before(struct call *c)
{
	enum question question;

	answer.question = NOTHING;
	if (all == NULL)
		return;
	question = trace.predicts ? c->known->question : NOTHING;
	if (question != NOTHING && question != IN_CHILD)
		ask(c, question);
	else
		print_notes();
	if (trace.step && answer.question == NOTHING && !all->go_on &&
	    c->place.call != NULL)
		wait_for_key(c);
}

/* In the child of a fork. */
void
ask_born(struct call *c)
{
	if (all != NULL && trace.predicts)
		ask(c, c->known->question);
}

/* "20", "-1", "EBADF" or "-1 EBADF" */
static bool
is_right(long value, const char *name)
{
	char *end;
	long number = strtol(answer.text, &end, 10);

	if (end != answer.text && number != value)
		return false;
	if (*end == '\0')
		return end != answer.text;
	if (end != answer.text && *end != ' ')
		return false;
	end += strspn(end, " ");
	return name != NULL && strcasecmp(end, name) == 0;
}

/* What the call made of the answer, and then what was kept; errno is left
 * alone. */
void
mark_answer(const struct call *c, long result, int error)
{
	const char *name = error == 0 ? NULL : errno_name(error);
	int saved = errno;
	char it[60], said[200];

	if (answer.question == NOTHING)
		return;
	long value = answer.question == READS    ? c->reads
		     : answer.question == WRITES ? c->writes
						 : result;
	if (answer.question == WHO && error == 0)
		name = me.gone; /* its id is nobody's guess */
	snprintf(it, sizeof it, "%ld%s%s", value, name == NULL ? "" : " ",
	    name == NULL ? "" : name);
	if (answer.question == WHO && error == 0)
		snprintf(it, sizeof it, "%s", name);
	bool right = is_right(value, name);
	all->right += right;
	if (right)
		snprintf(said, sizeof said, "you said %s: right", answer.text);
	else if (answer.text[0] == '\0')
		snprintf(said, sizeof said, "no answer: it is %s", it);
	else
		snprintf(said, sizeof said, "you said %s: wrong, it is %s",
		    answer.text, it);
	answer.question = NOTHING;
	if (trace.format != TRACE_NONE) {
		print_note(said, right ? "32" : "31");
		print_notes();
	}
	errno = saved;
}

void
print_score(void)
{
	if (trace.predicts)
		printf("predicted %d of %d\n", all->right, all->asked);
}
