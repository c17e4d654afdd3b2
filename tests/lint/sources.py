"""Rules about sources: includes, addresses, assembly, words that are not used here."""
import os
import re
import subprocess

from files import ROOT, code, files, hits, rule, text

FREESTANDING = {'stdint.h', 'stddef.h', 'stdbool.h', 'stdarg.h', 'limits.h', 'float.h', 'stdalign.h', 'stdnoreturn.h', 'iso646.h'}
HEADERS = ('os/include', 'os/wire/include', 'os/arch/aarch64/include')
C_LIBRARY = '/usr/lib/picolibc/aarch64-linux-gnu/include'  # apps of one's own, and the parts of the library that only they are linked with
STANDARD = ('os/include/std/', 'os/lib/std/', 'os/lib/libc/')


def includes(name):
    """(line, name as written, '<' or '"')"""
    for line, match in hits(name, r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', text):
        yield line, match.group(2), match.group(1)


def owns(name, header):
    """A header beside the file that includes it."""
    return (ROOT / os.path.dirname(name) / header).is_file()


# Who may include what. Each: folder, what beside <petri/...> and the freestanding headers is allowed.
def app(name, header, quote):
    return quote == '"' and owns(name, header)


def target_test(name, header, quote):
    # The tests of Life's engine are built with it.
    return quote == '"' and (owns(name, header) or re.match(r'(\.\./)*(demos/life|tests|common|target)?/?[\w/]+\.h$', header))


def kernel(name, header, quote):
    if header == 'arch/aarch64/seam.h':
        return name == 'os/kernel/arch.h'
    return quote == '"' and header.startswith('kernel/')


def arch(name, header, quote):
    return quote == '"' and (header.startswith(('kernel/', 'arch/aarch64/')) or (header == 'board.h' and name.endswith(('.S', '.in'))))


def driver(name, header, quote):
    return quote == '"' and header.startswith('drivers/')


def board(name, header, quote):
    return quote == '"' and (header == 'board.h' or header.startswith('drivers/') or
                             header in ('kernel/board.h', 'kernel/arch.h', 'kernel/core.h'))


def standard(name, header, quote):
    return quote == '<' or owns(name, header) or (ROOT / 'os/lib' / header).is_file()


FOLDERS = [('demos/', app), *((folder, standard) for folder in STANDARD), ('tests/bench/', target_test), ('tests/target/', target_test), ('os/kernel/', kernel), ('os/arch/', arch),
           ('os/drivers/', driver), ('os/lib/', app), ('os/wire/', app), ('os/include/', lambda *_: False), ('boards/', board)]


@rule
def includes_stay_in_their_layer():
    """apps include <petri/...> only, the kernel no driver and no board, a driver nothing of the kernel"""
    for folder, allowed in FOLDERS:
        for name in files('.c', '.h', '.S', '.in', under=[folder]):
            if folder not in STANDARD and name.startswith(STANDARD):
                continue
            for line, header, quote in includes(name):
                wire_only = folder == 'os/wire/' and header.startswith('petri/') and not header.startswith('petri/wire')
                if header in FREESTANDING or (quote == '<' and header.startswith('petri/') and not wire_only):
                    continue
                if not allowed(name, header, quote):
                    yield f'{name}:{line}: {header} is not for {folder}'


@rule
def viewer_shares_the_wire_only():
    """of the target's headers the viewer includes <petri/wire*.h> and nothing else"""
    for name in files('.c', '.h', under=['viewer/']):
        for line, header, quote in includes(name):
            if header.startswith(('kernel/', 'arch/', 'drivers/', 'os/')) or (header.startswith('petri/') and not header.startswith('petri/wire')):
                yield f'{name}:{line}: {header}'
            elif quote == '"' and not owns(name, header):
                yield f'{name}:{line}: {header} does not lie beside it'


def find_header(name, header, quote):
    places = [os.path.dirname(name)] if quote == '"' else []
    for place in [*places, 'os', *HEADERS]:
        path = os.path.normpath(os.path.join(place, header))
        if (ROOT / path).is_file():
            return path
    return None


@rule
def no_include_cycles():
    """headers do not include each other in a circle"""
    graph = {name: [h for _, header, quote in includes(name) if (h := find_header(name, header, quote))] for name in files('.h')}
    done, path = set(), []

    def visit(name):
        if name in path:
            yield ' -> '.join(path[path.index(name):] + [name])
        elif name not in done:
            path.append(name)
            for header in graph.get(name, []):
                yield from visit(header)
            path.pop()
            done.add(name)
    for name in graph:
        yield from visit(name)


def compiles(command, name):
    run = subprocess.run([*command, '-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-Wno-unused-function', '-x', 'c', '-'], cwd=ROOT,
                         input=f'#include "{name}"\n', capture_output=True, text=True, check=False)
    return None if run.returncode == 0 else run.stderr.strip().split('\n')[0]


@rule
def headers_compile_alone():
    """each header can be the first to be included"""
    target = [os.environ.get('CROSS_COMPILE', 'aarch64-linux-gnu-') + 'gcc', '-std=gnu17', '-ffreestanding', '-mgeneral-regs-only', '-I.',
              '-Ios', *['-I' + h for h in HEADERS]]
    host = ['cc', '-std=gnu17', '-D_GNU_SOURCE', '-I.', '-iquote', 'viewer', '-Ios/wire/include']
    packages = subprocess.run(['pkg-config', '--cflags', 'sdl2', 'SDL2_ttf', 'libpng'], capture_output=True, text=True, check=False)
    for name in files('.h', under=['os/', 'boards/', 'demos/', 'viewer/', 'tests/target/', 'tests/bench/']):
        is_viewer = name.startswith('viewer/')
        if is_viewer and packages.returncode != 0:
            continue
        if name.startswith(STANDARD) and not os.path.isdir(C_LIBRARY):
            continue
        extra = packages.stdout.split() if is_viewer else ['-Idemos/life', '-Itests/target/common']
        if name.startswith(STANDARD):
            extra = ['-Ios/include/std', '-Ios/lib', '-isystem', C_LIBRARY]
        reason = compiles((host if is_viewer else target) + extra, name.removeprefix('os/include/std/'))
        if reason:
            yield f'{name}: {reason}'


@rule
def own_header_first():
    """a C file includes the header of its own name before all others"""
    for name in files('.c', under=['os/', 'boards/', 'demos/', 'viewer/']):
        stem = os.path.basename(name)[:-2] + '.h'
        places = [os.path.dirname(name), *(h + '/petri' for h in HEADERS if not name.startswith(STANDARD))]
        found = list(includes(name))
        if found and any((ROOT / p / stem).is_file() for p in places) and os.path.basename(found[0][1]) != stem:
            yield f'{name}:{found[0][0]}: {found[0][1]} comes before {stem}'


def board_numbers():
    """Addresses in boards/*/board.h, without those that are round by nature."""
    numbers = {}
    for name in files('board.h', under=['boards/']):
        for _, match in hits(name, r'#define\s+(\w+)\s.*?\b(0x[0-9A-Fa-f]+)\b'):
            numbers[int(match.group(2), 16)] = f'{name}: {match.group(1)}'
    return {value: what for value, what in numbers.items() if value >= 0x100000}


@rule
def addresses_stand_in_boards():
    """no address of a board outside of boards/, and no #if of a board"""
    numbers = board_numbers()
    if len(numbers) < 5:
        yield f'boards/*/board.h: only {len(numbers)} addresses found: this rule is looking in the wrong place'
    for name in files('.c', '.h', '.S', '.in', '.ld', under=['os/', 'demos/']):
        for line, match in hits(name, r'\b0x[0-9A-Fa-f]+'):
            value = int(match.group(), 16)
            if value in numbers or 0x3F000000 <= value <= 0x40FFFFFF:
                yield f'{name}:{line}: {match.group()} is {numbers.get(value, "an address of the Pi 3")}'
        for line, match in hits(name, r'^\s*#\s*(if|ifdef|ifndef|elif)\b.*\b(BOARD_?(?!H\b)\w*|RPI\w*|VIRT\b|RASPI\w*)'):
            yield f'{name}:{line}: {match.group().strip()}'


@rule
def assembly_stands_in_arch():
    """no assembly in the portable kernel, the library, the wire, the demos; in boards and drivers none but barriers"""
    for name in files('.c', '.h', under=['os/kernel/', 'os/lib/', 'os/wire/', 'os/include/', 'demos/', 'boards/', 'os/drivers/']):
        for line, _ in hits(name, r'\b(__asm__|asm|__asm)\b'):
            # The empty one, a barrier for the compiler, is no assembly. A single store: no pair or vector that device memory would not take.
            said = re.search(r'"([^"]*)"', text(name).split('\n', line - 1)[-1]).group(1)
            near_devices = name.startswith(('os/drivers/', 'boards/'))
            if said and not (near_devices and re.fullmatch(r'((dsb|dmb|dc|isb|sev|yield|str)\b[\w ,%\[\]]*(\\n\\t)?)+', said)):
                yield f'{name}:{line}: {said}'


@rule
def no_words_of_other_houses():
    """no typedef of a struct, no alloca, no volatile outside of devices, no float in the kernel"""
    for name in files('.c', '.h', under=['os/', 'boards/', 'demos/']):
        for line, match in hits(name, r'\btypedef\s+(struct|union)\b|\b(__builtin_)?alloca\b'):
            if name.startswith('os/include/std/'):
                continue  # the standard's own names
            yield f'{name}:{line}: {match.group()}'
        if name.startswith(('os/kernel/', 'demos/')):
            for line, match in hits(name, r'\bvolatile\b(?!\s*\()'):
                yield f'{name}:{line}: {match.group()}'
    for name in files('.c', '.h', under=['os/kernel/', 'os/arch/', 'os/drivers/', 'boards/']):
        for line, match in hits(name, r'\b(float|double)\b'):
            yield f'{name}:{line}: {match.group()}'


@rule
def no_places_of_one_machine():
    """no path that exists on one machine only"""
    for name in files(''):
        if name.endswith(('.png', '.gif', '.rle')) or name == 'tests/lint/sources.py':
            continue
        for line, match in hits(name, r'(?<![\w.])/(work|home/\w+|Users/\w+|mnt)/[\w.]*', text):
            yield f'{name}:{line}: {match.group()}'


@rule
def todo_says_what_is_missing():
    """TODO, FIXME and XXX are followed by what is missing"""
    for name in files('.c', '.h', '.S', '.py', under=['os/', 'boards/', 'demos/', 'viewer/', 'tests/']):
        for line, match in hits(name, r'\b(TODO|FIXME|XXX)\b.{0,20}$', text):
            if not name.startswith('tests/lint/'):
                yield f'{name}:{line}: {match.group()}'


def empty_loops(name):
    """(line, condition) of each loop whose body is a lone semicolon."""
    for line, match in hits(name, r'\b(while|for)\s*\('):
        depth, at = 1, match.end()
        while depth and at < len(code(name)):
            depth += {'(': 1, ')': -1}.get(code(name)[at], 0)
            at += 1
        is_do = code(name)[:match.start()].rstrip().endswith('}') and match.group(1) == 'while'
        if re.match(r'\s*;', code(name)[at:]) and not is_do:
            yield line, ' '.join(code(name)[match.start():at].split())


@rule
def spin_loops_breathe():
    """a loop that only waits for a device or another core has yield, wfe or wfi in it"""
    for name in files('.c', '.h', under=['os/', 'boards/']):
        for line, loop in empty_loops(name):
            if re.search(r'mmio_read|__atomic|arch_ticks', loop):
                yield f'{name}:{line}: {loop};'


@rule
def calls_are_documented():
    """docs/syscalls.md has a line for each call, with its number, and for no other"""
    table = {(int(m.group(1)), m.group(2)) for _, m in hits('os/include/petri/syscall.h', r'\bX\((\d+), (\w+)\)', text)}
    written = {(int(m.group(1)), m.group(2)) for _, m in hits('docs/syscalls.md', r'^\| (\d+) \| `(\w+)` \|', text)}
    if not table:
        yield 'os/include/petri/syscall.h: no calls found: this rule is looking in the wrong place'
    for number, name in sorted(table ^ written):
        yield f'{"docs/syscalls.md" if (number, name) in table else "os/include/petri/syscall.h"}: {number} {name} is missing'
