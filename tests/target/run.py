#!/usr/bin/env python3
"""Runs test images under QEMU and judges them.

A test passes when its TAP is complete and without a "not ok", QEMU ends with the expected code in time, and the frames on
the line are whole and tell of exactly the faults that were expected. What is expected stands in the head of the
test's source, in lines such as

    test: fault 3 deep        a thread named "deep" dies of cause 3 (docs/wire.md, FAULT); "x5" behind it: five times;
                              a name that ends in * stands for all that begin so
    test: faults any          threads may die as they like
    test: exit 42             the exit code (0 if it is not said)
    test: lines flood 2000    lines "flood 0" .. "flood 1999" come once each and in order
    test: frames 80 100       100 frames of type 0x80 come, their payload beginning with a u32 that counts from 0
    test: script 93 00        a command in the boot script: type and payload, hexadecimal
    test: noise 20000         that many random bytes are sent to the UART, then HELLO and LIFE_RUN, which have to be acknowledged
    test: seconds 120         time limit (60 if it is not said)
    test: seeds 4             under icount: run it with the seeds 0 to 3, unless the command line gives one
    test: quantum 0.5         default quantum under icount in microseconds, unless the command line gives one
    test: mode both           what it makes sense in: user, kernel, or both; not said: either, and the suite tries user mode
    test: arguments 9 s=@seed k=@vectors   words for main: @seed is the run's seed, @NAME the address of that symbol of the kernel
    test: records 12          twelve threads die, each as a line "record name=... cause=..." of the test says: field by field, in that order
    test: says 3 some words   that text comes three times on the console (a regular expression)
    test: exact               under icount only: what it claims is about time
    test: cores 1             on more cores it makes no sense (its head says why): run with so many, whatever --cores says
    test: twice               under icount each run is repeated, and says the same byte for byte

A test runs in user mode, in kernel mode, or in both, as its head says; --mode chooses one.
Only the Python standard library is used.
"""
import argparse
import concurrent.futures
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

BOARDS = {
    'virt': ('virt', 0x42000000, ['-M', 'virt', '-cpu', 'cortex-a53', '-m', '256M']),
    'rpi3': ('rpi3', 0x02000000, ['-M', 'raspi3b', '-smp', '4']),
    'zero2w': ('rpi3', 0x02000000, ['-M', 'raspi3ap', '-smp', '4']),
}
HELLO, ACK, FAULT, END, CMD_HELLO, CMD_BOOT, CMD_APP, CMD_LIFE_RUN = 0x01, 0x02, 0x04, 0x05, 0x80, 0x83, 0x84, 0x93
MODES = {'user': 1, 'kernel': 2}
BOOT_QEMU = 1
PANIC = 70  # the exit code after one; the stream then has no END
# Under icount a quantum may be a few hundred instructions; in real time QEMU's timer needs some microseconds.
QUANTUM_ICOUNT, QUANTUM_FREE = 2.0, 50.0


# ---- what a test expects ----------------------------------------------------------------------------------------------

class Expected:
    def __init__(self, source):
        self.exit, self.seconds, self.quantum, self.noise, self.seeds = 0, 60, None, 0, 1
        self.cores = None
        self.faults, self.lines, self.frames, self.script, self.says = {}, [], [], [], []
        self.mode, self.arguments, self.records, self.twice, self.exact = None, [], None, False, False
        for text in re.findall(r'^[ */]*test: (.*?)[ */]*$', source, re.M):
            word, *rest = text.split()
            getattr(self, 'take_' + word)(*rest)

    def take_exit(self, code):
        self.exit = int(code)

    def take_seconds(self, n):
        self.seconds = int(n)

    def take_quantum(self, us):
        self.quantum = float(us)

    def take_seeds(self, n):
        self.seeds = int(n)

    def take_noise(self, n):
        self.noise = int(n)

    def take_fault(self, cause, name, times='x1'):
        self.faults[(int(cause), name)] = int(times[1:])

    def take_faults(self, _):
        self.faults = None

    def take_lines(self, word, count):
        self.lines.append((word, int(count)))

    def take_frames(self, kind, count):
        self.frames.append((int(kind, 16), int(count)))

    def take_script(self, kind, payload=''):
        self.script.append((int(kind, 16), bytes.fromhex(payload)))

    def take_mode(self, mode):
        self.mode = mode
        if mode not in (*MODES, 'both'):
            raise ValueError(f'test: mode {mode}')

    def take_arguments(self, *words):
        self.arguments += words

    def take_records(self, count):
        self.records = int(count)

    def take_says(self, times, *words):
        self.says.append((int(times), ' '.join(words)))

    def take_cores(self, n):
        self.cores = int(n)

    def take_twice(self):
        self.twice = True

    def take_exact(self):
        self.exact = True

    def modes(self):
        """What the suite runs it in."""
        return {'both': ('user', 'kernel'), None: ('user',)}.get(self.mode, (self.mode,))


