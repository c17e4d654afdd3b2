"""What the tests of the viewer share: running petri-view against a target made of Python, under a pty or with a stand-in
for QEMU, and looking at what it leaves behind. viewer_test.py holds the tests themselves.
"""
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import zlib

import wire
from bitlife import BitLife
from fake_qemu import items

HERE = os.path.dirname(os.path.abspath(__file__))
VIEW = os.path.abspath(sys.argv[1])
PATTERNS = os.path.join(HERE, "..", "demos", "life", "patterns")
LINE = re.compile(r"^generation (\d+) population (\d+) threads_created (\d+) cell_steps (\d+) voluntary_switches (\d+) "
                  r"preemptions (\d+)\n$")
tests = []


def test(f):
    tests.append(f)
    return f


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


class Directory:
    """A fresh folder for one test; names are made with d("name")."""

    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="petri-test-")

    def __call__(self, name, text=None):
        path = os.path.join(self.temporary.name, name)
        if text is not None:
            with open(path, "w" if isinstance(text, str) else "wb") as f:
                f.write(text)
        return path

    def read(self, name):
        with open(self(name), "rb") as f:
            return f.read()


class Target:
    """A fake target in a process of its own."""

    def __init__(self, d, *faults, where=None, band_rows=16, demo="life", mode="user"):
        self.address = where or "unix:" + d("socket")
        args = [sys.executable, os.path.join(HERE, "fake_target.py"), self.address, "--band-rows", str(band_rows), "--demo", demo,
                "--mode", mode]
        for fault in faults:
            args += ["--fault", fault]
        self.process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        check("listening" in self.process.stdout.readline(), "the fake target did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        _, err = self.process.communicate()
        if "Traceback" in err:
            raise AssertionError("the fake target failed:\n" + err)


def view(*args, env=None, timeout=60):
    """(exit code, stdout, stderr)"""
    p = subprocess.run([VIEW, *map(str, args)], capture_output=True, text=True, errors="replace", timeout=timeout, stdin=subprocess.DEVNULL,
                       env={**os.environ, **(env or {})})
    return p.returncode, p.stdout, p.stderr


def load(path):
    with open(path) as f:
        return wire.read_rle(f.read())


def reference(name, width, height, torus=True, generations=0, birth=1 << 3, survive=1 << 2 | 1 << 3):
    w, h, rows, _ = load(os.path.join(PATTERNS, name + ".rle"))
    return BitLife(width, height, torus, birth, survive).put(rows, (width - w) // 2, (height - h) // 2).run(generations)


def expect_saved(path, life, pos, generation, rule):
    w, h, rows, head = load(path)
    check((w, h) == (life.width, life.height), "size", w, h)
    check(head == {"Pos": pos, "Gen": str(generation), "rule": rule}, "head", head)
    check(rows == life.rows(), "the cells differ")


def expect_failure(result, *words):
    code, out, err = result
    check(code == 1, "exit code", code, err)
    check(out == "", "stdout should be empty:", out)
    for word in words:
        check(word in err, "stderr does not say", repr(word), ":", err)


GUN = os.path.join(PATTERNS, "gosper-gun.rle")


def board_of(d, *args):
    """The board that a command line makes: (rule fields, rows, generation)."""
    result = view("qemu:virt:x", "--boot-script", d("blob"), *args)
    check(result[0] == 0, args, result)
    rows, generation, setup = None, 0, None
    for kind, p in items(d.read("blob")):
        if kind == wire.SETUP:
            setup = struct.unpack("<HHBBHH", p)
            rows = [[0] * setup[0] for _ in range(setup[1])]
        elif kind == wire.CELLS:
            first, n, coding, _ = struct.unpack_from("<HHBB", p)
            rows[first:first + n] = wire.unpack(wire.decode_bits(coding, p[6:], n * wire.row_bytes(setup[0])), setup[0])
        elif kind == wire.SET_GENERATION:
            generation = struct.unpack("<Q", p)[0]
    return setup, rows, generation


def places(rows):
    return [(x, y) for y, row in enumerate(rows) for x, alive in enumerate(row) if alive]


def fake_qemu(d, *args, mode="", env=None, demo="life"):
    os.makedirs(d(demo), exist_ok=True)
    image = d(demo + "/kernel8.img", b"image")
    return view("qemu:virt:" + image, "--qemu", "%s %s" % (sys.executable, os.path.join(HERE, "fake_qemu.py")), *args,
                env={"FAKE_QEMU": mode, "TMPDIR": d.temporary.name, **(env or {})})


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def leftovers(d):
    return [n for n in os.listdir(d.temporary.name) if n.startswith("petri-")]


def read_png(data):
    at, body = 8, b""
    while at < len(data):
        n, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IHDR":
            width, height = struct.unpack_from(">II", data, at + 8)
        if kind == b"IDAT":
            body += data[at + 8:at + 8 + n]
        at += 12 + n
    raw, rows, before = zlib.decompress(body), [], bytes(width * 3)
    for y in range(height):
        line = bytearray(raw[y * (width * 3 + 1) + 1:(y + 1) * (width * 3 + 1)])
        kind = raw[y * (width * 3 + 1)]
        for i in range(len(line)):
            a, b, c = line[i - 3] if i >= 3 else 0, before[i], before[i - 3] if i >= 3 else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[i] = line[i] + (0, a, b, (a + b) // 2, paeth)[kind] & 255
        before = bytes(line)
        rows.append(before)
    return width, height, lambda x, y: tuple(rows[y][x * 3:x * 3 + 3])


class Terminal:
    """petri-view under a pty; what it prints is gathered."""

    def __init__(self, *args, rows=30, columns=90):
        import fcntl
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        env = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
        self.process = subprocess.Popen([VIEW, *map(str, args)], stdin=self.slave, stdout=self.slave, stderr=self.slave, env=env,
                                        start_new_session=True)

    def resize(self, rows, columns):
        import fcntl
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def read(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                self.output += os.read(self.master, 65536)

    def until(self, words, seconds=10):
        end, mark = time.monotonic() + seconds, len(self.output)
        while words not in self.output[mark:]:
            check(time.monotonic() < end, "the terminal never showed", words, self.output[-600:])
            self.read(0.05)

    def key(self, key):
        os.write(self.master, key)

    def close(self):
        """Exit code; the terminal must be as it was."""
        for _ in range(200):
            self.read(0.05)
            if self.process.poll() is not None:
                break
        self.read(0.2)
        code = self.process.poll()
        after = termios.tcgetattr(self.slave)
        os.close(self.master)
        os.close(self.slave)
        check(code is not None, "it did not end")
        check(after == self.before, "the terminal is not as it was")
        check(b"\x1b[?1049l" in self.output and b"\x1b[?25h" in self.output, "the screen was not given back")
        return code


def main():
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    chosen = [t for t in tests if wanted in t.__name__]
    failed = 0
    print("1..%d" % len(chosen), flush=True)
    for n, t in enumerate(chosen, 1):
        name = t.__name__.replace("_", " ")
        try:
            d = Directory()
            t(d)
            print("ok %d - viewer: %s" % (n, name), flush=True)
        except Exception as e:
            failed += 1
            print("not ok %d - viewer: %s" % (n, name))
            for line in ("%s: %s" % (type(e).__name__, e)).splitlines():
                print("# " + line)
            print("# again: python3 %s %s %s" % (sys.argv[0], os.path.relpath(VIEW), t.__name__), flush=True)
    print("# %d passed, %d failed" % (len(chosen) - failed, failed))
    sys.exit(1 if failed else 0)
