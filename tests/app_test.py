#!/usr/bin/env python3
"""Programs of one's own as people run them: make app and make run APP=folder. What they print, how they end, what they are told, when they are
built anew; and the runner itself on a line that fails. The programs are those of tests/app, copied to a folder outside of the tree.

    app_test.py [--build DIR] [BOARD]...      ends with "app: N passed, N failed"
"""
import argparse
import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import fake_qemu  # noqa: E402
import wire  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
MODES = ['user', 'kernel']
EXITED = re.compile(r'^petri: app exited with (-?\d+)$', re.M)
HEAD, TAIL = b'constructor\n', b'registered last\nregistered first\ndestructor\n'
results = []


def check(good, what, detail='', again=''):
    results.append(bool(good))
    print(f'{"ok" if good else "not ok"} {len(results)} - {what}', flush=True)
    if not good:
        print('\n'.join('    ' + line for line in str(detail).strip().split('\n')[-16:]))
        print(f'    again: {again or "tests/app_test.py"}')


class Run:
    """Of a command: stdout as bytes, stderr as text, what make says left out."""

    def __init__(self, command, environment=None, timeout=300):
        clean = {k: v for k, v in os.environ.items()
                 if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'BOARD', 'APP', 'ARGS', 'CFLAGS', 'APP_SOURCES', 'APP_MODE', 'TIMEOUT', 'ICOUNT', 'DEMO')}
        run = subprocess.run(command, cwd=ROOT, env=clean | (environment or {}), stdin=subprocess.DEVNULL, capture_output=True,
                             timeout=timeout, check=False)
        self.code, self.out, self.err = run.returncode, run.stdout, run.stderr.decode(errors='replace')
        self.again = shlex.join(str(word) for word in command)
        self.exits = [int(n) for n in EXITED.findall(self.err)]

    def told(self):
        return f'code {self.code}\nstdout: {self.out[:300]!r} ({len(self.out)} bytes)\n{self.err}'

    def ended(self, out, code, *words):
        """With this output, the line that tells its code, make's verdict, and these words on stderr."""
        return self.out == out and self.exits == [code] and (self.code == 0) == (code == 0) and all(w in self.err for w in words)


