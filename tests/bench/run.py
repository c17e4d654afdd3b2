#!/usr/bin/env python3
"""Runs the bench image under QEMU, where one instruction is one nanosecond, and tells instructions per operation.

The same image runs twice: its threads in kernel mode, and in user mode. Prints a table beside the goals, which are those of kernel mode, and
writes a flat JSON object of key and number. Ends with 0 when every figure came (reached or not), 1 when one is missing or a run failed. Only
the Python standard library is used.
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

CMD_BOOT, CMD_APP, BOOT_QEMU = 0x83, 0x84, 1  # docs/wire.md, section 4
MODES = {'kernel': 2, 'user': 1}
BLOB_ADDRESS = 0x42000000      # docs/wire.md, section 5

# key: what it is, the goal (at most), the best we know of another system (the same machine, the same way of counting; kernel threads)
GOALS = {
    'syscall_null': ('system call that does nothing', None, ''),
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
    'fault_to_report': ('from a fault to the thread that joins', None, ''),
    'heap_alloc_free': ('shared heap, alloc and free of 64 bytes', None, ''),
    'private_alloc_free': ('private heap, alloc and free of 64 bytes', None, ''),
    'private_heap_end': ('exit and join with a private heap, more by', None, ''),
    'life_barrier_1024': ('Life, a cell and generation, 32 x 32', 180, 'Zephyr 798 (semaphores)'),
    'life_barrier_16384': ('Life, a cell and generation, 128 x 128', 180, 'Zephyr 798 (semaphores)'),
    'life_neighbour_4096': ('Life by neighbours, 64 x 64', 600, 'Zephyr 798 (semaphores)'),
    'life_channel_4096': ('Life by channels, 64 x 64', None, ''),
}


# What is of interest in user mode first of all has its bare name there.
OF_USER_MODE = {'syscall_null', 'fault_to_report', 'heap_alloc_free', 'private_alloc_free', 'private_heap_end'}


def name_of(key, mode):
    """In the JSON object. mutex_user is short for what its length says."""
    if key in OF_USER_MODE:
        return key if mode == 'user' else key + '_kernel'
    if mode == 'user':
        return 'mutex_user' if key == 'mutex_uncontended' else key + '_user'
    return key


def boot_blob(mode, cores, words):
    """BOOT: this is QEMU, so the run ends with an exit code; how many cores. APP: the mode, and what is measured."""
    boot = struct.pack('<IQQ', BOOT_QEMU | cores << 8, 0, 0)
    app = struct.pack('<BBH', 0, MODES[mode], 0) + b''.join(w.encode() + b'\0' for w in words)
    items = b''.join(struct.pack('<BBH', kind, 0, len(item)) + item for kind, item in ((CMD_BOOT, boot), (CMD_APP, app)))
    blob = b'PBS1' + struct.pack('<I', len(items)) + items
    return blob + struct.pack('<I', zlib.crc32(blob))


def console(stream):
    """What is not a frame."""
    runs = stream.split(b'\0')
    return b''.join(r for r in runs if len(r) < 2 or r[1] != 0xF5).decode('utf-8', 'replace').replace('\r\n', '\n')


def machine(options):
    """QEMU: the command, but for what differs from run to run."""
    return [options.qemu, '-M', 'virt', '-cpu', 'cortex-a53', '-m', '1G', '-smp', str(options.cores), '-icount', 'shift=0,sleep=off', '-display', 'none',
            '-monitor', 'none', '-semihosting', '-kernel', options.image]


def run(options, mode):
    """The console text of a run."""
    with tempfile.NamedTemporaryFile(prefix='petri-bench-') as blob:
        blob.write(boot_blob(mode, options.cores, []))
        blob.flush()
        command = [*machine(options), '-serial', 'stdio', '-device', f'loader,file={blob.name},addr={BLOB_ADDRESS:#x},force-raw=on']
        try:
            process = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=options.timeout, check=False)
        except subprocess.TimeoutExpired as late:
            sys.exit(f'bench: no end after {options.timeout:g} s:\n{console(late.stdout or b"")}')
    if process.returncode != 0:
        sys.exit(f'bench: QEMU ended with {process.returncode}:\n{console(process.stdout)}')
    return console(process.stdout)


def shown(figures, key, mode):
    figure = figures[mode].get(key)
    return 'missing' if figure is None else f'{figure:.1f}'


def table(figures):
    print(f'{"instructions per operation":<44}{"kernel":>10}{"goal":>6}{"":<5}{"user":>10}   {"others":<26}')
    for key, (what, goal, others) in GOALS.items():
        over = goal is not None and figures['kernel'].get(key, 0) > goal
        print(f'{what:<44}{shown(figures, key, "kernel"):>10}{goal or "":>6}{" over" if over else "":<5}{shown(figures, key, "user"):>10}   {others}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--image', default='build/virt/bench/kernel8.img')
    parser.add_argument('--json', default='build/bench.json')
    parser.add_argument('--cores', type=int, default=1, choices=range(1, 5))
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--timeout', type=float, default=300, help='seconds')
    options = parser.parse_args()
    texts = {mode: run(options, mode) for mode in MODES}
    figures = {mode: {key: float(value) for key, value in re.findall(r'^bench (\w+) ([0-9.]+)$', texts[mode], re.M)} for mode in MODES}
    table(figures)
    flat = {name_of(key, mode): figures[mode][key] for key in GOALS for mode in MODES if key in figures[mode]}
    Path(options.json).write_text(json.dumps(flat, indent=2) + '\n')
    for mode in MODES:
        missing = [key for key in GOALS if key not in figures[mode]]
        if missing:
            sys.exit(f'bench: no figure in {mode} mode for {", ".join(missing)}:\n{texts[mode]}')


if __name__ == '__main__':
    main()
