#!/usr/bin/env python3
"""Life's engine on the host's own threads, beside Petri's.

    make bench COMPARE=pthreads [COMPARE_SIZES="1024 4096"]

The same sources (demos/life) are compiled against pthreads (tests/pthreads) and run on the host. Instructions come from the processor's counters by
`perf stat`, those of the host's kernel included; where there are no such counters, from callgrind, which sees no instruction of the host's kernel, so that the
figure is a lower bound by far (>). Both as difference between a long and a short run, so that the threads' creation does not count. CPU time is that of all processors. Petri's instructions come from the bench under icount; its time
is that of QEMU, which translates each instruction, without icount: so time says little but an order of magnitude. Only the Python standard library is used.
"""
import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import run as bench  # noqa: E402
import scaling  # noqa: E402

SYNCS = {'barrier': 0, 'neighbour': 1, 'channel': 2}
SHORT, LONG = 2, 12       # generations


def engine(options, side, sync, generations, *before):
    """(stdout, stderr) of the engine on the host, run by a tool or not."""
    command = [*before, options.engine, str(side), str(SYNCS[sync]), str(generations)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=options.timeout, check=False)
    if ran.returncode != 0:
        sys.exit(f'compare: {" ".join(command)}: {ran.stderr.strip()}')
    return ran.stdout, ran.stderr


def told(options, side, sync):
    """(CPU ns per cell and generation, living cells)"""
    out, _ = engine(options, side, sync, LONG)
    used, living = re.search(r'used (\d+) population (\d+)', out).groups()
    return int(used), int(living)


def counter():
    """(the command that counts, where it says so, what its figure is)"""
    perf = ['perf', 'stat', '-x,', '-e', 'instructions', '--']
    if shutil.which('perf') and re.search(r'^\d+,', subprocess.run([*perf, 'true'], capture_output=True, text=True, check=False).stderr, re.M):
        return perf, r'^(\d+),[^,]*,instructions', ''
    if shutil.which('valgrind'):
        return ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', '--max-threads=20000'], r'Collected : (\d+)', '>'
    sys.exit('compare: neither perf (with counters) nor valgrind is there to count instructions')


def instructions(options, side, sync):
    """('' or >, instructions per cell and generation)"""
    tool, where, kind = counter()
    short, long = (int(re.search(where, engine(options, side, sync, n, *tool)[1], re.M)[1]) for n in (SHORT, LONG))
    per = (long - short) / ((LONG - SHORT) * side * side)
    return kind, per


def check_same(options, side):
    """All ways give the same board, else nothing is compared."""
    populations = {sync: told(options, side, sync)[1] for sync in SYNCS}
    if len(set(populations.values())) != 1 or not all(populations.values()):
        sys.exit(f'compare: the ways do not agree on the living cells: {populations}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('sizes', nargs='*', type=int, default=[1024, 4096], metavar='SIZE')
    parser.add_argument('--engine', default='build/pthreads/life')
    parser.add_argument('--image', default='build/virt/bench/kernel8.img')
    parser.add_argument('--mode', choices=bench.MODES, default='user')
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--timeout', type=float, default=600, help='seconds, of one run')
    options = parser.parse_args()
    check_same(options, 32)
    print(f'Life, a cell and generation; pthreads on a host of {scaling.host()}; Petri with {options.mode} threads on one core; at the end pthreads : Petri')
    print(f'{"threads":>8} {"pthreads agree by":<18}{"instructions":>13}{"CPU ns":>9}   {"Petri: instructions":>20}{"ns under QEMU":>15}{"instructions":>14}{"time":>8}')
    for size in options.sizes:
        petri, _ = scaling.life(options, size, 1, True)
        emulated, _ = scaling.life(options, size, 1, False)
        for sync in SYNCS:
            side = round(size ** 0.5)
            kind, per = instructions(options, side, sync)
            used, _ = told(options, side, sync)
            beside = f'{petri:>20.1f}{emulated:>15.0f}{f"{kind}{per / petri:.1f}":>14}{used / emulated:>8.1f}' if sync == 'barrier' else ''
            print(f'{size:>8} {sync:<18}{kind + format(per, ".0f"):>13}{used:>9}   {beside}'.rstrip(), flush=True)


if __name__ == '__main__':
    main()
