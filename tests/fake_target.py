#!/usr/bin/env python3
"""A target made of Python: speaks docs/wire.md on a socket or a pty and runs Life serially, or the philosophers (fake_phil.py).

For trying viewers without QEMU. Usage: fake_target.py unix:PATH | tcp:PORT | pty:LINK [--demo philosophers] [--fault NAME ...]
Faults make it misbehave on purpose; FAULTS below says which there are. It serves one viewer and ends.
"""
import argparse
import os
import random
import select
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from wire import *  # noqa: E402,F403

FAULTS = {
    "drop-frames": "leaves out every seventh frame of a band, but counts it",
    "drop-last": "leaves out a band of the goal's generation, and answers no KEY",
    "garbage": "puts random bytes between its frames",
    "mute": "never says anything",
    "silent": "stops talking after a second",
    "close": "closes the connection at generation 5",
    "refuse-setup": "refuses SETUP with a reason",
    "forget": "does not answer every third command the first time",
    "lose-acks": "loses every third of its answers",
    "restart": "starts anew at generation 5",
    "wrong-population": "tells a population that is one too high",
    "end-early": "says END at generation 5, with code 3",
    "text": "talks between the frames, and in odd pieces",
    "die": "tells of a thread's fault and a dead cell at generation 3",
    "violation": "philosophers: tells of a violated invariant after the tenth meal",
    "miscount": "philosophers: one meal more than the goal",
    "half-cycle": "philosophers: leaves out the last frame of a reported cycle",
    "no-forks": "philosophers: holds locks in a cycle that are no forks",
}


