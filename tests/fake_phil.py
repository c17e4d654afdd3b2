"""The philosophers of the target made of Python: an event for each thing that somebody does, in a time of their own that
does not run ahead of ours. Written from docs/wire.md alone. fake_target.py --demo philosophers runs it.
"""
import heapq
import random
import struct
import sys
import time

from fake_target import Speaker
from wire import *  # noqa: F403

THINKING, HUNGRY, EATING, ENDED = range(4)
HAS, WAITS = (8, 16), (32, 64)
FROZEN = 128
NAIVE, ORDERED, WAITER, TRYLOCK, CHANDY = range(5)
NAMES = [b"Plato", b"Hypatia", b"Zeno", b"Aspasia", b"Laozi", b"Kant", b"Hume", b"Diotima", b"Nagarjuna", b"Arendt"]
SAMPLES_PER_S = 30
EVENTS_AT_ONCE = 3000
LOCK0, LOCK_SIZE = 0x1080000100, 24


def name(i):
    return NAMES[i] if i < len(NAMES) else b"phil %d" % i


class Philosopher:
    def __init__(self, i, n):
        self.i, self.forks = i, (i, (i + 1) % n)
        self.state, self.held, self.waits = HUNGRY, set(), None
        self.since, self.meals, self.frozen, self.alive = 0, 0, False, True
        self.seated = False

    def look(self):
        byte = self.state | (FROZEN if self.frozen else 0)
        for side, fork in enumerate(self.forks):
            byte |= HAS[side] if fork in self.held else 0
            byte |= WAITS[side] if fork == self.waits else 0
        return byte


