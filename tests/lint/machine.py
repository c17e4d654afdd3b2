"""Rules about machine code and images: what QEMU forgives and hardware does not, looked for in what was built.

Uses the images of `make image` for virt and rpi3; builds them if they are not there.
"""
import os
import re
import struct
import subprocess
from functools import lru_cache

from files import ROOT, files, hits, rule, text

CROSS = os.environ.get('CROSS_COMPILE', 'aarch64-linux-gnu-')
BOARDS = ('virt', 'rpi3')


@lru_cache(None)
def image(board):
    environment = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL')}
    run = subprocess.run(['make', '-s', 'image', f'BOARD={board}', 'DEMO=life'], cwd=ROOT, env=environment, capture_output=True, text=True,
                         check=False)
    if run.returncode:
        raise SystemExit(f'lint: make image BOARD={board} fails:\n{run.stderr}')
    return ROOT / f'build/{board}/life/kernel8.elf'


@lru_cache(None)
def kernel_functions(board):
    """Name -> its instructions, as (mnemonic, operands)."""
    out = subprocess.run([CROSS + 'objdump', '-d', '--no-show-raw-insn', image(board)], capture_output=True, text=True, check=True).stdout
    functions, current = {}, None
    for line in out.split('\n'):
        head = re.match(r'[0-9a-f]+ <(.+)>:$', line)
        instruction = re.match(r'\s*[0-9a-f]+:\s+(\S+)\s*(.*)', line)
        if head:
            current = functions.setdefault(head.group(1), [])
        elif instruction and current is not None:
            current.append(instruction.groups())
    return functions


def reached(functions, roots, never):
    """All that is called from the roots, jumps to other functions included."""
    seen, todo = set(), [r for r in roots if r in functions]
    while todo:
        name = todo.pop()
        if name in seen or name in never:
            continue
        seen.add(name)
        for mnemonic, operands in functions[name]:
            target = re.search(r'<([^+>]+)>', operands)
            if target and (mnemonic in ('bl', 'b') or mnemonic.startswith('b.')) and target.group(1) in functions:
                todo.append(target.group(1))
    return seen


@rule
def no_exclusives_before_the_mmu():
    """nothing that runs before the MMU is on uses exclusive or acquire/release accesses"""
    for board in BOARDS:
        functions = kernel_functions(board)
        # new_table() calls page_alloc() only once the MMU is on
        early = reached(functions, ['arch_start', 'early', 'memory', 'mmu_early_map', 'mmu_on'], {'kernel_main', 'panic', 'page_alloc'})
        if not {'arch_start', 'early', 'mmu_on', 'pl011_init'} <= early:
            yield f'{board}: arch_start, early, mmu_on or pl011_init not found: this rule is looking in the wrong place'
        if 'mmu_is_on ? (uint64_t *)page_alloc()' not in text('os/arch/aarch64/mmu.c'):
            yield 'os/arch/aarch64/mmu.c: new_table() no longer asks mmu_is_on before it takes a page, as this rule believes'
        for name in sorted(early):
            for mnemonic, operands in functions[name]:
                if re.match(r'(ld|st)a?l?x[rp]|ldax|stlx|lda[rp]|stl[rp]|cas|swp|ldadd', mnemonic):
                    yield f'{board}: {name}: {mnemonic} {operands}'


@rule
def no_fp_in_the_kernel():
    """no FP or SIMD register in the kernel, but where they are saved for threads"""
    for board in BOARDS:
        for name, body in kernel_functions(board).items():
            if name in ('arch_fp_save', 'arch_fp_restore'):
                continue
            for mnemonic, operands in body:
                if re.match(r'(\{?[vqds]\d+\b)', operands) and not mnemonic.startswith(('b', '.')):
                    yield f'{board}: {name}: {mnemonic} {operands}'


