/* The stream, seen from an app: bare system calls. Contracts in <petri/stream.h>. */
#include <petri/stream.h>

#include <petri/arch.h>
#include <petri/string.h>
#include <petri/syscall.h>

enum petri_error stream_send(uint8_t type, const void *payload, size_t length)
{
	return (enum petri_error)arch_syscall(SYS_stream_send, type, (uintptr_t)payload, length, 0);
}

enum petri_error stream_receive(struct stream_command *command, petri_time deadline)
{
	return (enum petri_error)arch_syscall(SYS_stream_receive, (uintptr_t)command, deadline, 0, 0);
}

enum petri_error stream_answer(const struct stream_command *command, enum petri_error error, const char *text)
{
	return (enum petri_error)arch_syscall(SYS_stream_answer, (uintptr_t)command, error, (uintptr_t)text,
					      text ? strlen(text) : 0);
}
