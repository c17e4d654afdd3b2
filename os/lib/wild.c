/* Which writes are faults: see <petri/wild.h>. */
#include <petri/wild.h>

#include <petri/thread.h>

#define FIRST_PAGE 4096u /* is never mapped */

extern const char app_text_begin[], app_text_end[]; /* app.ld */

bool wild_is_harmless(uint64_t address)
{
	uint64_t text = (uintptr_t)app_text_begin;

	if (address >= text)
		return address < (uintptr_t)app_text_end;
	return address < (thread_is_user() ? text : FIRST_PAGE);
}
