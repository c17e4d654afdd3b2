#!/usr/bin/env python3
"""The reader written from the document, tried on recordings made by os/wire's encoder (build/host/wire_sample), whole and
spoiled in every way, and on streams made here by hand."""

import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from tap import equal, main, test

READER = os.path.join(HERE, "..", "wire_reader.py")
SAMPLE = os.path.join(os.environ.get("HOST_BUILD", "build/host"), "wire_sample")
FOLDER = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(FOLDER.name, name)


def read(stream, *options):
    """Exit code, stdout, stderr of the reader."""
    with open(path("stream"), "wb") as f:
        f.write(stream)
    done = subprocess.run([sys.executable, READER, path("stream"), *options], capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def complains(stream, words, *options):
    code, _, err = read(stream, *options)
    assert code == 1 and re.search(words, err), (code, err[-600:], words)
    assert "Traceback" not in err, err


def fine(stream, *options):
    code, out, err = read(stream, *options)
    equal(code, 0, f"exit code with {err[-600:]}")
    return out


def sample():
    subprocess.run([SAMPLE, path("sample"), path("board")], check=True, capture_output=True)
    with open(path("sample"), "rb") as f:
        return f.read()


def cobs(packet):
    out, block = bytearray(), bytearray()
    for byte in packet:
        if byte:
            block.append(byte)
        if not byte or len(block) == 254:
            out += bytes([len(block) + 1]) + block
            block = bytearray()
    # a last block is not needed behind a full one, but allowed
    return bytes(out + bytes([len(block) + 1]) + block)


def frame(kind, number, payload, magic=0xF5, crc=0, length=None):
    packet = struct.pack("<BBHI", magic, kind, len(payload) if length is None else length, number) + payload
    return b"\0" + cobs(packet + struct.pack("<I", zlib.crc32(packet) ^ crc)) + b"\0"


def config(epoch, width, height, topology=0):
    return 0x20, struct.pack("<IHHBBHHHIQ", epoch, width, height, topology, 1, 8, 12, 0, 0, 0)


def band(epoch, generation, row, rows, coding, key, data, base=0):
    return 0x21, struct.pack("<IQQHHBBH", epoch, generation, base, row, rows, coding, key, 0) + data


def shown(epoch, generation, population, bands, flags=0):
    return 0x22, struct.pack("<IQIHBBIQQQ", epoch, generation, population, bands, flags, 0, 0, 0, 0, 0)


def dead(epoch, total, *cells):
    return 0x23, struct.pack("<IIH", epoch, total, len(cells)) + b"".join(struct.pack("<HH", x, y) for x, y in cells)


def stream(*frames, first=0):
    return b"".join(frame(kind, first + i, payload) for i, (kind, payload) in enumerate(frames))


# A blinker on 8 x 5, one band a board.
UPRIGHT = bytes([0, 0x10, 0x10, 0x10, 0])
FLAT = bytes([0, 0, 0x38, 0, 0])
START = [config(1, 8, 5), band(1, 0, 0, 5, 0, 1, UPRIGHT), shown(1, 0, 3, 1, 1)]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


@test("reader: a recording of os/wire is read without complaint, every step verified, the last board right")
def whole():
    out = fine(sample(), "--board", path("out"), "--verify")
    with open(path("board")) as f, open(path("out")) as g:
        equal(g.read(), f.read(), "the board")
    for words in ("raw", "zero runs", "index list"):
        assert f"coding='{words}'" in out, words
    assert "unknown type 0x7e" in out
    equal(fine(sample(), "--console"), "petri: virt, 1024 MiB\npetri: life\ncell 9,8 killed\n")


@test("reader: any byte of a recording that is changed is noticed")
def changed():
    good = sample()[:9000]
    good = good[:good.rindex(b"\0\0") + 1]
    fine(good)
    text = good.index(b"petri:")
    for at in range(0, len(good), 101):
        bad = bytearray(good)
        bad[at] ^= 1 + at % 255
        if good[at] != 0 and not text <= at < good.index(b"\0", text):
            complains(bytes(bad), "byte", "--quiet")


@test("reader: a lost frame, a doubled frame, a cut recording are noticed")
def lost():
    good = sample()
    cuts = [m.start() for m in re.finditer(b"\0\0", good)]
    for k in (3, 40, 200):
        complains(good[:cuts[k] + 1] + good[cuts[k + 1] + 1:], "1 frames are lost")
        complains(good[:cuts[k + 1] + 1] + good[cuts[k] + 1:], "goes back")
    complains(good[:-1], "cut off")


@test("reader: a late joiner waits for a key without complaint")
def late():
    good = sample()
    cut = good.index(b"\0\0", len(good) * 2 // 3)
    out = fine(good[cut + 1:])
    assert "another epoch" in out, "bands before the first LIFE_CONFIG"
    blinker = START + [band(1, 1, 0, 5, 0, 0, FLAT, 0), shown(1, 1, 3, 1), band(1, 2, 0, 5, 0, 1, UPRIGHT), shown(1, 2, 3, 1, 1)]
    out = fine(frame(*blinker[0][:1], 7, blinker[0][1]) + stream(*blinker[3:], first=8), "--board", path("out"))
    assert "waits for a key" in out and "not complete" in out
    with open(path("out")) as f:
        equal(f.read(), "........\n" + "....O...\n" * 3 + "........\n")


@test("reader: frames that are not right in themselves")
def frames():
    fine(stream(*START))
    complains(frame(5, 0, bytes(4), crc=1), "wrong CRC")
    complains(frame(5, 0, bytes(4), length=5), "says it has 5")
    complains(frame(5, 0, bytes(4), length=3), "says it has 3")
    complains(b"\0\x09\xf5abc\0", "over the end")
    complains(b"\0\x01\xf5\0", "damaged|over the end|none")
    complains(b"\0" + b"\xff\xf5" + b"\xff" * 2000 + b"\0", "longer than any frame")
    complains(frame(5, 0, bytes(1025)), "1025|longer")
    fine(frame(5, 0, bytes(4 + 700)))
    for length in (240, 241, 242, 243, 244, 245, 246, 253, 254, 255, 496, 497, 498, 499, 500):  # around the ends of COBS blocks
        fine(frame(5, 0x01010101, b"\xaa" * length))
    complains(b"text\xf6\xf7", "not UTF-8")
    fine(b"\xe2" + frame(5, 0, bytes(4)) + b"\x82\xac, x")


@test("reader: payloads that are too short, and ones that are longer than today's")
def lengths():
    sizes = {1: 68, 2: 6, 3: 72, 4: 44, 5: 4, 7: 4, 8: 8, 0x20: 28, 0x21: 28, 0x22: 48, 0x23: 10}
    for kind, size in sizes.items():
        complains(stream((kind, bytes(size - 1))), f"{size} at least")
    for kind, size in sizes.items():
        payload = bytearray(bytes(size + 9))
        payload[:2] = b"\2\0" if kind == 1 else b"\0\0"
        if kind == 0x20:
            payload[:8] = config(0, 3, 3)[1][:8]
        fine(stream((kind, bytes(payload))))
    complains(stream((4, bytes(41) + b"\5\1\0name")), "name is cut off")
    complains(stream(START[0], (0x23, struct.pack("<IIHHH", 1, 2, 2, 0, 0))), "list is cut off")


@test("reader: text in frames is put together per speaker, and is what --console prints")
def framed_text():
    say = lambda who, domain, words: (7, struct.pack("<BBH", who, domain, 0) + words)
    frames = stream(say(0, 0, b"boot\n"), say(1, 1, b"\xc3"), say(2, 1, b"err "), say(1, 2, b"other "), say(1, 1, b"\xa4\n"))
    equal(fine(frames, "--console"), "boot\nerr other \u00e4\n")
    assert "who=stdout domain=2 text='other '" in fine(frames)
    complains(stream(say(3, 1, b"x")), "a speaker of 3")
    complains(stream(say(1, 1, b"\xff")), "not UTF-8")


@test("reader: how apps and threads end, and what version 1 said of it")
def ends():
    exit_of = lambda code, domain, name: (8, struct.pack("<IB3s", code, domain, bytes(3)) + name)
    assert "code=42 domain=2 name='two'" in fine(stream(exit_of(0, 1, b"one"), exit_of(42, 2, b"two"), (5, struct.pack("<I", 42))))
    died = struct.pack("<QQQQQBB", 5, 0x92000046, 0x1234, 0x1000000040, 9, 1, 8)
    modes = [(1, 0, "domain=1 mode=user"), (2, 1, "domain=2 mode=kernel")]
    for domain, mode, words in modes:
        out = fine(stream((4, died + bytes([domain, mode]) + b"cell 1,1write to nothing")))
        assert words in out and "name='cell 1,1' text='write to nothing'" in out, out
    complains(stream((4, died + bytes([1, 2]) + b"cell 1,1")), "a mode of 2")
    old = (1, struct.pack("<HBBIQQII16s16s", 1, 1, 0, 0, 0, 0, 0, 0, b"virt", b"life"))
    assert "name='cell 1,1' text='data abort'" in fine(stream(old, (4, died + b"cell 1,1data abort")))
    complains(stream((1, struct.pack("<H", 3) + bytes(66))), "version 3")


@test("reader: restarts begin anew, other steps back do not")
def restarts():
    hello = (1, struct.pack("<HBBIQQII16s16sBBH", 2, 1, 0, 0, 0, 0, 0, 0, b"virt", b"life", 0, 1, 0))
    fine(stream(hello, *START) + stream(hello, *START))
    complains(stream(hello, *START) + stream(*START), "goes back")
    out = fine(stream(hello, *START) + stream(hello, *START[1:]))
    equal(out.count("ignored: another epoch"), 2)
    fine(frame(5, 0xFFFFFFFF, bytes(4)) + frame(0x60, 0, b""))


@test("reader: bands that contradict themselves")
def bands():
    begin = [config(1, 7, 5)]
    bad = lambda words, *more: complains(stream(*begin, *more), words)
    bad("coding 3", band(1, 0, 0, 5, 3, 1, bytes(5)))
    bad("raw band of 4", band(1, 0, 0, 5, 0, 1, bytes(4)))
    bad("spare bits", band(1, 0, 0, 5, 0, 1, b"\0\0\x80\0\0"))
    bad("rows 3..5", band(1, 0, 3, 3, 0, 1, bytes(3)))
    bad("rows", band(1, 0, 3, 0, 0, 1, b""))
    bad("where one of", band(1, 0, 0, 5, 0, 1, bytes(5)), band(1, 0, 0, 3, 0, 1, bytes(3)))
    bad("several heights", band(1, 0, 0, 2, 0, 1, bytes(2)), band(1, 0, 2, 1, 0, 1, bytes(1)))
    bad("middle of a pair", band(1, 0, 0, 5, 1, 1, b"\1"))
    bad("last bytes are missing", band(1, 0, 0, 5, 1, 1, b"\1\2\3"))
    bad("over the end", band(1, 0, 0, 5, 1, 1, b"\6\0"))
    bad("position 40", band(1, 0, 0, 5, 2, 1, b"\x28"))
    bad("middle of a number", band(1, 0, 0, 5, 2, 1, b"\x80"))
    bad("before all of its bands", band(1, 0, 0, 2, 0, 1, bytes(2)), shown(1, 0, 0, 1))
    bad("base is not", band(1, 0, 0, 5, 0, 1, bytes(5)), shown(1, 0, 0, 1, 1), band(1, 2, 0, 5, 0, 0, bytes(5), 1))
    bad("population 1, but 0", band(1, 0, 0, 5, 0, 1, bytes(5)), shown(1, 0, 1, 1, 1))
    bad("2 bands were sent", band(1, 0, 0, 5, 0, 1, bytes(5)), shown(1, 0, 0, 2, 1))
    bad("same epoch", config(1, 7, 6))
    bad("LIFE_CONFIG of", config(1, 0, 6))
    bad("not on the board", dead(1, 1, (7, 0)))
    bad("dead in all", dead(1, 1, (1, 0), (2, 0)))


@test("reader: all three codings, deltas, padded numbers, epochs that are over")
def codings():
    delta = xor(UPRIGHT, FLAT)
    out = fine(stream(*START, band(1, 1, 0, 5, 1, 0, b"\1\3" + delta[1:4], 0), shown(1, 1, 3, 1),
                      band(1, 2, 0, 5, 2, 0, b"\x8c\x80\0\x06\1\6", 1), shown(1, 2, 3, 1),
                      band(9, 3, 0, 5, 0, 1, bytes(5)), shown(9, 3, 77, 1), shown(1, 3, 3, 0)), "--board", path("out"))
    with open(path("out")) as f:
        equal(f.read(), "........\n" + "....O...\n" * 3 + "........\n")
    equal(out.count("another epoch"), 2)


@test("reader: --generation, and a generation that was not shown")
def generation():
    frames = stream(*START, band(1, 1, 0, 5, 0, 0, FLAT, 0), shown(1, 1, 3, 1), band(1, 2, 0, 5, 0, 0, UPRIGHT, 1), shown(1, 2, 3, 1))
    fine(frames, "--board", path("out"), "--generation", "1")
    with open(path("out")) as f:
        equal(f.read(), "........\n........\n...OOO..\n........\n........\n")
    complains(frames, "generation 3 was not shown", "--board", path("out"), "--generation", "3")
    complains(b"no frames", "no board", "--board", path("out"))


@test("reader: --verify sees one wrong cell, and a cell killed at any moment")
def verify():
    step = [band(1, 1, 0, 5, 0, 0, FLAT, 0), shown(1, 1, 3, 1)]
    fine(stream(*START, *step), "--verify")
    wrong = bytes([0, 0, 0x38, 0, 1])
    complains(stream(*START, band(1, 1, 0, 5, 0, 0, wrong, 0), shown(1, 1, 4, 1)), "1 does not follow from generation 0", "--verify")
    holed = bytes([0, 0, 0x18, 0, 0])
    killed = [band(1, 1, 0, 5, 0, 0, holed, 0), shown(1, 1, 2, 1)]
    complains(stream(*START, *killed), "does not follow", "--verify")
    for at in (0, 1, 2):
        frames = killed[:at] + [dead(1, 1, (5, 2))] + killed[at:]
        fine(stream(*START, *frames, band(1, 2, 0, 5, 0, 0, bytes(5), 1), shown(1, 2, 0, 1)), "--verify")
    complains(stream(*START, dead(1, 1, (5, 1)), *killed), "does not follow", "--verify")
    alive = [band(1, 2, 0, 5, 0, 0, bytes([0, 0, 0x20, 0, 0]), 1), shown(1, 2, 1, 1)]
    complains(stream(*START, dead(1, 1, (5, 2)), *killed, *alive), "2 does not follow", "--verify")


def blob_of(items):
    blob = b"PBS1" + struct.pack("<I", len(items)) + items
    return blob + struct.pack("<I", zlib.crc32(blob))


@test("reader: boot scripts")
def boot_script():
    items = struct.pack("<BBHIQQ", 0x83, 0, 20, 3, 7, 200) + struct.pack("<BBHQB", 0x96, 0, 9, 120, 1)
    good = blob_of(items)
    equal(fine(good + b"\0\0\0", "--boot-script").split("\n")[1], "LIFE_UNTIL 780000000000000001")
    late = blob_of(items + struct.pack("<BBHBBHs", 0x84, 0, 5, 0, 1, 0, b"\0"))
    complains(late, "APP behind", "--boot-script")
    complains(good[:-1], "cut off", "--boot-script")
    complains(good[:20] + b"x" + good[21:], "CRC", "--boot-script")
    complains(b"PBS2" + good[4:], "not a boot script", "--boot-script")


main()
