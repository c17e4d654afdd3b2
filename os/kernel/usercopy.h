/* Memory of threads: read and written with the rights of the thread, faults become PETRI_EADDRESS. */
#ifndef KERNEL_USERCOPY_H
#define KERNEL_USERCOPY_H

#include "kernel/thread.h"

PETRI_NODISCARD static inline enum petri_error user_read(const struct thread *t, void *to, uint64_t from, size_t n)
{
	return arch_copy_from(t, to, from, n);
}

PETRI_NODISCARD static inline enum petri_error user_write(const struct thread *t, uint64_t to, const void *from, size_t n)
{
	return arch_copy_to(t, to, from, n);
}

/* Text of at most length bytes, or up to a zero; the rest of name is zeros. from 0: no text. */
PETRI_NODISCARD enum petri_error user_read_name(const struct thread *t, char name[THREAD_NAME_MAX], uint64_t from, uint64_t length);

/* What an app says is shown among the kernel's own words: nothing in it that could pass for a line or a frame of the kernel's. */
void user_make_plain(char *text);

/* The same where an address of 0 means: not wanted. */
PETRI_NODISCARD static inline enum petri_error user_write_if_wanted(const struct thread *t, uint64_t to, const void *from, size_t n)
{
	return to == 0 ? PETRI_OK : arch_copy_to(t, to, from, n);
}

#endif
