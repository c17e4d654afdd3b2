#!/usr/bin/env python3
"""An independent, serial Game of Life, to judge Petri's boards by.

    life_reference.py [FILE.rle | --random W H DENSITY SEED] [--rule B3/S23:T64,64] [--until GEN]
                      [--kill X,Y@GEN]... [--save OUT.rle]
    life_reference.py compare A.rle B.rle

Reads extended RLE (rules with Golly's :T and :P suffix, #CXRLE Pos and Gen), steps the board to generation GEN (counted as
in the file: from its Gen, or 0) and writes it as extended RLE to OUT.rle or stdout; generation and population go to stderr.
--kill holds cell X,Y (0,0 is the top left one) dead from generation GEN on. `compare` ends with 0 when both files hold the same
board, 1 with a line that tells the first difference when not, 2 when a file cannot be read.

A whole board is one integer, a bit per cell; neighbours are counted for all cells at once with adders made of and, or, xor.
Importable: Board, parse_rle, parse_rule, write_rle.
"""

import argparse
import random
import re
import sys


class Malformed(Exception):
    pass


class Rule:
    """B/S masks; topology 'T', 'P' or None; width and height, or 0."""

    def __init__(self, birth, survive, topology=None, width=0, height=0):
        self.birth, self.survive = birth, survive
        self.topology, self.width, self.height = topology, width, height

    def masks(self):
        return self.birth, self.survive

    def __str__(self):
        digits = lambda mask: "".join(str(n) for n in range(9) if mask >> n & 1)
        text = f"B{digits(self.birth)}/S{digits(self.survive)}"
        return text + (f":{self.topology}{self.width},{self.height}" if self.width else "")


def parse_rule(text):
    text = text.strip()
    main, colon, suffix = text.partition(":")
    bits = lambda digits: sum(1 << n for n in set(int(d) for d in digits))
    letters = re.fullmatch(r"[Bb]([0-8]*)/?[Ss]([0-8]*)", main)
    swapped = re.fullmatch(r"[Ss]([0-8]*)/?[Bb]([0-8]*)", main)
    numbers = re.fullmatch(r"([0-8]*)/([0-8]*)", main)
    if main.lower() in ("life", "conway's life"):
        rule = Rule(bits("3"), bits("23"))
    elif letters:
        rule = Rule(bits(letters[1]), bits(letters[2]))
    elif swapped or numbers:
        found = swapped or numbers
        rule = Rule(bits(found[2]), bits(found[1]))
    else:
        raise Malformed(f"{text!r} is not a rule")
    if colon:
        found = re.fullmatch(r"([TPtp])(?:([0-9]+)(?:,([0-9]+))?)?", suffix)
        if not found:
            raise Malformed(f"{text!r}: the topology must look like :T64,64 or :P64,64")
        rule.topology = found[1].upper()
        rule.width = int(found[2] or 0)
        rule.height = int(found[3] or found[2] or 0)
    return rule


class Board:
    """width x height cells; bit y * width + x of `bits` is cell x,y."""

    def __init__(self, width, height, rule, bits=0, generation=0):
        if width < 1 or height < 1:
            raise Malformed(f"a board of {width} x {height} cells is none")
        self.width, self.height, self.bits, self.generation = width, height, bits, generation
        self.rule = Rule(rule.birth, rule.survive, rule.topology or "T", width, height)
        self.dead = 0  # cells held dead
        self.all = (1 << width * height) - 1
        self.left_column = sum(1 << y * width for y in range(height))
        self.right_column = self.left_column << width - 1

    def get(self, x, y):
        return self.bits >> y * self.width + x & 1

    def kill(self, x, y):
        """Cell x,y is dead from now on."""
        self.dead |= 1 << y * self.width + x
        self.bits &= ~self.dead

    def population(self):
        return bin(self.bits).count("1")

    def rows(self):
        text = format(self.bits, f"0{self.width * self.height}b")[::-1].translate({48: ".", 49: "O"})
        return [text[y * self.width:(y + 1) * self.width] for y in range(self.height)]

    def _sideways(self, b):
        """What stands to the west and to the east of each cell."""
        w = self.width
        west, east = b << 1 & self.all & ~self.left_column, b >> 1 & ~self.right_column
        if self.rule.topology == "T":
            west |= b >> w - 1 & self.left_column
            east |= b << w - 1 & self.right_column
        return west, east

    def _rows_around(self, b):
        """What stands to the north and to the south of each cell."""
        w, rest = self.width, self.width * (self.height - 1)
        north, south = b << w & self.all, b >> w
        if self.rule.topology == "T":
            north |= b >> rest
            south |= b << rest & self.all
        return north, south

    def _neighbours(self):
        """Four bit planes, low first: the number of neighbours of each cell, 0 to 8."""
        b = self.bits
        west, east = self._sideways(b)
        pair0, pair1 = west ^ east, west & east  # two cells: without the middle one
        row0, row1 = pair0 ^ b, pair1 | pair0 & b  # three cells of a row
        (n0, s0), (n1, s1) = self._rows_around(row0), self._rows_around(row1)
        ones = n0 ^ s0 ^ pair0
        carry = n0 & s0 | n0 & pair0 | s0 & pair0
        twos_a = n1 ^ s1 ^ pair1
        fours_a = n1 & s1 | n1 & pair1 | s1 & pair1
        twos, fours_b = twos_a ^ carry, twos_a & carry
        return ones, twos, fours_a ^ fours_b, fours_a & fours_b

    def step(self):
        planes = self._neighbours()
        inverse = [p ^ self.all for p in planes]
        birth = survive = 0
        for n in range(9):
            if not (self.rule.birth | self.rule.survive) >> n & 1:
                continue
            cells = self.all
            for k in range(4):
                cells &= planes[k] if n >> k & 1 else inverse[k]
            if self.rule.birth >> n & 1:
                birth |= cells
            if self.rule.survive >> n & 1:
                survive |= cells
        self.bits = (birth & ~self.bits | survive & self.bits) & ~self.dead
        self.generation += 1


