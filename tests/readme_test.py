#!/usr/bin/env python3
"""What README.md and the book say is tried: the program in README.md is compiled, run on each board and does what the text says; links
lead somewhere; make targets and options that are named exist.

    readme_test.py      ends with "readme: N passed, N failed"
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HELLO = ROOT / 'build/readme/hello'
MOST_LINES = 20  # "write your own demo in 20 lines": without blank lines, lone braces and includes
results = []


def check(good, what, detail=''):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {what}', flush=True)
    if not good:
        print('\n'.join('    ' + line for line in str(detail).strip().split('\n')[-12:]))
        print('    again: tests/readme_test.py')


def make(*words):
    environment = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'BOARD', 'DISPLAY', 'WAYLAND_DISPLAY')}
    return subprocess.run(['make', *words], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                          check=False)


def program(readme):
    programs = re.findall(r'^```c\n(.*?)^```$', readme, re.M | re.S)
    check(len(programs) == 1, 'README.md holds one program', f'{len(programs)} found')
    return programs[0]


def own_demo(readme):
    source = program(readme)
    lines = [line for line in source.split('\n') if line.strip(' \t{}') and not line.startswith('#include')]
    check(len(lines) <= MOST_LINES, f'it has at most {MOST_LINES} lines that do something', f'{len(lines)}')
    promised = re.search(r'prints `([^`]+)`', readme).group(1)
    shutil.rmtree(HELLO, ignore_errors=True)
    HELLO.mkdir(parents=True)
    (HELLO / 'main.c').write_text(source)
    for board in ('virt', 'rpi3', 'zero2w'):
        run = make('run', f'DEMO={HELLO.relative_to(ROOT)}', f'BOARD={board}', 'VIEW=--headless --timeout 60')
        check(run.returncode == 0 and promised in run.stderr.split('\n') and 'warning' not in run.stderr,
              f'it runs on {board}, prints "{promised}", and ends with 0', run.stdout + run.stderr)
    (HELLO / 'main.c').write_text(source.replace('sum == 10000', 'sum == 0'))
    run = make('run', f'DEMO={HELLO.relative_to(ROOT)}', 'VIEW=--headless --timeout 60')
    check(run.returncode == 2 and 'ended with code 1' in run.stderr, 'another value of main is told', run.stdout + run.stderr)


def pages():
    return [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md')), *sorted((ROOT / 'boards').glob('*/README.md'))]


def links():
    wrong = []
    for page in pages():
        for link in re.findall(r'\]\(([^)#\s]+)(?:#[^)]*)?\)', page.read_text()):
            if not re.match(r'\w+:', link) and not (page.parent / link).exists():
                wrong.append(f'{page.relative_to(ROOT)}: {link}')
    check(not wrong, 'links lead somewhere', '\n'.join(wrong))
    files = []
    for page in pages():
        for name in re.findall(r'`((?:os|boards|demos|viewer|tests|docs)/[\w./-]+\.(?:[chS]|py|md|txt|in|ld|mk|rle))`', page.read_text()):
            if not (ROOT / name).exists():
                files.append(f'{page.relative_to(ROOT)}: {name}')
    check(not files, 'files that are named exist', '\n'.join(files))


def commands():
    known = set(re.findall(r'^([a-z-]+) ', make('help').stdout, re.M))
    options = set(re.findall(r'--[a-z-]+', subprocess.run(['build/petri-view', '--help'], cwd=ROOT, capture_output=True, text=True,
                                                          check=True).stdout))
    wrong = []
    for page in pages():
        text = page.read_text()
        for command in re.findall(r'(?:^ {4}|`)make ([a-z][\w-]*)(?=[ `\n])', text, re.M):
            if command not in known:
                wrong.append(f'{page.relative_to(ROOT)}: make {command}')
        for line in re.findall(r'petri-view[^\n`]*|VIEW="?[^"\n`]*', text):
            wrong += [f'{page.relative_to(ROOT)}: {o}' for o in re.findall(r'(?<=[ "=])--[a-z-]+', line) if o not in options | {'--help'}]
    check(not wrong, 'make targets and options that are named exist', '\n'.join(wrong))


def calls():
    """docs/syscalls.md has each call of the table, with its number and its arguments."""
    table = re.findall(r'X\((\d+), (\w+)\)\s*/\* (\(.*?\))', (ROOT / 'os/include/petri/syscall.h').read_text())
    rows = re.findall(r'^\| (\d+) \| `(\w+)` ', (ROOT / 'docs/syscalls.md').read_text(), re.M)
    check(table and rows == [(n, name) for n, name, _ in table], 'docs/syscalls.md lists the system calls as they are',
          sorted(set(rows) ^ {(n, name) for n, name, _ in table}))
    errors = re.findall(r'^\t(PETRI_E\w+),', (ROOT / 'os/include/petri/error.h').read_text(), re.M)
    text = (ROOT / 'docs/syscalls.md').read_text()
    check(errors and not [e for e in errors if e not in text], 'docs/syscalls.md knows every error', [e for e in errors if e not in text])


def main():
    readme = (ROOT / 'README.md').read_text()
    own_demo(readme)
    links()
    commands()
    calls()
    failed = results.count(False)
    print(f'readme: {len(results) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
