#!/usr/bin/env python3
"""The viewer, end to end, without QEMU and without a display: petri-view against a target made of Python, recordings,
boot scripts, patterns and a pty. Prints TAP. Usage: viewer_test.py build/petri-view [part of a test's name]
"""
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import time

import wire
from bitlife import BitLife
from fake_qemu import items
from viewer_kit import (GUN, HERE, LINE, PATTERNS, VIEW, Target, Terminal, alive, board_of, check, expect_failure, expect_saved, fake_qemu,
                        leftovers, load, main, places, read_png, reference, test, view)

# ---- headless, end to end ----


@test
def headless_saves_what_a_serial_simulation_says(d):
    with Target(d) as t:
        code, out, err = view(t.address, "--headless", "--load", GUN, "--rule", "B3/S23:T64,64", "--until", 120, "--save", d("o.rle"))
    check(code == 0, code, err)
    life = reference("gosper-gun", 64, 64, True, 120)
    expect_saved(d("o.rle"), life, "-32,-32", 120, "B3/S23:T64,64")
    m = LINE.match(out)
    check(m, "the line is wrong:", out)
    check([int(m[i]) for i in (1, 2, 4)] == [120, life.population(), 64 * 64 * 120], out)
    check("made of Python" in err, "the target's text is missing:", err)


@test
def soups_of_odd_sizes_rules_and_topologies(d):
    for n, (rule, density, until) in enumerate([("B3/S23:T17,9", 0.3, 20), ("B36/S23:P33,20", 0.4, 15), ("B2/S:T64,3", 0.1, 9),
                                                ("B3/S23:T1,1", 1, 3), ("B3/S12345:P5,70", 0.5, 12), ("B1357/S02468:T8,8", 0.5, 6)]):
        saved = []
        for generations in (0, until):
            with Target(d, where="unix:" + d("s%d-%d" % (n, generations)), band_rows=7) as t:
                path = d("%d-%d.rle" % (n, generations))
                code, _, err = view(t.address, "--headless", "--random", density, "--soup", 5 + n, "--rule", rule, "--until",
                                    generations, "--save", path)
            check(code == 0, rule, code, err)
            saved.append(load(path))
        w, h, rows, head = saved[0]
        check(head["rule"] == rule, head)
        masks = [sum(1 << int(c) for c in part[1:]) for part in rule.split(":")[0].split("/")]
        life = BitLife(w, h, ":T" in rule, *masks).put(rows).run(until)
        check(saved[1][2] == life.rows(), rule, "differs from the reference")
        if w * h >= 100:
            check(abs(sum(map(sum, rows)) / (w * h) - density) < 0.15, "the soup's density is off")


@test
def same_soup_same_board_and_another_soup_another(d):
    blobs = []
    for soup in (1, 1, 2):
        check(view("qemu:virt:x", "--random", 0.25, "--soup", soup, "--boot-script", d("b"))[0] == 0)
        blobs.append(d.read("b"))
    check(blobs[0] == blobs[1] != blobs[2])


@test
def a_target_over_tcp(d):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
    s.close()
    with Target(d, where="tcp:%d" % port):
        code, _, err = view("tcp:127.0.0.1:%d" % port, "--headless", "--load", GUN, "--until", 10, "--save", d("o.rle"))
    check(code == 0, err)
    expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False, 10), "-32,-32", 10, "B3/S23:P64,64")


@test
def a_serial_line_changes_its_rate(d):
    with Target(d, where="pty:" + d("tty")):
        code, _, err = view(d("tty"), "--baud", 3000000, "--headless", "--load", GUN, "--until", 10, "--save", d("o.rle"), "--timeout", 20)
        check(code == 0, err)
        expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False, 10), "-32,-32", 10, "B3/S23:P64,64")
        # the target stays at that rate: the next viewer finds it there
        code, _, err = view(d("tty"), "--baud", 3000000, "--headless", "--load", GUN, "--until", 5, "--timeout", 20)
        check(code == 0, err)


@test
def joining_a_running_target_leaves_its_dish_alone(d):
    with Target(d, where="pty:" + d("tty")):
        check(view(d("tty"), "--headless", "--load", GUN, "--until", 10)[0] == 0)
        code, out, err = view(d("tty"), "--headless", "--until", 30, "--save", d("o.rle"))
    check(code == 0, err)
    expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False, 30), "-32,-32", 30, "B3/S23:P64,64")


