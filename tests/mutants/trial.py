"""Builds and runs: the unchanged tree once, then each mutant in a tree of its own that begins with the unchanged one's objects.

Everything happens in build/mutants: `base` is a snapshot of the tree, so that edits during the run do no harm; `<name>` is the
tree of a mutant while it is tried. A test that hangs is stopped after some times what it takes unchanged, and counts as red.
"""
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from tables import HERE, ROOT

sys.path.insert(0, str(HERE.parent / 'lint'))
import files  # noqa: E402  the list of the project's files

PLACE = ROOT / 'build' / 'mutants'
BASE = PLACE / 'base'
OBJECTS = ('.o', '.d', '.a', '.flags', '.ld')
DIRECTORIES = {'virt': 'virt', 'rpi3': 'rpi3', 'zero2w': 'rpi3'}


def environment():
    """Without the outer make, and without the outer git: the lint would ask it for the files."""
    wanted = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'BOARD', 'BUILD')}
    return {**wanted, 'GIT_CEILING_DIRECTORIES': str(PLACE)}


def stop(process):
    """The group that was begun in call(), with QEMU in it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def call(command, tree, limit=300, enough=None):
    """Output and exit code; the code is None when it was stopped: after the limit, or at a line that begins with `enough`."""
    process = subprocess.Popen(command, cwd=tree, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors='replace', start_new_session=True)
    timer = threading.Timer(limit, stop, [process])
    timer.start()
    lines, cut = [], False
    for line in process.stdout:
        lines.append(line)
        if enough and line.startswith(enough):
            cut = True
            stop(process)
    code = process.wait()
    timer.cancel()
    return ''.join(lines), None if cut or code < 0 else code


class Check:
    """One test: what to build for it, how to run it."""

    def __init__(self, text):
        self.text = text
        self.kind, *words = text.split()
        self.words = [w for w in words if '=' not in w and w not in ('checked', 'free')] if self.kind == 'target' else words
        self.settings = dict(w.split('=', 1) for w in words if '=' in w) if self.kind == 'target' else {}
        self.free, self.checked = 'free' in words, 'checked' in words
        self.seconds = 0.0

    def build(self):
        return 'build/checked' if self.checked else 'build'

    def board(self):
        return self.settings.get('board', 'virt')

    def goals(self):
        if self.kind == 'target':
            return [f'{self.build()}/{DIRECTORIES[self.board()]}/test-{self.words[0]}/kernel8.img']
        if self.kind == 'host':
            return [f'build/host/{self.words[0]}']
        if self.kind == 'build':
            return [f'build/{b}/test-churn/kernel8.img' for b in ('virt', 'rpi3')]
        return []

    def make(self, jobs=1):
        return ['make', '-s', '--no-print-directory', f'-j{jobs}', f'BUILD={self.build()}',
                *(['CHECKED=1'] if self.checked else []), *self.goals()]

    def command(self):
        if self.kind == 'target':
            options = [f'--{k}={v}' for k, v in self.settings.items() if k != 'board']
            return ['tests/target/run.py', '--board', self.board(), *([] if self.free else ['--icount']), *options,
                    '--build', self.build(), '--jobs', '1', '--tail', '4', '--patience', str(self.patience()), *self.words]
        if self.kind == 'host':
            return [f'build/host/{self.words[0]}']
        if self.kind == 'std':
            return ['tests/std_test.py', '--own', *self.words]
        if self.kind == 'lint':
            return ['python3', 'tests/lint/lint.py', *self.words]
        return self.words

    def patience(self):
        """As a factor on the limit that the test's source tells, for each of its runs."""
        if not self.seconds:
            return 2
        source = (BASE / 'tests/target' / f'{self.words[0]}.c').read_text()
        said = {word: int(n) for word, n in re.findall(r'test: (seconds|seeds) (\d+)', source)}
        runs = 1 if 'seed' in self.settings else said.get('seeds', 1)
        return round((4 + 5 * self.seconds / runs) / said.get('seconds', 60), 4)

    def limit(self):
        """For all of its runs, in seconds."""
        return (20 if self.kind in ('lint', 'std', 'run') else 5) + 5 * self.seconds if self.seconds else 300

    def passes(self, tree):
        """True or False, and what it said."""
        if self.kind == 'build':
            return True, ''
        output, code = call(self.command(), tree, self.limit(), '    again: ')
        if self.kind == 'target' and 'there is no ' in output:
            raise RuntimeError(output)
        return code == 0, output if code is not None else f'{output}\nit hung'


