#!/usr/bin/env python3
"""The reader's part about philosophers and deadlocks, on streams made by hand: a sound one is read, and each lie in it is told."""

import os
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

from tap import main, test
from wire import encode_zero_runs, frame

READER = os.path.join(HERE, "..", "wire_reader.py")
HUNGRY_LEFT_WAITS_RIGHT = 1 | 8 | 64


def read(packets):
    with tempfile.NamedTemporaryFile() as f:
        f.write(b"".join(frame(kind, number, payload) for number, (kind, payload) in enumerate(packets)))
        f.flush()
        done = subprocess.run([sys.executable, READER, f.name], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def config(n=3, epoch=1, goal=0):
    return 0x30, struct.pack("<IIBBBBIIIQQQII", epoch, n, 0, 1, 0, 0, 50, 50, 1000, 0, goal, 0x1000, 24, 0)


def band(sample, looks, key=1, base=0, coding=0, first=0, count=None):
    return 0x31, struct.pack("<IQQHHBBH", 1, sample, base, first, count or len(looks), coding, key, 0) + bytes(looks)


def sample(number, looks, key=1, bands=1, meals=0, flags=0, forks=None, **change):
    f = dict(thinking=0, hungry=0, eating=0, fewest=0, most=0, jain=1000000)
    for look in looks:
        if look & 7 < 3:
            f[("thinking", "hungry", "eating")[look & 7]] += 1
    f.update(change)
    hands = sum(bool(look & 8) + bool(look & 16) for look in looks) if forks is None else forks
    return 0x32, struct.pack("<IQQHBBQIIIIQQQIIIIII", 1, number, number * 1000, bands, key | flags, 0, meals, f["thinking"], f["hungry"], f["eating"],
                             hands, 0, 0, 0, 0, f["jain"], 0, f["fewest"], f["most"], 0)


def waits(buckets, median, p99):
    return 0x33, struct.pack("<I24IQQ", 1, *(buckets + [0] * (24 - len(buckets))), median, p99)


def names(first, *texts):
    return 0x34, struct.pack("<IHH", 1, first, len(texts)) + b"".join(bytes([len(t)]) + t.encode() for t in texts)


def cycle(members, report=1, first=0, total=None):
    """members: (name, fork held, fork waited for)"""
    out = struct.pack("<IIIHBBQ", report, total or len(members), first, len(members), 0, 0, 5)
    for k, (name, holds, wants) in enumerate(members):
        out += struct.pack("<QQQQ4QB", 100 + first + k, 0x1000 + 24 * holds, 0x1000 + 24 * wants, 0, 1, 2, 0, 0, len(name)) + name.encode()
    return 0x06, out


def fine(*packets):
    code, out, err = read(packets)
    assert code == 0, err
    return out


def complains(words, *packets):
    code, _, err = read(packets)
    assert code == 1 and words in err, (code, err)


ALL = [HUNGRY_LEFT_WAITS_RIGHT] * 3
EATS = [2 | 8 | 16, 1, 1]


@test("philosophers: key, delta, histogram and names are read")
def _():
    delta = encode_zero_runs(bytes(a ^ b for a, b in zip(ALL, EATS)))
    out = fine(config(), names(0, "Plato", "Hypatia", "Zeno"), band(1, ALL), sample(1, ALL), waits([1, 0, 97, 2], 4000, 8000),
               band(2, delta, key=0, base=1, coding=1, count=3), sample(2, EATS, key=0, meals=4), sample(3, EATS, key=0, bands=0, meals=4))
    assert "strategy=naive state=running" in out and "Plato, Hypatia, Zeno" in out and "eating=1" in out, out


@test("philosophers: a sample that does not fit its bands is told")
def _():
    complains("2 are hungry, but 3 look so", config(), band(1, ALL), sample(1, ALL, hungry=2))
    complains("2 forks are in hands, but 3 look so", config(), band(1, ALL), sample(1, ALL, forks=2))
    complains("fork 1 is in two hands", config(), band(1, [1 | 16, 1 | 8, 1]), sample(1, [1 | 16, 1 | 8, 1]))
    complains("eats without both forks", config(), band(1, [2 | 8, 1, 1]), sample(1, [2 | 8, 1, 1]))
    complains("is thinking and waits", config(), band(1, [32, 1, 1]), sample(1, [32, 1, 1]))
    complains("a state that there is not", config(), band(1, [4, 1, 1]), sample(1, ALL))
    complains("goes back", config(), band(2, ALL), sample(2, ALL), sample(1, ALL, key=0, bands=0))
    complains("the goal is 10", config(goal=10), band(1, ALL), sample(1, ALL, meals=11))
    complains("the goal is 10", config(goal=10), band(1, ALL), sample(1, ALL, meals=9, flags=2))


@test("philosophers: bands that are missing, overlap or do not follow are told")
def _():
    complains("before all of its bands", config(4), band(1, ALL), sample(1, ALL))
    complains("across another one", config(4), band(1, ALL), band(1, ALL, first=1))
    complains("a delta whose base", config(), band(1, ALL), sample(1, ALL), band(3, b"", key=0, base=2, coding=1, count=3))
    complains("2 bands were sent", config(), band(1, ALL), sample(1, ALL, bands=2))
    complains("of 3", config(), band(1, ALL + [1]))


@test("philosophers: configuration, histogram and names that cannot be are told")
def _():
    complains("a PHIL_CONFIG", (0x30, config(1)[1]))
    complains("of the same epoch", config(3), config(4))
    complains("percentile", config(), waits([1, 1], 1000, 4000))
    complains("has disappeared", config(), waits([2], 1000, 1000), waits([1], 1000, 1000))
    complains("two philosophers of one name", config(), names(0, "Zeno", "Zeno"))
    complains("cut off", config(), (0x34, struct.pack("<IHH", 1, 0, 2) + b"\4Zeno"))


@test("deadlocks: a cycle over several frames is put together, with its forks")
def _():
    ring = [("Plato", 0, 1), ("Hypatia", 1, 2), ("Zeno", 2, 0)]
    out = fine(config(), cycle(ring))
    assert "Plato holds fork 0 waits for fork 1 held by Hypatia" in out and "Zeno holds fork 2 waits for fork 0 held by Plato" in out, out
    fine(config(), cycle(ring[:2], total=3), cycle(ring[2:], first=2, total=3))


@test("deadlocks: a cycle that does not close is told")
def _():
    complains("Zeno waits for 0x1018, but Plato holds 0x1000", config(), cycle([("Plato", 0, 1), ("Hypatia", 1, 2), ("Zeno", 2, 1)]))
    complains("does not begin", config(), cycle([("Zeno", 2, 0)], first=2, total=3))
    complains("cut off", config(), (0x06, cycle([("Plato", 0, 1)])[1][:-1]))


main()
