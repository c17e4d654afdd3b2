/*
 * Page tables: 4 KiB granule, 39 bits of addresses (L1 to L3), all through TTBR0. This is the only code that writes tables.
 *
 * The kernel's part (identity map, devices, virtual arrays) is global and shared: an address space copies those L1 entries,
 * which is why all L2 tables of the kernel's part exist before the first space is made. Takes tables.lock.
 */
#include "arch/aarch64/mmu.h"

#include <petri/string.h>

#include "kernel/domain.h"
#include "kernel/page.h"
#include "kernel/spinlock.h"
#include "kernel/varray.h"

#define ENTRIES 512
#define BLOCK_SIZE (2ull << 20)
#define EARLY_TABLES 64
#define KERNEL_L1_ENTRIES 64 /* below APP_IMAGE */

/* Arm ARM D5.3: descriptors */
#define VALID 1ull
#define TABLE 3ull
#define PAGE 3ull
#define BLOCK 1ull
#define ATTR_DEVICE (0ull << 2)
#define ATTR_NORMAL (1ull << 2)
#define AP_EL0 (1ull << 6)
#define AP_RO (1ull << 7)
#define SH_INNER (3ull << 8)
#define AF (1ull << 10)
#define NG (1ull << 11)
#define PXN (1ull << 53)
#define UXN (1ull << 54)
#define ADDRESS 0x0000fffffffff000ull
#define ASID (0xffffull << 48) /* of TTBR0 */

#define MAIR_VALUE 0xff04ull /* 0: device nGnRE, 1: normal write-back */
#define TCR_T0SZ 25ull
#define TCR_VALUE (TCR_T0SZ | 1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 23 /* EPD1 */ | 2ull << 32 /* 40 bits */)
/* As reset; M, C, I, SA, SA0, and ITD, SED (AArch32 only); nTWE: wfe is a hint for EL0 too; DZE: so is dc zva. wfi and the rest trap there. */
#define SCTLR_VALUE (0x30d0199dull | 1ull << 18 | 1ull << 14)
#define SCTLR_WXN (1ull << 19)
#define SCTLR_A (1ull << 1)
_Static_assert((SCTLR_VALUE >> 3 & 3) == 3, "SA, SA0: a misaligned stack pointer is a fault, which QEMU does not show");

static const uint64_t kinds[] = {
	[MAP_KERNEL_TEXT] = ATTR_NORMAL | SH_INNER | AF | AP_RO | UXN,
	[MAP_KERNEL_RO] = ATTR_NORMAL | SH_INNER | AF | AP_RO | UXN | PXN,
	[MAP_KERNEL_RW] = ATTR_NORMAL | SH_INNER | AF | UXN | PXN,
	[MAP_DEVICE] = ATTR_DEVICE | AF | UXN | PXN,
	[MAP_APP_TEXT] = ATTR_NORMAL | SH_INNER | AF | AP_RO | AP_EL0 | NG,
	[MAP_USER_TEXT] = ATTR_NORMAL | SH_INNER | AF | AP_RO | AP_EL0 | NG | PXN,
	[MAP_APP_RO] = ATTR_NORMAL | SH_INNER | AF | AP_RO | AP_EL0 | NG | UXN | PXN,
	[MAP_APP_RW] = ATTR_NORMAL | SH_INNER | AF | AP_EL0 | NG | UXN | PXN,
};

static uint64_t early_tables[EARLY_TABLES][ENTRIES] __attribute__((aligned(4096)));
static uint32_t early_used;
static uint64_t *kernel_table;
static bool mmu_is_on;
static struct {
	struct spinlock lock;
} tables = {.lock = SPINLOCK(RANK_TABLES)};

/* Before the MMU is on there are no locks, and no allocator either. */
static uint64_t *new_table(void)
{
	if (early_used < EARLY_TABLES && !mmu_is_on) {
		uint64_t *table = early_tables[early_used++];

		for (int i = 0; i < ENTRIES; i++)
			table[i] = 0;
		return table;
	}
	return mmu_is_on ? (uint64_t *)page_alloc() : NULL;
}