class Pattern:
    """What a file says: cells as a set of (x, y), and the header."""

    def __init__(self, width, height, rule, pos, generation, cells):
        self.width, self.height, self.rule, self.pos = width, height, rule, pos
        self.generation, self.cells = generation, cells

    def on_board(self, rule=None):
        """The rule given wins; what it leaves open is the file's."""
        mine = self.rule or Rule(8, 12)
        rule = rule or mine
        sized = rule if rule.width else mine
        width, height = sized.width, sized.height
        if not width:
            raise Malformed("nobody says how large the board is: give --rule with :T64,64 or :P64,64")
        topology = rule.topology or mine.topology or "T"
        board = Board(width, height, Rule(rule.birth, rule.survive, topology), 0, self.generation or 0)
        if (self.width, self.height) == (width, height):
            left, top = 0, 0
        elif self.pos:
            left, top = self.pos[0] + width // 2, self.pos[1] + height // 2
        else:
            left, top = (width - self.width) // 2, (height - self.height) // 2
        if left < 0 or top < 0 or left + self.width > width or top + self.height > height:
            raise Malformed(f"a pattern of {self.width} x {self.height} at {left},{top} does not fit on {width} x {height}")
        for x, y in self.cells:
            board.bits |= 1 << (top + y) * width + left + x
        return board


def _parse_body(text, name, first_line, width, height):
    cells, x, y, line, at = set(), 0, 0, first_line, 0
    token = re.compile(r"([0-9]*)([bo.A$])|(!)|(\s)")
    while True:
        found = token.match(text, at)
        if not found:
            what = "the pattern is cut off before '!'" if at >= len(text) else f"not understood: {text[at:at + 10]!r}"
            raise Malformed(f"{name}:{line}: {what}")
        at = found.end()
        count, tag, end, space = found.groups()
        if end:
            return cells
        if space:
            line += space == "\n"
            continue
        if count.startswith("0"):
            raise Malformed(f"{name}:{line}: a count that begins with 0")
        n = int(count or 1)
        if tag == "$":
            x, y = 0, y + n
            continue
        if x + n > width or y >= height:
            raise Malformed(f"{name}:{line}: cells outside of the header's {width} x {height}")
        if tag in "oA":
            cells.update((x + i, y) for i in range(n))
        x += n


def parse_rle(text, name="rle"):
    pos = generation = None
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("#CXRLE"):
            found = re.search(r"Pos=(-?\d+),(-?\d+)", line)
            pos = (int(found[1]), int(found[2])) if found else None
            found = re.search(r"Gen=(\d+)", line)
            generation = int(found[1]) if found else None
        if not line.strip() or line.startswith("#"):
            continue
        head = re.fullmatch(r"\s*x\s*=\s*(\d+)\s*,\s*y\s*=\s*(\d+)\s*(?:,\s*rule\s*=\s*(.*?))?\s*", line)
        if not head:
            raise Malformed(f"{name}:{number + 1}: not a header: {line[:40]!r}")
        width, height = int(head[1]), int(head[2])
        rule = parse_rule(head[3]) if head[3] else None
        cells = _parse_body("\n".join(lines[number + 1:]), name, number + 2, width, height)
        return Pattern(width, height, rule, pos, generation, cells)
    raise Malformed(f"{name}: no header")


