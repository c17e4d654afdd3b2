#!/usr/bin/env python3
"""Runs the bench image under QEMU, where one instruction is one nanosecond, and tells instructions per operation.

    make bench                            all but the large ones, on one core
    make bench KEYS="yield life_barrier_1048576"
    make bench SCALE=1                    the large ones too
    make bench CORES=4 CHECKED=1          four cores (the clock counts what all of them execute); a checked build
    make bench-all                        one core and four, unchecked and checked, large ones on one core

The same image runs twice: its threads in kernel mode, and in user mode. Prints a table with the goals (goals.py), which hold for one core and the
unchecked build, and puts its figures into a flat JSON object of key and number; those of other keys, or of four cores (`_cores4`) and checked
builds (`_checked`), stay there. Ends with 0 when every figure came (goal met or not), 1 when one is missing or a run failed. Only the Python standard
library is used.
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

sys.path.insert(0, str(Path(__file__).parent))
from goals import KEYS, LARGE, goal_of, name_of  # noqa: E402

CMD_BOOT, CMD_APP, BOOT_QEMU = 0x83, 0x84, 1  # docs/wire.md, section 4
MODES = {'kernel': 2, 'user': 1}
BLOB_ADDRESS = 0x42000000      # docs/wire.md, section 5


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


def run(options, mode, words):
    """The console text of a run."""
    with tempfile.NamedTemporaryFile(prefix='petri-bench-') as blob:
        blob.write(boot_blob(mode, options.cores, words))
        blob.flush()
        command = [*machine(options), '-serial', 'stdio', '-device', f'loader,file={blob.name},addr={BLOB_ADDRESS:#x},force-raw=on']
        try:
            process = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=options.timeout, check=False)
        except subprocess.TimeoutExpired as late:
            sys.exit(f'bench: no end after {options.timeout:g} s:\n{console(late.stdout or b"")}')
    if process.returncode != 0:
        sys.exit(f'bench: QEMU ended with {process.returncode}:\n{process.stderr.decode()}{console(process.stdout)}')
    return console(process.stdout)


def figures_of(text):
    return {key: float(value) for key, value in re.findall(r'^bench (\w+) ([0-9.]+)$', text, re.M)}


def cell(figures, key, mode, judged):
    """Figure, goal, and whether it is met."""
    figure, goal = figures[mode].get(key), goal_of(key, mode, figures[mode]) if judged else None
    if figure is None:
        return f'{"missing":>9}{"":13}'
    bound = '' if goal is None else f'{goal:.0f}'
    return f'{figure:>9.1f}{bound:>6}{"" if goal is None else "  met" if figure <= goal else "  OVER":<7}'


def table(figures, keys, judged):
    print(f'{"instructions per operation":<47}{"kernel":>9}{" goal" if judged else "":>6}{"":7}{"user":>9}{" goal" if judged else "":>6}{"":7}others')
    for key in keys:
        print(f'{KEYS[key].what:<47}{cell(figures, key, "kernel", judged)}{cell(figures, key, "user", judged)}{KEYS[key].others}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('keys', nargs='*', metavar='KEY', help='none: all but the large ones')
    parser.add_argument('--image', default='build/virt/bench/kernel8.img')
    parser.add_argument('--json', default='build/bench.json')
    parser.add_argument('--large', action='store_true', help='the large ones too')
    parser.add_argument('--cores', type=int, default=1, choices=range(1, 5))
    parser.add_argument('--checked', action='store_true', help='the image is a checked build')
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--timeout', type=float, default=3600, help='seconds')
    options = parser.parse_args()
    keys = [key for key in KEYS if (key in options.keys if options.keys else options.large or key not in LARGE)]
    unknown = set(options.keys) - set(KEYS)
    if unknown:
        sys.exit(f'bench: no such key: {" ".join(unknown)}; there are: {" ".join(KEYS)}')
    texts = {mode: run(options, mode, keys) for mode in MODES}
    figures = {mode: figures_of(texts[mode]) for mode in MODES}
    suffix = (f'_cores{options.cores}' if options.cores > 1 else '') + ('_checked' if options.checked else '')
    table(figures, keys, not suffix)
    store(Path(options.json), {name_of(key, mode) + suffix: figures[mode][key] for key in keys for mode in MODES if key in figures[mode]})
    for mode in MODES:
        missing = [key for key in keys if key not in figures[mode]]
        if missing:
            sys.exit(f'bench: no figure in {mode} mode for {", ".join(missing)}:\n{texts[mode]}')


def store(path, fresh):
    """Beside what is there from other runs."""
    try:
        known = json.loads(path.read_text())
    except (OSError, ValueError):
        known = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**known, **fresh}, indent=2) + '\n')


if __name__ == '__main__':
    main()
