/* Names: see names.h. The order is that of the seats, so the first five are those of every picture of this table. */
#include "names.h"

#include <petri/console.h>

static const char *const names[] = {
	"Plato",      "Hypatia",    "Zeno",       "Aspasia",     "Laozi",       "Aristotle",    "Diotima",    "Confucius",
	"Socrates",   "Mengzi",     "Hipparchia", "Epicurus",    "Nagarjuna",   "Heraclitus",   "Arete",      "Zhuangzi",
	"Avicenna",   "Hildegard",  "Averroes",   "Maimonides",  "Gargi",       "Seneca",       "Boethius",   "Heloise",
	"Abelard",    "Anselm",     "Aquinas",    "Ockham",      "Ibn-Khaldun", "Shankara",     "Dogen",      "Parmenides",
	"Pythagoras", "Theano",     "Thales",     "Anaximander", "Anaximenes",  "Empedocles",   "Anaxagoras", "Democritus",
	"Leucippus",  "Protagoras", "Gorgias",    "Antisthenes", "Diogenes",    "Crates",       "Aristippus", "Pyrrho",
	"Leontion",   "Lucretius",  "Cicero",     "Epictetus",   "Hierocles",   "Plotinus",     "Porphyry",   "Proclus",
	"Mozi",       "Xunzi",      "Maitreyi",   "Ramanuja",    "Al-Kindi",    "Al-Farabi",    "Al-Ghazali", "Montaigne",
	"Bacon",      "Hobbes",     "Descartes",  "Pascal",      "Spinoza",     "Locke",        "Leibniz",    "Conway",
	"Cavendish",  "Astell",     "Vico",       "Berkeley",    "Hume",        "Rousseau",     "Diderot",    "Kant",
	"Bentham",    "Godwin",     "Hegel",      "Schelling",   "Mill",        "Kierkegaard",  "Peirce",     "Nietzsche",
	"Frege",      "Husserl",    "Russell",    "Nishida",     "Stein",       "Wittgenstein", "Arendt",     "Beauvoir",
	"Weil",       "Anscombe",   "Murdoch",    "Foot",
};
#define NAMES (sizeof names / sizeof *names)
_Static_assert(NAMES == 100, "a hundred names");

const char *name_of(char out[THREAD_NAME_MAX], uint32_t i)
{
	if (i < NAMES)
		return names[i];
	/* what a thread's name has room for */
	petri_snprintf(out, THREAD_NAME_MAX, i < 1000 ? "philosopher %u" : "philos. %u", i);
	return out;
}
