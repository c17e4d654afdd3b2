"""The files of the project, and the list of rules."""
import re
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ('os', 'boards', 'demos', 'viewer', 'tests', 'docs', '.ci')
rules = []


def rule(function):
    """A rule yields its complaints, as texts."""
    rules.append(function)
    return function


@lru_cache(None)
def all_files():
    """Paths from the top, without what git ignores; with what is not yet committed."""
    try:
        out = subprocess.run(['git', 'ls-files', '--cached', '--others', '--exclude-standard'], cwd=ROOT, capture_output=True,
                             text=True, check=True).stdout.split('\n')
    except (OSError, subprocess.CalledProcessError):  # not a clone: an unpacked archive
        out = [str(p.relative_to(ROOT)) for folder in FOLDERS for p in (ROOT / folder).rglob('*')]
        out += [p.name for p in ROOT.iterdir()]
    return sorted(f for f in out if f and (ROOT / f).is_file() and '__pycache__' not in f)


def files(*suffixes, under=('',)):
    return [f for f in all_files() if f.endswith(suffixes) and f.startswith(tuple(under))]


@lru_cache(None)
def text(name):
    return (ROOT / name).read_text('utf-8', 'replace')


@lru_cache(None)
def code(name):
    """The text with comments and the insides of strings blanked, line for line."""
    def blank(match):
        found = match.group()
        if found.startswith('/'):
            return re.sub(r'[^\n]', ' ', found)
        return found[0] + ' ' * (len(found) - 2) + found[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', blank, text(name), flags=re.S)


def hits(name, pattern, where=code):
    """(line number, match) of each place."""
    for match in re.finditer(pattern, where(name), re.M):
        yield where(name).count('\n', 0, match.start()) + 1, match
