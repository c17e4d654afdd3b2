/* Petri's errors as numbers of <errno.h>. Any context; does not block. */
#include "std.h"

#include <errno.h>

int std_errno(enum petri_error error)
{
	static const unsigned char numbers[PETRI_ERRORS] = {
		[PETRI_EINVAL] = EINVAL,       [PETRI_ENOMEM] = ENOMEM,   [PETRI_ESTALE] = ESRCH,
		[PETRI_ETIMEDOUT] = ETIMEDOUT, [PETRI_EAGAIN] = EAGAIN,   [PETRI_EBUSY] = EBUSY,
		[PETRI_EDEADLOCK] = EDEADLK,   [PETRI_EOWNER] = EPERM,    [PETRI_EOWNERDIED] = EOWNERDEAD,
		[PETRI_EATOMIC] = EPERM,       [PETRI_EADDRESS] = EINVAL, [PETRI_EDETACHED] = EINVAL,
		[PETRI_ENOSYS] = ENOSYS,
	};

	if (error == PETRI_OK)
		return 0;
	return (unsigned int)error < PETRI_ERRORS && numbers[error] != 0 ? numbers[error] : EINVAL;
}

int std_fail(int number)
{
	errno = number;
	return -1;
}
