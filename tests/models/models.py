#!/usr/bin/env python3
"""Runs SPIN over the models: each is verified within its bounds, and each of its mutants has to fail, in the way that is expected.

    models.py [--build FOLDER] [--jobs N] [--keep] [NAME...]

NAME: a model (mutex) or one of its mutants (NO_FENCE). What is run stands in the comment at the head of a model:

    verify [SWITCH]...                 is to be free of errors; SWITCH[=VALUE] is defined for it; `ltl NAME`: this property, with weak fairness
    mutant SWITCH[,SWITCH]... HOW WORDS    is to fail. HOW: assertion, stuck (somebody waits for ever), ltl NAME

A model that is verified must also have been everywhere: a statement that no run of it reaches is an error. Only the standard library is used.
"""
import argparse
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEPTH = 100000
PATIENCE = 300  # seconds for one run
MEMORY = 2000  # MiB for one run
FAILURES = {'assertion': 'assertion violated', 'stuck': 'invalid end state', 'ltl': 'acceptance cycle'}


class Run:
    def __init__(self, model, switches, ltl=None, expected=None, words=''):
        self.model, self.switches, self.ltl, self.expected, self.words = model, switches, ltl, expected, words
        self.states = self.steps = 0
        self.seconds = 0.0
        self.dead, self.wrong = set(), None

    def name(self):
        return ' '.join([self.model.stem, *self.switches, *(['ltl', self.ltl] if self.ltl else [])])

    def folder(self, build):
        return build / re.sub(r'\W+', '-', self.name())


def runs_of(model):
    head = model.read_text().split('*/')[0]
    for line in head.split('\n'):
        match = re.match(r' \* (verify|mutant)\b(.*)', line)
        if match and match.group(1) == 'verify':
            words = match.group(2).split()
            ltl = words[words.index('ltl') + 1] if 'ltl' in words else None
            yield Run(model, [w for w in words if w not in ('ltl', ltl)], ltl)
        elif match:
            switches, how, *words = match.group(2).split()
            ltl = words.pop(0) if how == 'ltl' else None
            if how not in FAILURES:
                sys.exit(f'{model.name}: {how}: what is that?')
            yield Run(model, switches.split(','), ltl, how, ' '.join(words))


def call(command, folder, limit=PATIENCE):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False)
    return done.returncode, done.stdout + done.stderr


