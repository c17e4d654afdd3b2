#!/usr/bin/env python3
"""Accounts for one operation of the bench: which instructions of which function it executes.

    make bench ACCOUNT=yield              per function, kernel threads and user threads
    make bench ACCOUNT="yield --path"     and the path of one operation, instruction by instruction, as executed
    tests/bench/account.py KEY... [--mode user|kernel] [--path] [--lines]

QEMU runs the bench up to bench_begin() at full speed, then one instruction at a time with its execution log on, until bench_end(). Each
executed instruction is attributed to its function, and to what was inlined there; where a way into the kernel's entry is taken by an interrupt
the name of the vector says so. Figures are per operation, the bench's own loop included. irq_to_thread: from the vector to the
return of the call. Only the Python standard library and the cross binutils are used.
"""
import argparse
import bisect
import collections
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import gdb_remote  # noqa: E402
import run as bench  # noqa: E402

CROSS = os.environ.get('CROSS_COMPILE', 'aarch64-linux-gnu-')
TRACE = re.compile(rb'^Trace (\d+): \S+ \[[0-9a-f]+/([0-9a-f]+)/')
STOPPED = re.compile(rb'^Stopped execution of TB chain before \S+ \[([0-9a-f]+)\]')
ROUNDS = {'life': 1, 'yield_10k': 2, 'tm': 64}     # by the beginning of the key; else USUAL_ROUNDS
USUAL_ROUNDS = 64
SPANS = {'irq_to_thread': ('thread_irq', 'sleeping')}   # what counts is a part: from here to there


def tool(name, *words, text=None):
    return subprocess.run([CROSS + name, *words], input=text, capture_output=True, text=True, check=True).stdout


class Symbols:
    """Functions of the kernel and of the app."""

    def __init__(self, elves):
        self.elves = elves
        self.table = sorted({(int(a, 16), n) for elf in elves for a, k, n in (line.split() for line in tool('nm', elf).splitlines() if len(line.split()) == 3)
                             if k in 'tTwW' and not n.startswith('$')})
        self.addresses = [a for a, _ in self.table]
        self.by_name = {n: a for a, n in self.table}

    def function(self, pc):
        return self.table[bisect.bisect_right(self.addresses, pc) - 1][1]

    def elf(self, pc):
        return self.elves[1] if pc >= 1 << 36 else self.elves[0]

    def inlined(self, pcs):
        """pc: [(function, file:line), ...], the innermost first."""
        found = {}
        for elf in self.elves:
            mine = [pc for pc in pcs if self.elf(pc) == elf]
            lines = tool('addr2line', '-a', '-f', '-i', '-e', elf, text=''.join(f'{pc:#x}\n' for pc in mine)).splitlines() if mine else []
            pc = None
            i = 0
            while i < len(lines):
                if lines[i].startswith('0x'):
                    pc = int(lines[i], 16)
                    found[pc] = []
                    i += 1
                    continue
                found[pc].append((lines[i], re.sub(r' \(.*', '', lines[i + 1]).rsplit('/', 1)[-1]))
                i += 2
        return found

    def listing(self, pcs):
        """pc: text of the instruction."""
        found = {}
        for elf in self.elves:
            mine = {pc for pc in pcs if self.elf(pc) == elf}
            if mine:
                for line in tool('objdump', '-d', '--no-show-raw-insn', f'--start-address={min(mine)}', f'--stop-address={max(mine) + 4}', elf).splitlines():
                    m = re.match(r'\s*([0-9a-f]+):\s+(.*)', line)
                    if m and int(m[1], 16) in mine:
                        found[int(m[1], 16)] = re.sub(r'\s*//.*', '', m[2]).replace('\t', ' ')
        return found


def executed(log):
    """The addresses in QEMU's execution log, with one instruction a block."""
    trace = []
    with open(log, 'rb') as lines:
        for line in lines:
            m = TRACE.match(line)
            if m:
                trace.append(int(m[2], 16))
            elif trace and STOPPED.match(line):
                trace.pop()
    return trace


def record(options, key, mode, symbols):
    """(trace, operations) of a key."""
    begin, end, result = (symbols.by_name[n] for n in ('bench_begin', 'bench_end', 'bench_result'))
    rounds = options.rounds or next((n for prefix, n in ROUNDS.items() if key.startswith(prefix)), USUAL_ROUNDS)
    with tempfile.TemporaryDirectory(prefix='petri-account-') as folder:
        log, blob = f'{folder}/log', f'{folder}/blob'
        Path(blob).write_bytes(bench.boot_blob(mode, options.cores, [f'rounds={rounds}', key]))
        command = [*bench.machine(options), '-serial', 'null', '-device', f'loader,file={blob},addr={bench.BLOB_ADDRESS:#x},force-raw=on',
                   '-S', '-gdb', f'unix:{folder}/gdb,server=on,wait=off', '-D', log]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as qemu:
            try:
                target = gdb_remote.Target(f'{folder}/gdb')
                for address in (begin, end, result):
                    target.breakpoint(address)
                operations = None
                while operations is None:
                    where = target.go_on()
                    target.monitor('log exec,nochain' if where == begin else 'log none')
                    target.monitor('singlestep on' if where == begin else 'singlestep off')
                    if where == result:
                        operations = target.register(2)
            except EOFError:
                sys.exit(f'account: the bench ended without a result for {key}; is that a key?')
            finally:
                qemu.kill()
        return executed(log), operations