@test
def the_generation_of_the_file_counts_on(d):
    path = d("g.rle", "#CXRLE Pos=-8,-8 Gen=1000\nx = 16, y = 16, rule = B3/S23:T16,16\nbo$2bo$3o!\n")
    with Target(d) as t:
        code, _, err = view(t.address, "--headless", "--load", path, "--until", 1004, "--save", d("o.rle"))
    check(code == 0, err)
    expect_saved(d("o.rle"), BitLife(16, 16).put([[0, 1, 0], [0, 0, 1], [1, 1, 1]]).run(4), "-8,-8", 1004, "B3/S23:T16,16")
    expect_failure(view(t.address, "--headless", "--load", path, "--until", 999), "past")


@test
def without_until_it_runs_200_generations_and_takes_a_picture(d):
    with Target(d) as t:
        code, out, err = view(t.address, "--load", GUN, "--screenshot", d("o.png"), env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})
    check(code == 0 and out.startswith("generation 200 "), code, out, err)
    check(d.read("o.png")[:8] == b"\x89PNG\r\n\x1a\n")


# ---- trouble ----


@test
def damage_on_the_line_is_healed(d):
    for fault in ("garbage", "drop-frames", "forget", "lose-acks", "text"):
        with Target(d, fault, where="unix:" + d(fault)) as t:
            code, _, err = view(t.address, "--headless", "--load", GUN, "--until", 40, "--save", d("o.rle"), "--timeout", 40)
        check(code == 0, fault, code, err)
        expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False, 40), "-32,-32", 40, "B3/S23:P64,64")


@test
def trouble_is_told_in_words_and_nothing_is_saved(d):
    for fault, words in {"refuse-setup": ["refused SETUP", "no memory for so many threads"], "close": ["lost", "closed the connection"],
                         "end-early": ["ended (code 3)", "before generation 20"], "restart": ["restarted"],
                         "mute": ["not done after 3 s", "has said nothing"], "silent": ["not done after 5.5 s", "silent for"],
                         "wrong-population": ["not complete"], "drop-last": ["not complete"]}.items():
        slow = ["--speed", 10] if fault == "silent" else []
        with Target(d, fault, where="unix:" + d(fault)) as t:
            patience = {"wrong-population": 10, "drop-last": 10, "silent": 5.5}.get(fault, 3)
            result = view(t.address, "--headless", "--load", GUN, "--until", 20, "--save", d("o.rle"), "--timeout", patience, *slow)
        expect_failure(result, *words)
        check(not os.path.exists(d("o.rle")), fault, "left a file behind")


@test
def a_dead_thread_is_told(d):
    with Target(d, "die") as t:
        code, _, err = view(t.address, "--headless", "--load", GUN, "--until", 10)
    check(code == 0, err)
    check("cell 1,1 died: write to what may not be written, address 0xdead, null (0x80123)." in err, err)


def dying(generations, kills, width=64, height=64):
    """The gun, with cells held dead: kills maps (x, y) to the first generation in which it is dead."""
    life = wire.Life(width, height)
    life.cells = [list(row) for row in reference("gosper-gun", width, height).rows()]
    for generation in range(generations + 1):
        for (x, y), since in kills.items():
            if since == generation:
                life.dead.add((x, y))
                life.cells[y][x] = 0
        if generation < generations:
            life.step()
    return life.cells


@test
def cells_die_at_their_generation(d):
    deaths = ["--kill", "21,32@6", "--wild", "23,34@15", "--wild=32,31@38:text", "--wild", "5,5@0:0x123"]
    with Target(d) as t:
        code, out, err = view(t.address, "--headless", "--load", GUN, "--rule", "B3/S23:T64,64", "--until", 60, "--save", d("o.rle"), *deaths)
    check(code == 0, err)
    kills = {(21, 32): 6, (23, 34): 16, (32, 31): 39, (5, 5): 1}
    for cell in list(kills)[:3]:
        check(dying(60, kills) != dying(60, {**kills, cell: kills[cell] + 1}), cell, "dies at a moment that does not matter")
    check(load(d("o.rle"))[2] == dying(60, kills), "the board is not that of the reference")
    died = re.findall(r"petri-view: (cell \d+,\d+) died: [^,]*, address (0x\w+)", err)
    check(died == [("cell 5,5", "0x123"), ("cell 23,34", "0x0"), ("cell 32,31", "0x1000000000")], died, err)


@test
def a_wild_write_that_would_do_harm_is_refused(d):
    for board_place in ("kernel", "device", "0x5000"):
        with Target(d, where="unix:" + d(board_place), mode="kernel") as t:
            result = view(t.address, "--headless", "--load", GUN, "--until", 9, "--wild", "1,1@3:" + board_place)
        expect_failure(result, "refused WILD", "nothing would stop a kernel thread")
    with Target(d, mode="kernel") as t:
        result = view(t.address, "--headless", "--load", GUN, "--until", 9, "--wild", "1,1@3:text", "--kill", "1,1@0", "--kill", "1,1@0")
    expect_failure(result, "refused KILL", "cell 1,1 has no thread any more")


