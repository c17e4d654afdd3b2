/*
 * The channel: order, capacity, deadlines, closing; many senders and receivers lose nothing and see nothing twice, at any preemption; and a
 * thread that is killed in it leaves it as sound as before, whole messages only.
 *
 * test: mode both
 * test: seeds 3
 * test: seconds 120
 */
#include <petri/channel.h>
#include <petri/string.h>

#include "common/test.h"

#define CAPACITY 4
#define WORDS 5

struct message {
	uint64_t word[WORDS]; /* all the same, in a message that is whole */
};

static uint8_t slots[CAPACITY * sizeof(struct message)];
static struct channel c = CHANNEL_INIT(slots, sizeof(struct message), CAPACITY);

static void renew(void) { c = (struct channel)CHANNEL_INIT(slots, sizeof(struct message), CAPACITY); }

static struct message message_of(uint64_t n)
{
	struct message m;

	for (uint32_t i = 0; i < WORDS; i++)
		m.word[i] = n;
	return m;
}

static bool is_whole(const struct message *m)
{
	for (uint32_t i = 1; i < WORDS; i++)
		if (m->word[i] != m->word[0])
			return false;
	return true;
}

static enum petri_error try_send(uint64_t n)
{
	struct message m = message_of(n);

	return channel_try_send(&c, &m);
}

static void alone(void)
{
	struct message m = message_of(0);
	uint32_t wrong = 0;

	expect(channel_try_receive(&c, &m), PETRI_EBUSY);
	expect(channel_receive_until(&c, &m, in_us(100)), PETRI_ETIMEDOUT);
	expect(channel_receive_until(&c, &m, 1), PETRI_ETIMEDOUT);
	for (uint64_t round = 0; round < 3 * CAPACITY; round++) {
		for (uint64_t i = 0; i < CAPACITY - 1; i++)
			wrong += try_send(round * 10 + i) != PETRI_OK;
		for (uint64_t i = 0; i < CAPACITY - 1; i++)
			wrong += channel_receive(&c, &m) != PETRI_OK || m.word[0] != round * 10 + i || !is_whole(&m);
	}
	check(wrong == 0, "first in, first out, all around the ring");
	for (uint64_t i = 0; i < CAPACITY; i++)
		must(try_send(i));
	expect(try_send(9), PETRI_EBUSY);
	expect(channel_send_until(&c, &m, in_us(100)), PETRI_ETIMEDOUT);
	expect(channel_close(&c), PETRI_OK);
	expect(channel_close(&c), PETRI_OK);
	expect(try_send(9), PETRI_ECLOSED);
	expect(channel_send(&c, &m), PETRI_ECLOSED);
	for (uint64_t i = 0; i < CAPACITY; i++)
		wrong += channel_receive(&c, &m) != PETRI_OK || m.word[0] != i;
	check(wrong == 0, "what was sent before it was closed is received");
	expect(channel_receive(&c, &m), PETRI_ECLOSED);
	renew();
}

/* ---- waiting ---- */

static void *receive_one(void *error)
{
	struct message m;

	*(enum petri_error *)error = channel_receive(&c, &m);
	return (void *)(uintptr_t)m.word[0];
}

static void *send_one(void *error)
{
	struct message m = message_of(77);

	*(enum petri_error *)error = channel_send(&c, &m);
	return NULL;
}

static void waits_end(void)
{
	enum petri_error errors[3] = {PETRI_ERRORS, PETRI_ERRORS, PETRI_ERRORS};
	thread_id ids[3];

	ids[0] = start("receiver", receive_one, &errors[0], 10);
	check(reaches(ids[0], THREAD_BLOCKED), "who receives from an empty channel waits");
	must(try_send(5));
	check((uintptr_t)join(ids[0]) == 5 && errors[0] == PETRI_OK, "and has what is sent");
	for (uint64_t i = 0; i < CAPACITY; i++)
		must(try_send(i));
	ids[0] = start("sender", send_one, &errors[0], 10);
	check(reaches(ids[0], THREAD_BLOCKED), "who sends into a full channel waits");
	struct message m;

	must(channel_receive(&c, &m));
	join(ids[0]);
	check(errors[0] == PETRI_OK && c.ring.count == CAPACITY, "and has the place that becomes free");
	for (uint32_t i = 0; i < 3; i++) {
		ids[i] = start("sender", send_one, &errors[i], 10);
		reaches(ids[i], THREAD_BLOCKED);
	}
	must(channel_close(&c));
	for (uint32_t i = 0; i < 3; i++)
		join(ids[i]);
	check(errors[0] == PETRI_ECLOSED && errors[1] == PETRI_ECLOSED && errors[2] == PETRI_ECLOSED, "closing wakes all who send");
	renew();
	for (uint32_t i = 0; i < 3; i++) {
		ids[i] = start("receiver", receive_one, &errors[i], 10);
		reaches(ids[i], THREAD_BLOCKED);
	}
	must(channel_close(&c));
	for (uint32_t i = 0; i < 3; i++)
		join(ids[i]);
	check(errors[0] == PETRI_ECLOSED && errors[1] == PETRI_ECLOSED && errors[2] == PETRI_ECLOSED, "and all who receive");
	renew();
}

