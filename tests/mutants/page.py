"""The tables of docs/mutants.md: written from what is planted, and compared with what stands there."""
from tables import ROOT

PAGE = ROOT / 'docs' / 'mutants.md'
MARK = '<!-- From here on written by `tests/mutants/mutants.py --write`. -->\n'


def mutant_row(m):
    numbers = ', '.join(str(n) for n in m.faults) or '-'
    places = ', '.join(dict.fromkeys(f'`{name}`' for name, _, _ in m.hunks))
    seen = ', '.join(f'`{text}`' for text in m.red)
    return f'| {m.name} | {numbers} | {m.words} | {places} | {seen} |\n'


def tables_of(book):
    out = [MARK, f'\n## Planted: {len(book.mutants)}\n\n| mutant | fault | what is wrong | where | turned red by |\n|---|---|---|---|---|\n']
    out += [mutant_row(m) for m in book.mutants]
    out.append('\n## The list of faults\n\n| fault | in words | planted as, or why not |\n|---|---|---|\n')
    for number, words in sorted(book.faults.items()):
        names = ', '.join(m.name for m in book.mutants if number in m.faults)
        excuses = [f'not planted: {a.reason}. Guard: {a.guard}' for a in book.absent if a.number == number]
        out.append(f'| {number} | {words} | {names or " ".join(excuses)} |\n')
    return ''.join(out)


def written():
    return PAGE.read_text() if PAGE.is_file() else ''


def complaints(book):
    text = written()
    if MARK not in text:
        yield f'docs/mutants.md: the line "{MARK.strip()}" is missing'
    elif text[text.index(MARK):] != tables_of(book):
        yield 'docs/mutants.md is not what is planted: tests/mutants/mutants.py --write'


def write(book):
    text = written()
    head = text[:text.index(MARK)] if MARK in text else text
    PAGE.write_text(head + tables_of(book))
