"""Reads the tables of mutants: files *.mutants, and the list `faults` of what they are to stand for.

An entry of a table:

    mutant fp-not-saved
    fault 5 35                            numbers of the list, or `own`
    says FP registers are left to the next thread
    file os/kernel/sched.c
    - arch_fp_save(last->fp);             stands in the file exactly once (more lines: more lines)
    + (void)last->fp;                     what takes its place; no such line: nothing
    red target fp                         each of these has to turn red

and one for a fault that cannot be planted:

    none 26
    because there is no such hand-shake in the code
    guard who or what sees to it

`file` may stand again for a second place. A line of `red` is one of

    target NAME [checked] [free] [board=rpi3] [mode=kernel] [cores=4] [seed=3] [quantum=0.7]
    host NAME         tests/host/NAME.c
    std NAME          tests/std/NAME.c
    lint RULE         tests/lint/lint.py RULE
    build             a target test cannot even be built
    run COMMAND       any program from the top of the tree
"""
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Mutant:
    def __init__(self, table, name):
        self.table, self.name = table, name
        self.faults, self.own, self.words = [], False, ''
        self.hunks, self.red = [], []

    def take(self, word, rest):
        if word == 'fault':
            self.own = rest == 'own'
            self.faults = [] if self.own else [int(n) for n in rest.split()]
        elif word == 'says':
            self.words = f'{self.words} {rest}'.strip()
        elif word == 'file':
            self.hunks.append([rest, [], []])
        elif word in '-+':
            self.hunks[-1][1 if word == '-' else 2].append(rest)
        elif word == 'red':
            self.red.append(rest)
        else:
            raise ValueError(f'{self.name}: what is "{word}"?')

    def complaints(self, root=ROOT):
        if not (self.hunks and self.red and self.words and (self.faults or self.own)):
            yield 'fault, says, file, and red have to be told'
        for name, old, _ in self.hunks:
            path = root / name
            count = path.read_text().count('\n'.join(old)) if path.is_file() and old else 0
            if count != 1:
                yield f'does not apply: found {count} times in {name}: {" / ".join(old)[:80]}'

    def apply(self, root):
        for name, old, new in self.hunks:
            path = root / name
            path.write_text(path.read_text().replace('\n'.join(old), '\n'.join(new)))


class Absent:
    """A fault that is not planted, and why."""

    def __init__(self, number):
        self.number, self.reason, self.guard = number, '', ''

    def take(self, word, rest):
        if word == 'because':
            self.reason = f'{self.reason} {rest}'.strip()
        elif word == 'guard':
            self.guard = f'{self.guard} {rest}'.strip()
        else:
            raise ValueError(f'none {self.number}: what is "{word}"?')


class Book:
    def __init__(self):
        self.faults, self.mutants, self.absent = {}, [], []

    def names(self):
        return {m.name for m in self.mutants} | {m.table for m in self.mutants}

    def complaints(self):
        """Every fault of the list is planted, or it is said why not; never both."""
        planted = {n for m in self.mutants for n in m.faults}
        absent = {a.number for a in self.absent}
        names = [m.name for m in self.mutants]
        for n in sorted(set(self.faults) - planted - absent):
            yield f'fault {n} is neither planted nor excused: {self.faults[n]}'
        for n in sorted((planted | absent) - set(self.faults)):
            yield f'there is no fault {n} in tests/mutants/faults'
        for n in sorted(planted & absent):
            yield f'fault {n} is planted and excused at once'
        for a in self.absent:
            if not (a.reason and a.guard):
                yield f'none {a.number}: because and guard have to be told'
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield f'two mutants are called {name}'

    def read(self, path):
        entry = None
        for line in path.read_text().split('\n'):
            if line.startswith('#') or not line.strip():
                continue
            word, _, rest = line.partition(' ')
            if word == 'mutant':
                entry = Mutant(path.stem, rest)
                self.mutants.append(entry)
            elif word == 'none':
                entry = Absent(int(rest))
                self.absent.append(entry)
            else:
                entry.take(word, rest)


def read():
    book = Book()
    for line in (HERE / 'faults').read_text().split('\n'):
        if re.match(r'\d+ ', line):
            number, words = line.split(' ', 1)
            book.faults[int(number)] = words
    for path in sorted(HERE.glob('*.mutants')):
        book.read(path)
    return book
