#!/usr/bin/env python3
"""Builds the system in other ways than the usual one, without a warning, and boots what came out.

    builds_test.py [--few N] [VARIANT]...      ends with "builds: N passed, N failed"; its builds go to build/variants/
"""
import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLANG = 'CC_TARGET=clang --target=aarch64-linux-gnu'
# what is booted of each: small tests that notice a compiler with other ideas about registers, stacks and inlining
BOOTED = ['registers', 'user_registers', 'user_faults', 'user_badargs', 'fp', 'mutex', 'atomic', 'barrier', 'overflow_compact', 'tls', 'life_reference', 'phil_kill', 'phil_numbers']
# where the order of the kernel's locks is checked, on four cores: what takes them all
ON_FOUR_CORES = ['affinity', 'domain_ends', 'kill_storm', 'soak']
VARIANTS = {
    'O0': ['OPT=-O0'],
    'Os': ['OPT=-Os'],
    'checked': ['CHECKED=1'],
    'clang': [CLANG],
    'clang-O0': [CLANG, 'OPT=-O0'],
}
results = []


def check(good, what, detail, again):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {what}', flush=True)
    if not good:
        print('\n'.join('    ' + line for line in detail.strip().split('\n')[-25:]))
        print(f'    again: {again}')


def make(variables, targets):
    """Quietly: what it says is a warning or an error."""
    environment = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL')}
    return subprocess.run(['make', '-s', f'-j{os.cpu_count() or 1}', *variables, *targets], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def shell(words):
    return ' '.join(f"'{w}'" if ' ' in w else w for w in words)


def target(name, variables, few):
    build = f'build/variants/{name}'
    images = [f'{build}/{board}/{app}/kernel8.img' for board, apps in
              (('virt', ['life', 'philosophers', *('test-' + t for t in BOOTED + ON_FOUR_CORES)]), ('rpi3', ['life', 'test-registers'])) for app in apps]
    run = make([f'BUILD={build}', *variables], images)
    check(run.returncode == 0 and not run.stdout, f'{name}: kernel, library and apps build without a warning', run.stdout or 'make failed',
          shell(['make', f'BUILD={build}', *variables, *images]))
    if run.returncode:
        return
    boots = [('virt', 1, BOOTED), ('rpi3', 1, ['registers']), *([('virt', 4, ON_FOUR_CORES)] if name == 'checked' else [])]
    for board, cores, names in boots:
        command = ['tests/target/run.py', '--build', build, '--board', board, '--cores', str(cores), '--icount', '--patience', '4', *few, *names]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        summary = re.search(r'^target .*: (\d+) passed, 0 failed$', run.stdout, re.M)
        check(run.returncode == 0 and summary and int(summary.group(1)) >= len(names), f'{name}: boots and passes on {board}{", four cores" if cores == 4 else ""}: {" ".join(names)}',
              run.stdout + run.stderr, shell(command))


def program(name, variables, app):
    """One with the C library."""
    build = f'build/variants/{name}'
    wanted = [f'BUILD={build}', *variables, f'APP=tests/app/{app}']
    run = make(wanted, ['app'])
    image = f'{build}/virt/{app}/kernel8.img'
    said = re.sub(r'^petri: building .*\n', '', run.stdout, flags=re.M)
    check(run.returncode == 0 and said == image + '\n', f'{name}: the program {app} builds without a warning', run.stdout or 'make failed',
          shell(['make', 'app', *wanted]))
    if run.returncode:
        return
    command = ['build/petri-view', '--console', f'qemu:virt:{image}', '--timeout', '60']
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    check(run.returncode == 0, f'{name}: the program {app} ends with 0', run.stdout + run.stderr, shell(command))


def viewer():
    variables = ['BUILD=build/variants/clang', 'HOST_CC=clang']
    run = make(variables, ['build/variants/clang/petri-view'])
    check(run.returncode == 0 and not run.stdout, 'petri-view builds with clang without a warning', run.stdout or 'make failed',
          shell(['make', *variables, 'viewer']))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--few', metavar='N', help='each test with so many of its seeds at most')
    parser.add_argument('variants', nargs='*', metavar='VARIANT', help=f'{", ".join(VARIANTS)}; none: all, and the viewer')
    options = parser.parse_args()
    if set(options.variants) - set(VARIANTS):
        parser.error(f'there are {", ".join(VARIANTS)}')
    for name, variables in VARIANTS.items():
        if not options.variants or name in options.variants:
            target(name, variables, ['--few', options.few] if options.few else [])
            for app in ['library', 'threads'] if name != 'checked' else []:
                program(name, variables, app)
    if not options.variants:
        viewer()
    failed = results.count(False)
    print(f'builds: {len(results) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