# ---- the wire ---------------------------------------------------------------------------------------------------------

def cobs_decode(run):
    out, i = bytearray(), 0
    while i < len(run):
        code = run[i]
        if i + code > len(run):
            return None
        out += run[i + 1:i + code]
        i += code
        if code != 255 and i < len(run):
            out.append(0)
    return bytes(out)


def cobs_encode(packet):
    out, block = bytearray(), bytearray()
    for byte in packet:
        if len(block) == 254:
            out += b'\xff' + block
            block.clear()
        if byte:
            block.append(byte)
        else:
            out += bytes([len(block) + 1]) + block
            block.clear()
    return bytes(out + bytes([len(block) + 1]) + block)


def frame(kind, seq, payload):
    packet = struct.pack('<BBHI', 0xF5, kind, len(payload), seq) + payload
    return b'\0' + cobs_encode(packet + struct.pack('<I', zlib.crc32(packet))) + b'\0'


def split_stream(data):
    """Console text, frames as (type, seq, payload), and the number of damaged runs."""
    text, frames, damaged = bytearray(), [], 0
    for run in data.split(b'\0'):
        if len(run) < 2 or run[1] != 0xF5:
            text += run
            continue
        packet = cobs_decode(run)
        if packet is None or len(packet) < 12 or zlib.crc32(packet[:-4]) != struct.unpack('<I', packet[-4:])[0] \
                or struct.unpack('<H', packet[2:4])[0] != len(packet) - 12:
            damaged += 1
            continue
        frames.append((packet[1], struct.unpack('<I', packet[4:8])[0], packet[8:-4]))
    return text.decode('utf-8', 'replace').replace('\r\n', '\n'), frames, damaged


def fault_record(payload):
    """A FAULT frame in the words of the tests' lines: ESR's class, WnR, and the status without the level of the table."""
    tid, esr, far, pc, _, cause, length, domain, mode = struct.unpack('<QQQQQBBBB', payload[:44])
    kind, status = esr >> 26, esr & 0x3c if esr & 0x3f < 0x10 else esr & 0x3f
    abort = kind in (0x20, 0x21, 0x24, 0x25)
    return {'name': payload[44:44 + length].decode('utf-8', 'replace'), 'id': f'{tid:#x}', 'cause': str(cause), 'class': f'{kind:#x}',
            'status': f'{status:#x}' if abort else '-', 'write': str(esr >> 6 & 1) if kind in (0x24, 0x25) else '-',
            'text': payload[44 + length:].decode('utf-8', 'replace').replace(' ', '_'), 'far': f'{far:#x}', 'pc': f'{pc:#x}', 'domain': str(domain), 'mode': {0: 'user', 1: 'kernel'}.get(mode, str(mode))}


def boot_blob(seed, quantum_us, mode, words, script, cores=1, flags=0):
    boot = struct.pack('<IQQ', BOOT_QEMU | cores << 8 | flags, seed, round(quantum_us * 1000))
    app = struct.pack('<BBH', 0, MODES[mode], 0) + b''.join(word.encode() + b'\0' for word in words)
    items = b''.join(struct.pack('<BBH', kind, 0, len(payload)) + payload
                     for kind, payload in [(CMD_BOOT, boot), (CMD_APP, app)] + script)
    blob = b'PBS1' + struct.pack('<I', len(items)) + items
    return blob + struct.pack('<I', zlib.crc32(blob))


def symbols(elf):
    out = subprocess.run([os.environ.get('CROSS_COMPILE', 'aarch64-linux-gnu-') + 'nm', elf], capture_output=True, text=True, check=True).stdout
    return {name: int(value, 16) for value, name in re.findall(r'^([0-9a-f]+) \w (\w+)$', out, re.M)}


def on_one_processor():
    """QEMU's threads race for a nanosecond now and then, in spite of -icount: on one host processor they do not."""
    if hasattr(os, 'sched_setaffinity'):
        os.sched_setaffinity(0, {random.choice(sorted(os.sched_getaffinity(0)))})


# ---- one run ----------------------------------------------------------------------------------------------------------

