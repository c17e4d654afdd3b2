/*
 * Keys: values of each thread's own, in an array of its thread-local storage.
 *
 * A key's turn is odd while it is in use and goes up with each creation and deletion; a value counts only together with
 * the turn it was set in. So nothing has to be cleared anywhere when a key is deleted and its number given out anew.
 */
#include <pthread.h>

#include <errno.h>

#include "std.h"

struct key {
	uint32_t turn;
	void (*destructor)(void *);
};

struct value {
	const void *value;
	uint32_t turn;
};

static struct key keys[PTHREAD_KEYS_MAX];
static struct mutex keys_lock = MUTEX_INIT; /* for those that create and delete */
static _Thread_local struct value values[PTHREAD_KEYS_MAX];

static uint32_t turn_of(pthread_key_t key) { return __atomic_load_n(&keys[key].turn, __ATOMIC_ACQUIRE); }

/* The turn is read before and after: between them the destructor may have become another key's. */
static void (*destructor_of(pthread_key_t key, uint32_t turn))(void *)
{
	void (*destructor)(void *) = __atomic_load_n(&keys[key].destructor, __ATOMIC_ACQUIRE);

	return turn_of(key) == turn ? destructor : NULL;
}

static bool destroy(pthread_key_t key)
{
	const void *value = values[key].value;
	void (*destructor)(void *) = value != NULL ? destructor_of(key, values[key].turn) : NULL;

	values[key].value = NULL;
	if (destructor == NULL)
		return false;
	destructor((void *)value);
	return true;
}

/* Destructors may set values anew: a few rounds, then what is left is left. */
static void destroy_all(void)
{
	bool any = true;

	for (int round = 0; any && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
		any = false;
		for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++)
			any |= destroy(key);
	}
}

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
	LOCK_GUARD(&keys_lock);
	for (pthread_key_t k = 0; k < PTHREAD_KEYS_MAX; k++)
		if (keys[k].turn % 2 == 0) {
			__atomic_store_n(&keys[k].destructor, destructor, __ATOMIC_RELEASE);
			__atomic_store_n(&keys[k].turn, keys[k].turn + 1, __ATOMIC_RELEASE);
			*key = k;
			return 0;
		}
	return EAGAIN;
}

int pthread_key_delete(pthread_key_t key)
{
	LOCK_GUARD(&keys_lock);
	if (key >= PTHREAD_KEYS_MAX || keys[key].turn % 2 == 0)
		return EINVAL;
	__atomic_store_n(&keys[key].turn, keys[key].turn + 1, __ATOMIC_RELEASE);
	return 0;
}

void *pthread_getspecific(pthread_key_t key)
{
	return key < PTHREAD_KEYS_MAX && values[key].turn == turn_of(key) ? (void *)values[key].value : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	if (key >= PTHREAD_KEYS_MAX || turn_of(key) % 2 == 0)
		return EINVAL;
	values[key] = (struct value){value, turn_of(key)};
	std_thread_ends = destroy_all;
	return 0;
}
