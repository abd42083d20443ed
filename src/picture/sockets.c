/*
 * sockets.c: the addresses of sockets. A descriptor's link has only the number
 * of its socket; /proc/PID/net has a table for each protocol, with that number
 * and both addresses in each line.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "picture/parts.h"

/* "4A3B2C1D" of /proc/net: words in the machine's own order. */
static void
spell_address(char *spelled, size_t size, char *hex)
{
	char *colon = strchr(hex, ':'), text[INET6_ADDRSTRLEN] = "?";
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

/* The same of a UNIX socket, whose name is the rest of the line. */
static char *
read_local(const char *line, unsigned long inode)
{
	char text[256], *name;
	int at = -1;

	if (sscanf(line, "%*s %*s %*s %*s %*s %*s %n", &at) == EOF || at < 0 ||
	    strtoul(line + at, &name, 10) != inode)
		return NULL;
	snprintf(text, sizeof text, "unix%.*s", (int)strcspn(name, "\n"), name);
	return checked(strdup(text));
}

/* What a line of /proc/net/NAME says, if it is about this socket; or NULL. */
static char *
read_socket(char *line, const char *name, unsigned long inode)
{
	char *word[12] = {NULL}, *rest = NULL, from[80], to[80], text[256];
	int words = 0;

	if (strcmp(name, "unix") == 0)
		return read_local(line, inode);
	for (char *w = strtok_r(line, " \n", &rest); w && words < 12;
	     w = strtok_r(NULL, " \n", &rest))
		word[words++] = w;
	if (words <= 9 || strtoul(word[9], NULL, 10) != inode)
		return NULL;
	spell_address(from, sizeof from, word[1]);
	spell_address(to, sizeof to, word[2]);
	bool listens = strcmp(word[3], "0A") == 0;
	snprintf(text, sizeof text, listens ? "%s %s, listens" : "%s %s -> %s",
	    name, from, to);
	return checked(strdup(text));
}

/* The addresses of the socket, as /proc/PID/net has them; NULL: it has not. */
static char *
find_socket(pid_t pid, const char *path)
{
	static const char *const names[] = {
	    "tcp", "tcp6", "udp", "udp6", "unix"};
	const char *bracket = strchr(path, '[');
	unsigned long inode =
	    bracket == NULL ? 0 : strtoul(bracket + 1, NULL, 10);
	char *found = NULL, *line = NULL, file[64];
	size_t room = 0;

	for (int i = 0; i < 5 && found == NULL; i++) {
		snprintf(
		    file, sizeof file, "/proc/%ld/net/%s", (long)pid, names[i]);
		FILE *f = fopen(file, "re");
		while (f != NULL && found == NULL &&
		       getline(&line, &room, f) != -1)
			found = read_socket(line, names[i], inode);
		if (f != NULL)
			fclose(f);
	}
	free(line);
	return found;
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
		struct descriptor *d = &p->descriptor[it->first];
		if (it->kind == SOCKET)
			it->address =
			    find_socket(p->process[d->process].pid, d->path);
	}
}
