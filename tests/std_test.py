#!/usr/bin/env python3
"""The standard's API, held to its word: programs of our own, one per property, and programs that others wrote.

    std_test.py [--board BOARD] [--build DIR] [--own | --others] [--show] [NAME]...

The own ones (tests/std/*.c) are built by `make app` and run under icount with several seeds and a tiny quantum, once as a kernel-mode app, and
once in real time (again, alone, if a busy host may have spoilt it). What is expected stands in the head of each, in lines such as

    std: exit 7              its exit code (0 if it is not said)
    std: seeds 8             run it with the seeds 1 to 8
    std: quantum 0.5         in microseconds, under icount
    std: cores 4             in real time on so many, and once under icount, too
    std: fault NAME x2       a thread of that name dies, twice
    std: says TEXT           a line of its output; several come in this order

The others are in std_others.py: taken from the distribution's packages as they are, built and run by `make run APP=folder`.
Only the Python standard library is used.
"""
import argparse
import collections
import concurrent.futures
import functools
import itertools
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / 'tests/std'
BOARDS = ['virt', 'rpi3', 'zero2w']
FAULT = re.compile(r'^petri: thread (.*) died: ', re.M)
LIMIT = 60  # seconds for one of our own


class Expected:
    def __init__(self, source):
        self.exit, self.seeds, self.quantum, self.cores = 0, 1, 2.0, 1
        self.faults, self.says = collections.Counter(), []
        for word, rest in re.findall(r'^ \* std: (\w+) (.*)$', source, re.M):
            getattr(self, 'take_' + word)(rest)

    def take_exit(self, code):
        self.exit = int(code)

    def take_seeds(self, n):
        self.seeds = int(n)

    def take_quantum(self, us):
        self.quantum = float(us)

    def take_cores(self, n):
        self.cores = int(n)

    def take_fault(self, text):
        name, times = re.fullmatch(r'(\S+)(?: x(\d+))?', text).groups()
        self.faults[name] += int(times or 1)

    def take_says(self, text):
        self.says.append(text)


class Outcome:
    """One run: what it is called, whether it went well, what was wrong, how to see it again."""

    def __init__(self, name, complaints, again, output='', seconds=0.0):
        self.name, self.complaints, self.again, self.output, self.seconds = name, complaints, again, output, seconds

    def show(self, everything=False):
        print(f'{"not ok" if self.complaints else "ok"} {self.name} ({self.seconds:.1f} s)', flush=True)
        for complaint in self.complaints:
            print(f'    {complaint}')
        if self.complaints or everything:
            for line in self.output.splitlines()[-25:]:
                print(f'    | {line}')
        if self.complaints:
            print(f'    again: {self.again}', flush=True)


def run(command, limit, cwd=ROOT):
    """(exit code or None, stdout, stderr, seconds)"""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               errors='replace', env=environment())
    try:
        out, err = process.communicate(timeout=limit)
        code = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        code = None
    return code, out, err, time.monotonic() - began


def environment():
    """Not the variables of a make that called us."""
    return {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'BOARD', 'APP', 'CFLAGS', 'ARGS')}


def make(options, *words):
    return ['make', '-s', '--no-print-directory', f'BOARD={options.board}', *([f'BUILD={options.build}'] if options.build else []), *words]


def prepare(options):
    """What all of them want is built once, before several makes at a time look at it."""
    viewer = f'{options.build or "build"}/petri-view'
    code, out, err, _ = run(make(options, viewer), 600)
    return viewer, code, out + err


# ---- our own ------------------------------------------------------------------------------------------------------------

def judge(expected, code, out, err):
    if code is None or code == 124:
        yield f'no end within {LIMIT} s'
    elif code != expected.exit:
        yield f'exit code {code}, expected {expected.exit}'
    yield from re.findall(r'^not ok.*$', out, re.M)
    if not expected.says and not re.search(r'^[1-9]\d* checked, 0 failed$', out, re.M):
        yield 'it does not say that something was checked'
    lines = iter(out.splitlines())
    for text in expected.says:
        if text not in lines:  # goes on behind the last one found
            yield f'it does not say, or not in this order: {text}'
    faults = collections.Counter(FAULT.findall(err))
    if faults != expected.faults:
        yield f'threads that died: {dict(faults)}, expected {dict(expected.faults)}'