class Run:
    """How to run a test: board, mode, seed, quantum."""

    def __init__(self, name, options, seed, mode='user'):
        self.name, self.options, self.seed, self.mode = name, options, seed, mode
        self.expected = Expected((HERE / (name + '.c')).read_text())
        self.cores = self.expected.cores or options.cores
        directory, self.blob_address, self.machine = BOARDS[options.board]
        if options.board == 'virt' and self.cores > 1:
            self.machine = [*self.machine, '-smp', str(self.cores)]
        self.image = ROOT / options.build / directory / ('test-' + name) / 'kernel8.img'
        usual = self.expected.quantum or QUANTUM_ICOUNT if options.icount else QUANTUM_FREE
        self.quantum = options.quantum or usual

    def command(self, blob):
        return [self.options.qemu, *self.machine, '-kernel', str(self.image), '-semihosting', '-display', 'none',
                '-monitor', 'none', '-serial', 'stdio', '-device',
                f'loader,file={blob},addr={self.blob_address:#x},force-raw=on',
                *(['-icount', 'shift=0,sleep=off'] if self.options.icount else [])]

    def again(self):
        o = self.options
        return ' '.join(['tests/target/run.py', '--board', o.board, *(['--icount'] if o.icount else []),
                         '--mode', self.mode, *(['--arguments', f"'{o.arguments}'"] if getattr(o, 'arguments', None) else []),
                         *(['--seed', str(self.seed)] if self.seed else []), *(['--cores', str(self.cores)] if self.cores > 1 else []), '--quantum', f'{self.quantum:g}', '--show', self.name])

    def words(self):
        """The arguments of main, with numbers for names."""
        given = getattr(self.options, 'arguments', None)
        words = given.split() if given else self.expected.arguments
        known = {'seed': self.seed, **(symbols(self.image.with_suffix('.elf')) if any('@' in word for word in words) else {})}
        return [re.sub(r'@(\w+)', lambda match: f'{known[match.group(1)]:#x}', word) for word in words]

    def input(self):
        """Random bytes and two commands, the second one repeated. A zero closes whatever the noise has opened."""
        if not self.expected.noise:
            return b''
        noise = random.Random(self.seed or 1)
        return bytes(noise.getrandbits(8) for _ in range(self.expected.noise)) + \
            frame(CMD_HELLO, 7, struct.pack('<H', 2)) + 2 * frame(CMD_LIFE_RUN, 8, b'\0\1\2')

    def execute(self):
        result = self.once()
        if self.expected.twice and self.options.icount:
            second = self.once()
            result.judge_again([second] if second.raw == result.raw else [second, self.once()])
        return result

    def once(self):
        with tempfile.TemporaryDirectory(prefix='petri-') as directory:
            blob = Path(directory) / 'boot.bin'
            blob.write_bytes(boot_blob(self.seed, self.quantum, self.mode, self.words(), self.expected.script, self.cores,
                                       8 if self.options.no_stealing else 0))
            limit = self.expected.seconds * self.options.patience
            began = time.monotonic()
            process = subprocess.Popen(self.command(blob), stdin=subprocess.PIPE if self.expected.noise else subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
                                       preexec_fn=on_one_processor if self.expected.twice and self.options.icount else None)
            try:
                output, _ = process.communicate(self.input() or None, timeout=limit)
                code = process.returncode
            except subprocess.TimeoutExpired:
                process.kill()
                output, _ = process.communicate()
                code = None
            return Result(self, output, code, time.monotonic() - began)