@test
def recordings_of_both_versions_tell_of_faults(d):
    died = struct.pack("<QQQQQBB", 9, 0x92000046, 0xbeef, 0x4321, 0x9000, 1, 7)
    first = struct.pack("<HBBIQQII16s16s", 1, 1, 0, 9, 0, 0, 1, 0, b"virt", b"life")
    second = struct.pack("<HBBIQQII16s16sBBH", 2, 1, 0, 9, 0, 0, 1, 0, b"virt", b"life", 0, 2, 0)
    for hello, fault in ((first, died + b"rho 1,2data abort"), (second, died + bytes([1, 0]) + b"rho 1,2data abort")):
        data = wire.frame(wire.HELLO, 0, hello) + wire.frame(wire.FAULT, 1, fault)
        _, _, err = view(d("r.petri", data), "--headless")
        check("rho 1,2 died: data abort, address 0xbeef, null (0x4321)." in err, err)
    data = wire.frame(wire.HELLO, 0, second) + b"".join(
        wire.frame(kind, n + 1, p) for n, (kind, p) in enumerate([
            (wire.TEXT, bytes([1, 1, 0, 0]) + b"said by st"), (wire.TEXT, bytes([1, 1, 0, 0]) + b"dout\n"),
            (wire.EXIT, struct.pack("<IB3s", 7, 2, bytes(3)) + b"other"), (wire.FAULT, died + bytes([2, 0]) + b"rho")]))
    _, _, err = view(d("r.petri", data), "--headless")
    check("said by stdout\n" in err and "App 2, other, has ended with code 7." in err, err)
    check("died" not in err, "a fault whose name is cut off is damage:", err)
    data = wire.frame(wire.HELLO, 0, second) + wire.frame(wire.FAULT, 1, died + bytes([1, 0]) + b"\x1b[2Jrho!\x07\x7f")
    _, _, err = view(d("r.petri", data), "--headless")
    check("?[2Jrho died: !??, " in err and "\x1b" not in err, "control characters reach the terminal:", err)


@test
def faults_are_told_with_what_is_at_the_address_and_whose_they_are(d):
    def told(address, cause=1, board=b"virt", domains=1, domain=1, name=b"", before=b"", after=b""):
        hello = struct.pack("<HBBIQQII16s16sBBH", 2, 1, 0, 1 << 20, 0, 0, 1, 0, board, b"life", 0, domains, 0)
        fault = struct.pack("<QQQQQBBBB", 0x1000003, 0x92000046, address, 0x4321, 0x9000, cause, len(name), domain, 0) + name + b"it died"
        frames = [(wire.HELLO, hello), (wire.TEXT, bytes(4) + before), (wire.FAULT, fault), (wire.TEXT, bytes(4) + after)]
        return view(d("r.petri", b"".join(wire.frame(kind, n, p) for n, (kind, p) in enumerate(frames))), "--headless")[2]

    for board, address, region in (
            (b"virt", 0xffff, ", null"), (b"virt", 0x10000, ""), (b"virt", 0x8000000, ", devices"), (b"virt", 0x9000000, ", devices"),
            (b"virt", 0xa004000, ""), (b"virt", 0x3fffffff, ""), (b"virt", 0x40000000, ", the kernel's memory"), (b"virt", 0x80000000, ""),
            (b"rpi3", 0x10000, ", the kernel's memory"), (b"rpi3", 0x3f201000, ", devices"), (b"rpi3", 0x40001000, ""),
            (b"virt", 0x800000000, ", the kernel's memory"), (b"virt", 0x1000000000, ", the app's image"), (b"virt", 0x1040000000, ""),
            (b"virt", 0x1080000000, ", the app's heap"), (b"virt", 0x1f80000000, ", memory shared by apps"),
            (b"rpi3", 0x2000000000, ", a thread's stack"), (b"virt", 0x4000000000, ", a private heap"), (b"virt", 0x8000000000, "")):
        err = told(address, board=board)
        check(f"petri-view: thread 0x1000003 died: it died, address {address:#x}{region} (0x4321).\n" in err, err)
    check("petri-view: app 2: rho died: it died, " in told(0, domains=2, domain=2, name=b"rho"), "one of several apps")
    check("petri-view: main died: it died: too bad? (0x4321).\n" in told(0, cause=10, name=b"main", before=b"abort: too bad\x07\n\n"), "an abort")
    check("too bad" not in told(0, before=b"abort: too bad\n").split("died:")[1], "an abort's words with another fault")
    err = told(0, before=b"half a ", after=b"line\nand the last")
    check("half a line\n" in err and "\nand the last\n" in err, "our words in the middle of the target's:", err)