def kinds_of_run(expected, options):
    """(what it is called, options of petri-view)"""
    icount = ['--icount', '--quantum', f'{expected.quantum:g}']
    seeds = expected.seeds if options.board == 'virt' else 1
    for seed in range(1, seeds + 1):
        yield f'seed {seed}', [*icount, '--seed', str(seed)]
    yield 'kernel mode', [*icount, '--seed', '1', '--mode', 'kernel']
    if expected.cores > 1:
        yield f'{expected.cores} cores', [*icount, '--seed', '1', '--cores', str(expected.cores)]
        yield f'{expected.cores} cores in real time', ['--cores', str(expected.cores)]
    else:
        yield 'real time', []


def one_run(name, kind, image, viewer, words, options):
    expected = Expected((HERE / (name + '.c')).read_text())
    command = [viewer, '--console', '--timeout', str(LIMIT), f'qemu:{options.board}:{image}', *words]
    code, out, err, seconds = run(command, LIMIT + 30)
    again = shlex.join([*make(options, 'run', 'APP=tests/std', f'APP_SOURCES={name}.c'), f'VIEW={shlex.join(words)}'])
    return Outcome(f'{options.board} {name}, {kind}', list(judge(expected, code, out, err)), again, out + err, seconds)


def build_own(name, directory, options):
    """Each image at a place of its own: make knows one for the folder."""
    command = make(options, 'app', 'APP=tests/std', f'APP_SOURCES={name}.c')
    code, out, err, seconds = run(command, 600)
    if code != 0:
        return None, Outcome(f'{options.board} {name}', ['it does not build'], shlex.join(command), out + err, seconds)
    image = Path(directory) / (name + '.img')
    image.write_bytes((ROOT / out.split()[-1]).read_bytes())
    return image, None


def is_spoilt(outcome):
    """In real time a busy host can spoil a check that counts on time passing, but neither cause a fault nor keep it from its end."""
    return bool(outcome.complaints) and all(c.startswith(('not ok', 'exit code 1, expected 0', 'it does not say that')) for c in outcome.complaints)


def alone(once):
    """Once more, and once more, with nothing beside it."""
    for _ in range(2):
        outcome = once()
        if not is_spoilt(outcome):
            break
        print(f'# {outcome.name}: {"; ".join(outcome.complaints)}: once more, alone', flush=True)
    return outcome


def own(names, viewer, options):
    with tempfile.TemporaryDirectory(prefix='petri-std-') as directory, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        later = []
        for name in names:
            image, failure = build_own(name, directory, options)
            if failure:
                yield failure
                continue
            expected = Expected((HERE / (name + '.c')).read_text())
            for kind, words in kinds_of_run(expected, options):
                once = functools.partial(one_run, name, kind, image, viewer, words, options)
                later.append((pool.submit(once), None if '--icount' in words else once))
        spoilt = []
        for future, again in later:
            if again is not None and is_spoilt(future.result()):
                spoilt.append(again)
            else:
                yield future.result()
        for again in spoilt:
            yield alone(again)


# ---- all ----------------------------------------------------------------------------------------------------------------

def parse_arguments(others):
    parser = argparse.ArgumentParser(description="The standard's API, held to its word.")
    parser.add_argument('names', nargs='*', metavar='NAME', help='a program; none: all')
    parser.add_argument('--board', choices=BOARDS, default='virt')
    parser.add_argument('--build', help='folder of make, if not build')
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1), help='how many at a time')
    parser.add_argument('--own', action='store_true', help='only those of tests/std')
    parser.add_argument('--others', action='store_true', help='only those of others')
    parser.add_argument('--show', action='store_true', help='show what they print')
    options = parser.parse_args()
    ours = sorted(p.stem for p in HERE.glob('*.c'))
    theirs = [p.name for p in others]
    for name in options.names:
        if name not in ours + theirs:
            parser.error(f'{name}: no such program; choose from {" ".join(ours + theirs)}')
    if options.names or options.others:
        ours = [n for n in ours if n in options.names]
    if options.names or options.own:
        others = [p for p in others if p.name in options.names]
    return options, ours, others


def main():
    import std_others  # it wants what is above
    options, ours, others = parse_arguments(std_others.programs())
    viewer, code, said = prepare(options)
    if code != 0:
        print(f'not ok: petri-view does not build\n{said}')
        print(f'std {options.board}: 0 passed, 1 failed')
        return 1
    passed = failed = 0
    for outcome in itertools.chain(own(ours, viewer, options), std_others.run_all(others, options)):
        outcome.show(options.show)
        passed += not outcome.complaints
        failed += bool(outcome.complaints)
    print(f'std {options.board}: {passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.modules['std_test'] = sys.modules['__main__']
    sys.exit(main())
