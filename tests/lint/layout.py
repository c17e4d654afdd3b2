"""Rules about the looks of files: length, head comments, layout, white space."""
import re
import shutil
import subprocess

from files import ROOT, files, hits, rule, text

CODE = ('.c', '.h', '.S', '.in', '.ld')
LINES = 400
VERSION = 14  # of clang-format: Debian 12's
LINES_OF_TESTS = 600


@rule
def files_are_short():
    """no file over 400 lines, no test over 600"""
    for name in files(*CODE, '.py'):
        lines = text(name).count('\n')
        if lines > (LINES_OF_TESTS if name.startswith('tests/') else LINES):
            yield f'{name}: {lines} lines'


def functions(name):
    """(line, length) of each function: from a brace in the first column to its end."""
    start = None
    for number, line in enumerate(text(name).split('\n'), 1):
        if line == '{':
            start = number
        elif line == '}' and start is not None:
            yield start, number - start - 1
            start = None


@rule
def functions_are_short():
    """no function over 60 lines, and nine of ten in the kernel under 40"""
    kernel = []
    for name in files('.c', under=['os/', 'boards/', 'demos/', 'viewer/', 'tests/target/', 'tests/bench/']):
        for line, length in functions(name):
            if length > 60:
                yield f'{name}:{line}: {length} lines'
            if name.startswith('os/'):
                kernel.append(length)
    if not kernel or sorted(kernel)[len(kernel) * 9 // 10] >= 40:
        yield 'os/: more than one function of ten has 40 lines and more'


@rule
def files_say_what_they_are():
    """each source opens with a comment that says what it is for"""
    for name in files(*CODE, under=['os/', 'boards/', 'demos/', 'viewer/', 'tests/']):
        if not text(name).lstrip().startswith('/*'):
            yield f'{name}:1: no comment at its head'
    for name in files('.py', '.mk'):
        if not re.match(r'(#!.*\n)?(#|""")', text(name)):
            yield f'{name}:1: no comment at its head'


@rule
def no_trailing_blanks():
    """no blanks at the ends of lines, a newline at the end of files, no tabs in Python"""
    for name in files(*CODE, '.py', '.mk', '.md', 'Makefile'):
        for line, _ in hits(name, r'[ \t]+$', text):
            yield f'{name}:{line}: blanks at the end'
        if text(name) and not text(name).endswith('\n'):
            yield f'{name}: no newline at the end'
        if name.endswith('.py') and '\t' in text(name):
            yield f'{name}: tabs'


DEFINE = re.compile(r'^[ \t]*#[ \t]*define\b(?:[^\n]*\\\n)*[^\n]*', re.M)


def formatted(name):
    """The file as clang-format would have it, but for macros: tables and initialisers stay as they were written."""
    wanted = subprocess.run(['clang-format', name], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wanted = re.sub(r'\) class\b', ')class', wanted)  # no keyword in C
    ours = DEFINE.findall(text(name))
    if len(ours) != len(DEFINE.findall(wanted)):
        return wanted
    return DEFINE.sub(lambda _: ours.pop(0), wanted)


def format_all():
    for name in files('.c', '.h'):
        wanted = formatted(name)
        if wanted != text(name):
            (ROOT / name).write_text(wanted)
            print(name)


@rule
def layout_is_that_of_clang_format():
    """C files are as `make format` leaves them"""
    if not shutil.which('clang-format'):
        yield 'clang-format is not installed'
        return
    version = subprocess.run(['clang-format', '--version'], capture_output=True, text=True, check=True).stdout
    if f'version {VERSION}.' not in version:
        print(f'    (not tried: each version lays out a little differently; ours is {VERSION}, this is {version.strip()})')
        return
    for name in files('.c', '.h'):
        wanted = formatted(name)
        if wanted != text(name):
            theirs, ours = wanted.split('\n'), text(name).split('\n')
            line = next((i for i, (a, b) in enumerate(zip(theirs, ours)) if a != b), min(len(theirs), len(ours)))
            yield f'{name}:{line + 1}: make format would change it'
