/* Output of all kinds, by the name of its argument: the test knows the bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEGABYTE (1u << 20)

static int binary(void)
{
	unsigned char bytes[1024];

	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	return fwrite(bytes, 1, sizeof(bytes), stdout) == sizeof(bytes) ? 0 : 1;
}

/* 1 MiB, in pieces of all sizes from 1 to 4,000. */
static int megabyte(void)
{
	static unsigned char bytes[MEGABYTE];
	size_t size = 1;

	for (unsigned int i = 0; i < MEGABYTE; i++)
		bytes[i] = (unsigned char)(i * 2654435761u >> 24);
	for (size_t at = 0; at < MEGABYTE; at += size, size = size % 4000 + 1) {
		if (size > MEGABYTE - at)
			size = MEGABYTE - at;
		if (fwrite(bytes + at, size, 1, stdout) != 1)
			return 1;
	}
	return 0;
}

static int both(void)
{
	for (int i = 0; i < 50; i++) {
		printf("out %d\n", i);
		fprintf(stderr, "err %d\n", i);
	}
	return 0;
}

/* All that is kept back goes out at the end, by exit() and by main's return. */
static int buffered(void)
{
	static char room[100000];

	if (setvbuf(stdout, room, _IOFBF, sizeof(room)) != 0)
		return 1;
	for (int i = 0; i < 1000; i++)
		printf("%d ", i);
	exit(0);
}

static int pieces(void)
{
	fputs("a", stdout);
	putchar('b');
	fputc('c', stdout);
	printf("%s%c%5.1f|%-4d|%04x", "d", 'e', 2.25, 7, 255);
	puts("");
	fwrite("fgh", 1, 3, stdout);
	fflush(stdout);
	perror("why");
	return ferror(stdout) || fflush(NULL) != 0 || getchar() != EOF || !feof(stdin);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} all[] = {{"binary", binary}, {"megabyte", megabyte}, {"both", both}, {"buffered", buffered}, {"pieces", pieces}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (argc > 1 && strcmp(argv[1], all[i].name) == 0)
			return all[i].run();
	printf("no newline at the end");
	return 0;
}
