#!/usr/bin/env python3
"""`make run` as people type it: the commands of README.md, their exit codes, files and words, judged by the serial reference.

    run_test.py [BOARD]...      ends with "run: N passed, N failed"
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = 'demos/life/patterns'
LINE = re.compile(r'^generation (\d+) population (\d+) threads_created (\d+) cell_steps (\d+) voluntary_switches (\d+) preemptions (\d+)', re.M)
results = []


def check(good, what, detail='', again=''):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {what}', flush=True)
    if not good:
        print('\n'.join('    ' + line for line in detail.strip().split('\n')[-12:]))
        print(f'    again: {again or "tests/run_test.py"}')


def make(*words, timeout=300, **variables):
    environment = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'BOARD', 'CORES', 'DISPLAY', 'WAYLAND_DISPLAY')}
    command = ['make', *words, *(f'{k}={v}' for k, v in variables.items())]
    run = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)
    run.again = ' '.join(f"'{w}'" if ' ' in w else w for w in command)
    run.all = run.stdout + run.stderr
    return run


def reference(*words):
    return subprocess.run(['tests/life_reference.py', *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)


class Test:
    def __init__(self, directory):
        self.at = Path(directory)

    def judged(self, what, until, cells, start, rule, run, saved, variables):
        """The run ended well, and its cells are those of the reference."""
        line = LINE.search(run.stdout)
        good = run.returncode == 0 and line and int(line.group(1)) == until and int(line.group(4)) == cells * until
        check(good, f'{what}: ends with 0 at generation {until}, each cell stepped once per generation', run.all, run.again)
        wanted = self.at / 'wanted.rle'
        reference(*start, '--rule', rule, '--until', until, '--save', wanted)
        compared = reference('compare', saved, wanted)
        check(compared.returncode == 0, f'{what}: the cells are those of a serial simulation', compared.stdout + compared.stderr, run.again)
        return line

    def gun(self, board, **variables):
        saved = self.at / f'gun-{board}.rle'
        run = make('run', BOARD=board, VIEW=f'--headless --load {PATTERNS}/gosper-gun.rle --rule B3/S23:T64,64 --until 120 --save {saved}',
                   **variables)
        name = ' '.join([board, 'gosper gun', *(f'{k}={v}' for k, v in variables.items())])
        self.judged(name, 120, 64 * 64, [f'{PATTERNS}/gosper-gun.rle'], 'B3/S23:T64,64', run, saved, variables)

    def soup(self, quantum):
        """A soup of our own: saved by the reference, loaded by the viewer."""
        start, saved = self.at / 'soup.rle', self.at / 'soup-end.rle'
        reference('--random', 48, 33, 0.4, 11, '--rule', 'B36/S23:P48,33', '--until', 0, '--save', start)
        run = make('run', ICOUNT=1, SEED=3, QUANTUM=quantum, VIEW=f'--headless --load {start} --until 60 --save {saved}')
        line = self.judged(f'soup QUANTUM={quantum}', 60, 48 * 33, [start], 'B36/S23:P48,33', run, saved, {})
        if line and quantum == '0.2':
            steps, preemptions = int(line.group(4)), int(line.group(6))
            check(preemptions * 1000 >= steps, 'at 0.2 us there is at least one preemption in a thousand steps', line.group(), run.again)

    def recordings(self, board, **variables):
        """The same seed gives the same bytes, another seed others and the same cells."""
        view = f'--headless --load {PATTERNS}/r-pentomino.rle --rule B3/S23:T48,48 --until 90'
        what = ' '.join([f'{board} ICOUNT=1', *(f'{k}={v}' for k, v in variables.items())])
        runs = {}
        for name, seed in (('a', 7), ('b', 7), ('c', 8)):
            run = make('run', BOARD=board, ICOUNT=1, SEED=seed, VIEW=f'{view} --record {self.at / name} --save {self.at / name}.rle', **variables)
            runs[name] = run.returncode == 0 and (self.at / name).exists() and (self.at / name).read_bytes()
            if not runs[name]:
                check(False, f'{what} SEED={seed} ends with 0 and a recording', run.all, run.again)
                return
        check(runs['a'] == runs['b'], f'{what} SEED=7 twice: identical recordings', f'{len(runs["a"])} and {len(runs["b"])} bytes')
        check(runs['a'] != runs['c'], f'{what} SEED=8: another recording')
        same = reference('compare', self.at / 'a.rle', self.at / 'c.rle')
        check(same.returncode == 0, f'{what} SEED=8: the same cells', same.stdout + same.stderr)
        replay = subprocess.run(['build/petri-view', self.at / 'a', '--headless', '--save', self.at / 'replay.rle'], cwd=ROOT,
                                capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        same = reference('compare', self.at / 'a.rle', self.at / 'replay.rle')
        check(replay.returncode == 0 and same.returncode == 0, 'the recording replays to the same board',
              replay.stderr + same.stdout + same.stderr)

    def cores(self, board):
        """As many take part as are wanted; not said: four, and one where instructions are counted."""
        for variables, wanted in [({}, 1), ({'ICOUNT': 1}, 1), *(({'CORES': n}, n) for n in (2, 3, 4)), ({'CORES': 4, 'ICOUNT': 1}, 4)]:
            run = make('run', BOARD=board, VIEW='--headless --random 0.3 --until 5', **variables)
            told = re.search(r'^cores: (.*)$', run.all, re.M)
            check(run.returncode == 0 and told and told.group(1) == str(wanted) and LINE.search(run.stdout),
                  f'{board} {variables}: {wanted} core{"s" if wanted > 1 else ""}', run.all, run.again)

    def plain(self):
        """With neither display nor terminal."""
        picture = ROOT / 'build/petri.png'
        picture.unlink(missing_ok=True)
        run = make('run')
        line = LINE.search(run.stdout)
        check(run.returncode == 0 and line and line.group(1) == '200' and picture.is_file(),
              'plain make run: 200 generations, the line, a picture, and 0', run.all, run.again)

    def mistakes(self):
        run = make('run', VIEW='--headless --until nonsense')
        check(run.returncode == 2 and 'ended with 2' in run.stderr and '--until' in run.stderr, 'wrong usage is told with its code', run.all, run.again)
        run = make('run', VIEW=f'--headless --load {PATTERNS}/glider.rle --until 1000000 --timeout 2')
        check(run.returncode == 2 and 'ended with 1' in run.stderr and 'not done after 2 s' in run.stderr, 'a time-out is told with its code',
              run.all, run.again)
        run = make('run', BOARD='pi9')
        check(run.returncode == 2 and 'virt rpi3 zero2w' in run.stderr, 'a board that is not known: the known ones are told', run.all, run.again)
        for wrong in ('0', '5', 'four', '1 2'):
            run = make('run', CORES=wrong)
            check(run.returncode == 2 and f'CORES={wrong}: choose 1, 2, 3 or 4' in run.stderr, f'CORES={wrong} is refused', run.all, run.again)
        run = make('run', DEMO='nothing')
        check(run.returncode == 2 and 'life' in run.stderr, 'a demo that is not known: the known ones are told', run.all, run.again)

    def others(self):
        text = make('help').stdout
        missing = [t for t in 'run test bench viewer gdb lint format count doctor help clean'.split() if not re.search(rf'^{t}\s', text, re.M)]
        check(not missing, 'make help lists every command', f'missing: {missing}')
        check(re.search(r'^kernel and AArch64 port: [1-9]\d+ lines of code', make('count').stdout, re.M), 'make count counts')
        doctor = make('doctor')
        check('QEMU emulator version' in doctor.stdout and 'doctor:' in doctor.stdout, 'make doctor tells versions', doctor.all)


def main():
    boards = sys.argv[1:] or ['virt', 'rpi3', 'zero2w']
    with tempfile.TemporaryDirectory(prefix='petri-') as directory:
        test = Test(directory)
        for board in boards:
            test.gun(board)
            test.cores(board)
            test.recordings(board, CORES=4)
        if 'virt' in boards:
            test.gun('virt', QUANTUM='20')
            test.soup('0.2')
            test.soup('20')
            test.recordings('virt')
            test.plain()
        test.mistakes()
        test.others()
    failed = results.count(False)
    print(f'run: {len(results) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
