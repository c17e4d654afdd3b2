/*
 * Numbers as text: see ui_number.h.
 */
#include "ui_number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *number_full(char *out, uint64_t v)
{
	char digits[24];
	int n = snprintf(digits, sizeof digits, "%" PRIu64, v), to = 0;

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[to++] = ',';
		out[to++] = digits[i];
	}
	out[to] = 0;
	return out;
}

/* Three digits that count: 1.23, 12.3, 123. */
static int decimals(double v) { return v < 9.995 ? 2 : v < 99.95 ? 1 : 0; }

char *number_short(char *out, double v)
{
	static const char units[] = {'k', 'M', 'G', 'T', 'P'};

	if (v < 9999.5)
		return number_full(out, v > 0 ? (uint64_t)(v + 0.5) : 0);
	int unit = -1;

	while (v >= 999.5 && unit < (int)sizeof units - 1) {
		v /= 1000;
		unit++;
	}
	snprintf(out, NUMBER_SIZE, "%.*f %c", decimals(v), v, units[unit]);
	return out;
}

char *number_rate(char *out, double v)
{
	if (v >= 999.5)
		return number_short(out, v);
	snprintf(out, NUMBER_SIZE, "%.*f", v < 99.95 ? 1 : 0, v > 0 ? v : 0);
	return out;
}

char *number_speed(char *out, uint32_t milli)
{
	if (!milli)
		return strcpy(out, "max");
	if (milli % 1000)
		return number_rate(out, milli / 1000.0);
	return number_full(out, milli / 1000);
}

char *number_kib(char *out, uint64_t kib)
{
	static const char *const units[] = {"KiB", "MiB", "GiB"};
	double v = (double)kib;
	int unit = 0;

	while (v >= 1000 && unit < 2) {
		v /= 1024;
		unit++;
	}
	snprintf(out, NUMBER_SIZE, "%.*f %s", v < 9.95 && unit ? 1 : 0, v, units[unit]);
	return out;
}

/* Two digits that count below ten, else whole ones; a jump of units is no jump of digits. */
char *number_time(char *out, double ns)
{
	static const char *const units[] = {"ns", "µs", "ms", "s"};
	int unit = 0;

	if (ns <= 0)
		return strcpy(out, "0");
	while (ns >= 999.5 && unit < 3) {
		ns /= 1000;
		unit++;
	}
	if (unit == 3 && ns >= 119.5)
		snprintf(out, NUMBER_SIZE, "%.0f min", ns / 60);
	else
		snprintf(out, NUMBER_SIZE, "%.*f %s", ns < 9.95 && unit ? 1 : 0, ns, units[unit]);
	return out;
}
