#!/usr/bin/env python3
"""Runs the suites, shows what each says, and closes with one line: N passed, N failed.

    all.py [--all] [--board BOARD] [--only SUITE] [--list] [-- MAKE [VARIABLE=VALUE]...]

A suite is a make target or a program that prints lines "NAME: N passed, N failed" ("NAME: " may be "# "). One that ends badly without telling a failure, or
tells nothing at all, is a failure by itself. Called by `make test`, and with --all by `make test-all`, which repeats more: docs/assurance.md tells what each of
them runs. Suites run side by side in three lanes (Suite); one at a time is heard (Floor). Only the Python standard library is used.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOARDS = ['virt', 'rpi3', 'zero2w']
HOST_CORES = os.cpu_count() or 1
JOBS = max(1, min(2, HOST_CORES - 1))  # of a suite that has others beside it
SUMMARY = re.compile(r'^(?:# )?(?:\w[\w ./-]*: )?(\d+) passed, (\d+) failed(?: in .*)?$')  # not indented: that would be a quotation
# zero2w boots the image of rpi3 on a machine with half the memory: what starts, fills the memory, or asks the board for the time, a byte, a core
ON_ZERO2W = '''begin affinity console exhausted exit_code fairness info kernel_bug life_reference life_wild many noise panic_cores phil_meals
    priorities private_heap_many quantum sleep soak switches unmapped_cores user_faults voices'''.split()


class Suite:
    """lane: `tree`, it calls make on this tree, and two makes at once would race; `clock`, it looks at a clock; `counted`, how it ends does not depend on
    how fast it runs: it stands back behind the other two, and fills what they leave of the machine."""

    def __init__(self, lane, name, *command):
        self.lane, self.name, self.command = lane, name, [str(word) for word in command]
        self.passed = self.failed = 0
        self.seconds = self.used = 0.0

    def again(self):
        return shlex.join(self.command)

    def run(self, environment, floor):
        floor.say(self, f'\n==== {self.name}: {self.again()}\n')
        began = time.monotonic()
        try:
            code, told = self.execute(environment, floor)
        except OSError as error:
            code, told = error, 0
        self.seconds = time.monotonic() - began
        if (code and not self.failed) or not told:
            floor.say(self, f'not ok - {self.name} ended with {code}{"" if told else " and told no result"}\n')
            self.failed += 1
        floor.leave(self)

    def execute(self, environment, floor):
        """(code at its end, how many results it told)"""
        told = 0
        process = subprocess.Popen([*(['nice', '-n', '5'] if self.lane == 'counted' else []), *self.command], cwd=ROOT, env=environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
        for line in process.stdout:
            floor.say(self, line)
            summary = SUMMARY.match(line.rstrip())
            if summary:
                told += 1
                self.passed += int(summary.group(1))
                self.failed += int(summary.group(2))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.used = usage.ru_utime + usage.ru_stime
        return process.returncode, told


class Floor:
    """Who began first is heard line by line; what the others say is kept until it is their turn."""

    def __init__(self):
        self.lock, self.waiting, self.left = threading.Lock(), {}, set()

    def say(self, suite, line):
        with self.lock:
            self.waiting.setdefault(suite, []).append(line)
            self.tell()

    def leave(self, suite):
        with self.lock:
            self.left.add(suite)
            self.tell()

    def tell(self):
        while self.waiting:
            first = next(iter(self.waiting))
            print(''.join(self.waiting[first]), end='', flush=True)
            self.waiting[first] = []
            if first not in self.left:
                return
            del self.waiting[first]


# ---- which there are --------------------------------------------------------------------------------------------------

def of_the_tree(boards, others):
    """boards: where everything runs; others: where only what can differ there does. What others wrote runs on one board."""
    for b in boards:
        yield Suite('tree', f'std {b}', 'tests/std_test.py', '--jobs', JOBS, '--board', b, *([] if b == boards[0] else ['--own']))
    yield Suite('tree', 'app', 'tests/app_test.py', *boards)
    yield Suite('tree', 'run', 'tests/run_test.py', *boards, *others)
    yield Suite('tree', 'gdb', 'tests/gdb_test.py')
    yield Suite('tree', 'readme', 'tests/readme_test.py')


def by_the_clock(make, boards, others, everything):
    jobs = f'--jobs {JOBS}'
    for b in boards:
        yield Suite('clock', f'target {b} free', *make, 'test-free', f'BOARD={b}', f'TEST_OPTIONS={jobs}')
    for b in others:
        yield Suite('clock', f'target {b} free', *make, 'test-free', f'BOARD={b}', f'TEST_OPTIONS={jobs}', f'NAME={" ".join(ON_ZERO2W)}')
    yield Suite('clock', 'viewer', *make, 'test-viewer')
    yield Suite('clock', 'window', *make, 'test-window')
    for n, b in enumerate(boards):
        if b != 'zero2w':  # the same image as rpi3's
            seeds = [] if everything or n == 0 else ['SOAK_SEEDS=5']
            yield Suite('clock', f'soak {b}', *make, 'test-soak', f'BOARD={b}', 'SOAK_SECONDS=5', *seeds)
    for b in boards:
        yield Suite('clock', f'life sync {b}', *make, 'test-life-sync', f'BOARD={b}')
    yield Suite('clock', 'scale', 'tests/scale_test.py', '--cores', 4)  # a million: make test-scale
    for b in boards:
        yield Suite('clock', f'philosophers {b}', *make, 'test-philosophers', f'BOARD={b}')
    for b in others:
        yield Suite('clock', f'philosophers {b}', *make, 'test-philosophers', f'BOARD={b}', 'NAME=goals_are_met_exactly commands_do_what_they_say')


def counted(make, boards, others, everything):
    """Of several boards the first one searches; the others show whether they are like it."""
    yield Suite('counted', 'lint', *make, 'lint')
    yield Suite('counted', 'mutants', 'tests/mutants/mutants.py', '--check')
    yield Suite('counted', 'host', *make, 'test-host')
    yield Suite('counted', 'fuzz', *make, 'test-fuzz')
    yield Suite('counted', 'models', *make, 'models')
    for n, b in enumerate(boards):
        few = '' if everything or n == 0 else ' --few 1'
        yield Suite('counted', f'target {b}', *make, 'test-icount', f'BOARD={b}', f'TEST_OPTIONS=--patience 3{few}')
    for b in others:
        yield Suite('counted', f'target {b}', *make, 'test-icount', f'BOARD={b}', 'TEST_OPTIONS=--patience 3 --few 1', f'NAME={" ".join(ON_ZERO2W)}')
    for b in boards if everything else boards[:1]:
        if not any(word.startswith('CORES=') for word in make):
            yield Suite('counted', f'target {b} 4 cores', *make, 'test-icount', f'BOARD={b}', 'CORES=4', 'TEST_OPTIONS=--patience 3 --few 1')
    for n, b in enumerate(boards):
        seeds = [] if everything else ['SWEEP_SEEDS=5', 'SWEEP_OTHERS=1'] if n == 0 else ['SWEEP_SEEDS=2', 'SWEEP_OTHERS=1']
        yield Suite('counted', f'sweep {b}', *make, 'test-sweep', f'BOARD={b}', *seeds)
    for b in boards:
        yield Suite('counted', f'life faults {b}', *make, 'test-life-faults', f'BOARD={b}')
    yield Suite('counted', 'builds', 'tests/builds_test.py', *([] if everything else ['--few', 1, 'checked', 'clang']))


def suites(make, board, everything):
    """make: the command and the variables that were given to it. A lane takes its suites in this order."""
    boards = [board] if board else BOARDS if everything else [b for b in BOARDS if b != 'zero2w']
    others = [b for b in BOARDS if b not in boards and not board]
    yield from of_the_tree(boards, others)
    yield from by_the_clock(make, boards, others, everything)
    yield from counted(make, boards, others, everything)


# ---- all of them --------------------------------------------------------------------------------------------------------

def build(make, environment):
    """All that several suites want, on all cores, before any clock runs."""
    print(f'==== build: {shlex.join(make)} all host-programs', flush=True)
    return subprocess.run([*make, f'-j{HOST_CORES}', 'all', 'host-programs'], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                          check=False).returncode


def run_all(chosen, environment, side_by_side):
    floor, stopped = Floor(), threading.Event()

    def run(lane):
        for suite in lane:
            if not stopped.is_set():
                suite.run(environment, floor)

    lanes = [[s for s in chosen if s.lane == lane] for lane in ('tree', 'clock', 'counted')] if side_by_side else [chosen]
    threads = [threading.Thread(target=run, args=(lane,), daemon=True) for lane in lanes]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        stopped.set()


def table(done, seconds):
    print(f'\n{"suite":<20}{"passed":>8}{"failed":>8}{"seconds":>9}{"of a core":>11}')
    for suite in done:
        print(f'{suite.name:<20}{suite.passed:>8}{suite.failed:>8}{suite.seconds:>9.0f}{suite.used:>11.0f}')
    print(f'{"all":<20}{sum(s.passed for s in done):>8}{sum(s.failed for s in done):>8}{seconds:>9.0f}{sum(s.used for s in done):>11.0f}')
    for suite in done:
        if suite.failed:
            print(f'again: {suite.again()}')


def main():
    parser = argparse.ArgumentParser(description='Runs the suites.')
    parser.add_argument('--all', action='store_true', help='everything on every board, with all seeds and builds')
    parser.add_argument('--board', choices=BOARDS, help='only this board, where a suite has one')
    parser.add_argument('--only', action='append', metavar='SUITE', help='by its name, as --list tells; may be repeated')
    parser.add_argument('--list', action='store_true')
    parser.add_argument('make', nargs='*', default=['make'])
    options = parser.parse_args()
    began = time.monotonic()
    make = [word for word in options.make if not word.startswith('BOARD=')]
    make[1:1] = ['-s', '--no-print-directory']
    environment = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'BOARD')}
    cores = [word for word in make if word.startswith('CORES=')]
    environment.update(word.split('=', 1) for word in cores)  # for the suites that call make themselves
    chosen = [s for s in suites(make, options.board, options.all) if not options.only or s.name in options.only]
    if options.list:
        print('\n'.join(f'{s.name:<20}{s.again()}' for s in chosen))
        return 0
    broken = build(make, environment)
    # What is built with other variables than suites know that call make themselves, they make anew: then one after another.
    usual = all('=' not in word or word.startswith('YES=') or word == 'CORES=4' for word in make)
    run_all(chosen, environment, usual and HOST_CORES > 1)
    table(chosen, time.monotonic() - began)
    failed = sum(s.failed or not s.passed for s in chosen) + bool(broken)  # whatever has not run at all, too
    print(f'{sum(s.passed for s in chosen)} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