def only_spans(trace, symbols, first, last):
    """The parts of a trace from the entry of one function to the next instruction in another."""
    entry, parts, inside = symbols.by_name[first], [], False
    for pc in trace:
        inside = inside or pc == entry
        if inside and symbols.function(pc) == last:
            inside = False
            parts.append(None)
        elif inside:
            parts.append(pc)
    return [pc for pc in parts if pc is not None], parts.count(None)


def one_operation(trace, operations):
    """The most usual path from one pass of an instruction that each operation passes once to the next."""
    counts = collections.Counter(trace)
    marks = [pc for pc in dict.fromkeys(trace) if operations - 1 <= counts[pc] <= operations]
    if not marks:
        return []
    where = [i for i, pc in enumerate(trace) if pc == marks[0]]
    paths = collections.Counter(tuple(trace[a:b]) for a, b in zip(where, where[1:]))
    return paths.most_common(1)[0][0] if paths else []


def label(chain, symbol):
    """The function, and what of it was inlined there."""
    return symbol, (chain[0][0] if chain and chain[0][0] not in ('??', symbol) else '')


def print_functions(trace, operations, symbols, inlined, brief):
    per = collections.Counter()
    for pc, n in collections.Counter(trace).items():
        per[label(inlined.get(pc), symbols.function(pc))] += n
    sums = collections.Counter()
    for (function, _), n in per.items():
        sums[function] += n
    for function in dict.fromkeys(symbols.function(pc) for pc in trace):
        if sums[function] / operations < (1 if brief else 0.05):
            continue
        print(f'{sums[function] / operations:9.1f}  {function}')
        parts = sorted(((n, inner) for (f, inner), n in per.items() if f == function), reverse=True)
        for n, inner in parts if len(parts) > 1 and not brief else []:
            if n / operations >= 0.05:
                print(f'{"":11}{n / operations:7.1f}  {inner or "(itself)"}')


def print_lines(trace, operations, symbols, inlined):
    """Per source line."""
    per = collections.Counter()
    for pc, n in collections.Counter(trace).items():
        chain = inlined.get(pc)
        per[(symbols.function(pc), chain[0][1] if chain else '?')] += n
    for (function, line), n in per.most_common():
        if n / operations >= 0.3:
            print(f'{n / operations:9.1f}  {line:<28} in {function}')


def print_path(path, symbols, inlined):
    listing = symbols.listing(set(path))
    before = None
    for i, pc in enumerate(path, 1):
        chain = inlined.get(pc) or []
        names = [n for n, _ in chain if n != '??'] or [symbols.function(pc)]
        here = ' < '.join(names)
        if here != before:
            print(f'  {here}')
        before = here
        print(f'{i:6}  {pc:>11x}  {listing.get(pc, "?"):<46} {chain[0][1] if chain else ""}')


def account(options, key, mode):
    symbols = Symbols([options.image.replace('.img', '.elf'), options.app])
    trace, operations = record(options, key, mode, symbols)
    if key in SPANS:
        trace, operations = only_spans(trace, symbols, *SPANS[key])
    if not trace or not operations:
        sys.exit(f'account: nothing was executed for {key}')
    inlined = symbols.inlined(set(trace))
    print(f'{key}, {mode} mode: {len(trace) / operations:.1f} instructions per operation ({operations} operations)')
    print_functions(trace, operations, symbols, inlined, options.brief)
    if options.lines:
        print_lines(trace, operations, symbols, inlined)
    if options.path:
        path = one_operation(trace, operations)
        print(f'one operation, {len(path)} instructions:')
        print_path(path, symbols, inlined)
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('keys', nargs='+', metavar='KEY')
    parser.add_argument('--image', default='build/virt/bench/kernel8.img', help='its ELF lies beside it')
    parser.add_argument('--app', default='build/app/bench.elf')
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--mode', choices=bench.MODES, action='append')
    parser.add_argument('--cores', type=int, default=1, choices=range(1, 5))
    parser.add_argument('--rounds', type=int, default=0, help='of the bench')
    parser.add_argument('--brief', action='store_true', help='no inlined parts, and nothing below one instruction')
    parser.add_argument('--path', action='store_true', help='and the path of one operation')
    parser.add_argument('--lines', action='store_true', help='and per source line')
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for key in options.keys:
        for mode in options.mode or bench.MODES:
            account(options, key, mode)


if __name__ == '__main__':
    main()
