#!/usr/bin/env python3
"""Plants faults in a copy of the tree, one at a time, and wants the tests to turn red.

    mutants.py [--jobs 2] [NAME]...   all mutants, or those named (or those of a table: kernel, locks, ...)
    mutants.py --check                do all of them still apply, is every known fault spoken for, is docs/mutants.md true?
    mutants.py --write                writes the tables of docs/mutants.md anew
    mutants.py --list

What is planted stands in the tables beside this program (see tables.py). Every test that is to see a fault is first run on the
unchanged tree, where it has to be green. Ends with "caught N / planted M". Only the Python standard library is used.
"""
import argparse
import concurrent.futures
import os
import sys
import time

import page
import tables
from trial import Trials


def parse_arguments():
    parser = argparse.ArgumentParser(description='Plants faults and wants the tests to turn red.')
    parser.add_argument('names', nargs='*', metavar='NAME', help='a mutant or a table; none: all')
    parser.add_argument('--check', action='store_true', help='only whether they apply and the page is true')
    parser.add_argument('--write', action='store_true', help='write the tables of docs/mutants.md anew')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--keep', action='store_true', help='keep the changed trees in build/mutants')
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1), help='how many at a time')
    return parser.parse_args()


def check(book):
    """One line per mutant that does not apply any more, per fault that nobody speaks for, and for the page."""
    complaints = [f'{m.name}: {c}' for m in book.mutants for c in m.complaints()]
    complaints += book.complaints()
    complaints += page.complaints(book)
    for complaint in complaints:
        print(f'not ok - {complaint}')
    total = len(book.mutants) + 1
    print(f'mutants: {total - min(total, len(complaints))} passed, {len(complaints)} failed')
    return 1 if complaints else 0


def choose(book, names):
    unknown = [n for n in names if n not in book.names()]
    if unknown:
        sys.exit(f'mutants: nothing is called {" ".join(unknown)}; see --list')
    return [m for m in book.mutants if not names or m.name in names or m.table in names]


def run(mutants, options):
    trials = Trials(options.keep, options.jobs)
    began = time.monotonic()
    trials.prepare(mutants)
    caught = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for verdict in pool.map(trials.attempt, mutants):
            verdict.show()
            caught += verdict.caught
    print(f'caught {caught} / planted {len(mutants)} in {time.monotonic() - began:.0f} s')
    return 0 if caught == len(mutants) else 1


def main():
    options = parse_arguments()
    book = tables.read()
    if options.list:
        for m in book.mutants:
            print(f'{m.name:<34} {m.words}')
        return 0
    if options.write:
        page.write(book)
        return 0
    if options.check:
        return check(book)
    return run(choose(book, options.names), options)


if __name__ == '__main__':
    sys.exit(main())