@test
def wrong_usage_is_two(d):
    for args in (["--bogus"], ["--until"], ["--until", "-1"], ["--until", "1x"], ["--random", "2"], ["--rule", "B9/S23"],
                 ["--rule", "B3/S23:K9"], ["--rule", "B3/S23:T0,5"], ["--rule", "B3/S23:T5000"], ["--rule", "B03/S23"], ["--speed", "fast"],
                 ["--timeout", "0"], ["--baud", "9"], ["a", "b"], ["--tui", "--headless"], ["--load", "a", "--random", "0.5"],
                 ["--palette", "pink"], ["--font-scale", "99"], ["--icount", "tcp:a:1"], ["qemu:vax:x"], ["qemu:virt"], ["tcp:x"],
                 ["--kill", "1,2"], ["--kill", "1,2@"], ["--kill", "5000,1@1"], ["--kill", "1,2@3:null"], ["--wild", "1,2@3:moon"],
                 ["--wild", "1,2@3:0x"], ["--until", "5", "--kill", "1,1@6"], ["--wild", "1,1@5", "--until", "5"],
                 ["--mode", "fast"], ["--mode", "user", "tcp:a:1"],
                 ["--headless=1"], ["--seed", "x"], ["--quantum", "-1"], ["--cores", "0"], ["--cores", "5"], ["--cores=2", "unix:/x"], ["--no-stealing", "unix:/x"], [""]):
        code, out, err = view(*args)
        check(code == 2 and out == "" and err.startswith("petri-view: ") and err.count("\n") == 1, args, code, out, err)
    code, out, err = view("--help")
    check(code == 0 and "--until" in out and err == "")


@test
def what_cannot_be_opened_is_one(d):
    for args, word in ((["unix:/nowhere/x"], "cannot connect"), (["tcp:127.0.0.1:1"], "cannot connect"), (["/dev/ttyNOWHERE"], "cannot open"),
                       (["/dev/null"], "not a serial line"), ([d("none.petri")], "cannot open"), ([d("")], "folder"),
                       (["qemu:virt:/nowhere/kernel8.img"], "cannot read this image"), (["tcp:127.0.0.1:1", "--load", "/nowhere"], "cannot open"),
                       (["tcp:127.0.0.1:1", "--save", "/nowhere/x.rle"], "cannot write")):
        expect_failure(view(*args, "--headless", "--until", 1), word)


# ---- patterns and boards, by way of the boot script ----


@test
def patterns_lie_where_they_should(d):
    one = "x = 1, y = 1\no!"
    cases = [
        (one, ["--rule", "B3/S23:T9,9"], (9, 9), [(4, 4)]),
        (one, ["--rule", "B3/S23:T8,6"], (8, 6), [(3, 2)]),
        (one, [], (64, 64), [(31, 31)]),
        ("#CXRLE Pos=0,0\n" + one, ["--rule", "B3/S23:T9,8"], (9, 8), [(4, 4)]),
        ("#CXRLE Pos=-4,-4\n" + one, ["--rule", "B3/S23:T9,8"], (9, 8), [(0, 0)]),
        ("#CXRLE Gen=7 Pos=4,3\n" + one, ["--rule", "B3/S23:P9,8"], (9, 8), [(8, 7)]),
        ("x = 3, y = 2\no$2bo!", ["--rule", "B3/S23:T3,2"], (3, 2), [(0, 0), (2, 1)]),
        ("#CXRLE Pos=5,5\nx = 3, y = 2\no$2bo!", ["--rule", "B3/S23:T3,2"], (3, 2), [(0, 0), (2, 1)]),
        ("x = 3, y = 2, rule = B3/S23:T5,4\no$2bo!", [], (5, 4), [(1, 1), (3, 2)]),
        ("x=2,y=1,rule=b3s23:p4\r\n2A$!ignored x", [], (4, 4), [(1, 1), (2, 1)]),
        ("x = 100, y = 3\n99bo!", [], (128, 64), [(113, 30)]),
        ("#CXRLE Pos=-100,2\n" + one, [], (256, 64), [(28, 34)]),
        ("x = 0, y = 0, rule = Life:T7\n!", [], (7, 7), []),
        ("#N x\n#C y\n\nx = 4, y = 3\n\n2.\n2A\n2$\n#C inside\no$$$$!", ["--rule", "B3/S23:T4,3"], (4, 3), [(2, 0), (3, 0), (0, 2)]),
    ]
    for text, args, size, cells in cases:
        setup, rows, generation = board_of(d, "--load", d("p.rle", text), *args)
        check(setup[:2] == size, text, setup)
        check(places(rows) == cells, text, args, places(rows))
        check(generation == (7 if "Gen=7" in text else 0))