class Link:
    """Bytes in and out, without blocking."""

    def __init__(self, where):
        kind, _, rest = where.partition(":")
        self.master = None
        if kind == "pty":
            self.master, self.slave = os.openpty()
            import tty
            tty.setraw(self.slave)
            if os.path.islink(rest):
                os.unlink(rest)
            os.symlink(os.ttyname(self.slave), rest)
            self.fd = self.master
            os.set_blocking(self.fd, False)
            print("listening", rest, flush=True)
            return
        if kind == "unix":
            server = socket.socket(socket.AF_UNIX)
            server.bind(rest)
        else:
            server = socket.socket()
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", int(rest)))
        server.listen(1)
        print("listening", server.getsockname(), flush=True)
        self.socket, _ = server.accept()
        self.fd = self.socket.fileno()
        self.socket.setblocking(False)

    def speed(self):
        """The rate that the viewer has set on the pty."""
        import fcntl
        data = fcntl.ioctl(self.slave, 0x802C542A, bytes(44))  # TCGETS2
        return struct.unpack_from("<I", data, 40)[0]

    def write(self, data):
        while data:
            try:
                data = data[os.write(self.fd, data):]
            except BlockingIOError:
                select.select([], [self.fd], [], 1)

    def read(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return b""
        except OSError:
            if self.master is not None:  # nobody has the pty open
                time.sleep(0.02)
                return b""
            raise
        if not data:
            raise EOFError
        return data


class Speaker:
    """What any target does: frames out with numbers, commands in, answers, and misbehaviour on the way."""
    APP = b""
    mode = 0  # its threads: 0 user, 1 kernel

    def __init__(self, link, faults):
        self.link, self.faults = link, faults
        self.random = random.Random(1)
        self.baud = 115200
        self.buffer = b""
        self.boot()

    def boot(self):
        self.seq = 0
        self.start = time.monotonic()
        self.commands = self.frames = self.acks = 0
        self.answered = {}  # sequence number: what was answered, the last 16
        self.switches = 0
        self.last_stats = 0.0
        self.prepare()
        self.talk(b"Petri (a target made of Python)\r\nready\r\n")
        self.hello()

    # ---- out ----

    def talk(self, text):
        if "mute" not in self.faults:
            self.link.write(text)

    def send(self, kind, payload, lose=False):
        data = frame(kind, self.seq, payload)
        self.seq += 1
        self.frames += 1
        if "mute" in self.faults or ("silent" in self.faults and time.monotonic() - self.start > 1):
            return
        if self.link.master is not None and self.link.speed() != self.baud:
            data = bytes(self.random.randrange(256) for _ in range(len(data)))  # as a wrong rate looks
        if "garbage" in self.faults and self.random.random() < 0.5:
            self.link.write(bytes(self.random.randrange(256) for _ in range(self.random.randrange(300))) + b"\0")
        if "text" in self.faults:
            self.link.write(b"h\xc3\xa4lf a li")
            data += b"ne\n"
        if not lose:
            self.link.write(data)

    def time_ns(self):
        return int((time.monotonic() - self.start) * 1e9)

    def hello(self):
        self.send(HELLO, struct.pack("<HBBIQQII16s16sBBH", 2, 1, 0, 1 << 20, 0, 1500000, 62500000, self.baud, b"fake", self.APP,
                                     self.mode, 1, 0))

    def count_stats(self, threads, created):
        self.last_stats = time.monotonic()
        self.send(STATS, struct.pack("<QIIQQQQIIIIIII", self.time_ns(), threads + 3, threads + 3, created + 3, self.switches, 12, 0,
                                     self.frames, 0, 0, 0, 0, 4096, 919))

    # ---- in ----

    def ack(self, seq, kind, error=0, text=b""):
        self.acks += 1
        self.answered[seq] = (kind, error, text)
        if len(self.answered) > 16:
            self.answered.pop(next(iter(self.answered)))
        self.send(ACK, struct.pack("<IBB", seq, kind, error) + text, "lose-acks" in self.faults and self.acks % 3 == 0)

    def receive(self, data):
        self.buffer += data
        *runs, self.buffer = self.buffer.split(b"\0")
        for run in runs:
            parsed = parse_run(run)
            if not parsed:
                continue
            self.commands += 1
            if "forget" in self.faults and self.commands % 3 == 1:
                continue
            kind, seq, payload = parsed
            if self.link.master is not None and self.link.speed() != self.baud:
                continue
            if kind == CMD_HELLO and seq == 0:
                self.answered = {}
            elif seq in self.answered:  # a repeat: executed once, answered again
                self.ack(seq, *self.answered.pop(seq))
                continue
            answer = self.command(kind, seq, payload)
            if answer != "answered":
                self.ack(seq, kind, *(answer or ()))


class Target(Speaker):
    APP = b"life"

    def __init__(self, link, faults, band_rows=16):
        self.band_rows = band_rows
        super().__init__(link, faults)

    def prepare(self):
        self.life = None
        self.epoch = 0
        self.running = 0
        self.goal, self.end, self.steps_wanted, self.speed = 0, False, 0, 0
        self.steps = self.created = 0
        self.sent, self.last_key = {}, 0.0
        self.pattern = None
        self.next_due = 0.0
        self.errands = []  # (generation, x, y, address or None)

    # ---- out ----

    def stats(self):
        cells = self.life.width * self.life.height if self.life else 0
        self.count_stats(cells, self.created)

    def config(self):
        l = self.life
        if l:
            self.send(CONFIG, struct.pack("<IHHBBHHHIQ", self.epoch, l.width, l.height, not l.torus, self.running, l.birth, l.survive,
                                          0, self.speed, self.goal))

    def band(self, first, rows, key):
        l = self.life
        now = pack(l.cells[first:first + rows], l.width)
        base, before = self.sent.get(first, (0, None))
        if not key and now == before:
            return 0
        bits = now if key else bytes(a ^ b for a, b in zip(now, before))
        coding, data = encode_bits(bits, now)
        lose = "drop-frames" in self.faults and self.frames % 7 == 6
        if "drop-last" in self.faults and self.goal and l.generation == self.goal:
            lose = True
        self.send(BAND, struct.pack("<IQQHHBBH", self.epoch, l.generation, 0 if key else base, first, rows, coding, key, 0) + data, lose)
        self.sent[first] = (l.generation, now)
        return 1

    def report(self, key=False, flags=0):
        l = self.life
        key = key or not self.sent or time.monotonic() - self.last_key > 1
        if key:
            self.config()
            self.last_key = time.monotonic()
            self.dead_list()
        bands = sum(self.band(y, min(self.band_rows, l.height - y), key) for y in range(0, l.height, self.band_rows))
        population = l.population() + ("wrong-population" in self.faults)
        self.send(GENERATION, struct.pack("<IQIHBBIQQQ", self.epoch, l.generation, population, bands, key | flags, 0,
                                          l.width * l.height - len(l.dead), self.steps, self.time_ns(),
                                          l.width * l.height))

    def dead_list(self):
        dead = sorted(self.life.dead)
        if dead:
            self.send(DEAD, struct.pack("<IIH", self.epoch, len(dead), len(dead)) + b"".join(struct.pack("<HH", *c) for c in dead))

    def new_epoch(self):
        self.epoch += 1
        self.sent = {}

    # ---- in ----

    def setup(self, p):
        w, h, topology, _, birth, survive = struct.unpack_from("<HHBBHH", p)
        if "refuse-setup" in self.faults:
            return 5, b"no memory for so many threads"
        if not (1 <= w <= 4096 and 1 <= h <= 4096) or birth & 1:
            return 3, b"B0 or a size that is not possible"
        self.life = Life(w, h, topology == 0, birth, survive)
        self.created += w * h
        self.pattern, self.running, self.goal = None, 0, 0
        self.new_epoch()

    def cells(self, p):
        first, rows, coding, _ = struct.unpack_from("<HHBB", p)
        size = rows * row_bytes(self.life.width)
        self.life.cells[first:first + rows] = unpack(decode_bits(coding, p[6:], size), self.life.width)
        self.new_epoch()

    def edit(self, p):
        for at in range(0, len(p), 5):
            x, y, alive = struct.unpack_from("<HHB", p, at)
            self.life.cells[y][x] = alive
        self.new_epoch()
        self.report(True)

    def go(self, state):
        if self.pattern is None:
            self.pattern = ([row[:] for row in self.life.cells], self.life.generation)
        self.running = state
        self.next_due = time.monotonic()
        self.config()
        self.report(True)

    def until(self, p):
        goal, end = struct.unpack_from("<QB", p)
        if goal < self.life.generation:
            return 4, b"that generation is past"
        self.goal, self.end = goal, bool(end)
        self.go(3)

    def reset(self):
        self.life.cells, self.life.generation = [row[:] for row in self.pattern[0]], self.pattern[1]
        self.running = 0
        self.life.dead, self.errands = set(), []
        self.new_epoch()
        self.report(True)

    def errand(self, kind, p):
        """A death now, or at the generation behind the fixed part. A wild cell dies in the next step."""
        fixed = 4 if kind == KILL_CELL else 12
        x, y = struct.unpack_from("<HH", p)
        generation = struct.unpack_from("<Q", p, fixed)[0] if len(p) >= fixed + 8 else self.life.generation
        address = struct.unpack_from("<Q", p, 4)[0] if kind == WILD else None
        if (x, y) in self.life.dead:
            return 3, b"cell %d,%d has no thread any more" % (x, y)
        if kind == WILD and self.mode == 1 and 4096 <= address < 1 << 36:
            return 11, b"nothing would stop a kernel thread from writing to 0x%x" % address
        self.errands.append((generation + (kind == WILD), x, y, address))
        self.do_errands()

    def do_errands(self):
        due = [e for e in self.errands if e[0] <= self.life.generation]
        self.errands = [e for e in self.errands if e not in due]
        for _, x, y, address in due:
            self.life.dead.add((x, y))
            self.life.cells[y][x] = 0
            if address is not None:
                self.fault(b"cell %d,%d" % (x, y), address)
        if due:
            self.report(True)

    def fault(self, name, address):
        self.send(FAULT, struct.pack("<QQQQQBBBB", 77, 0x92000046, address, 0x80123, 0x90000, 1, len(name), 1, self.mode) + name +
                  b"write to what may not be written")

    def command(self, kind, seq, p):
        """None, or (error, reason)."""
        if kind == CMD_HELLO:
            self.hello()
            if self.life:
                self.report(True)
        elif kind == CMD_BAUD:
            self.ack(seq, kind)
            self.baud = struct.unpack("<I", p)[0]
            return "answered"
        elif kind == SETUP:
            return self.setup(p)
        elif self.life is None:
            return 2, b"there is no dish"
        elif kind == CELLS:
            self.cells(p)
        elif kind == EDIT:
            self.edit(p)
        elif kind == RUN:
            self.go(1)
        elif kind == PAUSE:
            self.running = 0
            self.report(True, 4)
        elif kind == STEP:
            self.steps_wanted = struct.unpack("<I", p)[0]
            self.go(2)
        elif kind == UNTIL:
            return self.until(p)
        elif kind == SPEED:
            self.speed = struct.unpack("<I", p)[0]
            self.config()
        elif kind == RESET:
            self.reset()
        elif kind == RULE:
            self.life.birth, self.life.survive = struct.unpack("<HH", p)
            self.new_epoch()
            self.report(True)
        elif kind in (KILL_CELL, WILD):
            return self.errand(kind, p)
        elif kind == SET_GENERATION:
            self.life.generation = struct.unpack("<Q", p)[0]
            self.new_epoch()
        elif kind == KEY:
            if "drop-last" not in self.faults:
                self.report(True)
        elif kind == WHO:
            return 0, b"thread 17 BLOCKED steps %d" % self.life.generation
        else:
            return 2, b"unknown command"
        return None

    # ---- life ----

    def misbehave(self):
        generation = self.life.generation
        if "close" in self.faults and generation == 5:
            sys.exit(0)
        if "restart" in self.faults and generation == 5:
            self.faults.discard("restart")
            self.boot()
            return True
        if "end-early" in self.faults and generation == 5:
            self.send(END, struct.pack("<I", 3))
            sys.exit(0)
        if "die" in self.faults and generation == 3:
            self.life.dead.add((1, 1))
            self.fault(b"cell 1,1", 0xdead)
        return False

    def advance(self):
        l = self.life
        if self.misbehave():
            return
        if not (self.running == 3 and l.generation == self.goal):
            l.step()
            self.steps += l.width * l.height
            self.switches += l.width * l.height
            self.do_errands()
        if self.running == 3 and l.generation == self.goal:
            self.running = 0
            self.report(self.end, 2 | 4)
            if self.end:
                self.stats()
                self.send(END, struct.pack("<I", 0))
                sys.exit(0)
        elif self.running == 2 and self.steps_wanted <= 1:
            self.running = 0
            self.report(False, 4)
            self.config()
        else:
            self.steps_wanted -= self.running == 2
            self.report()
        if self.speed:
            self.next_due = max(self.next_due + 1000 / self.speed, time.monotonic() - 0.1)

    def run(self):
        while True:
            wait = 0.05 if not self.running else max(0, min(0.05, self.next_due - time.monotonic()))
            self.receive(self.link.read(wait))
            if self.running and time.monotonic() >= self.next_due:
                self.advance()
            if time.monotonic() - self.last_stats > 0.25:
                self.stats()


def target_of(demo):
    if demo == "philosophers":
        from fake_phil import Target as Philosophers
        return Philosophers
    return Target


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("where")
    parser.add_argument("--fault", action="append", default=[], choices=sorted(FAULTS))
    parser.add_argument("--band-rows", type=int, default=16)
    parser.add_argument("--demo", default="life")
    parser.add_argument("--mode", choices=["user", "kernel"], default="user")
    o = parser.parse_args()
    Speaker.mode = int(o.mode == "kernel")
    try:
        target_of(o.demo)(Link(o.where), set(o.fault), o.band_rows).run()
    except (EOFError, ConnectionError, BrokenPipeError):
        pass


if __name__ == "__main__":
    main()