class Result:
    def __init__(self, run, output, code, seconds):
        self.run, self.code, self.seconds, self.raw = run, code, seconds, output
        self.text, self.frames, self.damaged = split_stream(output)
        self.checks = len(re.findall(r'^(?:not )?ok \d+', self.text, re.M))
        self.complaints = [c for judge in (self.judge_end, self.judge_tap, self.judge_faults, self.judge_lines,
                                           self.judge_says, self.judge_frames) for c in judge()]

    def judge_end(self):
        expected = self.run.expected
        if self.code is None:
            yield f'no end after {self.seconds:.0f} s'
        elif self.code in (134, -6):
            yield 'QEMU itself aborted (134): an atomic access to something that is not RAM?'
        elif self.code != expected.exit:
            yield f'exit code {self.code}, expected {expected.exit}'
        else:
            codes = [struct.unpack('<I', p[:4])[0] for kind, _, p in self.frames if kind == END]
            if codes != ([] if expected.exit == PANIC else [expected.exit]):
                yield f'END frames: {codes}'

    def judge_tap(self):
        plan = re.findall(r'^1\.\.(\d+)$', self.text, re.M)
        numbers = [int(n) for n in re.findall(r'^(?:not )?ok (\d+)', self.text, re.M)]
        if len(plan) != 1:
            yield 'no plan' if not plan else 'more than one plan'
        elif numbers != list(range(1, int(plan[0]) + 1)):
            yield f'plan 1..{plan[0]}, but these came: {numbers}'
        elif plan[0] == '0':
            yield 'an empty plan'
        yield from re.findall(r'^not ok .*$', self.text, re.M)

    def judge_faults(self):
        told = [fault_record(payload) for kind, _, payload in self.frames if kind == FAULT]
        if self.run.expected.records is not None:
            yield from self.judge_records(told)
            return
        seen = {}
        for record in told:
            key = (int(record['cause']), self.as_expected(record['name']))
            seen[key] = seen.get(key, 0) + 1
        if self.run.expected.faults is not None and seen != self.run.expected.faults:
            show = lambda faults: ', '.join(f'{c} {n} x{k}' for (c, n), k in sorted(faults.items())) or 'none'
            yield f'faults told: {show(seen)}; expected: {show(self.run.expected.faults)}'

    def as_expected(self, name):
        """The word that stands for this thread in the test's head."""
        words = [word for _, word in self.run.expected.faults or () if word.endswith('*') and name.startswith(word[:-1])]
        return words[0] if words else name

    def judge_records(self, told):
        wanted = [dict(word.split('=', 1) for word in line.split()) for line in re.findall(r'^record (.*)$', self.text, re.M)]
        if len(told) != self.run.expected.records or len(wanted) != len(told):
            yield f'{len(told)} faults told, {len(wanted)} announced, {self.run.expected.records} expected'
        for said, record in zip(wanted, told):
            wrong = {field: record.get(field) for field, value in said.items() if record.get(field) != value}
            if wrong or len(said) < 4:
                yield f'record of {said.get("name")}: {", ".join(f"{f} is {v}, expected {said[f]}" for f, v in wrong.items()) or "says nothing"}'

    def judge_says(self):
        for times, words in self.run.expected.says:
            n = len(re.findall(words, self.text))
            if n != times:
                yield f'"{words}" came {n} times, expected {times}'

    def judge_again(self, others):
        """QEMU itself is late by a nanosecond once in a long while: two of three have to be the same."""
        texts = [self.raw, *(other.raw for other in others)]
        if len(set(texts)) == len(texts):
            both = zip((*self.text.splitlines(), ''), (*others[0].text.splitlines(), ''))
            first = next(((a, b) for a, b in both if a != b), ('frames', 'other frames'))
            self.complaints.append(f'no two runs of this seed are the same: "{first[0]}", then "{first[1]}"')

    def judge_lines(self):
        for word, count in self.run.expected.lines:
            numbers = [int(n) for n in re.findall(rf'^{word} (\d+)\b', self.text, re.M)]
            if numbers != list(range(count)):
                missing = sorted(set(range(count)) - set(numbers))
                yield f'lines "{word}": {len(numbers)} of {count} came; missing or out of order: {missing[:5]}'

    def judge_frames(self):
        if self.damaged:
            yield f'{self.damaged} damaged frames'
        numbers = [seq for _, seq, _ in self.frames]
        if numbers != list(range(len(numbers))):
            yield f'sequence numbers are not 0..{len(numbers) - 1}: {numbers[:8]}...'
        for kind, count in self.run.expected.frames:
            counts = [struct.unpack('<I', p[:4])[0] for k, _, p in self.frames if k == kind]
            if counts != list(range(count)):
                yield f'frames {kind:#x}: {len(counts)} came, expected 0..{count - 1} in order'
        acks = [struct.unpack('<IBB', p[:6]) for k, _, p in self.frames if k == ACK]
        wanted = [(7, CMD_HELLO, 0), (8, CMD_LIFE_RUN, 0)]
        if self.run.expected.noise and acks not in (wanted, wanted + wanted[1:]):  # the repeat may come after the answer, which comes again then
            yield f'the commands after the noise were not acknowledged: {acks}'

    def show(self):
        options = self.run.options
        verdict = 'not ok' if self.complaints else 'ok'
        seed = f' seed {self.run.seed}' if self.run.seed else ''
        print(f'{verdict} {options.board} {self.run.mode} {self.run.name}{seed} ({self.checks} checks, {self.seconds:.1f} s)', flush=True)
        if options.show:
            print(self.text)
        if not self.complaints:
            return
        for complaint in self.complaints:
            print(f'    {complaint}')
        if not options.show:
            for line in self.text.splitlines()[-options.tail:]:
                print(f'    | {line}')
        print(f'    again: {self.run.again()}', flush=True)