/* ---- many ---- */

#define SENDERS 5
#define RECEIVERS 4
#define EACH 400

static uint64_t seen[SENDERS][EACH], broken, disorder;

static void *send_many(void *arg)
{
	uint64_t me = (uintptr_t)arg;

	for (uint64_t i = 0; i < EACH; i++) {
		struct message m = message_of(me << 32 | i);

		if (channel_send(&c, &m) != PETRI_OK)
			__atomic_fetch_add(&broken, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Of one sender, one receiver sees the messages in order. */
static void *receive_many(void *unused)
{
	uint64_t last[SENDERS] = {0};
	struct message m;

	(void)unused;
	while (channel_receive(&c, &m) == PETRI_OK) {
		uint64_t who = m.word[0] >> 32, i = (uint32_t)m.word[0];

		if (!is_whole(&m) || who >= SENDERS || i >= EACH) {
			__atomic_fetch_add(&broken, 1, __ATOMIC_RELAXED);
			continue;
		}
		if (i + 1 <= last[who])
			__atomic_fetch_add(&disorder, 1, __ATOMIC_RELAXED);
		last[who] = i + 1;
		__atomic_fetch_add(&seen[who][i], 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static uint64_t not_once(void)
{
	uint64_t wrong = 0;

	for (uint32_t s = 0; s < SENDERS; s++)
		for (uint32_t i = 0; i < EACH; i++)
			wrong += seen[s][i] != 1;
	return wrong;
}

static void many(void)
{
	thread_id senders[SENDERS], receivers[RECEIVERS];
	struct system_info before = info_now();

	for (uint32_t i = 0; i < RECEIVERS; i++)
		receivers[i] = start("receiver", receive_many, NULL, 10);
	for (uint32_t i = 0; i < SENDERS; i++)
		senders[i] = start("sender", send_many, (void *)(uintptr_t)i, 10);
	for (uint32_t i = 0; i < SENDERS; i++)
		join(senders[i]);
	must(channel_close(&c));
	for (uint32_t i = 0; i < RECEIVERS; i++)
		join(receivers[i]);
	check(not_once() == 0 && broken == 0, "%u messages, each received once and whole", SENDERS * EACH);
	check(disorder == 0, "those of one sender in order, for each receiver");
	if (time_is_exact())
		check_preempted(&before, SENDERS * EACH);
	renew();
}

/* ---- killed in it ---- */

static uint64_t received;

static void *send_for_ever(void *unused)
{
	(void)unused;
	for (uint64_t i = 1;; i++) {
		struct message m = message_of(i);

		if (channel_send(&c, &m) != PETRI_OK)
			return NULL;
	}
}

static void *receive_whole(void *unused)
{
	struct message m;

	(void)unused;
	while (channel_receive(&c, &m) == PETRI_OK) {
		if (!is_whole(&m))
			__atomic_fetch_add(&broken, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&received, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

#define DEATHS 150

/* Somebody receives more. In real time a host may take the processor away from the one who has the lock, but not for that long. */
static bool more_comes(void) { return goes_on(&received, __atomic_load_n(&received, __ATOMIC_RELAXED), 50, 10000000); }

/* One that sends and one that receives stay; beside them others come and are killed at any moment. */
static void killed(void)
{
	uint64_t random = info_now().seed + 5, stuck = 0;
	thread_id sender = start("sender", send_for_ever, NULL, 10), receiver = start("receiver", receive_whole, NULL, 10);

	for (uint32_t i = 0; i < DEATHS && stuck == 0; i++) {
		thread_id victim = start("victim", i % 2 ? send_for_ever : receive_whole, NULL, 10);

		thread_sleep(PETRI_US(5) + draw(&random) % PETRI_US(60));
		must(thread_kill(victim));
		(void)!thread_join(victim, NULL);
		stuck += !more_comes();
	}
	check(stuck == 0, "%u killed in it, and the others went on after each", DEATHS);
	check(broken == 0, "no message was torn");
	must(channel_close(&c));
	join(sender);
	join(receiver);
}

int main(void)
{
	must(thread_set_priority(thread_self(), 20, NULL));
	alone();
	waits_end();
	many();
	killed();
	return test_end();
}
