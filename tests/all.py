#!/usr/bin/env python3
"""Runs every suite, shows what each says, and closes with one line: N passed, N failed.

    all.py [--board BOARD] [--only SUITE] [--list] [-- MAKE [VARIABLE=VALUE]...]

A suite is a make target or a program that prints lines "NAME: N passed, N failed" ("NAME: " may be "# "). One that ends badly without telling a failure, or
tells nothing at all, is a failure by itself. Called by `make test`; only the Python standard library is used.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOARDS = ['virt', 'rpi3', 'zero2w']
SUMMARY = re.compile(r'^(?:# )?(?:\w[\w ./-]*: )?(\d+) passed, (\d+) failed(?: in .*)?$')  # not indented: that would be a quotation


class Suite:
    def __init__(self, name, command):
        self.name, self.command = name, command
        self.passed = self.failed = 0
        self.seconds = 0.0

    def again(self):
        return shlex.join(str(word) for word in self.command)

    def run(self, environment):
        print(f'\n==== {self.name}: {self.again()}', flush=True)
        began = time.monotonic()
        process = subprocess.Popen(self.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors='replace')
        told = 0
        for line in process.stdout:
            print(line, end='', flush=True)
            summary = SUMMARY.match(line.rstrip())
            if summary:
                told += 1
                self.passed += int(summary.group(1))
                self.failed += int(summary.group(2))
        code = process.wait()
        self.seconds = time.monotonic() - began
        if (code and not self.failed) or not told:
            print(f'not ok - {self.name} ended with {code}{"" if told else " and told no result"}', flush=True)
            self.failed += 1


def suites(make, board):
    """make: the command and the variables that were given to it."""
    boards = [board] if board else BOARDS
    yield Suite('lint', [*make, 'lint'])
    yield Suite('mutants', ['tests/mutants/mutants.py', '--check'])
    yield Suite('host', [*make, 'test-host'])
    yield Suite('fuzz', [*make, 'test-fuzz'])
    yield Suite('models', [*make, 'models'])
    for b in boards:
        yield Suite(f'target {b}', [*make, 'test-target', f'BOARD={b}'])
    for b in boards:
        yield Suite(f'sweep {b}', [*make, 'test-sweep', f'BOARD={b}'])
    for b in boards:
        if b != 'zero2w':  # the same image as rpi3's
            yield Suite(f'soak {b}', [*make, 'test-soak', f'BOARD={b}', 'SOAK_SECONDS=5'])
    for b in boards:
        yield Suite(f'philosophers {b}', [*make, 'test-philosophers', f'BOARD={b}'])
    for b in boards:
        yield Suite(f'life faults {b}', [*make, 'test-life-faults', f'BOARD={b}'])
    for b in boards:
        yield Suite(f'life sync {b}', [*make, 'test-life-sync', f'BOARD={b}'])
    for b in boards:  # what others wrote runs on one
        yield Suite(f'std {b}', ['tests/std_test.py', '--board', b, *([] if b == boards[0] else ['--own'])])
    yield Suite('viewer', [*make, 'test-viewer'])
    yield Suite('window', [*make, 'test-window'])
    yield Suite('run', ['tests/run_test.py', *boards])
    yield Suite('app', ['tests/app_test.py', *boards])
    yield Suite('readme', ['tests/readme_test.py'])
    yield Suite('gdb', ['tests/gdb_test.py'])
    yield Suite('scale', ['tests/scale_test.py', '--cores', '4'])  # a million: make test-scale
    yield Suite('builds', ['tests/builds_test.py'])


def build(make, environment):
    """All that several suites want, on all cores, before any clock runs."""
    print(f'==== build: {shlex.join(make)} all', flush=True)
    return subprocess.run([*make, f'-j{os.cpu_count() or 1}', 'all'], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                          check=False).returncode


def table(done):
    print(f'\n{"suite":<20}{"passed":>8}{"failed":>8}{"seconds":>9}')
    for suite in done:
        print(f'{suite.name:<20}{suite.passed:>8}{suite.failed:>8}{suite.seconds:>9.0f}')
    for suite in done:
        if suite.failed:
            print(f'again: {suite.again()}')


def main():
    parser = argparse.ArgumentParser(description='Runs every suite.')
    parser.add_argument('--board', choices=BOARDS, help='only this board, where a suite has one')
    parser.add_argument('--only', action='append', metavar='SUITE', help='by its name, as --list tells; may be repeated')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('make', nargs='*', default=['make'])
    options = parser.parse_args()
    make = [word for word in options.make if not word.startswith('BOARD=')]
    make[1:1] = ['-s', '--no-print-directory']
    environment = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'BOARD')}
    environment.update(word.split('=', 1) for word in make if word.startswith('CORES='))  # for the suites that call make themselves
    chosen = [s for s in suites(make, options.board) if not options.only or s.name in options.only]
    if options.list:
        print('\n'.join(f'{s.name:<20}{s.again()}' for s in chosen))
        return 0
    broken = build(make, environment)
    for suite in chosen:
        suite.run(environment)
    table(chosen)
    failed = sum(s.failed for s in chosen) + bool(broken)
    print(f'{sum(s.passed for s in chosen)} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
