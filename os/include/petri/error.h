/* Errors: one small enum, each with a text. */
#ifndef PETRI_ERROR_H
#define PETRI_ERROR_H

enum petri_error {
	PETRI_OK = 0,
	PETRI_EINVAL,     /* an argument is out of its stated range */
	PETRI_ENOMEM,     /* no memory left for this */
	PETRI_ESTALE,     /* no such thread: it is gone, or never was */
	PETRI_ETIMEDOUT,  /* the deadline has passed */
	PETRI_EAGAIN,     /* the value is not the expected one; look again */
	PETRI_EBUSY,      /* taken, full, or in use */
	PETRI_EDEADLOCK,  /* the caller holds this lock already; or would wait for itself */
	PETRI_EOWNER,     /* the caller does not own this lock */
	PETRI_EOWNERDIED, /* the owner died holding it: the lock is yours, its data may be half-changed */
	PETRI_EATOMIC,    /* would block inside an atomic section */
	PETRI_EADDRESS,   /* bad address: not mapped, not yours, misaligned */
	PETRI_EKILLED,    /* the thread was killed */
	PETRI_EFAULTED,   /* the thread died of a fault */
	PETRI_EDETACHED,  /* the thread is detached: nobody can join it */
	PETRI_ENOSYS,     /* no such system call, or not on this machine */
	PETRI_EDAMAGED,   /* data failed their check */
	PETRI_ECLOSED,    /* the channel is closed */
	PETRI_ERRORS      /* how many there are */
};

#define PETRI_NODISCARD __attribute__((warn_unused_result))
#define PETRI_JOIN2(a, b) a##b
#define PETRI_JOIN(a, b) PETRI_JOIN2(a, b)

/* A short sentence for an error, never NULL. Any context; does not block. */
const char *petri_strerror(enum petri_error error);

#endif
