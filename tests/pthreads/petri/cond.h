/* The host's condition variable under our names. */
#ifndef PETRI_COND_H
#define PETRI_COND_H

#include <petri/mutex.h>

struct cond {
	pthread_cond_t host;
};
#define COND_INIT {PTHREAD_COND_INITIALIZER}

PETRI_NODISCARD static inline enum petri_error cond_wait(struct cond *c, struct mutex *m)
{
	return pthread_cond_wait(&c->host, &m->host) == 0 ? PETRI_OK : PETRI_EOWNER;
}
static inline void cond_signal(struct cond *c) { pthread_cond_signal(&c->host); }
static inline void cond_broadcast(struct cond *c) { pthread_cond_broadcast(&c->host); }

#endif