@test
def the_rule_comes_from_the_option_or_the_file(d):
    life, high = (1 << 3, 1 << 2 | 1 << 3), (1 << 3 | 1 << 6, 1 << 2 | 1 << 3)
    for header, args, want in (("", [], (64, 64, 0, *life)), (", rule = B36/S23", [], (64, 64, 0, *high)),
                               (", rule = 23/36:P5,6", [], (5, 6, 1, *high)), (", rule = B36/S23:P5,6", ["--rule", "B3/S23"], (5, 6, 1, *life)),
                               (", rule = B36/S23:P5,6", ["--rule", "B3/S23:T7,8"], (7, 8, 0, *life)),
                               (", rule = S23/B36:T9", [], (9, 9, 0, *high)), (", rule = Conway's Life", [], (64, 64, 0, *life))):
        setup, _, _ = board_of(d, "--load", d("p.rle", "x = 1, y = 1%s\no!" % header), *args)
        check(setup[:3] + setup[4:] == want, header, args, setup)


@test
def malformed_files_are_refused_with_file_line_and_reason(d):
    cases = {
        "": ":1: the file ends without a header", "bo$!": ":1: a header like", "x = 3\nbo!": ":1: ',' is missing",
        "x = 3, y = z\n!": ":1: y in the header is not a number", "x = -3, y = 3\n!": ":1: x in the header is not a number",
        "x = 3, y = 3, z = 3\n!": ":1: the header goes on", "x = 3, y = 3, rule = B9/S\n!": ":1: 'B9/S", "x = 3, y = 3, rule = B3/S23:K9,9\n!": "topology",
        "x = 9999, y = 3\n!": ":1: x = 9999 is more", "#C a\nx = 3, y = 3\nbo": ":3: the pattern is cut off",
        "x = 3, y = 3\n4o!": ":2: row 1 has more cells", "x = 3, y = 3\n3o$\n3o$\n3o$\no!": ":5: row 4: the header says y = 3",
        "x = 3, y = 3\n03o!": ":2: a count must not begin with 0", "x = 3, y = 3\n0o!": "begin with 0", "x = 3, y = 3\n3 o!": ":2: a count must be followed",
        "x = 3, y = 3\n3\no!": ":2: a count must be followed", "x = 3, y = 3\n3!": "a count must be followed", "x = 3, y = 3\nbxo!": ":2: 'x' is not a tag",
        "x = 3, y = 3\nb\x01!": ":2: a byte 0x01", "x = 3, y = 3\n99999999999999999999o!": "too large",
        "#CXRLE Pos=a,b\nx = 3, y = 3\n!": ":1: Pos= wants", "#CXRLE Gen=-1\nx = 3, y = 3\n!": ":1: Gen= wants",
        "#CXRLE Pos=9,9\nx = 3, y = 3, rule = B3/S23:T5,5\n!": "does not fit", "x = 9, y = 3, rule = B3/S23:T5,5\n!": "does not fit on a board of 5 x 5",
        "x = 3, y = 3, rule = B03/S23\nooo!": "B0",
    }
    for text, words in cases.items():
        for args in (["--boot-script", d("b")], ["--headless", "--until", 3]):
            expect_failure(view("unix:/nowhere", "--load", d("bad.rle", text), *args), "bad.rle", words)
    expect_failure(view("--load", d("bad.rle", b"x = 3, y = 3\nb\0o!"), "--boot-script", d("b")), "byte 0x00")
    expect_failure(view("--load", d("bad.rle", b"\0\xff\x80"), "--boot-script", d("b")), "bad.rle:1:")


@test
def what_is_saved_can_be_loaded(d):
    for rule in ("B3/S23:T1,1", "B3/S23:P200,3", "B36/S125:T33,77"):
        with Target(d, where="unix:" + d(rule.replace("/", "").replace(":", "").replace(",", "-"))) as t:
            code, _, err = view(t.address, "--headless", "--random", 0.5, "--rule", rule, "--until", 0, "--save", d("o.rle"))
        check(code == 0, err)
        w, h, rows, head = load(d("o.rle"))
        check(all(len(line) <= 70 for line in d.read("o.rle").splitlines()), "a long line")
        check(board_of(d, "--load", d("o.rle"))[1] == rows)


