/*
 * Sockets: unix:PATH and tcp:HOST:PORT.
 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "text.h"

#define CONNECT_MS 5000

bool socket_open_unix(struct source *src, const char *path, char *err, size_t err_size)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof a.sun_path)
		return fail(err, err_size, "unix:%s: the path is too long for a socket", path);
	strcpy(a.sun_path, path);
	src->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (src->fd < 0 || connect(src->fd, (struct sockaddr *)&a, sizeof a) < 0)
		return fail(err, err_size, "unix:%s: cannot connect: %s", path, strerror(errno));
	snprintf(src->name, sizeof src->name, "unix:%s", path);
	return true;
}

/* Connects within CONNECT_MS, not within the minutes that the system would try. Returns 0 or an errno. */
static int connect_soon(int fd, const struct addrinfo *a)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	int error = 0;
	socklen_t size = sizeof error;

	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	if (poll(&p, 1, CONNECT_MS) <= 0)
		return ETIMEDOUT;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	return error;
}

/* Splits "host:port", "[v6]:port". */
static bool split(const char *address, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(address, ':');
	size_t n;

	if (!colon || colon == address || !colon[1])
		return false;
	n = (size_t)(colon - address);
	if (*address == '[' && colon[-1] == ']') {
		address++;
		n -= 2;
	}
	if (n >= size)
		return false;
	memcpy(host, address, n);
	host[n] = 0;
	*port = colon + 1;
	return true;
}

bool socket_open_tcp(struct source *src, const char *address, char *err, size_t err_size)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	int error, one = 1;
	char host[256];
	const char *port;

	if (!split(address, host, sizeof host, &port))
		return fail(err, err_size, "tcp:%s: it wants a host and a port, as in tcp:localhost:5555", address);
	error = getaddrinfo(host, port, &hints, &list);
	if (error)
		return fail(err, err_size, "tcp:%s: %s", address, gai_strerror(error));
	error = ECONNREFUSED;
	for (struct addrinfo *a = list; a; a = a->ai_next) {
		src->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (src->fd < 0)
			continue;
		error = connect_soon(src->fd, a);
		if (!error)
			break;
		close(src->fd);
		src->fd = -1;
	}
	freeaddrinfo(list);
	if (error)
		return fail(err, err_size, "tcp:%s: cannot connect: %s", address, strerror(error));
	setsockopt(src->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	snprintf(src->name, sizeof src->name, "tcp:%s", address);
	return true;
}