class Test:
    def __init__(self, directory, build):
        self.at, self.build = Path(directory), build
        shutil.copytree(ROOT / 'tests/app', self.at, dirs_exist_ok=True)

    def make(self, goal, app=None, **variables):
        words = {'BUILD': self.build, 'TIMEOUT': 60 if goal == 'run' else '', **variables}
        if app is not None:
            words['APP'] = ' '.join(str(self.at / a) for a in app.split())
        return Run(['make', goal, *(f'{k}={v}' for k, v in words.items() if v != '')])

    def run(self, app, **variables):
        return self.make('run', app, **variables)

    def expect(self, what, run, out, code, *words):
        check(run.ended(out, code, *words), what, run.told(), run.again)

    # ---- on each board, in each mode ---------------------------------------------------------------------------------------------

    def everywhere(self, board, mode):
        where = {'BOARD': board, 'APP_MODE': mode}
        name = f'{board} {mode}:'
        self.expect(f'{name} arguments with blanks and quotes', self.run('words', ARGS='one "two three" \'\' a\\ b \'"\' *', **where),
                    b'5[words]\n3[one]\n9[two three]\n0[]\n3[a b]\n1["]\n1[*]\n', 6)
        self.expect(f'{name} 1 MiB, byte by byte', self.run('output', ARGS='megabyte', **where), self.megabyte(), 0)
        run = self.run('library', **where)
        check(run.exits == [0] and run.code == 0 and b'WRONG' not in run.out and b'<17>flockfile' in run.out and run.out.count(b'\n') == 21,
              f'{name} the C library: floats, qsort, malloc, clocks, setjmp...', run.out.decode(errors='replace') + run.err, run.again)
        self.threads(name, where)
        self.expect(f'{name} a fault of main is told with function and line, and ends the program with 1',
                    self.run('ends', ARGS='null', **where), HEAD, 1, 'petri: thread main died: write to', 'address 0x8', '(write_to, ends.c:')

    @staticmethod
    def megabyte():
        return bytes(i * 2654435761 >> 24 & 255 for i in range(1 << 20))

    def threads(self, name, where):
        run = self.run('threads', **where)
        line = re.compile(rb'^thread [0-7] line \d+ counter \d+ number \d+\.\d and some more text, so that it takes a while$')
        lines = run.out.split(b'\n')
        check(run.exits == [0] and len(lines) == 801 and all(line.match(x) for x in lines[:-1]) and 'sum 800, errno 5, counter 100\n' in run.err,
              f'{name} threads have errno and thread-local variables of their own, their lines do not mix', run.told(), run.again)

    # ---- output and ends -------------------------------------------------------------------------------------------------------------

    def output(self):
        self.expect('no newline at the end, and none is added', self.run('output'), b'no newline at the end', 0)
        binary = bytes(i * 7 + i // 256 & 255 for i in range(1024))
        self.expect('all bytes come through', self.run('output', ARGS='binary'), binary, 0)
        run = self.run('output', ARGS='both')
        err = [line for line in run.err.split('\n') if line.startswith('err ')]
        check(run.ended(b''.join(b'out %d\n' % i for i in range(50)), 0) and err == [f'err {i}' for i in range(50)],
              'stdout and stderr each in order', run.told(), run.again)
        self.expect('what is kept back by setvbuf comes at the end', self.run('output', ARGS='buffered'),
                    b''.join(b'%d ' % i for i in range(1000)), 0)
        self.expect('fputs, putchar, printf, puts, fwrite, perror, stdin at its end', self.run('output', ARGS='pieces'),
                    b'abcde  2.2|7   |00ff\nfgh', 0, 'why: ')

    def ends(self):
        for words, out, code, *told in (
                ('0', HEAD + TAIL, 0), ('1', HEAD + TAIL, 1), ('255', HEAD + TAIL, 255), ('256', HEAD + TAIL, 256), ('-1', HEAD + TAIL, -1),
                ('exit', HEAD + TAIL, 3), ('_exit', HEAD, 4), ('quick', HEAD + b'quick\n', 5), ('exit-in-thread', HEAD + TAIL, 6),
                ('abort', HEAD, 1, 'abort: abort() was called', 'abort (exit.c:', 'main died: aborted: abort() was called (die, ends.c:'),
                ('jump', HEAD, 1, 'address 0x0, null (called by die, ends.c:', 'petri:   in die (ends.c:'),
                ('wild-jump', HEAD, 1, 'address 0x123450 (called by die, ends.c:', 'petri:   in die (ends.c:'),
                ('abort-in-thread', HEAD, 1, 'abort: abort() was called', 'other (ends.c:'),
                ('assert', HEAD, 1, 'ends.c:', ": die: assertion failed: way[0] == 'z'"),
                ('signal', HEAD, 1, 'abort: signal 15, which nobody catches'),
                ('free-twice', HEAD, 1, 'double free of', '(die, ends.c:'),
                ('caught', HEAD + b'signal 6\n', 1, 'the handler of SIGABRT returned'),
                ('overflow', HEAD, 1, 'stack overflow', '(deeper, ends.c:'),
                ('fault-in-thread', HEAD + TAIL, 0, 'died: write to', 'write_to (ends.c:')):
            run = self.run('ends', ARGS=words)
            self.expect(f'the end by {words}', run, out, code, *told)
        run = self.run('ends', ARGS='hang', TIMEOUT=2)
        check(run.code and run.exits == [] and run.out == HEAD and 'petri: not done after 2 s' in run.err and 'Error 124' in run.err,
              'one that hangs ends after TIMEOUT', run.told(), run.again)
        run = self.run(self.folder('told', told='#include <errno.h>\n#include <error.h>\n#include <stdio.h>\n'
                                   'static void nameless(void) { fputs("nobody, ", stderr); }\n'
                                   'int main(void)\n{\n\tprintf("first, ");\n\terror(0, ENOMEM, "%d bytes", 7);\n\terror_one_per_line = 1;\n'
                                   '\tfor (int i = 0; i < 3; i++)\n\t\terror_at_line(0, 0, "input", 5 + i / 2, "no %c", 97 + i);\n'
                                   '\terror_print_progname = nameless;\n\terror((int)error_message_count + 5, 0, "the end");\n\treturn 1;\n}\n'))
        self.expect('error() and error_at_line()', run, b'first, ', 8, 'told: 7 bytes: Not enough space\n', 'told:input:5: no a\ntold:input:6: no c\nnobody, the end\n')
        held = self.folder('held', held='#include <pthread.h>\n#include <stdio.h>\n#include <stdlib.h>\n'
                           'static void *leaves(void *arg) { exit(arg == NULL ? 3 : 4); }\n'
                           'int main(void)\n{\n\tpthread_t thread;\n\n\tflockfile(stdout);\n\tfputs("held", stdout);\n'
                           '\tif (pthread_create(&thread, NULL, leaves, NULL) == 0)\n\t\tpthread_join(thread, NULL);\n\treturn 1;\n}\n')
        self.expect('exit while another thread keeps stdout', self.run(held, TIMEOUT=20), b'held', 3)

    # ---- building ----------------------------------------------------------------------------------------------------------------------

    def folder(self, name, **files):
        folder = self.at / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / f'{file}.c').write_text(text)
        return name

    def rebuilding(self):
        hello = '#include <stdio.h>\nint main(void)\n{\n\tputs(WORD);\n\treturn 0;\n}\n'
        name = self.folder('anew/same', main='#ifndef WORD\n#define WORD "first"\n#endif\n' + hello)
        other = self.folder('other/same', main=hello.replace('WORD', '"the other"'))
        self.expect('a folder outside of the tree', self.run(name), b'first\n', 0)
        self.expect('CFLAGS change: built anew', self.run(name, CFLAGS='-DWORD=\'"by CFLAGS"\' -O0'), b'by CFLAGS\n', 0)
        self.expect('and back', self.run(name), b'first\n', 0)
        self.expect('another folder of the same name is another program', self.run(other), b'the other\n', 0)
        self.expect('and the first is itself again', self.run(name), b'first\n', 0)
        self.folder(name, main=hello.replace('WORD', '"changed"'))
        self.expect('its source changes: built anew', self.run(name), b'changed\n', 0)
        self.folder(name, main=hello.replace('WORD', 'more()').replace('int main', 'extern const char *more(void);\nint main'),
                    more='const char *more(void);\nconst char *more(void) { return "two files"; }\n')
        self.expect('a file more', self.run(name + '/'), b'two files\n', 0)
        mode = self.folder('mode', main='#include <petri/arch.h>\nint main(void) { return 10 + (int)(arch_thread_register() & 1); }\n')
        self.expect('threads are user threads', self.run(mode), b'', 10)
        self.expect('APP_MODE=kernel: kernel threads', self.run(mode, APP_MODE='kernel'), b'', 11)

    def choosing(self):
        flags = f'-DFACTOR=21 -I{self.at}/parts/include'
        self.expect('APP_SOURCES chooses files below the folder', self.run('parts', APP_SOURCES='src/start.c src/part.c', CFLAGS=flags), b'42\n', 0)
        self.expect('by pattern, too', self.run('parts', APP_SOURCES='src/*.c', CFLAGS=flags), b'42\n', 0)
        run = self.make('app', 'words', BOARD='rpi3')
        image = Path(run.out.decode().strip())
        check(run.code == 0 and (ROOT / image).samefile(Path(self.build if self.build.startswith('/') else ROOT / self.build) / 'rpi3/words/kernel8.img'),
              'make app tells where the image is', run.told(), run.again)
        run = self.make('run', None, APP='tests/app/words', ARGS='x')
        self.expect('a folder in the tree, by its relative path', run, b'5[words]\n1[x]\n', 1)

    def mistakes(self):
        for what, run, words in (
                ('no such folder', self.run('nothing'), ['there is no folder', 'nothing']),
                ('no C files', self.run('parts'), ['no C files', 'APP_SOURCES']),
                ('no such file', self.run('words', APP_SOURCES='wrods.c'), ['there is no', 'wrods.c']),
                ('no main', self.run(self.folder('no_main', a='int x;\n')), ['none of its C files has a main', 'a.c']),
                ('a mistake in C', self.run(self.folder('wrong', a='int main(void) { return y; }\n')), ['a.c:1:', 'y']),
                ('a function that is nowhere', self.run(self.folder('missing', a='int f(void);\nint main(void) { return f(); }\n')), ['undefined', 'f']),
                ('a quote that is not closed', self.run('words', ARGS='"x'), ['ARGS: a quote is not closed']),
                ('make app without APP', self.make('app'), ['APP=path/to/folder']),
                ('an unknown mode', self.run('words', APP_MODE='superuser'), ['APP_MODE=superuser'])):
            check(run.code and run.out == b'' and run.exits == [] and all(w in run.err for w in words), f'{what} is told', run.told(), run.again)

    def names(self):
        """What may not be given, each told before anything is built."""
        for character in "%'#$:*=(":
            self.folder(f'odd{character}name', a='int main(void) { return 0; }\n')
        self.folder('blanks', **{'a b': 'int main(void) { return 0; }\n'})
        self.folder('with blank', a='int main(void) { return 0; }\n')
        (self.at / 'linked').symlink_to(self.at / 'with blank')
        (self.at / 'plus').mkdir()
        (self.at / 'plus/a.cpp').write_text('int main() {}\n')
        for words, told in (
                *(([f'APP={self.at}/odd{c}name'], f'may not have a {c} here') for c in "%'#$:*=("),
                ([f'APP={self.at}/with blank'], 'a blank parts two folders'), ([f'APP={self.at}/linked'], 'there is a blank in it'),
                ([f'APP={self.at}/blanks'], 'is a blank'), ([f'APP={self.at}/words/words.c'], 'is a file; give the folder'),
                ([f'APP={self.at}/plus'], 'Petri has no C++'), (['APP='], 'APP is empty'), (['APP=~/nothing'], f'there is no folder {self.at}/nothing'),
                (['DEMO=./nothere'], 'there is no such folder'), (['DEMO=docs/'], 'there are no C files in it'), (['DEMO='], 'choose one of: life'),
                (['DEMO=./a%b'], 'may not have a % here'), (['ICOUNT='], 'choose 0 or 1'), (['ICOUNT=yes'], 'choose 0 or 1'), (['ICOUNT=0 1'], 'choose 0 or 1')):
            run = Run(['make', 'run', f'BUILD={self.build}', 'TIMEOUT=5', *words], {'HOME': str(self.at)})
            check(run.code and run.out == b'' and run.exits == [] and 'petri: ' in run.err and told in run.err and 'petri: building' not in run.err,
                  f'{shlex.join(words).replace(str(self.at), "...")}: {told}', run.told(), run.again)
        shutil.rmtree(ROOT / self.build / 'virt/words+words', ignore_errors=True)
        run = Run(['make', 'run', f'BUILD={self.build}', 'TIMEOUT=60', 'APP=~/words ~/words/', 'ARGS=1'], {'HOME': str(self.at)})
        check(run.code and sorted(run.out.split()) == sorted(b'5[words] 1[1]'.split() * 2) and 'petri: building' in run.err, 'a tilde that the shell left; one line tells that it builds',
              run.told(), run.again)
        run = Run(['make', 'run', f'BUILD={self.build}', 'TIMEOUT=60', 'APP=~/words ~/words/', 'ARGS=1'], {'HOME': str(self.at)})
        check(run.exits == [] and run.out and 'petri: building' not in run.err, 'and no line if it is built', run.told(), run.again)
        for code, told in ((0, 'all is well'), (1, 'a failure'), (3, 'a deadlock was found'), (9, 'unexpected')):
            run = Run(['.ci/ended', 'petri-view', str(code)])
            check(run.code == code and told in run.err, f'petri-view ends with {code}: {told}', run.told(), run.again)

    def several(self):
        run = self.run('words ends', ARGS='7')
        lines = sorted(run.err.split('\n'))
        check(run.code and sorted(run.out) == sorted(b'5[words]\n1[7]\n' + HEAD + TAIL) and
              {'petri: app 1, words, exited with 1', 'petri: app 2, ends, exited with 7'} <= set(lines) and 'Error 1' in run.err,
              'two apps in one image: both run, the first that failed gives the code', run.told(), run.again)
        run = self.run('words ends', ARGS='null')
        check('petri: app 2, ends: thread main died: ' in run.err and '(write_to, ends.c:' in run.err, 'a fault in one of two apps is told with its app', run.told(), run.again)
        run = self.run('words words')
        check(run.code == 0 and run.out == b'5[words]\n5[words]\n' and run.err.count('words, exited with 0') == 2, 'the same one twice', run.told(), run.again)

    def page(self):
        """docs/apps.md: its program prints what the page says."""
        page = (ROOT / 'docs/apps.md').read_text()
        program = re.search(r'^```c\n(.*?)^```$', page, re.M | re.S).group(1)
        promised = re.search(r'The last line is `([^`]+)`', page).group(1)
        arguments = re.search(r'^    make run APP=~/primes ARGS=(.*)$', page, re.M).group(1)
        run = self.run(self.folder('primes', primes=program), ARGS=arguments, CFLAGS='-Werror')
        check(run.exits == [0] and run.out.decode().split('\n')[-2] == promised and run.out.count(b'primes\n') == 4,
              'docs/apps.md: its program prints what the page promises', run.told(), run.again)
        astray = re.search(r'write `(.*?)` into `is_prime`', page).group(1)
        broken = program.replace('\tfor (int d', '\t' + astray + '\n\tfor (int d', 1)
        words = re.search(r'`(died: [^`]*)`', page).group(1)
        run = self.run(self.folder('primes', primes=broken))
        check(run.err.count(words) == 4 and run.err.count('(is_prime, primes.c:') == 4,
              'docs/apps.md: its fault is told in its words', run.told(), run.again)

    # ---- the runner on a line of our own ----------------------------------------------------------------------------------------------

    def fake(self, said, *options, code=0, words=()):
        """petri-view --console on these bytes; and the boot script that it gave."""
        (self.at / 'said').write_bytes(said)
        image = self.at / 'image'
        image.write_bytes(b'')
        run = Run([str(Path(self.build) / 'petri-view'), '--console', f'qemu:virt:{image}', '--qemu', str(ROOT / 'tests/fake_console.py'), '--timeout', '20',
                   *options, *(['--', *words] if words else [])],
                  {'FAKE_BYTES': str(self.at / 'said'), 'FAKE_SCRIPT': str(self.at / 'script'), 'FAKE_CODE': str(code)})
        run.items = fake_qemu.items((self.at / 'script').read_bytes())
        return run

    @staticmethod
    def line(*frames, domains=1):
        hello = struct.pack('<HBBIQQII16s16sBBH', 2, 1, 0, 1 << 20, 0, 1500000, 62500000, 115200, b'fake', b'fake', 0, domains, 0)
        every = [(wire.HELLO, hello), *frames]
        return b'boot log\n' + b''.join(wire.frame(kind, seq, payload) for seq, (kind, payload) in enumerate(every))

    def runner(self):
        say = lambda text, source=1: (wire.TEXT, bytes([source, 1, 0, 0]) + text)
        end = lambda code: [(wire.EXIT, struct.pack('<IB3x', code, 1) + b'fake'), (wire.END, struct.pack('<I', code))]
        whole = self.line(say(b'out\0'), say(b'err\n', 2), say(b'log\n', 0), *end(9))
        run = self.fake(whole, words=['a b', ''])
        check(run.out == b'out\0' and run.code == 9 and run.err == 'err\nlog\npetri: app exited with 9\n', 'runner: text where it belongs, the code', run.told())
        flags = struct.unpack_from('<I', run.items[0][1])[0]
        check(flags == (7 | 1 << 8) and run.items[1:] == [(wire.CMD_APP, b'\0\0\0\0a b\0\0')], 'runner: the boot script has the arguments', run.items)
        run = self.fake(whole, '--mode', 'kernel', '--verbose')
        check(run.items[1:] == [(wire.CMD_APP, b'\0\2\0\0')] and run.err.startswith('boot log\n'), 'runner: mode, and the boot log if asked for', run.told())
        frames = self.line(say(b'a'), say(b'b'), *end(0))
        first = wire.frame(wire.TEXT, 1, bytes([1, 1, 0, 0]) + b'a')
        run = self.fake(frames.replace(first, b''))
        check(run.code == 70 and 'lost on the line: 1, damaged: 0' in run.err, 'runner: a frame that was lost is a failure', run.told())
        run = self.fake(frames.replace(first, first.replace(b'a', b'c')))
        check(run.code == 70 and 'damaged: 1' in run.err, 'runner: a damaged frame is one', run.told())
        run = self.fake(self.line(say(b'x\n')) + b'\0\nPANIC on core 0: no\n', code=70)
        check(run.code == 70 and run.out == b'x\n' and 'PANIC on core 0: no' in run.err and 'QEMU ended with code 70' in run.err and not run.exits,
              'runner: a panic is told, and is 70', run.told())
        run = self.fake(b'boot log\n', code=3)
        check(run.code == 70 and 'boot log\n' in run.err, 'runner: a machine that ends before HELLO: the boot log', run.told())
        run = Run(['sh', '-c', f'{self.fake(whole).again} >/dev/full'],
                  {'FAKE_BYTES': str(self.at / 'said'), 'FAKE_SCRIPT': str(self.at / 'script')})
        check(run.code == 70 and 'stdout cannot be written' in run.err, 'runner: a stdout that takes nothing is a failure', run.told())

    def panic(self):
        """A kernel-mode app may break the kernel: then the run is no success, and no exit of the app."""
        name = self.folder('breaks', main='int main(void)\n{\n\t__asm__ volatile("msr spsel, #1\\n\\tudf #0");\n\treturn 0;\n}\n')
        run = self.run(name, APP_MODE='kernel', TIMEOUT=10)
        check(run.code and not run.exits and 'PANIC' in run.err and 'Error 70' in run.err, 'a panic of the kernel is 70', run.told(), run.again)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', default='build')
    parser.add_argument('boards', nargs='*', metavar='BOARD')
    options = parser.parse_args()
    boards = options.boards or ['virt', 'rpi3', 'zero2w']
    with tempfile.TemporaryDirectory(prefix='petri-') as directory:
        test = Test(directory, options.build)
        for board in boards:
            for mode in MODES:
                test.everywhere(board, mode)
        for part in (test.output, test.ends, test.rebuilding, test.choosing, test.mistakes, test.names, test.several, test.page, test.runner, test.panic):
            part()
    failed = results.count(False)
    print(f'app: {len(results) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
