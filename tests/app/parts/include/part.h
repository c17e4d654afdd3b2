/* A program of several folders: what its parts share. */
#ifndef PART_H
#define PART_H

int part(void);

#endif
