/*
 * The calls of Life's engine on the threads of the host: what people would otherwise use. Threads are pthreads with the smallest stacks there
 * are, mutexes and condition variables are the host's own, the barrier is made of them; parking is a condition variable for all addresses of
 * a bucket. Nobody can be killed here.
 */
#include <petri/barrier.h>
#include <petri/heap.h>
#include <petri/park.h>
#include <petri/system.h>
#include <petri/thread.h>

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- threads ---------------------------------------------------------------------------------------------------------------- */

struct life_of {
	thread_entry entry;
	void *arg;
	bool joinable;
	struct thread_end end;
	struct life_of *next;
};

static pthread_mutex_t ended_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t somebody_ended = PTHREAD_COND_INITIALIZER;
static struct life_of *ended, **last_ended = &ended;

static void *live(void *arg)
{
	struct life_of *life = arg;

	life->end.value = life->entry(life->arg);
	if (!life->joinable) {
		free(life);
		return NULL;
	}
	pthread_mutex_lock(&ended_lock);
	*last_ended = life;
	last_ended = &life->next;
	pthread_cond_signal(&somebody_ended);
	pthread_mutex_unlock(&ended_lock);
	return NULL;
}

enum petri_error thread_create(thread_id *id, const struct thread_attr *attr, thread_entry entry, void *arg)
{
	struct life_of *life = calloc(1, sizeof *life);
	pthread_attr_t small;
	pthread_t thread;
	int failed;

	if (life == NULL)
		return PETRI_ENOMEM;
	*life = (struct life_of){entry, arg, !(attr->flags & THREAD_DETACHED), {.id = (uintptr_t)life}, NULL};
	if (id != NULL)
		*id = life->end.id;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, (size_t)sysconf(_SC_THREAD_STACK_MIN));
	pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &small, live, life);
	pthread_attr_destroy(&small);
	if (failed)
		free(life);
	return failed ? PETRI_ENOMEM : PETRI_OK;
}

enum petri_error thread_join_any(struct thread_end *end, petri_time deadline)
{
	struct life_of *life;

	(void)deadline;
	pthread_mutex_lock(&ended_lock);
	while (ended == NULL)
		pthread_cond_wait(&somebody_ended, &ended_lock);
	life = ended;
	ended = life->next;
	if (ended == NULL)
		last_ended = &ended;
	pthread_mutex_unlock(&ended_lock);
	*end = life->end;
	free(life);
	return PETRI_OK;
}

void thread_yield(void) { (void)sched_yield(); }

enum petri_error thread_kill(thread_id id)
{
	(void)id;
	return PETRI_ENOSYS;
}

enum petri_error thread_cores(const thread_id *ids, uint32_t n, uint8_t *on)
{
	(void)ids;
	memset(on, 0, n);
	return PETRI_ENOSYS;
}

void thread_abort(const char *message)
{
	fprintf(stderr, "%s\n", message);
	abort();
}

/* ---- memory ----------------------------------------------------------------------------------------------------------------- */

void *heap_calloc(size_t count, size_t size) { return calloc(count, size); }
void heap_free(void *block) { free(block); }

void system_info(struct system_info *out)
{
	*out = (struct system_info){.memory_free = (uint64_t)sysconf(_SC_AVPHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE)};
}

/* ---- waiting ---------------------------------------------------------------------------------------------------------------- */

uint64_t barrier_arrive(struct barrier *b)
{
	uint64_t generation;

	pthread_mutex_lock(&b->lock);
	generation = b->generation;
	if (--b->missing == 0) {
		b->missing = b->members;
		__atomic_store_n(&b->generation, generation + 1, __ATOMIC_RELAXED);
		pthread_cond_broadcast(&b->gate);
	} else if (b->missing == 1) {
		pthread_cond_signal(&b->others);
	}
	pthread_mutex_unlock(&b->lock);
	return generation;
}

enum petri_error barrier_pass(struct barrier *b, uint64_t generation)
{
	pthread_mutex_lock(&b->lock);
	while (b->generation == generation)
		pthread_cond_wait(&b->gate, &b->lock);
	pthread_mutex_unlock(&b->lock);
	return PETRI_OK;
}

enum petri_error barrier_await_others(struct barrier *b, petri_time deadline)
{
	(void)deadline;
	pthread_mutex_lock(&b->lock);
	while (b->missing != 1)
		pthread_cond_wait(&b->others, &b->lock);
	pthread_mutex_unlock(&b->lock);
	return PETRI_OK;
}

void barrier_arrive_and_drop(struct barrier *b)
{
	barrier_drop_arrived(b);
	(void)barrier_arrive(b);
}

void barrier_drop_arrived(struct barrier *b)
{
	pthread_mutex_lock(&b->lock);
	b->members--;
	pthread_mutex_unlock(&b->lock);
}

#define BUCKETS 1024u
static struct bucket {
	pthread_mutex_t lock;
	pthread_cond_t woken;
} buckets[BUCKETS] = {[0 ... BUCKETS - 1] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER}};

static struct bucket *bucket_of(const uint64_t *word) { return &buckets[(uintptr_t)word / 8 * 2654435761u % BUCKETS]; }

/* May return too early, as ours may: who calls it looks at the word again. */
enum petri_error park(const uint64_t *word, uint64_t expected, petri_time deadline)
{
	struct bucket *b = bucket_of(word);
	enum petri_error error = PETRI_EAGAIN;

	(void)deadline;
	pthread_mutex_lock(&b->lock);
	if (__atomic_load_n(word, __ATOMIC_ACQUIRE) == expected) {
		pthread_cond_wait(&b->woken, &b->lock);
		error = PETRI_OK;
	}
	pthread_mutex_unlock(&b->lock);
	return error;
}

uint64_t unpark(const uint64_t *word, uint64_t count)
{
	struct bucket *b = bucket_of(word);

	pthread_mutex_lock(&b->lock);
	pthread_cond_broadcast(&b->woken);
	pthread_mutex_unlock(&b->lock);
	return count;
}
