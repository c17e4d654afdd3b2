#!/usr/bin/env python3
"""A thread per cell on large boards: exact, counted by gdb, made anew in another shape, and what each of them takes of the RAM.

    scale_test.py [--side 256] [--boards virt rpi3] [--cores 4 1] [--build build] [--table]      ends with "scale: N passed, N failed"

With --side 1024 it is 1,048,576 threads on 1 GiB, a matter of minutes; --table then shows where the bytes of a thread are (docs/scale.md).
"""
import argparse
import re
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / 'target'))
import run as target  # noqa: E402
import wire  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
BYTES_MAX = 950  # of a million; fewer threads share what there is once
FIXED = 4 << 20  # tables of wait queues, the app's own memory, the helpers' stacks
SETUP, UNTIL = 0x90, 0x96
results = []


def check(good, what, detail=''):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {what}', flush=True)
    if not good:
        print('\n'.join('    ' + line for line in str(detail).strip().split('\n')[-12:]))
        print(f'    again: tests/scale_test.py {" ".join(sys.argv[1:])}', flush=True)
    return good


def command(*words, timeout=1800, **more):
    return subprocess.run([str(w) for w in words], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False, **more)


class Board:
    def __init__(self, name, cores, options, folder):
        self.name, self.cores, self.side, self.at = name, cores, options.side, Path(folder)
        self.build = ROOT / options.build
        self.image = self.build / target.BOARDS[name][0] / 'life/kernel8.img'
        self.cells = self.side * self.side
        self.what = f'{name}, {cores} core{"s" if cores > 1 else ""}, {self.side} x {self.side}'

    def most(self):
        return BYTES_MAX if self.side >= 1024 else (BYTES_MAX * self.cells + FIXED) // self.cells

    def soup(self):
        start, saved, wanted = (self.at / name for name in ('start.rle', 'saved.rle', 'wanted.rle'))
        rule = f'B3/S23:T{self.side},{self.side}'
        reference = ['tests/life_reference.py']
        if not start.exists():
            command(*reference, '--random', self.side, self.side, 0.3, 5, '--rule', rule, '--until', 0, '--save', start)
            command(*reference, start, '--until', 10, '--save', wanted)
        run = command(self.build / 'petri-view', f'qemu:{self.name}:{self.image}', '--cores', self.cores, '--headless', '--load', start,
                      '--until', 10, '--save', saved, text=True)
        steps = re.search(r'cell_steps (\d+)', run.stdout)
        check(run.returncode == 0 and steps and int(steps.group(1)) == 10 * self.cells,
              f'{self.what}: ten generations, each cell once in each', run.stdout + run.stderr)
        compared = command(*reference, 'compare', saved, wanted, text=True)
        check(compared.returncode == 0, f'{self.what}: the cells are those of a serial simulation', compared.stdout + compared.stderr)
        taken = re.search(r'^bytes per thread: (\d+)$', run.stderr, re.M)
        check(taken and int(taken.group(1)) <= self.most(), f'{self.what}: bytes per thread: {taken and taken.group(1)}, at most {self.most()}',
              run.stderr)
        return int(taken.group(1)) if taken else 0

    def counted(self):
        """Stopped when all cells stand for the first time. The port is free now."""
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            port = s.getsockname()[1]
        script = self.at / 'script'
        command(self.build / 'petri-view', '--boot-script', script, '--cores', self.cores, '--rule', f'B3/S23:T{self.side},{self.side}', '--random', 0.3,
                '--soup', 5)
        run = command('os/gdb', '--board', self.name, '--image', self.image, '--app', self.build / 'app/life.elf', '--port', port, '--script', script,
                      '--batch', 'thbreak controller_run;continue;threads cell', text=True)
        numbers = re.findall(r'^(\d+) threads$', run.stdout, re.M)
        check(numbers == [str(self.cells)], f'{self.what}: gdb counts {self.cells} control blocks of cells, told {numbers}', run.stdout + run.stderr)

    def reshaped(self):
        """All end, and as many are made in their place; then all end again."""
        shape = [(SETUP, struct.pack('<HHBBHH', self.side, self.side, topology, 0, 8, 12)) for topology in (0, 1)]
        blob = self.at / 'blob'
        blob.write_bytes(target.boot_blob(0, 10000, 'user', [], [*shape, (UNTIL, struct.pack('<QB', 3, 1))], self.cores))
        _, address, machine = target.BOARDS[self.name]
        machine = [w if w != '256M' else '1G' for w in machine] + (['-smp', str(self.cores)] if self.name == 'virt' else [])
        run = command('qemu-system-aarch64', *machine, '-kernel', self.image, '-semihosting', '-display', 'none', '-monitor', 'none', '-serial', 'stdio',
                      '-device', f'loader,file={blob},addr={address:#x},force-raw=on')
        frames = wire.frames(run.stdout)
        last = [p for kind, _, p in frames if kind == wire.GENERATION][-1:]
        good = last and struct.unpack_from('<Q', last[0], 4)[0] == 3 and struct.unpack_from('<QQQ', last[0], 24)[0] == 3 * self.cells and \
            struct.unpack_from('<Q', last[0], 40)[0] == 2 * self.cells
        refused = [p[6:] for kind, _, p in frames if kind == wire.ACK and p[5]]
        check(run.returncode == 0 and good and not refused, f'{self.what}: ended and made anew in another shape, and three generations of that',
              [run.returncode, refused, run.stdout[-600:]])


def size_of(elf, what):
    told = command('gdb-multiarch', '-batch', '-nx', elf, '-ex', f'print {what}', text=True).stdout
    return int(re.search(r'= (\d+)', told).group(1))


def table(board, taken):
    kernel, app = board.image.with_suffix('.elf'), board.build / 'app/life.elf'
    stack = 384 if 'define THREAD_COMPACT_SIZE 384u' in (ROOT / 'os/include/petri/thread.h').read_text() else 0
    rows = [('control block (struct thread)', size_of(kernel, 'sizeof(struct thread)')),
            ('compact stack', stack),
            ("the app's record of a cell (struct cell)", size_of(app, 'sizeof(struct cell)')),
            ('board: two buffers of a byte', 2)]
    rows.append(('page tables of these: 8 bytes a page', sum(n for _, n in rows) * 8 / 4096))
    rows.append(('wait buckets: one for 16 KiB of RAM', size_of(kernel, 'sizeof(struct wait_bucket)') * (1 << 16) / board.cells))
    rows.append(('all else: pictures to be sent, helpers, the kernel', taken - sum(n for _, n in rows)))
    print(f'\n| {board.what} | bytes per thread |\n|---|---|')
    for name, n in rows:
        print(f'| {name} | {n:.1f} |')
    print(f'| measured | {taken} |\n')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--side', type=int, default=256)
    parser.add_argument('--boards', nargs='+', default=['virt', 'rpi3'])
    parser.add_argument('--cores', nargs='+', type=int, default=[4, 1])
    parser.add_argument('--build', default='build')
    parser.add_argument('--table', action='store_true')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='petri-') as folder:
        for name in options.boards:
            for cores in options.cores:
                board = Board(name, cores, options, folder)
                taken = board.soup()
                board.counted()
                board.reshaped()
                if options.table:
                    table(board, taken)
    failed = results.count(False)
    print(f'scale: {len(results) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
