/* The call that tells of many threads on which cores they are: for who shows how the work is shared out. */
#include "kernel/syscalls.h"
#include "kernel/usercopy.h"

/* (ids, how many, cores out): a piece that takes no longer than other calls do. What it says may be out of date at once. */
void sys_thread_cores(struct core *core, struct thread *t)
{
	uint64_t ids[THREAD_CORES_MAX], n = arch_argument(t, 1);
	uint8_t on[THREAD_CORES_MAX];
	enum petri_error error = n >= 1 && n <= THREAD_CORES_MAX ? PETRI_OK : PETRI_EINVAL;

	(void)core;
	if (error == PETRI_OK)
		error = user_read(t, ids, arch_argument(t, 0), n * sizeof(ids[0]));
	for (uint64_t i = 0; i < n && error == PETRI_OK; i++) {
		const struct thread *other = thread_find(ids[i]);

		on[i] = other != NULL && other->domain == t->domain ? __atomic_load_n(&other->core, __ATOMIC_RELAXED)
								    : THREAD_NO_CORE;
	}
	if (error == PETRI_OK)
		error = user_write(t, arch_argument(t, 2), on, n);
	arch_set_result(t, error);
}
