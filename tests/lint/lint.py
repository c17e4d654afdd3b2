#!/usr/bin/env python3
"""The rules of the house that a machine can hold: who includes what, where addresses and assembly may stand, sizes, layout.

    lint.py [RULE]...     all rules, or those named; --list tells them
    lint.py --format      lays out all C files

Each rule is one test; what breaks it is told as file:line. Ends with "lint: N passed, N failed". What only hardware would show is
looked for in the machine code (machine.py). Only the Python standard library is used.
"""
import sys

import layout
import machine
import order
import sources
from files import rules

MOST = 12  # complaints of one rule to show, unless it was asked for by name


def main():
    wanted = sys.argv[1:]
    if wanted == ['--list']:
        for rule in rules:
            print(f'{rule.__name__.replace("_", "-"):<22} {rule.__doc__.splitlines()[0]}')
        return 0
    if wanted == ['--format']:
        layout.format_all()
        return 0
    names = {rule.__name__.replace('_', '-') for rule in rules}
    if set(wanted) - names:
        print(f'lint: no such rule: {" ".join(sorted(set(wanted) - names))}', file=sys.stderr)
        return 2
    failed = 0
    chosen = [rule for rule in rules if not wanted or rule.__name__.replace('_', '-') in wanted]
    for n, rule in enumerate(chosen, 1):
        name = rule.__name__.replace('_', '-')
        complaints = list(rule())
        failed += bool(complaints)
        print(f'{"not ok" if complaints else "ok"} {n} - {name}: {rule.__doc__.splitlines()[0]}', flush=True)
        for complaint in complaints if wanted else complaints[:MOST]:
            print(f'    {complaint}')
        if len(complaints) > MOST and not wanted:
            print(f'    ... and {len(complaints) - MOST} more')
        if complaints:
            print(f'    again: tests/lint/lint.py {name}')
    print(f'lint: {len(chosen) - failed} passed, {failed} failed')
    return 1 if failed else 0


assert layout and machine and order and sources  # their rules are in the list now
if __name__ == '__main__':
    sys.exit(main())