@test
def shipped_patterns_do_what_they_are_known_for(d):
    def period(life):
        start, n = life.cells, 0
        while True:
            n += 1
            if life.step().cells == start:
                return n
    check(period(reference("pulsar", 32, 32)) == 3)
    check(period(reference("pentadecathlon", 32, 32)) == 15)
    check(period(reference("glider", 32, 32)) == 4 * 32)
    check(period(reference("lwss", 64, 32)) == 128)
    gun = reference("gosper-gun", 64, 64, False)
    check([(gun.population(), gun.run(30))[0] for _ in range(5)] == [36, 41, 46, 51, 56])
    diehard = reference("diehard", 64, 64, generations=129)
    check(diehard.population() > 0 and diehard.step().population() == 0)
    check(reference("r-pentomino", 600, 600, False, 1103).population() == 116)
    check(places(load(os.path.join(PATTERNS, "acorn.rle"))[2]) == [(1, 0), (3, 1), (0, 2), (1, 2), (4, 2), (5, 2), (6, 2)])
    for name in sorted(os.listdir(PATTERNS)):
        path = os.path.join(PATTERNS, name)
        with open(path) as f:
            text = f.read()
        check(text.startswith("#N ") and "\n#C " in text, name, "has no name or comment")
        _, rows, _ = board_of(d, "--load", path)
        check(sum(map(sum, rows)) == sum(map(sum, load(path)[2])), name)


# ---- the boot script and QEMU ----


@test
def the_boot_script_holds_the_whole_run(d):
    view("--load", GUN, "--until", 120, "--seed", 7, "--quantum", 0.2, "--speed", 30, "--boot-script", d("a"))
    script = items(d.read("a"))
    check([k for k, _ in script] == [wire.CMD_BOOT, wire.SETUP, wire.CELLS, wire.SPEED, wire.UNTIL], script)
    check(script[0][1] == struct.pack("<IQQ", 0, 7, 200), script[0])
    check(script[3][1] == struct.pack("<I", 30000) and script[4][1] == struct.pack("<QB", 120, 0), script[3:])
    view("qemu:rpi3:x", "--load", GUN, "--mode", "kernel", "--kill", "3,4@5", "--wild", "6,7@8:kernel", "--wild", "1,2@9",
         "--until", 10, "--boot-script", d("a"))
    script = items(d.read("a"))
    check([k for k, _ in script] == [wire.CMD_BOOT, wire.CMD_APP, wire.SETUP, wire.CELLS, wire.KILL_CELL, wire.WILD, wire.WILD, wire.SPEED,
                                     wire.UNTIL], script)
    check(script[1][1] == bytes([0, 2, 0, 0]) and script[4][1] == struct.pack("<HHQ", 3, 4, 5), script)
    check(script[5][1] == struct.pack("<HHQQ", 6, 7, 0x80000, 8) and script[6][1] == struct.pack("<HHQQ", 1, 2, 0, 9), script)
    view("--load", GUN, "--icount", "--until", 5, "--headless", "--boot-script", d("a"))
    script = items(d.read("a"))
    check(script[0][1] == struct.pack("<IQQ", 3, 0, 0) and script[-1] == (wire.UNTIL, struct.pack("<QB", 5, 1)), script)
    view("--load", GUN, "--cores", 3, "--no-stealing", "--boot-script", d("a"))
    check([items(d.read("a"))[i] for i in (0, -1)] == [(wire.CMD_BOOT, struct.pack("<IQQ", 3 << 8 | 8, 0, 0)), (wire.RUN, b"")])


@test
def our_own_qemu_runs_and_goes(d):
    for extra in ([], ["--icount"]):
        code, out, err = fake_qemu(d, "--headless", "--load", GUN, "--until", 12, "--save", d("o.rle"), "--record", d("r"), *extra)
        check(code == 0 and LINE.match(out), extra, code, err)
        expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False, 12), "-32,-32", 12, "B3/S23:P64,64")
        check(not leftovers(d), leftovers(d))
        kinds = [f[0] for f in wire.frames(d.read("r"))]
        check(kinds[0] == wire.HELLO and kinds[-2:] == [wire.STATS, wire.END], kinds)
        check(d.read("r").endswith(b"\0") and "bytes per thread: 919\n" in err, err)


@test
def a_qemu_that_fails_is_told_apart(d):
    expect_failure(fake_qemu(d, "--headless", "--until", 9, mode="die"), "QEMU ended with code 1", "I cannot go on")
    expect_failure(fake_qemu(d, "--headless", "--until", 9000, mode="abort"), "code 134", "not RAM")
    expect_failure(fake_qemu(d, "--headless", "--until", 9, mode="code7"), "QEMU ended with code 7")
    image = d("kernel8.img", b"")
    expect_failure(view("qemu:rpi3:" + image, "--headless", env={"PATH": "/nowhere"}), "qemu-system-aarch64 is not installed", "qemu-system-arm")
    check(not leftovers(d), leftovers(d))


