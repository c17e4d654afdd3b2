#!/usr/bin/env python3
"""Tries the commands of os/gdbinit on a running Life of 32 x 32 cells, and that a stopped machine stays unharmed.

    gdb_test.py [BUILD]      ends with "gdb: N passed, N failed"
"""
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(sys.argv[1] if len(sys.argv) > 1 else 'build')
CELLS = 32 * 32
results = []


def check(good, what, detail=''):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {what}', flush=True)
    if not good:
        print(f'    {detail}\n    again: tests/gdb_test.py')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def blob(directory, cores):
    """The boot script of a dish that runs on by itself."""
    name = Path(directory) / 'boot'
    subprocess.run([BUILD / 'petri-view', '--boot-script', name, '--rule', 'B3/S23:T32,32', '--random', '0.3', '--soup', '5',
                    '--cores', str(cores)], cwd=ROOT, check=True)
    return name


def gdb(board, commands, directory, cores=1):
    image = BUILD / ('virt' if board == 'virt' else 'rpi3') / 'life/kernel8.img'
    run = subprocess.run(['os/gdb', '--board', board, '--image', image, '--app', BUILD / 'app/life.elf', '--port', str(free_port()),
                          '--cores', str(cores), '--script', blob(directory, cores), '--batch', ';'.join(commands)], cwd=ROOT, capture_output=True, text=True,
                         stdin=subprocess.DEVNULL, timeout=120, check=False)
    return run.returncode, run.stdout + run.stderr


def last_number(text, word):
    found = re.findall(rf'^(\d+) {word}$', text, re.M)
    return int(found[-1]) if found else None


def on_board(board):
    with tempfile.TemporaryDirectory(prefix='petri-') as directory:
        code, text = gdb(board, ['go 5', 'echo [threads]\\n', 'threads', 'echo [alive]\\n', 'kprint thread_counts.alive', 'echo [cells]\\n',
                                 'threads cell', 'echo [runq]\\n', 'runq', 'echo [locks]\\n', 'locks', 'echo [again]\\n', 'go 2',
                                 'threads'], directory)
    parts = dict(zip(re.findall(r'^\[(\w+)\]$', text, re.M), re.split(r'^\[\w+\]$', text, flags=re.M)[1:]))
    check(code == 0 and len(parts) == 6, f'{board}: gdb runs the machine and stops it', text[-600:])
    if len(parts) != 6:
        return
    alive = re.search(r'= (\d+)', parts['alive'])
    count = last_number(parts['threads'], 'threads')
    check(alive and count == int(alive.group(1)) and parts['threads'].rstrip().endswith(f'{count} threads'),
          f'{board}: threads counts what the kernel counts, in its last line', parts['threads'][-300:])
    check(last_number(parts['cells'], 'threads') == CELLS, f'{board}: threads cell counts a thread per cell', parts['cells'][-300:])
    check('core 0:' in parts['runq'] and re.search(r'switches [1-9]\d*', parts['runq']), f'{board}: runq tells of core 0', parts['runq'])
    locks = re.search(r'^spinlocks taken: .* \(of (\d+)\)$', parts['locks'], re.M)
    check(locks and int(locks.group(1)) >= 12 and
          re.search(r'^queue.*: 1 wait: receiver', parts['locks'], re.M), f'{board}: locks tells who waits for what', parts['locks'])
    check(last_number(parts['again'], 'threads') == count, f'{board}: the machine goes on after a stop', parts['again'][-300:])


def in_a_user_thread(board):
    """At EL0 the kernel's memory is closed to gdb, too, unless the commands see to it."""
    with tempfile.TemporaryDirectory(prefix='petri-') as directory:
        code, text = gdb(board, ['go 3', 'thbreak park', 'continue', 'print $cpsr', 'threads cell', 'runq', 'locks', 'print $cpsr', 'kprint thread_counts.alive',
                                 'go 1', 'threads cell'],
                         directory)
    modes = [int(n) for n in re.findall(r'^\$\d+ = (-?\d+)$', text, re.M)]
    alive = modes.pop() if len(modes) == 3 else 0
    check(code == 0 and len(modes) == 2 and alive > CELLS and modes[0] & 0xf == 0 and modes[0] == modes[1], f'{board}: stopped in a user thread, whose state stays as it is', text)
    check(text.count(f'\n{CELLS} threads') == 2 and 'core 0: 0x' in text and 'spinlocks taken: ' in text and 'Error' not in text,
          f'{board}: threads, runq, locks in a user thread', text)


def on_four_cores(board):
    """Stopped twice, where a cell is about to wait: each core is told of, nobody runs on two, every cell is there."""
    with tempfile.TemporaryDirectory(prefix='petri-') as directory:
        code, text = gdb(board, ['go 3', *2 * ['thbreak park', 'continue', 'threads cell', 'runq', 'locks', 'go 1']], directory, cores=4)
    told = re.findall(r'^core (\d): (?:(0x[0-9a-f]+) .* core (\d)|nobody runs)', text, re.M)
    both = [told[:4], told[4:]]
    check(code == 0 and all([core for core, _, _ in stop] == list('0123') for stop in both), f'{board}: runq tells of four cores', text[-900:])
    for stop in both:
        ids = [who for _, who, _ in stop if who]
        check(ids and len(set(ids)) == len(ids) and all(not who or on == core for core, who, on in stop), f'{board}: who runs on a core runs on one',
              str(stop))
    switches = [int(n) for n in re.findall(r'switches (\d+)', text)]
    check(len(switches) == 8 and all(after > before > 100 for before, after in zip(switches, switches[4:])), f'{board}: each of them works', str(switches))
    check(text.count(f'\n{CELLS} threads') == 2 and text.count('spinlocks taken: ') == 2 and 'Error' not in text,
          f'{board}: threads and locks on four cores', text[-900:])


def by_make():
    """As one types it: make leaves the dollars alone."""
    run = subprocess.run(['make', '-s', 'gdb', f'BUILD={BUILD}', f'GDB_PORT={free_port()}', "BATCH=print $cpsr;echo it's $pc\\n"], cwd=ROOT, capture_output=True,
                         text=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
    check(run.returncode == 0 and re.search(r'^\$1 = \d+\nit\'s \$pc$', run.stdout, re.M), 'make gdb BATCH with dollars and a quote', run.stdout + run.stderr)


def main():
    for board in ('virt', 'rpi3'):
        on_board(board)
        in_a_user_thread(board)
    on_four_cores('virt')
    by_make()
    failed = results.count(False)
    print(f'gdb: {len(results) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
