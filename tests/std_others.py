"""Programs with threads that others wrote, unmodified: taken at test time from the distribution's packages, built and run by make.

    gnulib          its tests of <threads.h>, <pthread.h> and of its own layer over them; config.h, which configure would make, is made here
    glibc-source    the C library's tests of threads, with its support functions; what starts and watches them there (a supervisor that forks)
                    is replaced by tests/std/glibc
    manpages-dev    the example of a manual page

A package that is not there is told and skipped; where CI is set, that is a failure. Why other programs of these packages are not in the lists
stands in docs/standard.md. Only the Python standard library is used.
"""
import concurrent.futures
import glob
import gzip
import os
import re
import shlex
import shutil
import tarfile
import threading
from functools import lru_cache
from pathlib import Path

from std_test import HERE, ROOT, Outcome, make, run

LIMIT = 240
BUILDING = threading.Lock()  # one make at a time builds: they share the library

GNULIB = Path('/usr/share/gnulib')
GNULIB_TESTS = '''threads call_once thrd_current thrd_create mtx cnd tss thread_local
    pthread pthread-thread pthread-mutex pthread-cond pthread-once1 pthread-once2 pthread-rwlock pthread-spin pthread-tss
    once lock cond rwlock1 tls thread_create thread_self sched nanosleep timespec_get timespec_getres'''.split()
GNULIB_CONFIG = '''#define _GNU_SOURCE 1
#include <errno.h>
#include <stdbool.h>
#define HAVE_DECL_ALARM 0
#define HAVE_PTHREAD_H 1
#define HAVE_PTHREAD_MUTEX_RECURSIVE 1
#define HAVE_PTHREAD_RWLOCK 1
#define HAVE_PTHREAD_RWLOCK_RDLOCK_PREFER_WRITER 1
#define HAVE_SEMAPHORE_H 1
#define HAVE_THREADS_H 1
#define USE_POSIX_THREADS 1
#define _GL_ATTRIBUTE_MAYBE_UNUSED __attribute__((unused))
#define _GL_EXTERN_INLINE extern inline
#define _GL_INLINE inline
#define _GL_INLINE_HEADER_BEGIN
#define _GL_INLINE_HEADER_END
#define _GL_UNUSED __attribute__((unused))
'''

GLIBC = '/usr/src/glibc/glibc-*.tar.xz'
GLIBC_TESTS = '''abstime barrier1 barrier3 barrier4 basic1 basic2 call-once cleanup3 clock1 cnd-basic cnd-broadcast cnd-timedwait
    cond1 cond10 cond11 cond19 cond2 cond20 cond21 cond27 cond3 cond5 cond9 detach1 exit1 exit2 exit3 join14 join2 join3 join4
    key1 key2 key4 mtx-basic mtx-recursive mtx-timedlock mtx-trylock mutex-errorcheck mutex1 mutex11 mutex2 mutex3
    once1 once2 pt-align pt-align3 pt-sysconf pthread-mutexattr rwlock1 rwlock13 rwlock14
    sem1 sem14 sem15 sem2 sem5 spin1 spin4 stdio1 stdio2 thrd-detach thrd-sleep tsd1 tsd2 tsd5 tss-basic'''.split()

MANUAL = Path('/usr/share/man/man3/pthread_create.3.gz')


class Program:
    def __init__(self, name, package, there, prepare, variables=(), sources='', expect=''):
        """prepare(folder) fills a folder and returns CFLAGS; expect: a pattern of its output"""
        self.name, self.package, self.there, self.prepare = name, package, there, prepare
        self.variables, self.sources, self.expect = list(variables), sources, expect

    def complaints(self, code, out, err):
        if code is None:
            yield f'no end within {LIMIT} s'
        elif code != 0:
            told = re.search(r'app exited with (\d+)', err)
            yield f'its exit code: {told.group(1)}' if told else f'make ended with {code}'
        elif 'petri: app exited with 0' not in err:
            yield 'nothing tells that it exited with 0'
        if not re.search(self.expect, out, re.S):
            yield f'its output is not like this: {self.expect}'

    def execute(self, directory, options):
        folder = directory / f'others-{self.name}'  # not the name of a target test: what is built bears it
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        flags = self.prepare(folder)
        words = [f'APP={folder}', f'CFLAGS={flags} -w', *self.variables, *([f'APP_SOURCES={self.sources}'] if self.sources else [])]
        with BUILDING:
            code, out, err, seconds = run(make(options, 'app', *words), 600)
        if code == 0:
            code, out, err, seconds = run(make(options, 'run', f'TIMEOUT={LIMIT}', *words), LIMIT + 60)
        return Outcome(f'{options.board} {self.package}: {self.name}', list(self.complaints(code, out, err)),
                       shlex.join(['tests/std_test.py', '--board', options.board, self.name]), out + err, seconds)


# ---- gnulib -------------------------------------------------------------------------------------------------------------