@rule
def halt_instruction_is_gated():
    """HLT (undefined on a real machine) stands in arch_halt only, behind the question whether this is QEMU"""
    places = [(n, line) for n in files('.c', '.h', '.S', under=['os/', 'boards/', 'demos/']) for line, _ in hits(n, r'"[^"\n]*\bhlt\b', text)]
    if len(places) != 1 or places[0][0] != 'os/arch/aarch64/cpu.c':
        yield f'hlt stands in {places}'
    calls = re.findall(r'\n(?!static)(?:[^\n]*\n)?\t*([^\n]*)\n\t+exit_simulation\(', text('os/arch/aarch64/cpu.c'))
    if calls != ['\tif (simulated)'] and calls != ['if (simulated)']:
        yield f'os/arch/aarch64/cpu.c: exit_simulation() is called behind {calls}'
    for board in BOARDS:
        users = [name for name, body in kernel_functions(board).items() if any(m == 'hlt' for m, _ in body)]
        if users not in (['arch_halt'], ['exit_simulation']):
            yield f'{board}: hlt in {users}'


@rule
def waiting_instructions_stay():
    """the spinlock yields, the idle core and the parked cores wait in WFI after a barrier"""
    for board in BOARDS:
        functions = kernel_functions(board)
        if not any('wfi' in (m for m, _ in functions.get(name, [])) for name in ('other_core', '_start', 'start')):
            yield f'{board}: the other cores do not wait in wfi'
        if not any('wfi' in (m for m, _ in functions.get(name, [])) for name in ('idle', 'wait_for_one', 'sched_leave')):
            yield f'{board}: an idle core does not wait in wfi'
        for name, body in functions.items():
            for before, (mnemonic, _) in zip([('', ''), *body], body):
                if mnemonic == 'wfi' and name in ('idle', 'wait_for_one', 'sched_leave', 'arch_halt') and before[0] != 'dsb':
                    yield f'{board}: {name}: wfi without dsb before it'
        spinning = [name for name, body in functions.items() if any(re.match(r'ldaxr', m) for m, _ in body) and name.startswith(('wait_', 'page_', 'enqueue'))]
        for name in spinning:
            if not any(m in ('yield', 'wfe') for m, _ in functions[name]):
                yield f'{board}: {name}: spins without yield'


@rule
def image_header_is_right():
    """the image carries the arm64 header: magic, text offset 0x80000, a size that covers bss and stacks"""
    for board in BOARDS:
        elf = image(board)
        head = elf.with_suffix('.img').read_bytes()
        offset, size, flags = struct.unpack_from('<QQQ', head, 8)
        if head[56:60] != b'ARM\x64':
            yield f'{board}: no magic at 56'
        if offset != 0x80000:
            yield f'{board}: text offset {offset:#x}'
        if size < len(head):
            yield f'{board}: size {size} is less than the file of {len(head)}'
        if flags & 1 or flags >> 1 & 3 != 1 or flags & 8:
            yield f'{board}: flags {flags:#x}: not little-endian with pages of 4 KiB at a fixed place'
        symbols = subprocess.run([CROSS + 'nm', elf], capture_output=True, text=True, check=True).stdout
        start = re.search(r'^([0-9a-f]+) . image_start$', symbols, re.M)
        if not start or int(start.group(1), 16) & 0x1fffff != 0x80000:
            yield f'{board}: image_start is not 0x80000 above a multiple of 2 MiB'


@rule
def apps_have_no_writable_text():
    """no segment of the app is both writable and executable"""
    image('virt')
    out = subprocess.run([CROSS + 'readelf', '-lW', ROOT / 'build/app/life.elf'], capture_output=True, text=True, check=True).stdout
    loads = re.findall(r'^\s+LOAD.*', out, re.M)
    if len(loads) < 2:
        yield f'only {len(loads)} segments found'
    for load in loads:
        if re.search(r'W\s*E|RWE', load):
            yield f'build/app/life.elf: {load.strip()}'


@rule
def cards_say_where_the_kernel_goes():
    """config.txt of each Pi names the image and its address, and the boot script's address is the board's"""
    header = text('boards/rpi3/board.h')
    script = int(re.search(r'BOARD_BOOT_SCRIPT\s+(0x\w+)', header).group(1), 16)
    for board in ('rpi3', 'zero2w'):
        name = f'boards/{board}/config.txt'
        lines = [line.split('#')[0].strip() for line in text(name).split('\n')]
        for wanted in ('arm_64bit=1', 'kernel=kernel8.img', 'kernel_address=0x80000', 'enable_uart=1'):
            if wanted not in lines:
                yield f'{name}: no line {wanted}'
        address = re.search(r'initramfs \S+ (0x\w+)', text(name))
        if not address or int(address.group(1), 16) != script:
            yield f'{name}: initramfs does not go to {script:#x}'