/* Stores an entry so that the table walker sees it. */
static void set_entry(uint64_t *entry, uint64_t value)
{
	*(volatile uint64_t *)entry = value;
	__asm__ volatile("dsb ishst\n\tisb" : : : "memory");
}

static uint64_t *next_level(uint64_t *entry)
{
	if (!(*entry & VALID)) {
		uint64_t *table = new_table();

		if (table == NULL)
			return NULL;
		set_entry(entry, (uint64_t)table | TABLE);
	}
	return (uint64_t *)(*entry & ADDRESS);
}

static uint64_t *l2_entry(uint64_t *l1, uint64_t va)
{
	uint64_t *l2 = next_level(&l1[va >> 30 & 511]);

	return l2 != NULL ? &l2[va >> 21 & 511] : NULL;
}

/* One page, or one block of 2 MiB if all is aligned for it. Returns how much was mapped, 0: no memory for a table. */
static uint64_t map_piece(uint64_t *l1, uint64_t va, uint64_t pa, uint64_t size, uint64_t attributes)
{
	uint64_t *l2 = l2_entry(l1, va);
	uint64_t *l3;

	if (l2 == NULL)
		return 0;
	if (((va | pa) & (BLOCK_SIZE - 1)) == 0 && size >= BLOCK_SIZE && !(*l2 & VALID)) {
		set_entry(l2, pa | attributes | BLOCK);
		return BLOCK_SIZE;
	}
	l3 = next_level(l2);
	if (l3 == NULL)
		return 0;
	kcheck(!(l3[va >> 12 & 511] & VALID));
	set_entry(&l3[va >> 12 & 511], pa | attributes | PAGE);
	return PAGE_SIZE;
}

static bool map_range(uint64_t *l1, uint64_t va, uint64_t pa, uint64_t size, enum map_kind kind)
{
	while (size > 0) {
		uint64_t done = map_piece(l1, va, pa, size, kinds[kind]);

		if (done == 0)
			return false;
		va += done;
		pa += done;
		size -= done;
	}
	return true;
}

enum petri_error arch_map(struct address_space *space, uint64_t va, uint64_t pa, uint64_t size, enum map_kind kind)
{
	bool done;

	spin_lock(&tables.lock);
	done = map_range(space != NULL ? space->table : kernel_table, va, pa, size, kind);
	spin_unlock(&tables.lock);
	return done ? PETRI_OK : PETRI_ENOMEM;
}

/* The L2 entry of va if it points to a table of pages, else NULL. */
static uint64_t *entry_of_pages(const struct address_space *space, uint64_t va)
{
	uint64_t l1 = space->table[va >> 30 & 511];
	uint64_t *l2 = &((uint64_t *)(l1 & ADDRESS))[va >> 21 & 511];

	return (l1 & VALID) && (*l2 & TABLE) == TABLE ? l2 : NULL;
}

uint64_t arch_unmap(struct address_space *space, uint64_t va)
{
	uint64_t *l2, *l3, page = 0;

	spin_lock(&tables.lock);
	l2 = entry_of_pages(space, va);
	if (l2 != NULL) {
		l3 = &((uint64_t *)(*l2 & ADDRESS))[va >> 12 & 511];
		page = *l3 & VALID ? *l3 & ADDRESS : 0;
		set_entry(l3, 0);
	}
	/* All cores, all ASIDs: the page may be anywhere (Arm ARM D5.10.2). */
	__asm__ volatile("dsb ishst\n\ttlbi vaae1is, %0\n\tdsb ish\n\tisb" : : "r"(va >> 12) : "memory");
	spin_unlock(&tables.lock);
	return page;
}

struct page_table *arch_detach(struct address_space *space, uint64_t va)
{
	struct page_table *table = NULL;
	uint64_t *l2;

	spin_lock(&tables.lock);
	l2 = entry_of_pages(space, va);
	if (l2 != NULL) {
		table = (struct page_table *)(*l2 & ADDRESS);
		set_entry(l2, 0);
		/* The whole space at once, with what walkers remember of its tables: one operation however many pages there are. */
		__asm__ volatile("tlbi aside1is, %0\n\tdsb ish\n\tisb" : : "r"(space->ttbr & ASID) : "memory");
	}
	spin_unlock(&tables.lock);
	return table;
}