class Verdict:
    def __init__(self, mutant, caught, told, seconds):
        self.mutant, self.caught, self.told, self.seconds = mutant, caught, told, seconds

    def show(self):
        m = self.mutant
        print(f'{"ok" if self.caught else "not ok"} - {m.name} ({self.seconds:.0f} s): {m.words}')
        for line in self.told:
            print(f'    {line}')
        if not self.caught:
            print(f'    again: make test-mutants MUTANT={m.name}')
        sys.stdout.flush()


def first_complaint(output):
    """The line that says most."""
    lines = output.split('\n')
    for pattern in (r'^\s+(not ok \d+ .*)', r'^(not ok .*)', r'error: (.*)', r'(.*(?:ERROR: |Assertion|runtime error).*)'):
        for n, line in enumerate(lines):
            match = re.search(pattern, line)
            if match:
                more = re.match(r'    (\S.*)', lines[n + 1]) if line.startswith('not ok') and n + 1 < len(lines) else None
                return f'{match.group(1)}{": " + more.group(1) if more else ""}'[:200]
    return next((line[:200] for line in reversed(lines) if line.strip()), 'it said nothing')


class Trials:
    def __init__(self, keep, jobs):
        self.keep, self.jobs = keep, jobs
        self.checks = {}
        self.spoilt = {}
        self.lock = threading.Lock()

    # ---- the unchanged tree ----

    def snapshot(self):
        """Only what has changed since the last time is copied, so that make has little to do."""
        wanted = set(files.all_files())
        for name in sorted(wanted):
            at, to = ROOT / name, BASE / name
            if not to.is_file() or to.read_bytes() != at.read_bytes():
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(at, to)
                os.utime(to)
        for path in BASE.rglob('*'):
            name = str(path.relative_to(BASE))
            if path.is_file() and name not in wanted and not name.startswith('build/') and '__pycache__' not in name:
                path.unlink()

    def prepare(self, mutants):
        BASE.mkdir(parents=True, exist_ok=True)
        self.snapshot()
        for m in mutants:
            for text in m.red:
                self.checks.setdefault(text, Check(text))
        for build in ('build', 'build/checked'):
            chosen = [c for c in self.checks.values() if c.build() == build and c.goals()]
            goals = sorted({g for c in chosen for g in c.goals()})
            if goals:
                output, code = call([*chosen[0].make(2)[:-len(chosen[0].goals())], '-k', *goals], BASE, 1200)
                if code:
                    print(f'# the unchanged tree does not build: {first_complaint(output)}')
        for check in self.checks.values():
            if not check.goals():
                self.baseline(check)  # it may call make itself: one at a time
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(self.baseline, [c for c in self.checks.values() if c.goals()]))

    def baseline(self, check):
        began = time.monotonic()
        try:
            passed, output = check.passes(BASE)
        except (RuntimeError, OSError) as reason:
            passed, output = False, str(reason)
        check.seconds = max(time.monotonic() - began, 0.1)
        if not passed:
            self.spoilt[check.text] = first_complaint(output)
        print(f'{"green" if passed else "RED"} unchanged ({check.seconds:.1f} s): {check.text}'
              f'{"" if passed else ": " + self.spoilt[check.text]}', flush=True)

    # ---- a mutant ----

    @staticmethod
    def grow(mutant):
        """Its tree: the sources, and the objects with their times."""
        tree = PLACE / mutant.name
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(BASE, tree, symlinks=True, ignore=lambda at, names: [
            n for n in names if n == '__pycache__' or (f'{BASE}/build' in at and (Path(at) / n).is_file() and not n.endswith(OBJECTS))])
        mutant.apply(tree)
        return tree

    def judge(self, check, tree):
        """True if it turned red, and a line that says how."""
        if check.text in self.spoilt:
            return False, f'{check.text}: is red without the fault'
        if check.goals():
            output, code = call(check.make(), tree)
            if check.kind == 'build':
                return bool(code), f'build: {first_complaint(output) if code else "it builds"}'
            if code:
                return False, f'{check.text}: does not build: {first_complaint(output)}'
        passed, output = check.passes(tree)
        return not passed, f'{check.text}: {"GREEN, and did not see it" if passed else first_complaint(output)}'

    def attempt(self, mutant):
        began = time.monotonic()
        complaints = list(mutant.complaints(BASE))
        if complaints:
            return Verdict(mutant, False, complaints, 0)
        tree = self.grow(mutant)
        seen = [self.judge(self.checks[text], tree) for text in mutant.red]
        if not self.keep:
            shutil.rmtree(tree, ignore_errors=True)
        return Verdict(mutant, all(red for red, _ in seen), [told for _, told in seen], time.monotonic() - began)