# ---- all of them --------------------------------------------------------------------------------------------------------

def parse_arguments():
    parser = argparse.ArgumentParser(description='Runs test images under QEMU and judges them.')
    parser.add_argument('names', nargs='*', metavar='NAME', help='a test; none: all')
    parser.add_argument('--board', choices=BOARDS, default='virt')
    parser.add_argument('--icount', action='store_true', help='deterministic: one guest instruction is one nanosecond')
    parser.add_argument('--mode', choices=[*MODES, 'all'], default='all', help='of the app; all: as the heads of the tests say')
    parser.add_argument('--arguments', help='words for main, instead of those in the head of the test')
    parser.add_argument('--cores', type=int, default=1, choices=range(1, 5), help='how many take part')
    parser.add_argument('--no-stealing', action='store_true', help='an idle core does not take threads from others')
    parser.add_argument('--seed', type=int, default=0, help='draws the preemption points; 0: none')
    parser.add_argument('--seeds', type=int, default=0, help='how many, from 1 on')
    parser.add_argument('--few', type=int, default=1 << 30, metavar='N', help='of the seeds that the head of a test wants: so many at most')
    parser.add_argument('--quantum', type=float, help='default quantum in microseconds')
    parser.add_argument('--jobs', type=int, default=min(2, os.cpu_count() or 1), help='how many at a time')
    parser.add_argument('--patience', type=float, default=1.0, help='factor on the time limits')
    parser.add_argument('--tail', type=int, default=20, help='lines of output to show of a failure')
    parser.add_argument('--show', action='store_true', help='show all of the output')
    parser.add_argument('--build', default='build')
    parser.add_argument('--qemu', default='qemu-system-aarch64')
    parser.add_argument('--print-command', action='store_true', help='print the QEMU command and stop')
    return parser.parse_args()


def modes_of(name, options):
    """Of one test. If it is called by its name it runs in whatever mode is wanted, unless that means nothing to it."""
    expected = Expected((HERE / (name + '.c')).read_text())
    if expected.exact and not options.icount:
        return ()
    if options.mode == 'all':
        return expected.modes()
    possible = expected.mode in (options.mode, 'both', None) if options.names else options.mode in expected.modes()
    return (options.mode,) if possible else ()


def runs_of(name, options):
    """A test that looks for races is run with several seeds, where a seed means a certain interleaving."""
    runs = []
    for mode in modes_of(name, options):
        if options.seeds:
            runs += [Run(name, options, seed, mode) for seed in range(1, options.seeds + 1)]
            continue
        first = Run(name, options, options.seed, mode)
        several = options.icount and not options.seed
        runs += [first] + [Run(name, options, seed, mode) for seed in range(1, min(first.expected.seeds, options.few)) if several]
    return runs


def spoiled(result):
    """Free-running, a busy host can spoil a check that counts on time passing. Neither a crash nor a damaged stream nor another
    ending is excused that way, and under icount nothing is."""
    return not result.run.options.icount and any(c.startswith('not ok') for c in result.complaints) and \
        all(c.startswith(('not ok', 'exit code 1, expected 0')) for c in result.complaints)


def alone(result):
    """Once more, and once more, with nothing beside it."""
    for _ in range(2):
        if spoiled(result):
            print(f'# {result.run.options.board} {result.run.name}: {"; ".join(result.complaints)}: once more, alone', flush=True)
            result = result.run.execute()
    return result


def main():
    options = parse_arguments()
    names = options.names or sorted(p.stem for p in HERE.glob('*.c'))
    runs = [run for name in names for run in runs_of(name, options)]
    if options.print_command:
        for run in runs:
            print(' '.join(run.command('boot.bin')))
        return 0
    missing = [run for run in runs if not run.image.exists()]
    for run in missing:
        print(f'not ok {options.board} {run.name}: there is no {run.image}')
    failed = len(missing)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        later = []
        for result in pool.map(Run.execute, [run for run in runs if run not in missing]):
            if spoiled(result):
                later.append(result)
                continue
            result.show()
            failed += bool(result.complaints)
    for result in map(alone, later):
        result.show()
        failed += bool(result.complaints)
    mode = (' icount' if options.icount else '') + (f' {options.mode}' if options.mode != 'all' else '')
    print(f'target {options.board}{mode}: {len(runs) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
