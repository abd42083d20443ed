/*
 * predict.c: --predict: the user says what a call will return, and is told
 * whether the kernel agrees.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "inner.h"

#define MOST_ANSWERS 4096 /* bytes of the file of answers */

/* What all lanes share: the score, and the answers not yet taken. */
static struct predictions {
	_Atomic int asked, right;
	_Atomic size_t next; /* in answers */
	char answers[MOST_ANSWERS];
} * all;

/* The question that waits for its call. */
static struct {
	bool waits, of_reads;
	char answer[80];
} mine;

/* All of the file, before the demo can change its folder. */
static void
read_answers(const char *path)
{
	size_t length = 0;
	ssize_t n = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		die(errno, "open", path);
	while (n > 0 && length < MOST_ANSWERS) {
		n = read(fd, all->answers + length, MOST_ANSWERS - length);
		if (n == -1)
			die(errno, "read", path);
		length += (size_t)n;
	}
	close(fd);
	if (length == MOST_ANSWERS)
		fail("read %s: more than %d bytes of answers", path,
		    MOST_ANSWERS - 1);
}

void
predictions_start(void)
{
	if (!trace.predicts)
		return;
	all = shared_memory(sizeof *all);
	if (all == NULL)
		die(errno, "mmap", "the predictions");
	if (trace.answers == NULL)
		asking_start("--predict");
	else
		read_answers(trace.answers);
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

/* The next line of the file, or "". */
static void
take_answer(char *answer, size_t size)
{
	const char *at = all->answers + all->next;
	size_t length = strcspn(at, "\n");

	snprintf(answer, size, "%.*s", (int)length, at);
	all->next += length + (at[length] == '\n');
}

/* The user's, or the file's. */
static void
ask_for(const char *question)
{
	struct text who;

	who.length = 0;
	put_who_text(&who);
	bool turn = take_turn_to_print();
	if (trace.answers != NULL)
		take_answer(mine.answer, sizeof mine.answer);
	else if (!ask(mine.answer, sizeof mine.answer, "%.*s? %s ",
		     (int)who.length, who.at, question))
		mine.answer[0] = '\0';
	if (turn)
		give_turn();
	trim(mine.answer);
	if (trace.answers != NULL)
		note(
		    "? %s%s%s", question, *mine.answer ? " " : "", mine.answer);
}

static bool
begin(const char *question, bool of_reads)
{
	if (all == NULL || question == NULL)
		return all != NULL;
	if (mine.waits)
		fail("predict: no call came between two questions");
	mine.waits = true;
	mine.of_reads = of_reads;
	all->asked++;
	ask_for(question);
	return true;
}

bool
predict(const char *question)
{
	return begin(question, false);
}

bool
predict_reads(const char *question)
{
	return begin(question, true);
}

/* "20", "-1", "EBADF" or "-1 EBADF". */
static bool
is_right(const char *answer, long value, const char *error)
{
	char *end;
	long number = strtol(answer, &end, 10);

	if (end != answer && number != value)
		return false;
	if (*end == '\0')
		return end != answer;
	if (end != answer && *end != ' ')
		return false;
	end += strspn(end, " ");
	return error != NULL && strcasecmp(end, error) == 0;
}

/* What the call made of the answer; errno is left alone. */
void
mark_prediction(const struct call *c, long result, int error)
{
	int saved = errno;

	if (!mine.waits || c->not_asked)
		return;
	mine.waits = false;
	long value = mine.of_reads ? c->reads : result;
	const char *name = error == 0 ? NULL : errno_name(error);
	bool right = is_right(mine.answer, value, name);
	all->right += right;
	if (right)
		note("you said %s: right", mine.answer);
	else
		note("%s%s: it is %ld%s%s",
		    *mine.answer ? "you said " : "no answer", mine.answer,
		    value, name == NULL ? "" : " ", name == NULL ? "" : name);
	errno = saved;
}

/* A question before fork is about what it returns in the child. */
void
leave_prediction(void)
{
	mine.waits = false;
}

void
print_score(void)
{
	if (all != NULL)
		printf("predicted %d of %d\n", all->right, all->asked);
}
