/*
 * A QEMU of our own: started with a private socket as its serial line and the boot script beside its kernel, told apart
 * when it dies, and never left behind (it dies with us even when we are killed).
 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text.h"

#define CONNECT_MS 15000
#define ARGUMENTS 96
#define ABORTED 134 /* as a shell tells SIGABRT */

static const struct machine {
	const char *board, *machine, *title;
	const char *cpu, *memory; /* NULL: the machine has its own */
	unsigned cores;           /* that the machine always has; 0: as many as are wanted */
	uint32_t blob_address;    /* docs/wire.md section 5 */
} machines[] = {
	{"virt", "virt", "QEMU virt", "cortex-a53", "1G", 0, 0x42000000},
	{"rpi3", "raspi3b", "QEMU raspi3b", NULL, NULL, 4, 0x02000000},
	{"zero2w", "raspi3ap", "QEMU raspi3ap", NULL, NULL, 4, 0x02000000},
};

static const struct machine *find_machine(const char *board, size_t length)
{
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
		if (strlen(machines[i].board) == length && memcmp(machines[i].board, board, length) == 0)
			return &machines[i];
	return NULL;
}

uint32_t qemu_blob_address(const char *board, size_t length)
{
	const struct machine *m = find_machine(board, length);

	return m ? m->blob_address : 0;
}

/* An argument vector under construction. Words are split in place from copies that live until exec. */
struct arguments {
	char *v[ARGUMENTS + 1];
	int n;
	bool full;
};

static void add(struct arguments *a, const char *text)
{
	if (a->n == ARGUMENTS)
		a->full = true;
	else
		a->v[a->n++] = strdup(text);
}

static void add_words(struct arguments *a, const char *text)
{
	char *copy = strdup(text), *rest = copy;

	for (char *word; (word = strtok_r(rest, " \t\n", &rest));)
		add(a, word);
	free(copy);
}

static void free_arguments(struct arguments *a)
{
	while (a->n)
		free(a->v[--a->n]);
}

static void add_machine(struct arguments *a, const struct machine *m, const struct options *o)
{
	char smp[16];

	snprintf(smp, sizeof smp, "%u", m->cores ? m->cores : o->cores);
	add(a, "-M");
	add(a, m->machine);
	/* Nobody counts events; QEMU would, at each way into the kernel and out of it, under the one lock that all cores share. */
	add_words(a, "-global arm-cpu.pmu=off");
	if (m->cpu) {
		add(a, "-cpu");
		add(a, m->cpu);
	}
	if (o->memory || m->memory) {
		add(a, "-m");
		add(a, o->memory ? o->memory : m->memory);
	}
	add(a, "-smp");
	add(a, smp);
}

/* wait=on: the machine does not start before we are connected, so that nothing it says is lost. */
static void add_devices(struct arguments *a, const struct machine *m, const struct source *src)
{
	char text[256];

	snprintf(text, sizeof text, "socket,id=petri,path=%s/serial,server=on,wait=on", src->directory);
	add_words(a, "-display none -monitor none -parallel none -semihosting -chardev");
	add(a, text);
	add_words(a, "-serial chardev:petri -device");
	snprintf(text, sizeof text, "loader,file=%s/script,addr=0x%x,force-raw=on", src->directory, m->blob_address);
	add(a, text);
}

static bool build_arguments(struct arguments *a, const struct machine *m, const char *image, const struct options *o,
			    const struct source *src)
{
	add_words(a, o->qemu);
	add_machine(a, m, o);
	add_devices(a, m, src);
	add(a, "-kernel");
	add(a, image);
	if (o->icount)
		add_words(a, "-icount shift=0,sleep=off");
	if (o->qemu_args)
		add_words(a, o->qemu_args);
	return !a->full && a->n > 0;
}

/* With -icount QEMU's threads still race for a nanosecond now and then, but not on one processor of the host. */
static void stay_on_one_processor(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof one, &one);
}

