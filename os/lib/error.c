/* The texts of the errors. Also linked into the kernel: no system call, no state, any context. */
#include <petri/error.h>

static const char *const texts[PETRI_ERRORS] = {
	[PETRI_OK] = "ok",
	[PETRI_EINVAL] = "an argument is out of range",
	[PETRI_ENOMEM] = "out of memory",
	[PETRI_ESTALE] = "no such thread (any more)",
	[PETRI_ETIMEDOUT] = "the deadline has passed",
	[PETRI_EAGAIN] = "the value has changed; look again",
	[PETRI_EBUSY] = "taken, full or in use",
	[PETRI_EDEADLOCK] = "would wait for itself",
	[PETRI_EOWNER] = "the caller does not own this lock",
	[PETRI_EOWNERDIED] = "the lock's owner died holding it",
	[PETRI_EATOMIC] = "would block inside an atomic section",
	[PETRI_EADDRESS] = "bad address",
	[PETRI_EKILLED] = "the thread was killed",
	[PETRI_EFAULTED] = "the thread died of a fault",
	[PETRI_EDETACHED] = "the thread is detached",
	[PETRI_ENOSYS] = "no such call",
	[PETRI_EDAMAGED] = "the data are damaged",
	[PETRI_ECLOSED] = "the channel is closed",
};

const char *petri_strerror(enum petri_error error)
{
	if ((unsigned int)error >= PETRI_ERRORS || !texts[error])
		return "unknown error";
	return texts[error];
}
