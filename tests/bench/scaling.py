#!/usr/bin/env python3
"""How Life scales: with the number of threads, and with the number of cores. Prints a table, in Markdown.

    make bench-scaling                    MODE=kernel: kernel threads; SIZES="1024 4096": those only

Under icount the cores take turns on one clock, so that it counts the instructions of all: the work in total, not the speed. Which core made how many steps
is looked at after each generation of a second run of the same length. Without icount QEMU runs each core in a thread of the host: then a
generation takes real time, and the ratios of one core's time to those of two and four are what more cores bring. Each ratio is the median of five,
one core and more measured right after one another. Nobody watches: no viewer, no stream. Only the Python standard library is used.
"""
import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import run as bench  # noqa: E402

SIZES = [1024, 4096, 16384, 65536, 262144, 1048576]
SIZES_IN_TIME = [4096, 65536]
RUNS = 5


def life(options, size, cores, counted, words=()):
    """(ns per cell and generation, steps of each core)"""
    key = f'life_barrier_{size}'
    options.cores = cores
    command = bench.machine(options)
    if not counted:
        at = command.index('-icount')
        del command[at:at + 2]
    with tempfile.NamedTemporaryFile(prefix='petri-scaling-') as blob:
        blob.write(bench.boot_blob(options.mode, cores, [*words, key]))
        blob.flush()
        command += ['-serial', 'stdio', '-device', f'loader,file={blob.name},addr={bench.BLOB_ADDRESS:#x},force-raw=on']
        ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=options.timeout, check=False)
    text = bench.console(ran.stdout)
    figure = bench.figures_of(text).get(key)
    if ran.returncode != 0 or figure is None:
        sys.exit(f'bench-scaling: no figure for {key} on {cores} cores (QEMU ended with {ran.returncode}):\n{text}')
    shares = re.search(rf'^shares {key} (.*)$', text, re.M)
    return figure, [int(n) for n in shares[1].split()] if shares else []


def per_cent(steps):
    total = sum(steps) or 1
    return ' '.join(f'{100 * n / total:.1f}' for n in steps)


def host():
    """What the ratios depend on."""
    info = Path('/proc/cpuinfo').read_text()
    model = re.search(r'^model name\s*:\s*(.*)$', info, re.M)
    return f'{len(re.findall("^processor", info, re.M))} cores{f" ({model[1]})" if model else ""}'


def work(options, say):
    say('| threads | one core | four cores | four : one | steps of each core, % |')
    say('|---|---|---|---|---|')
    for size in options.sizes or SIZES:
        one, _ = life(options, size, 1, True)
        four, steps = life(options, size, 4, True, ['shares'])
        say(f'| {size:,} | {one:.1f} | {four:.1f} | {four / one:.2f} | {per_cent(steps)} |')


def speed(options, say):
    say('| threads | ns, one core | one : two | one : four | all ratios one : four |')
    say('|---|---|---|---|---|')
    for size in options.sizes or SIZES_IN_TIME:
        times = [[life(options, size, cores, False)[0] for cores in (1, 2, 4)] for _ in range(options.runs)]
        two, four = ([t[0] / t[i] for t in times] for i in (1, 2))
        say(f'| {size:,} | {statistics.median(t[0] for t in times):.0f} | {statistics.median(two):.2f} | {statistics.median(four):.2f} '
            f'| {" ".join(f"{r:.2f}" for r in sorted(four))} |')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('sizes', nargs='*', type=int, choices=[*SIZES, []], metavar='SIZE')
    parser.add_argument('--image', default='build/virt/bench/kernel8.img')
    parser.add_argument('--mode', choices=bench.MODES, default='user')
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--runs', type=int, default=RUNS)
    parser.add_argument('--timeout', type=float, default=3600, help='seconds, of one run')
    parser.add_argument('--output', help='the table goes there as well')
    options = parser.parse_args()
    lines = []

    def say(line):
        print(line, flush=True)
        lines.append(line)

    say(f'Instructions per cell and generation, {options.mode} threads, counted:')
    say('')
    work(options, say)
    say('')
    say(f'Real time per cell and generation, and ratios (median of {options.runs}), {options.mode} threads, on a host of {host()}:')
    say('')
    speed(options, say)
    if options.output:
        Path(options.output).write_text('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