uint64_t arch_table_page(const struct page_table *table, uint32_t i) { return ((const uint64_t *)table)[i] & ADDRESS; }

/* DC ZVA zeroes a block of cache without reading memory first (Arm ARM C5.3.8); DCZID_EL0: its size, and whether it may be used. */
void arch_zero_page(uint64_t page)
{
	uint64_t id, step;

	__asm__("mrs %0, dczid_el0" : "=r"(id));
	step = 4ull << (id & 15);
	if (id & 16)
		memset((void *)page, 0, PAGE_SIZE);
	else
		for (uint64_t at = page; at < page + PAGE_SIZE; at += step)
			__asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
}

enum petri_error arch_space_init(struct address_space *space, uint16_t asid)
{
	space->table = (uint64_t *)page_alloc();
	if (space->table == NULL)
		return PETRI_ENOMEM;
	memcpy(space->table, kernel_table, KERNEL_L1_ENTRIES * sizeof(uint64_t));
	space->ttbr = (uint64_t)space->table | (uint64_t)asid << 48;
	return PETRI_OK;
}

/* Both L2 entries point to one L3 table. */
enum petri_error arch_space_share(struct address_space *to, struct address_space *from, uint64_t va)
{
	uint64_t *ours, *theirs;

	spin_lock(&tables.lock);
	theirs = l2_entry(from->table, va);
	ours = l2_entry(to->table, va);
	if (theirs != NULL && ours != NULL && next_level(theirs) != NULL)
		set_entry(ours, *theirs);
	else
		ours = NULL;
	spin_unlock(&tables.lock);
	return ours != NULL ? PETRI_OK : PETRI_ENOMEM;
}

void arch_space_use(const struct address_space *space)
{
	__asm__ volatile("dsb ishst\n\tmsr ttbr0_el1, %0\n\tisb" : : "r"(space->ttbr) : "memory");
}

/* ---- at boot, MMU off ---------------------------------------------------------------------------------------------------- */

void mmu_early_map(uint64_t from, uint64_t to, enum map_kind kind)
{
	if (kernel_table == NULL)
		kernel_table = new_table();
	if (from < to && !map_range(kernel_table, from, from, to - from, kind))
		panic("too few early page tables");
}

/* The L1 entries of the kernel's own regions must not change once a space has copied them. */
static void reserve_arrays(void)
{
	for (uint64_t i = VARRAY_FIRST; i < VARRAY_END; i += VARRAY_MAX)
		if (next_level(&kernel_table[i / VARRAY_MAX]) == NULL)
			panic("too few early page tables");
}

#ifdef CHECKED
#define SCTLR_ON (SCTLR_VALUE | SCTLR_WXN | SCTLR_A)
#else
#define SCTLR_ON (SCTLR_VALUE | SCTLR_WXN)
#endif

/* head.S: what the other cores read with their caches off. */
extern struct core_gate {
	uint64_t cores; /* those with numbers below may go */
	uint64_t mair, tcr, ttbr, sctlr;
} core_gate;

void mmu_open_gate(uint32_t cores)
{
	core_gate = (struct core_gate){cores, MAIR_VALUE, TCR_VALUE, (uint64_t)kernel_table, SCTLR_ON};
	__asm__ volatile("dc civac, %0\n\tdsb sy" : : "r"(&core_gate) : "memory");
}

void mmu_on(void)
{
	uint64_t sctlr = SCTLR_ON;

	reserve_arrays();
	__asm__ volatile("msr mair_el1, %0\n\t"
			 "msr tcr_el1, %1\n\t"
			 "msr ttbr0_el1, %2\n\t"
			 "tlbi vmalle1\n\t"
			 "ic iallu\n\t"
			 "dsb sy\n\t"
			 "isb\n\t"
			 "msr sctlr_el1, %3\n\t"
			 "isb"
			 :
			 : "r"(MAIR_VALUE), "r"(TCR_VALUE), "r"(kernel_table), "r"(sctlr)
			 : "memory");
	mmu_is_on = true;
}
