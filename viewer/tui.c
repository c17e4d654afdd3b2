#include "faces.h"
int face_tui(struct session *s, const struct options *o) { return face_headless(s, o); }
