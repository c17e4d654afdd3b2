#!/usr/bin/env python3
"""Runs the bench image under QEMU, where one instruction is one nanosecond, and tells instructions per operation.

Prints a table beside the goals and writes a flat JSON object of key and number. Ends with 0 when every figure came (reached or
not), 1 when one is missing or the run failed. Only the Python standard library is used.
"""
import argparse
import json
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

CMD_BOOT, BOOT_QEMU = 0x83, 1  # docs/wire.md, section 4
BLOB_ADDRESS = 0x42000000      # docs/wire.md, section 5

# key: what it is, the goal (at most), the best we know of another system (the same machine, the same way of counting)
GOALS = {
    'yield': ('yield between equal threads', 80, 'ThreadX 80'),
    'sem_uncontended': ('semaphore post and wait, uncontended', 16, 'ThreadX 33'),
    'mutex_uncontended': ('mutex lock and unlock, uncontended', 16, 'LK 57'),
    'mutex_guard': ('the same through LOCK_GUARD', 16, ''),
    'mutex_block': ('mutex that blocks: 2 switches, hand-off', None, ''),
    'mutex_block_off': ('the same, deadlock detector off', None, ''),
    'atomic_section': ('atomic section, in and out', 6, ''),
    'sem_pingpong': ('semaphore ping-pong, a round of 2 switches', 320, 'LK 380'),
    'create_exit_join': ('create, run, exit and join', 500, 'ThreadX 543'),
    'irq_to_thread': ('timer interrupt to thread running', 200, 'ThreadX 209'),
    'life_barrier_1024': ('Life, a cell and generation, 32 x 32', 180, 'Zephyr 798 (semaphores)'),
    'life_barrier_16384': ('Life, a cell and generation, 128 x 128', 180, 'Zephyr 798 (semaphores)'),
}


def boot_blob():
    """BOOT alone: this is QEMU, so the run ends with an exit code."""
    boot = struct.pack('<IQQ', BOOT_QEMU, 0, 0)
    items = struct.pack('<BBH', CMD_BOOT, 0, len(boot)) + boot
    blob = b'PBS1' + struct.pack('<I', len(items)) + items
    return blob + struct.pack('<I', zlib.crc32(blob))


def console(stream):
    """What is not a frame."""
    runs = stream.split(b'\0')
    return b''.join(r for r in runs if len(r) < 2 or r[1] != 0xF5).decode('utf-8', 'replace').replace('\r\n', '\n')


def run(options):
    """The console text of a run."""
    with tempfile.NamedTemporaryFile(prefix='petri-bench-') as blob:
        blob.write(boot_blob())
        blob.flush()
        command = [options.qemu, '-M', 'virt', '-cpu', 'cortex-a53', '-m', '1G', '-icount', 'shift=0,sleep=off', '-display', 'none',
                   '-monitor', 'none', '-serial', 'stdio', '-semihosting', '-kernel', options.image,
                   '-device', f'loader,file={blob.name},addr={BLOB_ADDRESS:#x},force-raw=on']
        try:
            process = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=options.timeout, check=False)
        except subprocess.TimeoutExpired as late:
            sys.exit(f'bench: no end after {options.timeout:g} s:\n{console(late.stdout or b"")}')
    if process.returncode != 0:
        sys.exit(f'bench: QEMU ended with {process.returncode}:\n{console(process.stdout)}')
    return console(process.stdout)


def table(figures):
    print(f'{"instructions per operation":<44}{"Petri":>9}{"goal":>8}   {"others":<26}')
    for key, (what, goal, others) in GOALS.items():
        figure = figures.get(key)
        shown = 'missing' if figure is None else f'{figure:.1f}'
        mark = '' if figure is None or goal is None or figure <= goal else ' over'
        print(f'{what:<44}{shown:>9}{goal or "":>8}{mark:<5} {others}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--image', default='build/virt/bench/kernel8.img')
    parser.add_argument('--json', default='build/bench.json')
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--timeout', type=float, default=300, help='seconds')
    options = parser.parse_args()
    text = run(options)
    figures = {key: float(value) for key, value in re.findall(r'^bench (\w+) ([0-9.]+)$', text, re.M)}
    table(figures)
    Path(options.json).write_text(json.dumps({key: figures[key] for key in GOALS if key in figures}, indent=2) + '\n')
    missing = [key for key in GOALS if key not in figures]
    if missing:
        sys.exit(f'bench: no figure for {", ".join(missing)}:\n{text}')


if __name__ == '__main__':
    main()
