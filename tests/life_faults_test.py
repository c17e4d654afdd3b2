#!/usr/bin/env python3
"""A dish in which a hundred cells fault one after another and some are killed, as user threads and as kernel threads: the others follow the rule with the dead
held dead, each fault is told, each cell has stepped once per generation as long as it lived, and the same run gives the same bytes.

    life_faults_test.py [--board virt] [--build build]     ends with "life faults BOARD: N passed, N failed"
"""
import argparse
import random
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import wire

ROOT = Path(__file__).resolve().parent.parent
SIDE, UNTIL = 48, 130
RULE = f'B3/S23:T{SIDE},{SIDE}'
TEXT = 64 << 30
MACHINE = {'virt': (0x40080000, 0x09000000), 'rpi3': (0x80000, 0x3f201000), 'zero2w': (0x80000, 0x3f201000)}  # kernel, UART
options = None
results = []


def check(good, what, detail=''):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {options.board} {what}', flush=True)
    if not good:
        print('\n'.join('    ' + line for line in str(detail).strip().split('\n')[-15:]))


class Deaths:
    """Who dies when: a hundred by a write to one forbidden place after another, one a generation; a dozen are killed."""

    def __init__(self, mode):
        r = random.Random(4)
        kernel, device = MACHINE[options.board]
        self.places = {'null': 0, 'text': TEXT, **({'kernel': kernel, 'device': device} if mode == 'user' else {})}
        cells = r.sample([(x, y) for y in range(SIDE) for x in range(SIDE)], 112)
        self.wild = [(cell, generation, list(self.places)[generation % len(self.places)]) for generation, cell in enumerate(cells[:100])]
        self.killed = [(cell, r.randrange(UNTIL)) for cell in cells[100:]]

    def options(self):
        for (x, y), generation, place in self.wild:
            yield from ('--wild', f'{x},{y}@{generation}:{place}')
        for (x, y), generation in self.killed:
            yield from ('--kill', f'{x},{y}@{generation}')

    def reference_options(self):
        for (x, y), generation, _ in self.wild:
            yield from ('--kill', f'{x},{y}@{generation + 1}')
        for (x, y), generation in self.killed:
            yield from ('--kill', f'{x},{y}@{generation}')

    def steps(self):
        return SIDE * SIDE * UNTIL - sum(UNTIL - d[1] for d in self.wild + self.killed)

    def faults(self):
        return [(f'cell {x},{y}', self.places[place]) for (x, y), _, place in self.wild]


def view(*words):
    directory = 'virt' if options.board == 'virt' else 'rpi3'
    source = f'qemu:{options.board}:{options.build}/{directory}/life/kernel8.img'
    return subprocess.run([f'{options.build}/petri-view', source, '--headless', *map(str, words)], cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors='replace', timeout=600, check=False)


def reference(*words):
    return subprocess.run([sys.executable, 'tests/life_reference.py', *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)


def faults_in(recording, mode):
    """(name, address) of each FAULT, if cause, domain and mode are right."""
    found = []
    for kind, _, p in wire.frames(recording.read_bytes()):
        if kind != wire.FAULT:
            continue
        _, _, far, _, _, cause, length, domain, kernel = struct.unpack_from('<QQQQQBBBB', p)
        name = p[44:44 + length].decode()
        found.append((name, far) if (cause, domain, kernel) == (1, 1, mode == 'kernel') else (name, cause, domain, kernel))
    return found


def run_dies(at, mode, what, *how):
    """One run. Returns its recording's bytes."""
    deaths, saved, recording = Deaths(mode), at / 'saved.rle', at / 'recording'
    run = view('--mode', mode, '--random', 0.4, '--soup', 3, '--rule', RULE, '--until', UNTIL, '--save', saved, '--record', recording,
               *deaths.options(), *how)
    line = re.match(r'generation (\d+) .* cell_steps (\d+) ', run.stdout)
    check(run.returncode == 0 and line and int(line[1]) == UNTIL, f'{what}: the dish goes on to its goal', run.stdout + run.stderr)
    check(line and int(line[2]) == deaths.steps(), f'{what}: each cell stepped once per generation for as long as it lived: {deaths.steps()}', run.stdout)
    reference(at / 'start.rle', '--until', UNTIL, *deaths.reference_options(), '--save', at / 'wanted.rle')
    compared = reference('compare', saved, at / 'wanted.rle')
    check(compared.returncode == 0, f'{what}: the others follow the rule with the dead held dead', compared.stdout + compared.stderr)
    faults = faults_in(recording, mode)
    check(faults == deaths.faults(), f'{what}: a hundred faults are told, in order, with cell, address and mode', faults)
    told = re.findall(r'petri-view: (cell \d+,\d+) died: write to [^,]+, address (0x\w+), [^()]+ \((\w+), cell\.c:\d+\)', run.stderr)
    check([(name, int(address, 16)) for name, address, _ in told] == deaths.faults() and {f for _, _, f in told} == {'heed'},
          f'{what}: and in words, with function, file and line', run.stderr)
    read = subprocess.run([sys.executable, 'tests/wire_reader.py', recording, '--quiet', '--verify'], cwd=ROOT, capture_output=True, text=True, check=False)
    check(read.returncode == 0, f'{what}: the recording is sound, every shown generation follows from the one before', read.stderr)
    return recording.read_bytes()


def refused(mode, words, *how):
    run = view('--icount', '--mode', mode, '--rule', 'B3/S23:T8,8', '--random', 0, '--until', 9, *how)
    check(run.returncode == 1 and run.stdout == '' and words in run.stderr, f'{mode}: {" ".join(how)} is refused', run.stderr)


def main():
    global options
    parser = argparse.ArgumentParser(description='A dish in which cells die.')
    parser.add_argument('--board', choices=MACHINE, default='virt')
    parser.add_argument('--build', default='build')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='petri-') as folder:
        at = Path(folder)
        view('--icount', '--random', 0.4, '--soup', 3, '--rule', RULE, '--until', 0, '--save', at / 'start.rle')
        for mode in ('user', 'kernel'):
            first, again = (run_dies(at, mode, f'{mode} {turn}', '--icount', '--seed', 5, '--quantum', 5) for turn in ('first', 'again'))
            check(first == again, f'{mode}: the same bytes twice')
        run_dies(at, 'user', 'user, in real time')
    refused('user', 'nothing would stop a user thread from writing to 0x1080000000', '--wild', '1,1@3:0x1080000000')
    refused('kernel', 'nothing would stop a kernel thread', '--wild', '1,1@3:kernel')
    refused('user', 'cell 8,1 is not on the board', '--wild', '8,1@3')
    refused('user', 'cell 1,1 has no thread any more', '--kill', '1,1@0', '--wild', '1,1@0')
    print(f'life faults {options.board}: {sum(results)} passed, {len(results) - sum(results)} failed')
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
