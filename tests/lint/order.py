"""Rules about what one core under QEMU cannot show: barriers, the order of memory, and what kinds of pages there are."""
import os
import re
import subprocess

from files import ROOT, rule, text
from machine import BOARDS, image, kernel_functions

MMU = 'os/arch/aarch64/mmu.c'

# Function -> instructions without which what it gives or takes would not be ordered (Arm ARM B2.3.11).
ORDERED_IN_KERNEL = {'page_free': ('ldaxr', 'stlr')}
ORDERED_IN_LIBRARY = {
    'mutex_trylock': ('ldaxr',),
    'mutex_lock_slow': ('ldaxr',),
    'cond_wait_until': ('ldaxr', 'stlxr'),
    'semaphore_wait_slow': ('ldaxr',),
    'semaphore_post_slow': ('stlxr',),
    'barrier_open': ('stlxr',),
    'barrier_await_others': ('ldaxr', 'stlxr', 'ldar'),
    'barrier_arrive_and_drop': ('ldaxr', 'stlxr'),
}


def library_functions():
    """Name -> its mnemonics."""
    image('virt')
    command = [os.environ.get('CROSS_COMPILE', 'aarch64-linux-gnu-') + 'objdump', '-d', '--no-show-raw-insn', ROOT / 'build/app/libpetri.a']
    functions, current = {}, None
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.split('\n'):
        head = re.match(r'[0-9a-f]+ <(.+)>:$', line)
        instruction = re.match(r'\s*[0-9a-f]+:\s+(\S+)', line)
        if head:
            current = functions.setdefault(head.group(1), [])
        elif instruction and current is not None:
            current.append(instruction.group(1))
    return functions


def missing(functions, wanted, where):
    for name, instructions in wanted.items():
        for instruction in instructions:
            if instruction not in functions.get(name, []):
                yield f'{where}: {name} has no {instruction}'


@rule
def locks_order_memory():
    """what is taken is taken with acquire, what is given is given with release, in the machine code"""
    for board in BOARDS:
        functions = {name: [mnemonic for mnemonic, _ in body] for name, body in kernel_functions(board).items()}
        yield from missing(functions, ORDERED_IN_KERNEL, board)
    yield from missing(library_functions(), ORDERED_IN_LIBRARY, 'libpetri')


def functions_of(name):
    """Name -> its text, of a C file laid out as .clang-format says."""
    return {m.group(1): m.group(0) for m in re.finditer(r'^\w[^\n;=]*?\b(\w+)\([^;{}]*\)\n\{\n.*?^\}', re.sub(r'__attribute__\(\(\w+\)\) ', '', text(name)), re.M | re.S)}


@rule
def hand_shakes_have_fences():
    """who tells that a core is idle, or less urgent, and who puts a thread into a queue, look at what the other one wrote behind a full fence"""
    fence, inside = '__atomic_thread_fence(__ATOMIC_SEQ_CST)', functions_of('os/kernel/runq.c')
    for name in ('notify', 'runq_turned'):
        first = re.sub(r'^.*?\n\{\n', '', inside.get(name, ''), flags=re.S).lstrip('\t')
        if not re.match(r'(uint32_t bits;\s+)?' + re.escape(fence), first):
            yield f'os/kernel/runq.c: {name}() does not begin with a full fence'
    seen = 0
    for name, body in functions_of('os/kernel/sched.c').items():
        for after in re.split(r'__atomic_store_n\(&core->running,', body)[1:]:
            seen += 1
            if not re.match(r'[^\n]*\n\s*' + re.escape(fence), after) and 'runq_turned(' not in after:
                yield f'os/kernel/sched.c: {name}() tells what its core runs, and no full fence behind it'
    if seen < 2:
        yield f'os/kernel/sched.c: {seen} places tell what a core runs, so this rule is looking in the wrong place'


def assembly(name):
    """The texts of the asm statements, as one line of instructions each."""
    for match in re.finditer(r'__asm__(?: volatile)?\(((?:\s*"(?:[^"\\]|\\.)*")+)', text(name)):
        yield text(name).count('\n', 0, match.start()) + 1, re.sub(r'"\s*"|\\n\\t|\\n', ';', match.group(1)).strip('" \t\n;').replace('";', '')


@rule
def barriers_stay():
    """page-table entries and system registers are followed by the barriers that hardware wants, invalidations reach all cores"""
    if not re.search(r'= value;\n\t__asm__ volatile\("dsb ishst\\n\\tisb"', text(MMU)):
        yield f'{MMU}: set_entry() has no "dsb ishst; isb" behind its store'
    writers = re.findall(r'\*\(volatile uint64_t \*\)', text(MMU))
    if len(writers) != 1:
        yield f'{MMU}: {len(writers)} places write entries, and not set_entry() alone'
    seen = set()
    for name in (MMU, 'os/arch/aarch64/cpu.c'):
        for line, body in assembly(name):
            for instruction in re.findall(r'(tlbi \w+|msr (?:ttbr0_el1|sctlr_el1|cpacr_el1|cntv_ctl_el0))', body):
                after = body[body.index(instruction):]
                seen.add(instruction)
                if not after.endswith('isb'):
                    yield f'{name}:{line}: {instruction} without isb behind it'
                if instruction.startswith('tlbi') and 'sctlr' not in body and not (instruction.endswith('is') and 'dsb ish' in after):
                    yield f'{name}:{line}: {instruction} is not for all cores, or no "dsb ish" waits for it'
    for wanted in ('tlbi vaae1is', 'msr ttbr0_el1', 'msr sctlr_el1', 'msr cpacr_el1', 'msr cntv_ctl_el0'):
        if wanted not in seen:
            yield f'{wanted}: not found, so this rule is looking in the wrong place'


@rule
def page_kinds_are_tight():
    """no kind of page is writable and executable, and only an app's text is executable for two levels"""
    kinds = dict(re.findall(r'\[(MAP_\w+)\] = ([^,]+),', text(MMU)))
    if len(kinds) < 8:
        yield f'{MMU}: only {len(kinds)} kinds of pages found'
    for kind, words in kinds.items():
        has = set(re.findall(r'\w+', words))
        at_el0, at_el1 = 'UXN' not in has, 'PXN' not in has
        if 'AP_RO' not in has and (at_el0 or at_el1):
            yield f'{MMU}: {kind} is writable and executable'
        if at_el0 != (kind in ('MAP_APP_TEXT', 'MAP_USER_TEXT')):
            yield f'{MMU}: {kind} {"is" if at_el0 else "is not"} executable at EL0'
        if at_el1 != (kind in ('MAP_KERNEL_TEXT', 'MAP_APP_TEXT')):
            yield f'{MMU}: {kind} {"is" if at_el1 else "is not"} executable at EL1'
        if ('AP_EL0' in has) != kind.startswith(('MAP_APP', 'MAP_USER')):
            yield f'{MMU}: {kind}: who may reach it at EL0?'
        if ('NG' in has) != ('AP_EL0' in has):
            yield f'{MMU}: {kind}: what is of one domain is not global, and nothing else'
    if text(MMU).count('#define SCTLR_ON (SCTLR_VALUE | SCTLR_WXN') != 2:
        yield f'{MMU}: mmu_on() does not set WXN'
