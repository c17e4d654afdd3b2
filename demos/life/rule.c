/* The rule as people write it. */
#include "rule.h"

static char *digits(char *out, uint32_t mask)
{
	for (uint32_t n = 0; n <= 8; n++)
		if (mask >> n & 1)
			*out++ = (char)('0' + n);
	return out;
}

const char *rule_text(char out[RULE_TEXT_MAX], uint32_t rule)
{
	char *p = out;

	*p++ = 'B';
	p = digits(p, rule_birth(rule));
	*p++ = '/';
	*p++ = 'S';
	p = digits(p, rule_survival(rule));
	*p = 0;
	return out;
}
