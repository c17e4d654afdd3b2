/*
 * The barrier of os/include/petri/barrier.h, made of the host's mutex and condition variables: pthread_barrier_t knows neither a coordinator nor
 * members that leave.
 */
#ifndef PETRI_BARRIER_H
#define PETRI_BARRIER_H

#include <petri/mutex.h>

struct barrier {
	uint64_t missing, members, generation; /* under lock */
	pthread_mutex_t lock;
	pthread_cond_t gate, others;
};
#define BARRIER_INIT(n)                                                                                       \
	{.missing = (n), .members = (n), .lock = PTHREAD_MUTEX_INITIALIZER, .gate = PTHREAD_COND_INITIALIZER, \
	 .others = PTHREAD_COND_INITIALIZER}

uint64_t barrier_arrive(struct barrier *b);
enum petri_error barrier_pass(struct barrier *b, uint64_t generation);
PETRI_NODISCARD enum petri_error barrier_await_others(struct barrier *b, petri_time deadline);
void barrier_arrive_and_drop(struct barrier *b);
void barrier_drop_arrived(struct barrier *b);

#endif