@test
def qemu_never_outlives_the_viewer(d):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
        image, pid_file = d("kernel8.img", b"image"), d("pid")
        if os.path.exists(pid_file):
            os.unlink(pid_file)
        p = subprocess.Popen([VIEW, "qemu:virt:" + image, "--qemu", "%s %s" % (sys.executable, os.path.join(HERE, "fake_qemu.py")), "--headless",
                              "--until", "1000000", "--load", GUN], env={**os.environ, "PID_FILE": pid_file, "TMPDIR": d.temporary.name},
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            time.sleep(0.05)
            if os.path.exists(pid_file) and open(pid_file).read():
                break
        pid, folder = open(pid_file).read().split()
        time.sleep(0.6)
        check(alive(int(pid)), "the stand-in for QEMU does not run")
        p.send_signal(number)
        code = p.wait(10)
        check(code == (1 if number != signal.SIGKILL else -9), number, code)
        for _ in range(40):
            if not alive(int(pid)):
                break
            time.sleep(0.05)
        check(not alive(int(pid)), "QEMU lives on after", number)
        check(not os.path.exists(folder), "the folder is left after", number)


# ---- recordings ----


def record(d, *args):
    with Target(d, "text") as t:
        code, out, err = view(t.address, "--headless", "--load", GUN, "--until", 50, "--save", d("live.rle"), "--record", d("r.petri"), *args)
    check(code == 0, err)
    return out


@test
def a_recording_replays_to_the_same_board(d):
    record(d)
    code, out, err = view(d("r.petri"), "--headless", "--save", d("o.rle"))
    check(code == 0 and out.startswith("generation 50 "), out, err)
    check(d.read("o.rle") == d.read("live.rle"))
    code, out, err = view(d("r.petri"), "--headless", "--until", 20, "--save", d("o.rle"), "--screenshot", d("o.png"))
    check(code == 0 and out.startswith("generation 20 "), out, err)
    expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False, 20), "-32,-32", 20, "B3/S23:P64,64")
    expect_failure(view(d("r.petri"), "--headless", "--until", 51, "--save", d("p.rle")), "ends at generation 50")
    check(not os.path.exists(d("p.rle")))


@test
def damaged_recordings_are_no_success_and_no_crash(d):
    record(d)
    data = d.read("r.petri")
    r = random.Random(3)
    for n in range(40):
        bad = bytearray(data)
        for _ in range(r.randrange(1, 40)):
            bad[r.randrange(len(bad))] = r.randrange(256)
        bad = bad[:r.randrange(len(bad))] if n % 2 else bad
        code, out, err = view(d("bad", bytes(bad)), "--headless", "--until", 50, "--save", d("bad.rle"))
        check(code in (0, 1), code, err)
        if code == 0:
            check(d.read("bad.rle") == d.read("live.rle"), "a damaged recording gave another board")
    expect_failure(view(d("empty", b""), "--headless", "--save", d("x")), "not a recording")
    expect_failure(view(d("noise", bytes(r.randrange(256) for _ in range(200000))), "--headless"), "not complete")


@test
def frames_with_any_content_do_no_harm(d):
    r = random.Random(4)
    kinds = [wire.HELLO, wire.ACK, wire.STATS, wire.FAULT, wire.CONFIG, wire.BAND, wire.GENERATION, wire.DEAD, wire.TEXT, wire.EXIT, 0x24, 0x7f, 0xff]
    size = {wire.HELLO: 68, wire.ACK: 6, wire.STATS: 208, 0x24: 40, wire.FAULT: 44, wire.CONFIG: 28, wire.BAND: 28, wire.GENERATION: 40, wire.DEAD: 10}
    for _ in range(6):
        data = b""
        for seq in range(3000):
            kind = r.choice(kinds)
            n = size.get(kind, 8) + r.choice([0, 0, 0, -1, 1, 7, 100])
            payload = bytearray(r.randrange(256) if r.random() < 0.3 else r.randrange(3) for _ in range(max(0, n)))
            if kind in (wire.CONFIG, wire.BAND, wire.GENERATION, wire.DEAD):
                payload[:4] = struct.pack("<I", r.randrange(2))  # often the right epoch
            if kind == wire.CONFIG and len(payload) > 8:
                payload[4:8] = struct.pack("<HH", r.choice([1, 8, 9, 300]), r.choice([0, 1, 5, 200]))
            data += wire.frame(kind, seq if r.random() < 0.9 else r.getrandbits(32), bytes(payload))
        code, _, err = view(d("any", data), "--headless", "--save", d("x.rle"), timeout=120)
        check(code in (0, 1), code, err[-2000:])