def gnulib(test):
    def prepare(folder):
        source = GNULIB / f'tests/test-{test}.c'
        (folder / 'config.h').write_text(GNULIB_CONFIG)
        (folder / 'glthread').mkdir()
        for name in [source, *GNULIB.glob('tests/atomic-int-*.h'), GNULIB / 'tests/macros.h', GNULIB / 'tests/signature.h']:
            shutil.copy(name, folder)
        for name in GNULIB.glob('lib/glthread/*.h'):
            shutil.copy(name, folder / 'glthread')
        if '"glthread/' in source.read_text():
            for part in ('lock', 'cond', 'thread', 'tls', 'threadlib'):
                shutil.copy(GNULIB / f'lib/glthread/{part}.c', folder)
        return f'-I{folder}'
    return Program(f'test-{test}', 'gnulib', GNULIB / f'tests/test-{test}.c', prepare)


# ---- the C library's own ------------------------------------------------------------------------------------------------

GLIBC_PARTS = re.compile(r'[^/]+/(sysdeps/pthread/tst-[\w-]+\.[ch]|sysdeps/generic/tst-stack-align\.h|support/[\w-]+\.[ch]'
                         r'|include/(intprops|intprops-internal|libc-diag|array_length|verify)\.h)')
# What the tests call without naming its file; the rest is found by name.
ALWAYS = {'check', 'support_test_verify_impl', 'support_test_compare_failure', 'write_message', 'xpthread_check_return'}
TIMES = {'timespec', 'timespec-add', 'timespec-sub', 'xclock_gettime'}


@lru_cache(None)
def glibc_sources():
    """The parts of the archive that are wanted, by their path in it. Reading it takes some seconds."""
    parts = {}
    with tarfile.open(sorted(glob.glob(GLIBC))[-1]) as archive:
        for member in archive:
            match = GLIBC_PARTS.fullmatch(member.name)
            if match:
                parts[match.group(1)] = archive.extractfile(member).read()
    return parts


def glibc(test):
    def prepare(folder):
        parts = glibc_sources()
        shutil.copytree(HERE / 'glibc', folder, dirs_exist_ok=True)
        text = parts[f'sysdeps/pthread/tst-{test}.c'].decode()
        wanted = ALWAYS | {w.strip(' (') for w in re.findall(r'\bx\w+ ?\(', text)} | (TIMES if 'support/timespec.h' in text else set())
        for path, content in parts.items():
            stem = Path(path).stem
            if path.startswith('sysdeps/pthread/') and (path.endswith('.h') or stem == 'tst-' + test):
                place = folder / 'tests'
            elif path.startswith('sysdeps/pthread/'):
                place = folder / 'tests/included'
            elif path.startswith('support/') and path.endswith('.c'):
                if stem not in wanted:
                    continue
                place = folder / 'functions'
            elif path.startswith('support/'):
                place = folder / 'support'
            else:
                place = folder
            place.mkdir(parents=True, exist_ok=True)
            (place / Path(path).name).write_bytes(content)
        return f'-include {folder}/config.h -I{folder} -iquote {folder}/tests/included -iquote {folder}/support'
    return Program(f'tst-{test}', 'glibc-source', sorted(glob.glob(GLIBC)), prepare, ['ICOUNT=1', 'QUANTUM=20', 'SEED=1'],
                   f'harness.c tests/tst-{test}.c functions/*.c')


# ---- the manual ---------------------------------------------------------------------------------------------------------

ESCAPES = [(r'\-', '-'), (r'\[aq]', "'"), (r'\[dq]', '"'), (r'\[ha]', '^'), (r'\[ti]', '~'), (r'\(aq', "'"), (r'\(dq', '"'), (r'\&', ''), (r'\e', '\\')]


def example_of(page):
    """The program of a manual page: what stands between .EX and .EE and has a main."""
    text = gzip.decompress(page.read_bytes()).decode()
    source = next(block for block in re.findall(r'^\.EX\n(.*?)^\.EE', text, re.M | re.S) if 'main(' in block)
    source = re.sub(r'^\.\\".*\n', '', source, flags=re.M)
    for escape, character in ESCAPES:
        source = source.replace(escape, character)
    return source


def manual():
    def prepare(folder):
        (folder / 'pthread_create.c').write_text(example_of(MANUAL))
        return ''
    joined = ''.join(rf'.*Joined with thread {n}; returned value was {word}\n' for n, word in enumerate(['HOLA', 'SALUT', 'SERVUS'], 1))
    return Program('pthread_create.3', 'manpages-dev', MANUAL, prepare, ['ARGS=-s 0x100000 hola salut servus'], expect=joined)


# ---- all ----------------------------------------------------------------------------------------------------------------

def programs():
    return [gnulib(t) for t in GNULIB_TESTS] + [glibc(t) for t in GLIBC_TESTS] + [manual()]


def is_there(program):
    return all(Path(p).exists() for p in program.there) and program.there if isinstance(program.there, list) else program.there.exists()


def missing(absent):
    """A package that is not there: one line, and a failure where it has to be there."""
    for package in sorted({p.package for p in absent}):
        count = sum(p.package == package for p in absent)
        print(f'# {count} programs of {package} were skipped: the package is not installed (apt-get install {package})', flush=True)
        if os.environ.get('CI'):
            yield Outcome(package, ['not installed, and CI is set'], f'apt-get install {package}')


def run_all(chosen, options):
    yield from missing([p for p in chosen if not is_there(p)])
    present = [p for p in chosen if is_there(p)]
    if not present:
        return
    directory = (ROOT / (options.build or 'build') / 'others').resolve()  # always the same: what make builds bears its path
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        yield from pool.map(lambda p: p.execute(directory, options), present)
