/*
 * peers.c: the other end of a socket of the UNIX family. /proc does not tell
 * it; the kernel's socket diagnosis does; sock_diag(7). Its structures are
 * spelled out here, for <linux/unix_diag.h> is not everywhere.
 */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "picture/parts.h"

#define SOCKET_DIAGNOSIS 4  /* NETLINK_SOCK_DIAG */
#define BY_FAMILY        20 /* SOCK_DIAG_BY_FAMILY */
#define REQUEST          1  /* NLM_F_REQUEST */
#define SHOW_PEER        4  /* UDIAG_SHOW_PEER */
#define THE_PEER         2  /* UNIX_DIAG_PEER */

struct head {
	uint32_t length;
	uint16_t type, flags;
	uint32_t sequence, port;
};

struct request {
	struct head head;
	uint8_t family, protocol;
	uint16_t padding;
	uint32_t states, socket, show, cookie[2];
};

struct reply {
	struct head head;
	uint8_t family, type, state, padding;
	uint32_t socket, cookie[2];
	char attributes[512]; /* of 4 bytes each: length, type; then the rest */
};

/* The peer's number in the answer of so many bytes; 0: it has none. */
static ino_t
read_answer(const struct reply *it, size_t length)
{
	size_t at = offsetof(struct reply, attributes);

	if (length < at || it->head.type != BY_FAMILY)
		return 0;
	while (at + 8 <= length) {
		uint16_t size, type;
		uint32_t peer;
		const char *attribute = (const char *)it + at;
		memcpy(&size, attribute, sizeof size);
		memcpy(&type, attribute + 2, sizeof type);
		memcpy(&peer, attribute + 4, sizeof peer);
		if (type == THE_PEER)
			return peer;
		if (size < 4)
			return 0;
		at += ((size_t)size + 3) / 4 * 4;
	}
	return 0;
}

ino_t
peer_of(ino_t number)
{
	struct request ask = {
	    .head = {.length = sizeof ask, .type = BY_FAMILY, .flags = REQUEST},
	    .family = AF_UNIX,
	    .states = ~0U,
	    .socket = (uint32_t)number,
	    .show = SHOW_PEER,
	    .cookie = {~0U, ~0U}};
	struct reply answer;
	ssize_t length = -1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, SOCKET_DIAGNOSIS);

	if (fd == -1)
		return 0;
	if (send(fd, &ask, sizeof ask, 0) == (ssize_t)sizeof ask)
		length = recv(fd, &answer, sizeof answer, 0);
	close(fd);
	return length <= 0 ? 0 : read_answer(&answer, (size_t)length);
}