def compile_it(run, folder):
    """The analyser of this model with these switches. Returns what went wrong, or None."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    code, said = call(['spin', '-a', *(f'-D{s}' for s in run.switches), str(run.model)], folder)
    if code or not (folder / 'pan.c').exists():
        return said
    kind = ['-DNFAIR=3'] if run.ltl else ['-DSAFETY', '-DNOCLAIM']
    kind.append('-O0' if run.expected else '-O2')  # a mutant is found before better code would pay
    code, said = call(['cc', '-w', *kind, f'-DMEMLIM={MEMORY}', '-DVECTORSZ=2048', '-o', 'pan', 'pan.c'], folder)
    return said if code else None


def dead_lines(folder, said):
    """Lines of which no statement was reached, in no process."""
    unreached, process = set(), None
    for line in said.split('\n'):
        match = re.match(r'unreached in (?:proctype|claim)? ?(\S+)', line)
        process = match.group(1) if match else process
        match = re.match(r'\t\S+:(\d+), state (\d+), "', line)
        if match:
            unreached.add((process, int(match.group(2))))
    lines, process = {}, None
    for line in (folder / 'pan.m').read_text().split('\n'):
        match = re.match(r'\s*/\* (?:PROC|CLAIM) (\S+) \*/', line)
        process = match.group(1) if match else process
        match = re.search(r'// STATE (\d+) - (\S+):(\d+) - \[(.*)\]', line)
        if match and '-end-' not in match.group(4):
            lines.setdefault((Path(match.group(2)).name, int(match.group(3))), set()).add((process, int(match.group(1))))
    return {line for line, states in lines.items() if states <= unreached}


def judge(run, said):
    """What is wrong with the outcome; None: it is as expected."""
    failed = re.search(r'^pan:\d+: (.*?) \(at depth (\d+)\)', said, re.M)
    if 'errors: ' not in said:
        return f'it did not come to an end:\n{said[-500:]}'
    run.states = int(float(re.search(r'([\d.e+]+) states, stored', said).group(1)))
    if failed:
        run.steps = int(failed.group(2))
    if run.expected is None and failed:
        return f'{failed.group(1)} after {run.steps} steps'
    if run.expected is None and ('max search depth too small' in said or 'Search not completed' in said):
        return 'the search was not complete'
    if run.expected and not failed:
        return 'no error was found'
    if run.expected and FAILURES[run.expected] not in failed.group(1):
        return f'expected: {FAILURES[run.expected]}; found: {failed.group(1)}'
    return None


def execute(run, build):
    folder = run.folder(build)
    began = time.monotonic()
    try:
        run.wrong = compile_it(run, folder)
        if run.wrong is None:
            options = ['-a', '-f', '-N', run.ltl] if run.ltl else []
            _, said = call(['./pan', f'-m{DEPTH}', *options], folder)
            (folder / 'said').write_text(said)
            run.wrong = judge(run, said)
            run.dead = dead_lines(folder, said)
    except subprocess.TimeoutExpired:
        run.wrong = f'it took more than {PATIENCE} s'
    run.seconds = time.monotonic() - began


def show(run, build):
    size = f'{run.states:,} states, {run.seconds:.0f} s'
    if run.wrong:
        switches = ' '.join(f'-D{s}' for s in run.switches)
        print(f'not ok - {run.name()} ({size}): {run.wrong.strip()}')
        print(f'    again: {HERE / "models.py"} --keep {run.model.stem if run.expected is None else run.switches[0]}')
        print(f'    the way there: cd {run.folder(build)} && spin -p -k {run.model.name}.trail {switches} {run.model}', flush=True)
    elif run.expected:
        print(f'ok - {run.name()}: {FAILURES[run.expected]} after {run.steps} steps ({size}): {run.words}', flush=True)
    else:
        print(f'ok - {run.name()}: verified ({size})', flush=True)


def everywhere(runs):
    """Complaints about lines that no verification of a model reaches."""
    for model in dict.fromkeys(r.model for r in runs):
        verified = [r for r in runs if r.model == model and r.expected is None]
        lines = set.intersection(*(r.dead for r in verified)) if verified and not any(r.wrong for r in verified) else ()
        for name, line in sorted(lines):
            yield f'not ok - {model.stem}: nobody comes to {name}:{line}'


def main():
    parser = argparse.ArgumentParser(description='Verifies the models and tries their mutants.')
    parser.add_argument('--build', type=Path, default=HERE.parent.parent / 'build')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--keep', action='store_true', help='what SPIN made stays in BUILD/models')
    parser.add_argument('names', nargs='*')
    options = parser.parse_args()
    build = options.build.resolve() / 'models'
    runs = [r for model in sorted(HERE.glob('*.pml')) for r in runs_of(model)
            if not options.names or model.stem in options.names or set(options.names) & set(r.switches)]
    began = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        for run in pool.map(lambda r: (execute(r, build), r)[1], runs):
            show(run, build)
            if not options.keep and not run.wrong:
                shutil.rmtree(run.folder(build), ignore_errors=True)
    complaints = list(everywhere(runs)) if not options.names else []
    print('\n'.join(complaints), end='\n' if complaints else '')
    wrong = sum(1 for r in runs if r.wrong) + len(complaints) + (not runs)
    right = [r for r in runs if not r.wrong]
    print(f'models: {len(right)} passed, {wrong} failed in {time.monotonic() - began:.0f} s')
    print(f'models: {sum(r.expected is None for r in right)} verified, {sum(r.expected is not None for r in right)} mutants found, {wrong} wrong')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
