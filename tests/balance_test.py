#!/usr/bin/env python3
"""How Life's work is shared out among four cores, and what that costs and brings.

    balance_test.py [--build BUILD] [--size N]... [--seconds S] [--rounds N]      ends with "balance: N passed, N failed"

For each size (64 and 256, if none is said), against the goals of the tables below:
- without stealing, instructions counted: each core runs a quarter of the cell steps;
- with stealing, free-running for so many seconds: no core runs much less; the steals are printed;
- all the guest's instructions per step, four cores against one;
- the wall-clock time of one core to that of four, nobody watching: the median of so many rounds, one core and four in turn. A host that is busy with something
  else, or has one core only, makes this one worthless: then it says so and tells the figure only.
"""
import argparse
import os
import statistics
import sys

from life_run import life

QUARTER, LEAST, INSTRUCTIONS, RATIO = 1.0, 15.0, 1.2, 1.6  # percentage points; percent; factor; factor
COUNTED = {64: 200, 256: 20}  # generations under icount
TIMED = {64: 2000, 256: 120}  # and for the wall clock
results = []


def check(good, what, size):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {size} x {size}: {what}', flush=True)
    if not good:
        print(f'    again: tests/balance_test.py --size {size}')


def shares(run):
    return [100 * steps / sum(run.cores) for steps in run.cores] if sum(run.cores) else []


def percents(values):
    return ' '.join(f'{value:.1f}' for value in values) + ' %'


def counted(build, size):
    """Without stealing, then with it, against one core."""
    until = COUNTED.get(size, max(5, 800000 // size ** 2))
    one, apart, four = (life(build, cores, size, until, icount=True, stealing=stealing) for cores, stealing in ((1, True), (4, False), (4, True)))
    each = shares(apart)
    check(apart.code == 0 and len(each) == 4 and all(abs(share - 25) <= QUARTER for share in each),
          f'without stealing the cores run {percents(each)} of {apart.steps:,} steps', size)
    check(not any(apart.threads_stolen), f'without stealing nothing is stolen: {apart.threads_stolen}', size)
    costs = [run.guest_ns / max(1, run.steps) for run in (one, four, apart)]
    check(one.code == four.code == 0 and 0 < costs[0] * INSTRUCTIONS >= costs[1],
          f'instructions per step: {costs[0]:.1f} on one core, {costs[1]:.1f} on four ({costs[1] / max(1, costs[0]):.2f} times; without stealing {costs[2]:.1f}); '
          f'stolen {sum(four.threads_stolen):,}', size)


def free(build, size, seconds):
    run = life(build, 4, size, 10 ** 9, limit=seconds)
    each = shares(run)
    check(run.code == 0 and len(each) == 4 and min(each) >= LEAST,
          f'with stealing, {seconds} s: the cores run {percents(each)} of {run.steps:,} steps; stolen {" ".join(f"{n:,}" for n in run.threads_stolen)}', size)


def timed(build, size, rounds):
    until = TIMED.get(size, max(10, 8000000 // size ** 2))
    alone = os.getloadavg()[0] < 0.5 and (os.cpu_count() or 1) >= 2
    ratios = []
    for _ in range(rounds):
        one, four = (life(build, cores, size, until, watched=False) for cores in (1, 4))
        if one.code or four.code:
            check(False, f'runs end with {one.code} and {four.code}', size)
            return
        ratios.append(one.seconds / four.seconds)
    text = f'wall clock, one core to four on a host of {os.cpu_count()}: {statistics.median(ratios):.2f} (' + ' '.join(f'{r:.2f}' for r in ratios) + ')'
    if alone:
        check(statistics.median(ratios) >= RATIO, text, size)
    else:
        print(f'# {size} x {size}: {text}; the host is busy, or has one core: no verdict', flush=True)


def main():
    parser = argparse.ArgumentParser(description='How the work is shared out among four cores.')
    parser.add_argument('--build', default='build')
    parser.add_argument('--size', type=int, action='append')
    parser.add_argument('--seconds', type=float, default=30)
    parser.add_argument('--rounds', type=int, default=5)
    options = parser.parse_args()
    for size in options.size or (64, 256):
        timed(options.build, size, options.rounds)
        counted(options.build, size)
        free(options.build, size, options.seconds)
    failed = results.count(False)
    print(f'balance: {len(results) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