class Table:
    """Everything that happens at the table. Times in ns of the table's own clock."""

    def __init__(self, n, strategy, times, distribution, seed, goal):
        self.n, self.strategy, self.times, self.distribution, self.seed, self.goal = n, strategy, times, distribution, seed, goal
        self.dice = random.Random(seed)
        self.all = [Philosopher(i, n) for i in range(n)]
        self.holder, self.queue = [None] * n, [[] for _ in range(n)]
        self.seats, self.standing = n - 1, []
        self.now, self.events, self.serial = 0, [], 0
        self.waits, self.longest, self.waited, self.meals = [0] * 24, 0, 0, 0
        self.cycle = None
        for p in self.all:
            self.soon(p, self.hungry)

    def draw(self, mean_us):
        mean = mean_us * 1000
        if self.distribution == 1:
            mean = self.dice.uniform(0, 2 * mean)
        elif self.distribution == 2:
            mean = self.dice.expovariate(1 / mean) if mean else 0
        return int(mean) + self.dice.randrange(2000)

    def soon(self, p, what, after=0):
        self.serial += 1
        heapq.heappush(self.events, (self.now + after, self.serial, p, what))

    def advance(self, until):
        """Events up to a time, but not for ever."""
        for _ in range(EVENTS_AT_ONCE):
            if not self.events or self.events[0][0] > until or self.over():
                self.now = max(self.now, until) if not self.over() else self.now
                return
            at, _, p, what = heapq.heappop(self.events)
            self.now = max(self.now, at)
            if p.frozen and p.alive:
                self.soon(p, what, 50_000_000)
            elif p.alive:
                what(p)

    def over(self):
        return self.cycle or (self.goal and self.meals >= self.goal)

    # ---- a life ----

    def hungry(self, p):
        p.state, p.since = HUNGRY, self.now
        if self.strategy == WAITER:
            if not self.seats:
                self.standing.append(p)
                return
            self.seats -= 1
            p.seated = True
        self.first(p)

    def order(self, p):
        return sorted(p.forks) if self.strategy == ORDERED else list(p.forks)

    def first(self, p):
        if self.strategy == CHANDY:
            if any(self.holder[f] is not None for f in p.forks):
                self.soon(p, self.first, 200_000)
                return
            for f in p.forks:
                self.take(p, f)
            self.eat(p)
        else:
            self.reach(p, self.order(p)[0], self.pause)

    def pause(self, p):
        self.soon(p, self.second, self.draw(self.times[2]))

    def second(self, p):
        fork = self.order(p)[1]
        if self.strategy == TRYLOCK and self.holder[fork] is not None:
            self.put(p, self.order(p)[0])
            self.soon(p, self.first, self.draw(100))
        else:
            self.reach(p, fork, self.eat)

    def take(self, p, fork):
        assert self.holder[fork] is None
        self.holder[fork] = p
        p.held.add(fork)
        p.waits = None

    def reach(self, p, fork, then):
        if self.holder[fork] is None:
            self.take(p, fork)
            then(p)
            return
        p.waits = fork
        self.queue[fork].append((p, then))
        self.look_for_cycle(p)

    def put(self, p, fork):
        p.held.discard(fork)
        self.holder[fork] = None
        while self.queue[fork]:
            q, then = self.queue[fork].pop(0)
            if q.alive:
                self.take(q, fork)
                self.soon(q, then)
                return

    def eat(self, p):
        waited = self.now - p.since
        p.state = EATING
        self.waited += waited
        self.longest = max(self.longest, waited)
        self.waits[min(23, (waited // 1000).bit_length())] += 1
        self.soon(p, self.think, self.draw(self.times[1]))

    def think(self, p):
        p.meals += 1
        self.meals += 1
        p.state = THINKING
        for fork in sorted(p.held):
            self.put(p, fork)
        self.leave(p)
        self.soon(p, self.hungry, self.draw(self.times[0]))

    def leave(self, p):
        if not p.seated:
            return
        p.seated = False
        if self.standing:
            q = self.standing.pop(0)
            q.seated = True
            self.soon(q, self.first)
        else:
            self.seats += 1

    def kill(self, p):
        p.alive, p.state, p.waits = False, ENDED, None
        for fork in sorted(p.held):
            self.put(p, fork)
        self.leave(p)
        self.cycle = None

    def look_for_cycle(self, p):
        way, at = [], p
        while at.waits is not None and at not in way:
            way.append(at)
            at = self.holder[at.waits]
        if at is p and way:
            self.cycle = way

    # ---- what is told ----

    def quantile(self, part):
        total, seen = sum(self.waits), 0
        for i, n in enumerate(self.waits):
            seen += n
            if total and seen >= part * total:
                return 1000 << i
        return 0

    def fairness(self):
        squares = sum(p.meals ** 2 for p in self.all)
        return round(1e6 * self.meals ** 2 / (self.n * squares)) if squares else 1_000_000


class Target(Speaker):
    APP = b"philosophers"

    def __init__(self, link, faults, band_rows=16):
        self.band_rows = min(512, band_rows * 16)
        super().__init__(link, faults)

    def prepare(self):
        self.table, self.epoch, self.sample, self.running = None, 0, 0, False
        self.sent, self.last_key, self.last_sample, self.last_waits = {}, 0.0, 0.0, 0.0
        self.reported = self.created = self.reports = 0
        self.ends, self.limit = 0, 0
        self.key_wanted, self.config_told, self.looks_told = False, None, None
        self.clock = time.monotonic()

    def set_up(self, n, strategy, times, distribution, seed, goal):
        self.table = Table(n, strategy, times, distribution, seed, goal)
        self.epoch += 1
        self.created += n
        self.running, self.reported, self.over_told, self.sent = False, False, False, {}
        self.began = self.time_ns()
        self.key_wanted = True

    def stats(self):
        self.switches = 3 * (self.table.meals if self.table else 0)
        self.count_stats(self.table.n if self.table else 0, self.created)

    def config(self):
        t = self.table
        state = 2 if t.over() else 1 if self.running else 0
        self.config_told = (self.epoch, state, t.times, t.distribution)
        self.send(PHIL_CONFIG, struct.pack("<IIBBBBIIIQQQII", self.epoch, t.n, t.strategy, state, t.distribution, 0, *t.times, t.seed,
                                           t.goal, LOCK0, LOCK_SIZE, 5000))

    def names(self):
        for first in range(0, min(100, self.table.n), 50):
            count = min(50, self.table.n - first)
            data = b"".join(bytes([len(name(i))]) + name(i) for i in range(first, first + count))
            self.send(PHIL_NAMES, struct.pack("<IHH", self.epoch, first, count) + data)

    def bands(self, looks, key):
        count = 0
        for first in range(0, len(looks), self.band_rows):
            now = looks[first:first + self.band_rows]
            base, before = self.sent.get(first, (0, None))
            if not key and now == before:
                continue
            bits = now if key else bytes(a ^ b for a, b in zip(now, before))
            runs = encode_zero_runs(bits)
            coding, data = (1, runs) if len(runs) < len(now) else (0, now)
            lose = "drop-frames" in self.faults and self.frames % 7 == 6
            self.send(PHIL_BAND, struct.pack("<IQQHHBBH", self.epoch, self.sample, 0 if key else base, first, len(now), coding, key,
                                             0) + data, lose)
            self.sent[first] = (self.sample, now)
            count += 1
        return count

    def report(self, key):
        t, looks = self.table, bytes(p.look() for p in self.table.all)
        state = 2 if t.over() else 1 if self.running else 0
        if not key and looks == self.looks_told and self.config_told == (self.epoch, state, t.times, t.distribution):
            return
        self.looks_told = looks
        self.sample += 1
        key = key or time.monotonic() - self.last_key > 1 or not self.sent
        if key or self.config_told != (self.epoch, state, t.times, t.distribution):
            self.config()
        if key:
            self.names()
            self.last_key = time.monotonic()
        count = self.bands(looks, key)
        self.send_sample(t, count, key)
        if key:
            self.send(PHIL_WAITS, struct.pack("<I24IQQ", self.epoch, *t.waits, t.quantile(0.5), t.quantile(0.99)))

    def send_sample(self, t, count, key):
        states = [p.state for p in t.all]
        waiting = [(t.now - p.since, p.i) for p in t.all if p.state == HUNGRY]
        longest, who = max(waiting, default=(0, 0))
        flags = key | (2 if t.goal and t.meals >= t.goal else 0) | (4 if t.cycle else 0)
        meals = t.meals + ("miscount" in self.faults)
        violations = int("violation" in self.faults and t.meals > 10)
        self.send(PHIL_SAMPLE, struct.pack("<IQQHBBQIIIIQQQIIIIII", self.epoch, self.sample, self.time_ns(), count, flags, 0, meals,
                                           states.count(THINKING), states.count(HUNGRY), states.count(EATING),
                                           sum(h is not None for h in t.holder), t.waited // max(1, t.meals), t.longest, longest, who,
                                           t.fairness(), violations, min(p.meals for p in t.all), max(p.meals for p in t.all), 0))

    def report_cycle(self):
        cycle = self.table.cycle
        self.reports += 1
        locks = 0xDEAD0000 if "no-forks" in self.faults else LOCK0
        members = []
        for i, p in enumerate(cycle):
            held = cycle[i - 1].waits  # the one before waits for it
            members.append(struct.pack("<8QB", 100 + p.i, locks + LOCK_SIZE * held, locks + LOCK_SIZE * p.waits, 0x100000, 0x1000, 0x1004, 0x1008,
                                       0, len(name(p.i))) + name(p.i))
        per = 12
        frames = [members[i:i + per] for i in range(0, len(members), per)]
        for i, some in enumerate(frames):
            lose = "half-cycle" in self.faults and i == len(frames) - 1
            self.send(DEADLOCK, struct.pack("<IIIHBBQ", self.reports, len(members), i * per, len(some), 0, 0, self.time_ns()) +
                      b"".join(some), lose)
        self.talk(b"deadlock: a cycle of %d threads\n" % len(members))

    # ---- in ----

    def command(self, kind, seq, p):
        if kind == CMD_HELLO:
            self.hello()
            if self.table:
                self.report(True)
            return None
        if kind == PHIL_SETUP:
            n, strategy, distribution, ends, _, *times = struct.unpack_from("<IBBBBIII", p)
            seed, goal = struct.unpack_from("<QQ", p, 20)
            if "refuse-setup" in self.faults:
                return 5, b"no memory for so many threads"
            if not 2 <= n <= 10000 or strategy > 4 or distribution > 2:
                return 3, b"no such table"
            self.ends = ends
            self.set_up(n, strategy, tuple(times), distribution, seed, goal)
            return None
        if self.table is None:
            return 2, b"nobody sits at the table"
        return self.command_table(kind, p)

    def command_table(self, kind, p):
        t = self.table
        if kind in (PHIL_RUN, PHIL_PAUSE):
            self.running = kind == PHIL_RUN
            self.clock = time.monotonic()
        elif kind in (PHIL_STRATEGY, PHIL_RESTART):
            self.set_up(t.n, p[0] if kind == PHIL_STRATEGY else t.strategy, t.times, t.distribution, t.seed, t.goal)
            self.running, self.clock = True, time.monotonic()
        elif kind == PHIL_TIMES:
            *t.times, t.distribution = struct.unpack("<IIIB", p)
            t.times = tuple(t.times)
        elif kind in (PHIL_FREEZE, PHIL_KILL, PHIL_WILD):
            i = struct.unpack_from("<I", p)[0]
            if i >= t.n or not t.all[i].alive:
                return 2, b"there is no such philosopher"
            if kind == PHIL_FREEZE:
                t.all[i].frozen = bool(p[4])
            else:
                t.kill(t.all[i])
                self.reported = False
            if kind == PHIL_WILD:
                self.send(FAULT, struct.pack("<QQQQQBBBB", 100 + i, 0x92000046, struct.unpack_from("<Q", p, 4)[0], 0x80123, 0x90000, 1,
                                             len(name(i)), 1, self.mode) + name(i) + b"write to what may not be written")
        elif kind not in (PHIL_KEY, PHIL_PRIORITY):
            return 2, b"unknown command"
        self.key_wanted = self.key_wanted or kind == PHIL_KEY
        return None

    # ---- time ----

    def advance(self):
        now = time.monotonic()
        if self.running:
            self.table.advance(self.table.now + int((now - self.clock) * 1e9))
        self.clock = now
        if self.table.cycle and not self.reported:
            self.reported = True
            self.report_cycle()
        if self.table.over() and not self.over_told:
            self.over_told = self.key_wanted = True
        if now - self.last_sample < 1 / SAMPLES_PER_S and not self.table.over():
            return
        self.last_sample = now
        self.report(self.key_wanted)
        self.key_wanted = False
        self.end_if_told()

    def end_if_told(self):
        t = self.table
        goal = t.goal and t.meals >= t.goal
        if "end-early" in self.faults and t.meals >= 5:
            self.send(END, struct.pack("<I", 4))
            sys.exit(0)
        if "close" in self.faults and t.meals >= 5:
            sys.exit(0)
        if (goal and self.ends & 2) or (t.cycle and self.ends & 1):
            self.report(True)
            self.stats()
            self.send(END, struct.pack("<I", 3 if t.cycle else 0))
            sys.exit(3 if t.cycle else 0)

    def run(self):
        while True:
            self.receive(self.link.read(0.005 if self.table else 0.05))
            if self.table:
                self.advance()
            if time.monotonic() - self.last_stats > 0.25:
                self.stats()
