/*
 * The kernel's circular lists against an array that says what should be there.
 */
#include "../../os/kernel/list.h"

#include "tap.h"

#define ITEMS 40

struct item {
	int before;
	struct list link;
	int number;
};

static struct list head;
static struct item items[ITEMS];
static int wanted[ITEMS]; /* the numbers in order */
static int length;

static void begin(void)
{
	list_init(&head);
	length = 0;
	for (int i = 0; i < ITEMS; i++) {
		items[i].number = i;
		list_init(&items[i].link);
	}
}

static void note_insert(int place, int number)
{
	memmove(wanted + place + 1, wanted + place, (size_t)(length - place) * sizeof(wanted[0]));
	wanted[place] = number;
	length++;
}

static int place_of(int number)
{
	for (int i = 0; i < length; i++)
		if (wanted[i] == number)
			return i;
	return -1;
}

static void note_remove(int place)
{
	length--;
	memmove(wanted + place, wanted + place + 1, (size_t)(length - place) * sizeof(wanted[0]));
}

/* Forwards and backwards. */
static void check(void)
{
	struct list *l = head.next;
	int i;

	for (i = 0; i < length && l != &head; i++, l = l->next) {
		EXPECT_EQ(list_entry(l, struct item, link)->number, wanted[i]);
		EXPECT(l->next->prev == l && l->prev->next == l);
	}
	EXPECT_EQ(i, length);
	EXPECT(l == &head);
	EXPECT_EQ(list_alone(&head), length == 0);
	for (l = head.prev, i = length; l != &head && i > 0; l = l->prev)
		EXPECT_EQ(list_entry(l, struct item, link)->number, wanted[--i]);
	EXPECT_EQ(i, 0);
}

static void ends(void)
{
	begin();
	EXPECT(list_alone(&head));
	list_insert_before(&head, &items[1].link); /* at the tail */
	note_insert(0, 1);
	list_insert_before(&head, &items[2].link);
	note_insert(1, 2);
	list_insert_after(&head, &items[0].link); /* at the head */
	note_insert(0, 0);
	check();
	list_remove(&items[1].link);
	note_remove(1);
	check();
	EXPECT(list_alone(&items[1].link)); /* may be removed again without harm */
	list_remove(&items[1].link);
	check();
	list_remove(&items[0].link);
	list_remove(&items[2].link);
	length = 0;
	check();
}

static void random_work(void)
{
	begin();
	for (int step = 0; step < 20000; step++) {
		int number = (int)tap_below(ITEMS);
		int place = place_of(number);
		int at = length > 0 ? (int)tap_below((uint32_t)length) : 0;

		if (place >= 0) {
			list_remove(&items[number].link);
			EXPECT(list_alone(&items[number].link));
			note_remove(place);
		} else if (length == 0 || tap_below(4) == 0) {
			list_insert_before(&head, &items[number].link);
			note_insert(length, number);
		} else if (tap_below(2)) {
			list_insert_before(&items[wanted[at]].link, &items[number].link);
			note_insert(at, number);
		} else {
			list_insert_after(&items[wanted[at]].link, &items[number].link);
			note_insert(at + 1, number);
		}
		check();
	}
}

static const struct tap_test tests[] = {
	{"list: both ends, removing, being alone", ends},
	{"list: 20,000 random steps against an array", random_work},
};
TAP_MAIN(tests)
