/*
 * sockets.c: the addresses of sockets. A descriptor's link has only the number
 * of its socket; /proc/PID/net has a table for each protocol, with that number
 * and both addresses in each line. A table is read once for all processes of
 * one network namespace.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "picture/parts.h"

#define ESTABLISHED  1 /* as /proc/net/tcp has it */
#define LISTENS      10
#define UNIX_LISTENS 0x10000 /* a flag in /proc/net/unix */

struct net_table {
	ino_t space; /* the namespace */
	struct net_row *row;
	int rows;
};

/* "4A3B2C1D" of /proc/net: words in the machine's own order. */
static void
spell_address(char *spelled, size_t size, const char *hex)
{
	const char *colon = strchr(hex, ':');
	char text[INET6_ADDRSTRLEN] = "?";
	uint32_t word[4] = {0};
	size_t words = colon == NULL ? 0 : (size_t)(colon - hex) / 8;

	for (size_t i = 0; i < words && i < 4; i++) {
		char digits[9] = "";
		memcpy(digits, hex + 8 * i, 8);
		word[i] = (uint32_t)strtoul(digits, NULL, 16);
	}
	inet_ntop(words == 1 ? AF_INET : AF_INET6, word, text, sizeof text);
	snprintf(spelled, size, words == 1 ? "%s:%lu" : "[%s]:%lu", text,
	    colon == NULL ? 0 : strtoul(colon + 1, NULL, 16));
}

/* A line of /proc/net/unix: the socket's name is the rest of it. */
static bool
read_local(struct net_row *row, const char *line)
{
	char text[256], *name;

	row->listens = strtoul(skip_words(line, 3), NULL, 16) & UNIX_LISTENS;
	row->state = (int)strtol(skip_words(line, 5), NULL, 16);
	row->number = strtoul(skip_words(line, 6), &name, 10);
	snprintf(text, sizeof text, "unix%.*s%s", (int)strcspn(name, "\n"),
	    name, row->listens ? ", listens" : "");
	row->name = checked(strdup(text));
	return true;
}

/* A line of the other tables. */
static bool
read_internet(struct net_row *row, char *line)
{
	char *word[12] = {NULL}, *rest = NULL, from[80], to[80], text[256];
	int words = 0;

	for (char *w = strtok_r(line, " \n", &rest); w && words < 12;
	     w = strtok_r(NULL, " \n", &rest))
		word[words++] = w;
	if (words <= 9 || strchr(word[1], ':') == NULL)
		return false;
	snprintf(row->from, sizeof row->from, "%s", word[1]);
	snprintf(row->to, sizeof row->to, "%s", word[2]);
	row->state = (int)strtol(word[3], NULL, 16);
	row->number = strtoul(word[9], NULL, 10);
	row->listens = row->state == LISTENS;
	spell_address(from, sizeof from, word[1]);
	spell_address(to, sizeof to, word[2]);
	snprintf(text, sizeof text,
	    row->listens ? "%s %s, listens" : "%s %s -> %s", row->protocol,
	    from, to);
	row->name = checked(strdup(text));
	return true;
}

static int
by_socket(const void *one, const void *other)
{
	const struct net_row *a = one, *b = other;

	return (a->number > b->number) - (a->number < b->number);
}

static void
read_table(struct net_table *table, pid_t pid, const char *name)
{
	char file[64], *line = NULL;
	size_t room = 0;

	snprintf(file, sizeof file, "/proc/%ld/net/%s", (long)pid, name);
	FILE *f = fopen(file, "re");
	while (f != NULL && getline(&line, &room, f) != -1) {
		struct net_row row = {.protocol = name};
		if (!(strcmp(name, "unix") == 0 ? read_local(&row, line)
						: read_internet(&row, line)) ||
		    row.number == 0) {
			free(row.name);
			continue;
		}
		struct net_row *place =
		    one_more(&table->row, &table->rows, sizeof *table->row);
		*place = row;
	}
	free(line);
	if (f != NULL)
		fclose(f);
}

static const struct net_table *
table_for(struct picture *p, pid_t pid)
{
	static const char *const names[] = {
	    "tcp", "tcp6", "udp", "udp6", "unix"};
	char path[64];
	struct stat st = {0};

	snprintf(path, sizeof path, "/proc/%ld/ns/net", (long)pid);
	stat(path, &st);
	for (int i = 0; i < p->nets; i++)
		if (p->net[i].space == st.st_ino)
			return &p->net[i];
	struct net_table *table = one_more(&p->net, &p->nets, sizeof *p->net);
	table->space = st.st_ino;
	for (int i = 0; i < 5; i++)
		read_table(table, pid, names[i]);
	if (table->rows > 0)
		qsort(table->row, (size_t)table->rows, sizeof *table->row,
		    by_socket);
	return table;
}

const struct net_row *
socket_row(struct picture *p, pid_t pid, ino_t number)
{
	const struct net_table *table = table_for(p, pid);
	struct net_row key = {.number = number};

	return table->rows == 0 ? NULL
				: bsearch(&key, table->row, (size_t)table->rows,
				      sizeof key, by_socket);
}

/* Of the other end both addresses are the same, the other way round. */
ino_t
loopback_peer(struct picture *p, pid_t pid, const struct net_row *row)
{
	const struct net_table *table = table_for(p, pid);

	if (row->from[0] == '\0' || row->state != ESTABLISHED)
		return 0;
	for (int i = 0; i < table->rows; i++) {
		const struct net_row *it = &table->row[i];
		if (it->protocol == row->protocol && it != row &&
		    it->state == ESTABLISHED &&
		    strcmp(it->from, row->to) == 0 &&
		    strcmp(it->to, row->from) == 0)
			return it->number;
	}
	return 0;
}

void
find_peers(struct picture *p)
{
	for (int i = 0; i < p->descriptors; i++)
		if (S_ISSOCK(p->descriptor[i].mode))
			p->descriptor[i].peer = peer_of(p->descriptor[i].ino);
}

void
find_sockets(struct picture *p)
{
	for (int i = 0; i < p->descriptions; i++) {
		struct description *it = &p->description[i];
		const struct descriptor *d = &p->descriptor[it->first];
		const struct net_row *row =
		    it->kind == SOCKET
			? socket_row(p, p->process[d->process].table, d->ino)
			: NULL;
		if (row != NULL)
			it->address = checked(strdup(row->name));
	}
}

void
free_sockets(struct picture *p)
{
	for (int i = 0; i < p->nets; i++) {
		for (int k = 0; k < p->net[i].rows; k++)
			free(p->net[i].row[k].name);
		free(p->net[i].row);
	}
	free(p->net);
}