/* In the child. Its own process group, so that Ctrl-C comes to us alone and we end it in order. */
static void become_qemu(char **arguments, int log_fd, int report, pid_t parent)
{
	int null = open("/dev/null", O_RDONLY), error;
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, 0);
	dup2(log_fd, 1);
	dup2(log_fd, 2);
	execvp(arguments[0], arguments);
	error = errno;
	if (write(report, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

/* Starts the program; reports a failed exec as errno by way of a pipe that a good exec closes. 0 when it runs. */
static int start(struct source *src, char **arguments, bool deterministic)
{
	int report[2], error = 0;
	pid_t parent = getpid();

	if (pipe2(report, O_CLOEXEC) < 0)
		return errno;
	src->child = fork();
	if (src->child == 0 && deterministic)
		stay_on_one_processor();
	if (src->child == 0)
		become_qemu(arguments, src->log_fd, report[1], parent);
	if (src->child < 0)
		error = errno;
	close(report[1]);
	if (src->child > 0 && read(report[0], &error, sizeof error) == sizeof error)
		waitpid(src->child, NULL, 0);
	close(report[0]);
	if (error)
		src->child = 0;
	return error;
}

bool qemu_ended(struct source *src)
{
	int status;

	if (!src->child)
		return true;
	if (waitpid(src->child, &status, WNOHANG) != src->child)
		return false;
	src->child = 0;
	src->exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

/* The last line that QEMU wrote on its stderr, "" when it said nothing but that it waits for us. */
static void last_words(const struct source *src, char *out, size_t size)
{
	char tail[2048], *rest = tail;
	off_t end = lseek(src->log_fd, 0, SEEK_END), from = end > (off_t)sizeof tail - 1 ? end - (off_t)sizeof tail + 1 : 0;
	ssize_t n = pread(src->log_fd, tail, sizeof tail - 1, from);

	*out = 0;
	tail[n > 0 ? n : 0] = 0;
	for (char *line; (line = strtok_r(rest, "\r\n", &rest));)
		if (!strstr(line, "waiting for connection"))
			snprintf(out, size, "%.*s", (int)size - 1, line);
}

void qemu_explain(struct source *src)
{
	char words[240];

	if (!source_wait(src, 3000)) {
		snprintf(src->problem, sizeof src->problem, "QEMU closed its serial line but goes on running");
		return;
	}
	last_words(src, words, sizeof words);
	if (src->exit_code == ABORTED)
		snprintf(src->problem, sizeof src->problem,
			 "QEMU itself aborted (code 134): the target most likely did an atomic access to what is not RAM%s%s",
			 *words ? ": " : "", words);
	else if (src->exit_code > 128)
		snprintf(src->problem, sizeof src->problem, "QEMU was killed by signal %d%s%s", src->exit_code - 128,
			 *words ? ": " : "", words);
	else
		snprintf(src->problem, sizeof src->problem, "QEMU ended with code %d%s%s", src->exit_code, *words ? ": " : "",
			 words);
}

/* Retries until QEMU has made its socket. */
static bool connect_to(struct source *src, char *err, size_t err_size)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	uint64_t end = clock_ms() + CONNECT_MS;

	snprintf(a.sun_path, sizeof a.sun_path, "%.90s/serial", src->directory);
	src->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	while (connect(src->fd, (struct sockaddr *)&a, sizeof a) < 0) {
		if (qemu_ended(src)) {
			qemu_explain(src);
			return fail(err, err_size, "%s", src->problem);
		}
		if (clock_ms() >= end)
			return fail(err, err_size, "QEMU does not open its serial line");
		usleep(5000);
	}
	return true;
}

/* A private folder with a short name (a socket's path has little room), and an unlinked file for stderr. */
static bool make_room(struct source *src, char *err, size_t err_size)
{
	const char *tmp = getenv("TMPDIR");
	char name[160];

	if (!tmp || !*tmp || strlen(tmp) > 70 || strchr(tmp, ','))
		tmp = "/tmp";
	snprintf(src->directory, sizeof src->directory, "%.70s/petri-XXXXXX", tmp);
	if (!mkdtemp(src->directory)) {
		fail(err, err_size, "%s: cannot make a temporary folder: %s", tmp, strerror(errno));
		*src->directory = 0;
		return false;
	}
	snprintf(name, sizeof name, "%s/log", src->directory);
	src->log_fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	unlink(name);
	return src->log_fd >= 0 || fail(err, err_size, "%s: cannot write it: %s", name, strerror(errno));
}

static bool write_blob(const struct source *src, const uint8_t *blob, size_t size, char *err, size_t err_size)
{
	char name[160];

	snprintf(name, sizeof name, "%s/script", src->directory);
	return file_write(name, blob, size, err, err_size);
}

static bool run(struct source *src, const struct machine *m, const char *image, const struct options *o, char *err, size_t err_size)
{
	struct arguments a = {0};
	bool good = build_arguments(&a, m, image, o, src);
	int error = good ? start(src, a.v, o->icount) : E2BIG;

	if (error == ENOENT)
		fail(err, err_size, "%s is not installed: on Debian and Ubuntu it comes with the package qemu-system-arm", a.v[0]);
	else if (error)
		fail(err, err_size, "cannot start %s: %s", o->qemu, strerror(error));
	free_arguments(&a);
	return !error && connect_to(src, err, err_size);
}

bool qemu_open(struct source *src, const struct options *o, const uint8_t *blob, size_t blob_size, char *err, size_t err_size)
{
	const char *board = o->source + 5, *colon = strchr(board, ':');
	const struct machine *m = colon ? find_machine(board, (size_t)(colon - board)) : NULL;

	if (!m || !colon[1])
		return fail(err, err_size, "%s: it wants qemu:BOARD:IMAGE with virt, rpi3 or zero2w as the board", o->source);
	if (access(colon + 1, R_OK) < 0)
		return fail(err, err_size, "%s: cannot read this image: %s (make BOARD=%s builds it)", colon + 1, strerror(errno),
			    m->board);
	snprintf(src->name, sizeof src->name, "%s", m->title);
	return make_room(src, err, err_size) && write_blob(src, blob, blob_size, err, err_size) &&
	       run(src, m, colon + 1, o, err, err_size);
}

void source_settled(struct source *src)
{
	static const char *const files[] = {"serial", "script"};
	char name[160];

	if (!*src->directory)
		return;
	for (size_t i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "%s/%s", src->directory, files[i]);
		unlink(name);
	}
	rmdir(src->directory);
	*src->directory = 0;
}

void qemu_close(struct source *src)
{
	if (src->child) {
		kill(src->child, SIGTERM);
		if (!source_wait(src, 500)) {
			kill(src->child, SIGKILL);
			source_wait(src, 2000);
		}
	}
	source_settled(src);
	if (src->log_fd >= 0)
		close(src->log_fd);
}
