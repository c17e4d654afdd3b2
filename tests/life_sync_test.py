#!/usr/bin/env python3
"""Life in the three ways in which its cells may agree, from the viewer's command line to what is saved: the same board each time, each generation that was shown
right, as user threads and as kernel threads, on one core and on four, with a death on the way, and the same bytes when it is run again.

    life_sync_test.py [--board virt] [--build build]     ends with "life sync BOARD: N passed, N failed"
"""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNTIL = 150
DISHES = ('B3/S23:T40,30', 'B36/S23:P33,20', 'B135/S2357:T1,24', 'B1368/S23568:T2,2', 'B135/S2357:T3,3')
options = None
results = []


def check(good, what, detail=''):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {options.board} {what}', flush=True)
    if not good:
        print('\n'.join('    ' + line for line in str(detail).strip().split('\n')[-15:]))


def view(*arguments):
    image = ROOT / options.build / {'zero2w': 'rpi3'}.get(options.board, options.board) / 'life' / 'kernel8.img'
    return subprocess.run([ROOT / options.build / 'petri-view', f'qemu:{options.board}:{image}', '--headless', '--soup', '5', '--random', '0.4', '--until', str(UNTIL),
                           *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False)


def verified(recording):
    """How many steps from one generation shown to another follow the rule; None: something is wrong."""
    run = subprocess.run([sys.executable, ROOT / 'tests' / 'wire_reader.py', '--quiet', '--verify', recording], capture_output=True, text=True, check=False)
    steps = re.search(r'(\d+) steps verified, 0 problems', run.stdout + run.stderr)
    return int(steps[1]) if steps and run.returncode == 0 else None


def three_ways(where, rule, *more):
    boards = {}
    for sync in ('barrier', 'neighbour', 'channel'):
        saved, record = where / f'{sync}.rle', where / f'{sync}.petri'
        for _ in range(5):  # a few cells may be through before two generations in a row were shown
            run = view('--rule', rule, '--sync', sync, '--save', saved, '--record', record, *more)
            steps = verified(record)
            if steps != 0 or run.returncode:
                break
        boards[sync] = saved.read_text() if run.returncode == 0 else run.stderr
        check(run.returncode == 0 and steps and run.stdout.count('\n') == 1 and (f'sync {sync}' in run.stdout) == (sync != 'barrier'),
              f'{rule} {sync} {" ".join(more)}: generation {UNTIL}, {steps} steps shown are right', run.stdout + run.stderr)
    check(len(set(boards.values())) == 1, f'{rule}: all three end with the same board', '\n'.join(boards.values()))


def same_again(where):
    records = []
    for n in range(2):
        record = where / f'again{n}.petri'
        view('--rule', DISHES[0], '--sync', 'neighbour', '--icount', '--cores', '4', '--record', record)
        records.append(record.read_bytes())
    check(records[0] == records[1] and len(records[0]) > 2000, 'by neighbours on four cores, the same run again gives the same bytes')


def a_death(where):
    for sync in ('neighbour', 'channel'):
        record = where / 'death.petri'
        run = view('--rule', DISHES[0], '--sync', sync, '--kill', '7,7@60', '--wild', '20,11@90:null', '--record', record)
        check(run.returncode == 0 and verified(record), f'{sync}: one is killed at 60, one faults at 90, the others go on as the rule says', run.stdout + run.stderr)


def shown_after(recording, generation):
    run = subprocess.run([sys.executable, ROOT / 'tests' / 'wire_reader.py', recording], capture_output=True, text=True, check=False)
    return len({n for n in map(int, re.findall(r'LIFE_GENERATION epoch=\d+ generation=(\d+)', run.stdout)) if n > generation})


def shown_beside_the_dead(where):
    for sync in ('neighbour', 'channel'):
        record = where / 'shown.petri'
        run = view('--rule', DISHES[0], '--sync', sync, '--kill', '7,7@60', '--speed', 'max', '--until', 1000, '--record', record)
        shown = shown_after(record, 100)
        check(run.returncode == 0 and verified(record) and shown >= 5, f'{sync}: boards are shown at full speed after a death, too: {shown}', run.stdout + run.stderr)


def wrong_word():
    run = view('--sync', 'telepathy')
    check(run.returncode == 2 and 'barrier, neighbour or channel' in run.stderr, 'another word is refused with the three', run.stderr)


def main():
    global options
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--board', default='virt')
    parser.add_argument('--build', default='build')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='petri-') as name:
        where = Path(name)
        for rule in DISHES:
            three_ways(where, rule, '--cores', '4')
        three_ways(where, DISHES[0], '--cores', '4', '--mode', 'kernel', '--speed', '400')
        three_ways(where, DISHES[1], '--icount', '--quantum', '2')
        a_death(where)
        shown_beside_the_dead(where)
        same_again(where)
    wrong_word()
    print(f'life sync {options.board}: {sum(results)} passed, {len(results) - sum(results)} failed')
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
