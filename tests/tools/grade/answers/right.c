#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	char c;
	ssize_t n;

	while ((n = read(0, &c, 1)) == 1) {
		char both[2] = {c, c};
		if (write(1, both, 2) != 2)
			return 1;
	}
	if (n == -1)
		perror("twice: read");
	return n == -1;
}
