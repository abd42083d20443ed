/*
 * give_take.c: files that the program is given, and those that it made. It may
 * have put anything under a name: a link, a FIFO, a folder. Nothing is
 * followed, nothing waits, and no more is read than a file may have.
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cage.h"

/* NAME[:MODE]=FILE */
struct file {
	char name[256];
	const char *path;
	bool has_mode;
	mode_t mode;
};

static struct file
parse(const char *word)
{
	struct file f = {.path = strchr(word, '=') + 1};
	const char *end = word + strcspn(word, ":=");

	snprintf(f.name, sizeof f.name, "%.*s", (int)(end - word), word);
	f.has_mode = *end == ':';
	f.mode = (mode_t)(f.has_mode ? strtol(end + 1, NULL, 8) & 0777 : 0);
	return f;
}

/* Returns false with errno set. */
static bool
copy(int from, int to, long long most)
{
	static char buffer[65536];
	ssize_t length;

	while ((length = read(from, buffer, sizeof buffer)) > 0) {
		most -= length;
		if (most < 0) {
			errno = EFBIG;
			return false;
		}
		for (ssize_t sent = 0, more; sent < length; sent += more)
			if ((more = write(to, buffer + sent,
				 (size_t)(length - sent))) == -1)
				return false;
	}
	return length == 0;
}

static void
give(const struct place *place, const struct identity *who, struct file f)
{
	struct stat st;
	int from = open(f.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (from == -1 || fstat(from, &st) == -1)
		failed("open", f.path);
	int to = openat(place->dir, f.name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to == -1)
		failed("open", f.name);
	if (!copy(from, to, options.files * MEBI))
		failed("copy", f.path);
	if (fchown(to, who->uid, who->gid) == -1 ||
	    fchmod(to, f.has_mode ? f.mode : st.st_mode & 0777) == -1)
		failed("chmod", f.name);
	close(from);
	close(to);
}

void
give_files(const struct place *place, const struct identity *who)
{
	for (size_t i = 0; i < options.give.count; i++)
		give(place, who, parse(options.give.at[i]));
}

static const char *
kind_of(mode_t mode)
{
	return S_ISREG(mode)    ? "file"
	       : S_ISLNK(mode)  ? "link"
	       : S_ISDIR(mode)  ? "folder"
	       : S_ISFIFO(mode) ? "fifo"
	       : S_ISSOCK(mode) ? "socket"
				: "device";
}

struct taken {
	const char *kind;
	mode_t mode;
	long long size;
};
static struct taken *taken;
static char planted[80];

/* An old file must not pass for one of this run. */
static void
take(const struct place *place, struct file f, struct taken *t)
{
	struct stat st;

	if (unlink(f.path) == -1 && errno != ENOENT)
		failed("unlink", f.path);
	t->kind = "none";
	if (fstatat(place->dir, f.name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return;
	t->kind = kind_of(st.st_mode);
	t->mode = st.st_mode & 07777;
	t->size = st.st_size;
	if (!S_ISREG(st.st_mode))
		return;
	int from = openat(place->dir, f.name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (from == -1 || fstat(from, &st) == -1 || !S_ISREG(st.st_mode)) {
		t->kind = "closed";
		return;
	}
	int to = open(
	    f.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to == -1)
		failed("open", f.path);
	if (!copy(from, to, options.file_size * MEBI)) {
		if (errno != EFBIG)
			failed("copy", f.path);
		t->kind = "large";
	}
	close(from);
	close(to);
}

/* What is neither file nor folder, by the first name of it: who reads files in
 * such a folder by name would be led elsewhere. */
static void
look_for_planted(const struct place *place)
{
	int copy = openat(place->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = copy == -1 ? NULL : fdopendir(copy);
	struct dirent *e;
	struct stat st;

	while (
	    names != NULL && *planted == '\0' && (e = readdir(names)) != NULL)
		if (fstatat(place->dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
			add_cleaned(
			    planted, sizeof planted, kind_of(st.st_mode));
			add_cleaned(planted, sizeof planted, ":");
			add_cleaned(planted, sizeof planted, e->d_name);
		}
	if (names != NULL)
		closedir(names);
}

/* When nothing of the program runs any more. */
void
take_files(const struct place *place)
{
	look_for_planted(place);
	taken = calloc(options.take.count + 1, sizeof *taken);
	if (taken == NULL)
		failed("malloc", "--take");
	for (size_t i = 0; i < options.take.count; i++)
		take(place, parse(options.take.at[i]), &taken[i]);
}

void
print_taken(struct text *to)
{
	put(to, "planted %s\n", *planted == '\0' ? "none" : planted);
	for (size_t i = 0; taken != NULL && i < options.take.count; i++) {
		struct file f = parse(options.take.at[i]);
		put(to, "took %s %s %04o %lld\n", f.name, taken[i].kind,
		    (unsigned)taken[i].mode, taken[i].size);
	}
}
