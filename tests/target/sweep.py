#!/usr/bin/env python3
"""Runs one target test under many seeds and quanta: under icount each seed is another interleaving, and each replays.

    sweep.py [--board virt] [--seeds 20] [--quanta 0.2,20,1500] [TEST]

A line for each quantum, and for each failure what to run to see it again.
"""
import argparse
import concurrent.futures
import itertools
import os
import re
import sys
import time
from types import SimpleNamespace

import run


def sweep_options():
    parser = argparse.ArgumentParser(description='Runs one target test under many seeds and quanta.')
    parser.add_argument('name', nargs='?', default='life_reference', metavar='TEST')
    parser.add_argument('--board', choices=run.BOARDS, default='virt')
    parser.add_argument('--seeds', type=int, default=20, help='seeds 1 to this')
    parser.add_argument('--quanta', default='0.2,20,1500', help='in microseconds')
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument('--build', default='build')
    parser.add_argument('--cores', type=int, default=1, choices=range(1, 5), help='how many take part')
    return parser.parse_args()


def execute(options, quantum, seed):
    one = SimpleNamespace(board=options.board, icount=True, seed=seed, quantum=quantum, patience=2.0, tail=8, show=False,
                          build=options.build, qemu='qemu-system-aarch64', cores=options.cores, no_stealing=False)
    return quantum, run.Run(options.name, one, seed).execute()


def main():
    options = sweep_options()
    quanta = [float(q) for q in options.quanta.split(',')]
    began = time.monotonic()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        cases = list(itertools.product(quanta, range(1, options.seeds + 1)))
        results = list(pool.map(lambda case: execute(options, *case), cases))
    for quantum in quanta:
        mine = [result for q, result in results if q == quantum]
        bad = [result for result in mine if result.complaints]
        preempted = sum(int(n) for r in mine for n in re.findall(r'(\d+) preemptions, ', r.text))
        steps = sum(int(n) for r in mine for n in re.findall(r'(\d+) steps, \d+ preemptions', r.text))
        for result in bad:
            result.show()
        failed += len(bad)
        print(f'{"not ok" if bad else "ok"} {options.board} {options.name}, quantum {quantum:g} us: {len(mine)} seeds, {len(bad)} failed; '
              f'{steps} steps, {preempted} preemptions', flush=True)
    print(f'sweep {options.board}: {len(results) - failed} passed, {failed} failed in {time.monotonic() - began:.0f} s')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