def write_rle(board):
    out, line, owed = [], "", 0
    items = []
    for row in board.rows():
        for run in re.findall(r"O+|\.+(?=O)", row):
            if owed:
                items.append((owed, "$"))
            owed = 0
            items.append((len(run), "o" if run[0] == "O" else "b"))
        owed += 1
    for count, tag in items + [(1, "!")]:
        item = (str(count) if count > 1 else "") + tag
        if len(line) + len(item) > 70:
            out.append(line)
            line = ""
        line += item
    out.append(line)
    head = f"#CXRLE Pos={-(board.width // 2)},{-(board.height // 2)} Gen={board.generation}\n"
    return f"{head}x = {board.width}, y = {board.height}, rule = {board.rule}\n" + "\n".join(out) + "\n"


def read_pattern(path):
    with open(path, encoding="utf-8") as f:
        return parse_rle(f.read(), path)


def soup(width, height, density, seed, rule):
    board = Board(width, height, rule)
    dice = random.Random(seed)
    board.bits = sum((dice.random() < density) << i for i in range(width * height))
    return board


def run(board, until, kills):
    """Steps to generation `until`; kills: (x, y, generation)."""
    if until < board.generation:
        raise Malformed(f"generation {until} is past: the board is at {board.generation}")
    while True:
        for x, y, generation in kills:
            if generation <= board.generation:
                board.kill(x, y)
        if board.generation == until:
            return
        board.step()


def difference(a, b):
    """The first difference of two boards in words, or None."""
    if (a.width, a.height) != (b.width, b.height):
        return f"{a.width} x {a.height} cells and {b.width} x {b.height}"
    if str(a.rule) != str(b.rule):
        return f"rule {a.rule} and {b.rule}"
    wrong = a.bits ^ b.bits
    if wrong:
        y, x = divmod((wrong & -wrong).bit_length() - 1, a.width)
        return f"{bin(wrong).count('1')} cells, the first at {x},{y}: {'.O'[a.get(x, y)]} and {'.O'[b.get(x, y)]}"
    if a.generation != b.generation:
        return f"generation {a.generation} and {b.generation}"
    return None


def compare(args):
    options = argparse.ArgumentParser(prog="life_reference.py compare")
    options.add_argument("a")
    options.add_argument("b")
    options.add_argument("--rule", type=parse_rule, help="for files that do not say their size")
    args = options.parse_args(args)
    found = difference(*(read_pattern(path).on_board(args.rule) for path in (args.a, args.b)))
    if found:
        print(f"{args.a} and {args.b} differ: {found}")
    return 1 if found else 0


def parse_kill(text):
    found = re.fullmatch(r"(\d+),(\d+)@(\d+)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not X,Y@GEN")
    return tuple(int(n) for n in found.groups())


def simulate(args):
    options = argparse.ArgumentParser(prog="life_reference.py", description="see the head of the file; also: compare A B")
    options.add_argument("file", nargs="?")
    options.add_argument("--random", nargs=4, metavar=("W", "H", "DENSITY", "SEED"))
    options.add_argument("--rule", type=parse_rule)
    options.add_argument("--until", type=int, metavar="GEN")
    options.add_argument("--kill", type=parse_kill, action="append", default=[], metavar="X,Y@GEN")
    options.add_argument("--save", metavar="OUT.rle")
    args = options.parse_args(args)
    if (args.file is None) == (args.random is None):
        options.error("a file or --random is wanted")
    if args.random:
        width, height, density, seed = int(args.random[0]), int(args.random[1]), float(args.random[2]), int(args.random[3])
        board = soup(width, height, density, seed, args.rule or Rule(8, 12))
    else:
        board = read_pattern(args.file).on_board(args.rule)
    for x, y, _ in args.kill:
        if x >= board.width or y >= board.height:
            options.error(f"there is no cell {x},{y}")
    run(board, board.generation if args.until is None else args.until, args.kill)
    with open(args.save, "w", encoding="utf-8") if args.save else sys.stdout as out:
        out.write(write_rle(board))
    print(f"generation {board.generation} population {board.population()}", file=sys.stderr)
    return 0


def main(args):
    try:
        return compare(args[1:]) if args[:1] == ["compare"] else simulate(args)
    except (Malformed, OSError, UnicodeDecodeError, ValueError) as error:
        print(f"life_reference.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
