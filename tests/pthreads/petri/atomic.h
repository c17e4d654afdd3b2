/* No thread is killed here, and on several cores a section never excluded the others: it is an ordinary block, which break leaves. */
#ifndef PETRI_ATOMIC_H
#define PETRI_ATOMIC_H

#define ATOMIC_SECTION switch (0) default:

#endif