@test
def the_picture_shows_the_cells(d):
    with Target(d) as t:
        path = d("p.rle", "x = 4, y = 4, rule = B3/S23:T8,8\noo$oo!")
        code, _, err = view(t.address, "--headless", "--load", path, "--until", 30, "--screenshot", d("o.png"))
    check(code == 0, err)
    width, height, pixels = read_png(d.read("o.png"))
    check((width, height) == (128, 128), width, height)
    for y in range(8):
        for x in range(8):
            r, g, b = pixels(x * 16 + 8, y * 16 + 8)
            alive = 2 <= x <= 3 and 2 <= y <= 3
            check((b > 100 and b > g) if alive else (r, g, b) == (0x0b, 0x0d, 0x12), x, y, (r, g, b))
            check(pixels(x * 16 + 15, y * 16 + 15) == (0x0b, 0x0d, 0x12), "no gap")


# ---- the terminal ----


@test
def the_terminal_plays_steps_and_quits(d):
    with Target(d) as t:
        p = Terminal(t.address, "--load", GUN, "--save", d("o.rle"))  # no --tui: a terminal and no display choose it
        p.until(b"running")
        check("\u2580".encode() in p.output, "no half blocks")
        p.key(b" ")
        p.until(b"paused")
        generation = int(re.findall(rb"gen (\d+)", p.output)[-1])
        p.key(b"s")
        p.until(b"gen %d " % (generation + 1))
        p.key(b"+")
        p.until(b"wanted 60")
        p.key(b"-")
        p.until(b"wanted 30")
        p.key(b"\x1b[A\x1bOB\x1b[1;5C")
        p.resize(4, 10)
        p.until(b"too small")
        p.resize(24, 80)
        p.until(b"space play")
        p.key(b"r")
        p.until(b"gen 0 ")
        p.key(b"q")
        check(p.close() == 0)
    expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False), "-32,-32", 0, "B3/S23:P64,64")


@test
def a_step_whose_answer_is_lost_is_not_made_twice(d):
    with Target(d, "lose-acks") as t:
        p = Terminal(t.address, "--tui", "--load", GUN)
        p.until(b"running", 30)
        p.key(b" ")
        p.until(b"paused")
        p.read(3)
        generation = int(re.findall(rb"gen (\d+)", p.output)[-1])
        for _ in range(4):
            p.key(b"s")
            p.read(2.5)
        check(int(re.findall(rb"gen (\d+)", p.output)[-1]) == generation + 4, generation, p.output[-300:])
        p.key(b"q")
        check(p.close() == 0)


@test
def the_terminal_ends_with_until_signals_and_lost_targets(d):
    with Target(d, where="unix:" + d("a")) as t:
        p = Terminal(t.address, "--tui", "--load", GUN, "--until", 15, "--speed", "max", "--save", d("o.rle"))
        check(p.close() == 0)
        expect_saved(d("o.rle"), reference("gosper-gun", 64, 64, False, 15), "-32,-32", 15, "B3/S23:P64,64")
    for number in (signal.SIGTERM, signal.SIGINT):
        with Target(d, where="unix:" + d("b%d" % number)) as t:
            p = Terminal(t.address, "--tui", "--load", GUN)
            p.until(b"running")
            p.process.send_signal(number)
            check(p.close() == 1)
    with Target(d, "close", where="unix:" + d("c")) as t:
        p = Terminal(t.address, "--tui", "--load", GUN)
        p.until(b"LOST")
        p.key(b"q")
        check(p.close() == 1)
        tail = p.output.split(b"\x1b[?1049l")[-1]
        check(b"made of Python" in tail and b"closed the connection" in tail, tail)
    code, _, err = view("--tui", d("r", b""))
    check(code == 1 and "needs a terminal" in err, code, err)


@test
def the_terminal_replays_at_a_pace(d):
    record(d)
    p = Terminal(d("r.petri"), "--tui", "--speed", 20)
    p.until(b"gen 10 ")
    p.key(b" ")
    p.until(b"paused")
    generation = int(re.findall(rb"gen (\d+)", p.output)[-1])
    check(generation < 50, "the recording was not paced")
    p.key(b"s")
    p.until(b"gen %d " % (generation + 1))
    p.key(b"r")
    p.until(b"gen 0 ")
    p.key(b" ")
    p.until(b"end of the recording  gen 50 ")
    p.key(b"q")
    check(p.close() == 0)


if __name__ == "__main__":
    main()
