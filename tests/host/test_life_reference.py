#!/usr/bin/env python3
"""The reference is judged itself: against counting by coordinates, and against facts that everybody can look up."""

import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]

import life_reference as life
from tap import equal, main, test

GLIDER = "x = 3, y = 3\nbob$2bo$3o!\n"
DIEHARD = "x = 8, y = 3\n6bob$2o6b$bo3b3o!\n"
GUN = ("x = 36, y = 9\n24bo11b$22bobo11b$12b2o6b2o12b2o$11bo3bo4b2o12b2o$2o8bo5bo3b2o14b$\n"
       "2o8bo3bob2o4bobo11b$10bo5bo7bo11b$11bo3bo20b$12b2o!\n")
B3S23 = life.parse_rule("B3/S23")


def board_of(rle, rule):
    return life.parse_rle(rle).on_board(life.parse_rule(rule))


def naive_step(cells, w, h, topology, birth, survive, dead):
    """By the book: a dictionary of coordinates, eight looks for each."""
    def alive(x, y):
        if topology == "T":
            return cells[x % w, y % h]
        return cells.get((x, y), 0)

    after = {}
    for x, y in cells:
        n = sum(alive(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
        mask = survive if cells[x, y] else birth
        after[x, y] = mask >> n & 1 if (x, y) not in dead else 0
    return after


@test("reference: equals counting by coordinates on 400 boards, all sizes, rules, topologies, dead cells")
def against_naive():
    dice = random.Random(5)
    for case in range(400):
        w, h = dice.choice([1, 1, 2, 2, 3, 4, 5, 9, 13]), dice.choice([1, 1, 2, 2, 3, 4, 7, 11])
        topology = dice.choice("TP")
        rule = life.Rule(dice.randrange(512), dice.randrange(512), topology)
        board = life.soup(w, h, 0.4, case, rule)
        cells = {(x, y): board.get(x, y) for x in range(w) for y in range(h)}
        dead = {(dice.randrange(w), dice.randrange(h)) for _ in range(dice.choice([0, 0, 1, 3]))}
        for x, y in dead:
            board.kill(x, y)
            cells[x, y] = 0
        for _ in range(6):
            equal([board.get(x, y) for x, y in cells], list(cells.values()), f"{rule} {w}x{h} case {case}")
            cells = naive_step(cells, w, h, topology, rule.birth, rule.survive, dead)
            board.step()


@test("reference: diehard is empty at 130 and not before")
def diehard():
    board = board_of(DIEHARD, "B3/S23:P40,40")
    life.run(board, 129, [])
    assert board.population() > 0
    life.run(board, 130, [])
    equal(board.population(), 0)


@test("reference: a glider on an n x n torus is back after 4n generations")
def glider_on_torus():
    for n in (5, 8, 17):
        board = board_of(GLIDER, f"B3/S23:T{n},{n}")
        start = board.bits
        life.run(board, 4 * n - 4, [])
        assert board.bits != start
        life.run(board, 4 * n, [])
        equal(board.bits, start)


@test("reference: a glider into a dead edge becomes a block")
def glider_on_plane():
    board = board_of(GLIDER, "B3/S23:P20,20")
    life.run(board, 200, [])
    cells = [(x, y) for y, row in enumerate(board.rows()) for x, c in enumerate(row) if c == "O"]
    equal(len(cells), 4)
    (x, y) = cells[0]
    equal(cells, [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)])


@test("reference: the Gosper gun gains a glider every 30 generations")
def gosper():
    board = board_of(GUN, "B3/S23:P200,200")
    equal(board.population(), 36)
    for generation in range(30, 180, 30):
        life.run(board, generation, [])
        equal(board.population(), 36 + 5 * generation // 30)


@test("reference: a cell killed stays dead from its generation on")
def kills():
    free, held = (board_of("x = 3, y = 1\n3o!", "B3/S23:T9,9") for _ in range(2))
    life.run(free, 3, [])
    life.run(held, 3, [(4, 3, 3)])
    equal(held.bits, free.bits & ~(1 << 3 * 9 + 4))
    life.run(held, 30, [(4, 3, 3)])
    equal(held.get(4, 3), 0)


@test("reference: what is written is read back")
def round_trip():
    dice = random.Random(6)
    for case in range(200):
        w, h = dice.randrange(1, 90), dice.randrange(1, 60)
        board = life.soup(w, h, dice.choice([0, 0.05, 0.5, 1]), case, life.Rule(dice.randrange(512), dice.randrange(512), "TP"[case % 2]))
        board.generation = dice.randrange(10 ** 12)
        text = life.write_rle(board)
        assert all(len(line) <= 70 for line in text.split("\n")[2:])
        equal(life.difference(life.parse_rle(text).on_board(), board), None)


@test("reference: where a pattern lies")
def placing():
    corner = lambda board: next((r.index("O"), y) for y, r in enumerate(board.rows()) if "O" in r)
    equal(corner(board_of("x = 2, y = 1\n2o!", "B3/S23:T10,9")), (4, 4))
    equal(corner(board_of("#CXRLE Pos=-5,-4\nx = 2, y = 1\n2o!", "B3/S23:T10,9")), (0, 0))
    equal(corner(board_of("#CXRLE Pos=3,4 Gen=5\nx = 2, y = 1\n2o!", "B3/S23:T10,9")), (8, 8))
    equal(life.parse_rle("#CXRLE Pos=1,1 Gen=5\nx=2,y=1,rule=B36/S:P7,5\n2o!").on_board().generation, 5)
    equal(str(life.parse_rle("x=2,y=1,rule=s23b36:p7,5\n2o!").on_board().rule), "B36/S23:P7,5")
    equal(str(board_of("x=2,y=1,rule=23/36:P7,5\n2o!", "B1/S").rule), "B1/S:P7,5")


@test("reference: malformed files are refused with their line")
def malformed():
    cases = {"": "no header", "bob$": ":1:", "x = 3\nbo!": ":1:", "x = 3, y = 3\nbo": ":2: the pattern is cut", "x = 3, y = 3\n\n03o!": ":3:",
             "x = 3, y = 3\n3 o!": ":2:", "x = 3, y = 3\nbx!": ":2:", "x = 3, y = 3\n4o!": ":2:", "x = 3, y = 1\n$\no!": ":3:",
             "x = 3, y = 3, rule = B9/S\no!": "rule", "x = 3, y = 3, rule = B3/S23:K4,4\no!": "topology"}
    for text, reason in cases.items():
        try:
            life.parse_rle(text, "f")
        except life.Malformed as error:
            assert reason in str(error), (text, error)
        else:
            raise AssertionError(f"{text!r} was taken")


def call(*args):
    done = subprocess.run([sys.executable, os.path.join(HERE, "..", "life_reference.py"), *args], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@test("reference: its command line, files and exit codes")
def command_line():
    with tempfile.TemporaryDirectory() as folder:
        a, b, c = (os.path.join(folder, n) for n in "abc")
        equal(call("--random", "20", "10", "0.3", "9", "--rule", "B36/S23:P", "--save", a)[0], 0)
        equal(call("--random", "20", "10", "0.3", "9", "--rule", "B36/S23:P", "--until", "4", "--save", b)[0], 0)
        equal(call(a, "--until", "4", "--save", c), (0, f"generation 4 population {life.read_pattern(b).on_board().population()}\n"))
        equal(call("compare", b, c), (0, ""))
        code, words = call("compare", a, b)
        assert code == 1 and "differ" in words, words
        equal(call(a, "--until", "4", "--kill", "0,0@0", "--rule", "B012345678/S012345678", "--save", c)[0], 0)
        equal(life.read_pattern(c).on_board().population(), 199)
        equal(call(b, "--until", "3")[0], 2)
        equal(call("compare", a, os.path.join(folder, "none"))[0], 2)
        equal(call(a, "--kill", "20,0@1")[0], 2)
        equal(call()[0], 2)


main()
