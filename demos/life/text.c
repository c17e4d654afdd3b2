/* Numbers as people read them. */
#include "text.h"

const char *count_text(char out[COUNT_TEXT_MAX], uint64_t n)
{
	char *p = out + COUNT_TEXT_MAX - 1;
	uint32_t digits = 0;

	*p = 0;
	do {
		if (digits > 0 && digits % 3 == 0)
			*--p = ',';
		*--p = (char)('0' + n % 10);
		n /= 10;
		digits++;
	} while (n > 0);
	return p;
}
