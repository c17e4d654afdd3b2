#!/usr/bin/env python3
"""Writes the figures of docs/costs.md, and checks that they are what was written.

    make costs             measures all (make bench-all, bench-scaling, an account of each path) and writes the page's tables anew
    make costs COSTS=accounts       only the accounts; or figures, or scaling
    costs.py --check       every figure that misses its goal has its section, and every table is as it was written (its sum)

The page's prose is written by hand; what stands between `<!-- NAME: written by make costs, sum S -->` and `<!-- end -->` is not. Only the Python
standard library is used.
"""
import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from goals import KEYS, goal_of, name_of  # noqa: E402

BLOCK = re.compile(r'<!-- ([\w ]+): written by make costs, sum (\w*) -->\n(.*?)<!-- end -->\n', re.S)
SUFFIXES = ('', '_cores4', '_checked', '_cores4_checked')


def sum_of(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def figures_of(known, mode):
    """Of one core and the unchecked build."""
    return {key: known[name_of(key, mode)] for key in KEYS if name_of(key, mode) in known}


def missed(known):
    """Keys of which a figure misses its goal."""
    per_mode = {mode: figures_of(known, mode) for mode in ('kernel', 'user')}
    return [key for key in KEYS if any(key in figures and (goal_of(key, mode, figures) or 1e99) < figures[key] for mode, figures in per_mode.items())]


def row(known, key):
    cells = []
    for mode in ('kernel', 'user'):
        figures = figures_of(known, mode)
        goal, figure = goal_of(key, mode, figures), figures.get(key)
        cells += ['' if figure is None else f'{figure:.1f}', '' if goal is None or figure is None else f'{goal:.0f}, {"met" if figure <= goal else "**missed**"}']
    for suffix in SUFFIXES[1:]:
        cells.append(' / '.join(f'{known[name]:.0f}' if (name := name_of(key, mode) + suffix) in known else '-' for mode in ('kernel', 'user')))
    return f'| `{key}` | {KEYS[key].what} | {" | ".join(cells)} | {KEYS[key].others} |'


def figures(known):
    head = '| key | operation | kernel | goal | user | goal | four cores | checked | four, checked | others |'
    return '\n'.join([head, '|' + '---|' * 10, *(row(known, key) for key in KEYS)]) + '\n'


def account(options, key):
    """That of kernel threads, and the sum of user threads."""
    def lines(mode):
        command = [str(Path(__file__).parent / 'account.py'), '--image', options.image, '--app', options.app, '--brief', '--mode', mode, key]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.rstrip().splitlines()

    return '\n'.join(['```text', *lines('kernel'), lines('user')[0], '```']) + '\n'


def written(options, known, name):
    """The text of a block, or None: it stays."""
    if name == 'figures' and options.what in ('all', 'figures'):
        return figures(known)
    if name == 'scaling' and options.what in ('all', 'scaling'):
        return Path(options.scaling).read_text()
    if name.startswith('account ') and options.what in ('all', 'accounts'):
        return account(options, name.removeprefix('account '))
    return None


def write(options, known):
    def fresh(block):
        text = written(options, known, block[1])
        text = block[3] if text is None else '\n' + text + '\n'
        return f'<!-- {block[1]}: written by make costs, sum {sum_of(text)} -->\n{text}<!-- end -->\n'

    page = Path(options.page)
    page.write_text(BLOCK.sub(fresh, page.read_text()))


def told_as_missed(text):
    """Keys of the page's own table that it calls missed."""
    return re.findall(r'^\| `(\w+)` \|.*\*\*missed\*\*', text, re.M)


def wrong(options):
    """What is not as it should be, in words."""
    page = Path(options.page).read_text()
    blocks = BLOCK.findall(page)
    prose = BLOCK.sub('', page)
    if not any(name == 'figures' for name, _, _ in blocks):
        yield 'there is no table of figures'
    for name, total, text in blocks:
        if total != sum_of(text):
            yield f'{name}: not as make costs wrote it'
        for key in told_as_missed(text):
            if f'`{key}`' not in prose:
                yield f'{key} misses its goal, and nothing is said about it'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--page', default='docs/costs.md')
    parser.add_argument('--json', default='build/bench.json')
    parser.add_argument('--scaling', default='build/scaling.md')
    parser.add_argument('--image', default='build/virt/bench/kernel8.img')
    parser.add_argument('--app', default='build/app/bench.elf')
    parser.add_argument('--what', default='all', choices=['all', 'figures', 'scaling', 'accounts'])
    parser.add_argument('--check', action='store_true')
    options = parser.parse_args()
    if not options.check:
        known = json.loads(Path(options.json).read_text())
        write(options, known)
        print('misses its goal:', ' '.join(missed(known)) or 'nothing')
    found = list(wrong(options))
    for line in found:
        print(f'costs: {options.page}: {line}')
    sys.exit(1 if found else 0)


if __name__ == '__main__':
    main()
