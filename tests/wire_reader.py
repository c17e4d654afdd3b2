#!/usr/bin/env python3
"""Reads a recording of Petri's stream. Written from docs/wire.md alone: it proves that the page suffices.

    wire_reader.py RECORDING [--quiet] [--board OUT.txt] [--generation N] [--verify]     one line per frame and text
    wire_reader.py RECORDING --console                                                   the console text, nothing else
    wire_reader.py --boot-script BLOB                                                    the commands of a boot script

--board writes the board that was shown last (with --generation: shown last at that generation) as rows of . and O.
--verify steps every shown board with the serial reference to the next one shown, and compares.
Ends with 0 if all is well; 1 if anything was damaged, lost, or contradicts itself (each with a line on stderr); 2 for wrong usage.
"""

import argparse
import codecs
import struct
import sys
import zlib

from wire_philosophers import Philosophers

RUN_MAX = 1044
PAYLOAD_MAX = 1024
TARGET_TYPES = {0x01: "HELLO", 0x02: "ACK", 0x03: "STATS", 0x04: "FAULT", 0x05: "END",
                0x06: "DEADLOCK", 0x07: "TEXT", 0x08: "EXIT", 0x20: "LIFE_CONFIG", 0x21: "LIFE_BAND", 0x22: "LIFE_GENERATION", 0x23: "LIFE_DEAD", 0x24: "LIFE_CORES",
                0x30: "PHIL_CONFIG", 0x31: "PHIL_BAND", 0x32: "PHIL_SAMPLE", 0x33: "PHIL_WAITS", 0x34: "PHIL_NAMES"}
COMMANDS = {0x80: "HELLO", 0x81: "KILL", 0x82: "BAUD", 0x83: "BOOT", 0x84: "APP", 0x90: "LIFE_SETUP", 0x91: "LIFE_CELLS", 0x92: "LIFE_EDIT",
            0x93: "LIFE_RUN", 0x94: "LIFE_PAUSE", 0x95: "LIFE_STEP", 0x96: "LIFE_UNTIL", 0x97: "LIFE_SPEED", 0x98: "LIFE_RESET",
            0x99: "LIFE_RULE", 0x9A: "LIFE_KILL", 0x9B: "LIFE_GENERATION", 0x9C: "LIFE_KEY", 0x9D: "LIFE_WHO", 0x9E: "LIFE_WILD", 0x9F: "LIFE_SYNC",
            0xA0: "PHIL_SETUP", 0xA1: "PHIL_RUN", 0xA2: "PHIL_PAUSE", 0xA3: "PHIL_STRATEGY", 0xA4: "PHIL_TIMES", 0xA5: "PHIL_FREEZE",
            0xA6: "PHIL_KILL", 0xA7: "PHIL_RESTART", 0xA8: "PHIL_PRIORITY", 0xA9: "PHIL_KEY", 0xAA: "PHIL_WILD"}
CAUSES = {1: "data abort", 2: "instruction abort", 3: "stack overflow (guard page)", 4: "stack overflow (compact stack)",
          5: "its stack was overrun by the neighbour", 6: "FP use without the attribute", 7: "undefined instruction",
          8: "alignment", 9: "other", 10: "assertion or abort", 11: "privileged instruction", 12: "breakpoint"}
MODES = ["user", "kernel"]
SPEAKERS = ["kernel", "stdout", "stderr"]
SYNCS = ("barrier", "neighbour", "channel")
RUN_STATES = ["paused", "running", "stepping", "until"]
CODINGS = ["raw", "zero runs", "index list"]


class Damage(Exception):
    """Something that a sound recording does not hold."""


# ---- section 1: runs and frames -----------------------------------------------------------------------------------------


def cobs_decode(run):
    packet, at = bytearray(), 0
    while at < len(run):
        code = run[at]
        block = run[at + 1:at + code]
        if len(block) != code - 1:
            raise Damage("a COBS block that goes over the end of its run")
        packet += block
        at += code
        if code != 255 and at < len(run):
            packet.append(0)
    return bytes(packet)


def decode_frame(run):
    """The bytes between two zeros, with 0xF5 in second place, as (type, number, payload)."""
    if len(run) > RUN_MAX:
        raise Damage(f"a run of {len(run)} bytes, longer than any frame")
    packet = cobs_decode(run)
    if len(packet) < 12 or packet[0] != 0xF5:
        raise Damage(f"a packet of {len(packet)} bytes that is none")
    kind, length, number = struct.unpack_from("<BHI", packet, 1)
    if length > PAYLOAD_MAX or len(packet) != 12 + length:
        raise Damage(f"a packet of {len(packet)} bytes that says it has {length} of payload")
    if zlib.crc32(packet[:-4]) != struct.unpack("<I", packet[-4:])[0]:
        raise Damage("a packet with a wrong CRC")
    return kind, number, packet[8:-4]


def runs(stream):
    """(offset, run, closed) of each run that is not empty."""
    offset = 0
    pieces = stream.split(b"\0")
    for k, run in enumerate(pieces):
        if run:
            yield offset, run, k < len(pieces) - 1
        offset += len(run) + 1


# ---- section 3: bands ---------------------------------------------------------------------------------------------------


def decode_zero_runs(data, size):
    band, at, i = bytearray(size), 0, 0
    while i < len(data):
        if i + 1 == len(data):
            raise Damage("zero runs that end in the middle of a pair")
        zeros, n = data[i], data[i + 1]
        literal = data[i + 2:i + 2 + n]
        if len(literal) != n:
            raise Damage("zero runs whose last bytes are missing")
        if at + zeros + n > size:
            raise Damage("zero runs that run over the end of the band")
        band[at + zeros:at + zeros + n] = literal
        at += zeros + n
        i += 2 + n
    return band


def decode_index_list(data, size):
    band, position, value, shift, open_number = bytearray(size), -1, 0, 0, False
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        open_number = byte >= 0x80
        if open_number:
            continue
        position += value + 1
        if position >= size * 8:
            raise Damage(f"an index list with position {position} in a band of {size * 8} bits")
        band[position // 8] |= 1 << position % 8
        value = shift = 0
    if open_number:
        raise Damage("an index list that ends in the middle of a number")
    return band


class Band:
    def __init__(self, rows, content, generation):
        self.rows, self.content, self.generation = rows, content, generation  # content: an integer, first bit lowest


class Dish:
    """What LIFE_CONFIG began: one epoch's board, band by band."""

    def __init__(self, config):
        self.config = config
        self.epoch, self.width, self.height = config["epoch"], config["width"], config["height"]
        self.row_bytes = (self.width + 7) // 8
        self.bands = {}  # by first row
        self.since_shown = []  # (generation, key) of the bands since the last LIFE_GENERATION
        self.dead = set()

    def _check_cut(self, row, rows):
        if rows < 1 or row + rows > self.height:
            raise Damage(f"a band of rows {row}..{row + rows - 1} on a board of {self.height}")
        for other, band in self.bands.items():
            if (other, band.rows) != (row, rows) and other < row + rows and row < other + band.rows:
                raise Damage(f"a band of {rows} rows at {row}, where one of {band.rows} at {other} was")
        heights = {b.rows for r, b in self.bands.items() if r + b.rows < self.height} | ({rows} if row + rows < self.height else set())
        if len(heights) > 1 or any(row % h for h in heights):
            raise Damage(f"bands of several heights: {sorted(heights | {rows})}, the last at {row}")

    def _check_spare_bits(self, content, rows):
        full = ((1 << self.width) - 1)
        for y in range(rows):
            if content >> y * self.row_bytes * 8 & (1 << self.row_bytes * 8) - 1 & ~full:
                raise Damage(f"spare bits that are not 0 in row {y} of the band")

    def band(self, generation, base, row, rows, coding, key, data):
        """Takes one band in. False if it is a delta that cannot be applied."""
        self._check_cut(row, rows)
        content = int.from_bytes(decode_band(coding, data, rows * self.row_bytes), "little")
        before = self.bands.get(row)
        if not key and (before is None or before.generation != base):
            return False
        if not key and coding != 0:
            content ^= before.content
        self._check_spare_bits(content, rows)
        self.bands[row] = Band(rows, content, generation)
        self.since_shown.append((generation, key))
        return True

    def complete(self):
        return sum(band.rows for band in self.bands.values()) == self.height

    def rows(self):
        """The board as one integer per row, cell x is bit x."""
        mask, bits = (1 << self.width) - 1, self.row_bytes * 8
        return [band.content >> y * bits & mask for _, band in sorted(self.bands.items()) for y in range(band.rows)]

    def population(self):
        return sum(bin(band.content).count("1") for band in self.bands.values())


# ---- a whole recording ---------------------------------------------------------------------------------------------------


def fields(payload, layout, names):
    """The fixed part of a payload; later versions may append to it."""
    if len(payload) < struct.calcsize(layout):
        raise Damage(f"a payload of {len(payload)} bytes, {struct.calcsize(layout)} at least are needed")
    return dict(zip(names.split(), struct.unpack_from(layout, payload)))


def padded(name):
    return name.split(b"\0")[0].decode("utf-8", "replace")


def decode_band(coding, data, size):
    """What a band's data say, `size` bytes of it."""
    if coding == 0 and len(data) != size:
        raise Damage(f"a raw band of {len(data)} bytes, not {size}")
    if coding > 2:
        raise Damage(f"a band in coding {coding}")
    return bytes(data) if coding == 0 else bytes((decode_zero_runs if coding == 1 else decode_index_list)(data, size))


class Reader(Philosophers):
    damage, fields, decode_band = Damage, staticmethod(fields), staticmethod(decode_band)

    def __init__(self, tell, verify=None):
        self.tell = tell  # a function for each line
        self.verify = verify
        self.problems = 0
        self.frames = 0
        self.expected = None  # next sequence number
        self.joined_late = False
        self.dish = None
        self.shown = None  # (generation, width, rows) shown last
        self.boards = {}  # generation: (width, rows)
        self.keep = None  # the generation whose board is kept
        self.version = 2
        self.console = None
        self.texts = {}  # who says it: decoder
        self.ended = False
        self.where = ""

    def problem(self, words):
        self.problems += 1
        print(f"{self.where}: {words}", file=sys.stderr)

    def read(self, stream, console=None):
        self.console = console
        for offset, run, closed in runs(stream):
            self.where = f"byte {offset}"
            if len(run) >= 2 and run[1] == 0xF5:
                try:
                    if not closed:
                        raise Damage("a frame that is cut off at the end of the recording")
                    self.frame(*decode_frame(run))
                except Damage as damage:
                    self.problem(str(damage))
            else:
                self.tell(f"- TEXT {self.console_text(run, None)!r}")

    def console_text(self, piece, who):
        decoder = self.texts.setdefault(who, codecs.getincrementaldecoder("utf-8")())
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError:
            self.problem(f"text that is not UTF-8: {piece[:40]!r}")
            decoder.reset()
            text = piece.decode("utf-8", "replace")
        if self.console is not None:
            self.console.write(text)
        return text

    def frame(self, kind, number, payload):
        self.where += f", frame {number}"
        self.sequence(kind, number)
        self.frames += 1
        name = TARGET_TYPES.get(kind)
        if name:
            if self.ended:
                self.problem("a frame after END")
            self.tell(f"{number} {name} {getattr(self, name.lower())(payload)}")
        elif kind in COMMANDS:
            self.tell(f"{number} command {COMMANDS[kind]} {payload.hex()}")
        else:
            self.tell(f"{number} unknown type 0x{kind:02x}, {len(payload)} bytes")

    def sequence(self, kind, number):
        if self.expected is None:
            self.joined_late = number != 0
        elif number > self.expected:
            self.problem(f"{number - self.expected} frames are lost before this one")
        elif number < self.expected and kind == 0x01:
            self.tell(f"{number} restart")
            self.dish, self.table, self.joined_late, self.ended = None, None, False, False
        elif number < self.expected:
            self.problem(f"the sequence number goes back from {self.expected} without a HELLO")
        self.expected = number + 1 & 0xFFFFFFFF

    # Each of these takes one type's payload and returns its line.

    def hello(self, payload):
        layout, names = "<HBBIQQII16s16s", "version cores flags ram_kib seed quantum_ns timer_hz baud board app"
        self.version = fields(payload, "<H", "version")["version"]
        if self.version not in (1, 2):
            self.problem(f"version {self.version} of the protocol")
        f = fields(payload, layout, names) if self.version == 1 else fields(payload, layout + "BBH", names + " mode domains zero")
        f["board"], f["app"] = padded(f["board"]), padded(f["app"])
        if self.version != 1:
            f["mode"] = self.named(MODES, f["mode"], "mode")
            del f["zero"]
        return line(f)

    def ack(self, payload):
        f = fields(payload, "<IBB", "to command error")
        f["command"] = COMMANDS.get(f["command"], hex(f["command"]))
        return line(f) + f" text={payload[6:].decode('utf-8', 'replace')!r}"

    def stats(self, payload):
        text = line(fields(payload, "<QIIQQQQIIIIII", "ns alive blocks created voluntary preemptions idle_ns sent dropped damaged "
                           "lost_input dropped_text ram_kib"))
        cores = struct.unpack_from("<I", payload, 76)[0] if len(payload) >= 80 else 0
        if len(payload) < 80 + 32 * cores and cores:
            raise Damage(f"STATS of {cores} cores in {len(payload)} bytes")
        for core in range(cores):
            text += f" core{core}=" + ",".join(map(str, struct.unpack_from("<QQQQ", payload, 80 + 32 * core)))
        return text

    def fault(self, payload):
        layout, names, fixed = "<QQQQQBB", "thread esr far pc sp cause length", 42
        if self.version != 1:
            layout, names, fixed = layout + "BB", names + " domain mode", 44
        f = fields(payload, layout, names)
        if self.version != 1:
            f["mode"] = self.named(MODES, f["mode"], "mode")
        if len(payload) < fixed + f["length"]:
            raise Damage("a FAULT whose name is cut off")
        name, text = payload[fixed:fixed + f["length"]], payload[fixed + f["length"]:]
        del f["length"]
        f["cause"] = repr(CAUSES.get(f["cause"], f["cause"]))
        for key in ("thread", "esr", "far", "pc", "sp"):
            f[key] = hex(f[key])
        return line(f) + f" name={name.decode('utf-8', 'replace')!r} text={text.decode('utf-8', 'replace')!r}"

    def named(self, names, number, what):
        if number >= len(names):
            raise Damage(f"a {what} of {number}")
        return names[number]

    def text(self, payload):
        f = fields(payload, "<BBH", "who domain zero")
        who = self.named(SPEAKERS, f["who"], "speaker")
        return f"who={who} domain={f['domain']} text={self.console_text(payload[4:], (who, f['domain']))!r}"

    def exit(self, payload):
        f = fields(payload, "<IB3s", "code domain zero")
        return f"code={f['code']} domain={f['domain']} name={payload[8:].decode('utf-8', 'replace')!r}"

    def end(self, payload):
        f = fields(payload, "<I", "code")
        self.ended = True
        return line(f)

    def life_config(self, payload):
        f = fields(payload, "<IHHBBHHBBIQ", "epoch width height topology state birth survive sync zero speed goal")
        del f["zero"]
        if not 1 <= f["width"] <= 4096 or not 1 <= f["height"] <= 4096 or f["topology"] > 1 or f["state"] > 3 or f["sync"] > 2:
            raise Damage(f"a LIFE_CONFIG of {f}")
        fixed = ("width", "height", "topology", "birth", "survive")
        if self.dish is None or self.dish.epoch != f["epoch"]:
            self.dish = Dish(f)
            if self.verify:
                self.verify.begin(self.dish)
        elif any(self.dish.config[k] != f[k] for k in fixed):
            raise Damage("a LIFE_CONFIG of the same epoch with another size, topology or rule")
        else:
            self.dish.config = f
        digits = lambda mask: "".join(str(n) for n in range(9) if mask >> n & 1)
        rule = f"B{digits(f['birth'])}/S{digits(f['survive'])}:{'TP'[f['topology']]}{f['width']},{f['height']}"
        return f"epoch={f['epoch']} rule={rule} state={RUN_STATES[f['state']]} speed={f['speed'] / 1000} goal={f['goal']}" + (f" sync={SYNCS[f['sync']]}" if f["sync"] else "")

    def life_band(self, payload):
        f = fields(payload, "<IQQHHBBH", "epoch generation base row rows coding flags zero")
        key, data = bool(f["flags"] & 1), payload[28:]
        text = (f"epoch={f['epoch']} generation={f['generation']} base={f['base']} row={f['row']} rows={f['rows']} "
                f"coding={CODINGS[f['coding']] if f['coding'] < 3 else f['coding']!r} key={int(key)} bytes={len(data)}")
        if self.dish is None or f["epoch"] != self.dish.epoch:
            return text + " ignored: another epoch"
        if self.dish.band(f["generation"], f["base"], f["row"], f["rows"], f["coding"], key, data):
            return text
        if not self.joined_late:
            self.problem("a delta whose base is not what was last sent")
        return text + " waits for a key"

    def life_generation(self, payload):
        f = fields(payload, "<IQIHBBIQQQ", "epoch generation population bands flags zero threads steps ns created")
        del f["zero"]
        if len(payload) >= 60:
            f["hindmost"], f["spread"] = struct.unpack_from("<QI", payload, 48)
        if self.dish is None or f["epoch"] != self.dish.epoch:
            return line(f) + " ignored: another epoch"
        key = bool(f["flags"] & 1)
        bands, self.dish.since_shown = self.dish.since_shown, []
        if not self.dish.complete() or self.joined_late and not key:
            if not self.joined_late:
                self.problem("a generation is shown before all of its bands were sent")
            return line(f) + " not complete"
        self.joined_late = False
        if f["bands"] != sum(generation == f["generation"] for generation, _ in bands):
            self.problem(f"{f['bands']} bands were sent for generation {f['generation']}, {len(bands)} came")
        if key and (len(bands) != len(self.dish.bands) or not all(k for _, k in bands)):
            self.problem("a key generation that is not all keys")
        if self.dish.population() != f["population"]:
            self.problem(f"population {f['population']}, but {self.dish.population()} cells are alive")
        self.show(f["generation"])
        return line(f)

    def show(self, generation):
        self.shown = (generation, self.dish.width, self.dish.rows())
        if self.keep in (None, generation):
            self.boards = {generation: self.shown[1:]}
        if self.verify:
            self.verify.shown(self, generation)

    def life_cores(self, payload):
        cores = fields(payload, "<II", "cores zero")["cores"]
        if len(payload) < 8 + 8 * cores:
            raise Damage(f"the steps of {cores} cores in {len(payload)} bytes")
        return "steps=" + ",".join(map(str, struct.unpack_from(f"<{cores}Q", payload, 8)))

    def life_dead(self, payload):
        f = fields(payload, "<IIH", "epoch dead count")
        pairs = payload[10:10 + 4 * f["count"]]
        if len(pairs) < 4 * f["count"]:
            raise Damage("a LIFE_DEAD whose list is cut off")
        cells = list(struct.iter_unpack("<HH", pairs))
        text = line(f) + " " + " ".join(f"{x},{y}" for x, y in cells)
        if self.dish is None or f["epoch"] != self.dish.epoch:
            return text + " ignored: another epoch"
        if any(x >= self.dish.width or y >= self.dish.height for x, y in cells):
            raise Damage("a LIFE_DEAD with a cell that is not on the board")
        self.dish.dead |= set(cells)
        if len(self.dish.dead) > f["dead"]:
            self.problem(f"{f['dead']} cells are dead in all, but {len(self.dish.dead)} were named")
        if self.verify:
            self.verify.died(self)
        return text


def line(values):
    return " ".join(f"{key}={value}" for key, value in values.items())


Reader.line = staticmethod(line)


# ---- --verify ------------------------------------------------------------------------------------------------------------


class Verifier:
    """Steps the board shown before with the serial reference. A cell dies at some moment between two shown boards: any will do."""

    def __init__(self):
        import life_reference
        self.life = life_reference
        self.board = None
        self.late = None  # a mismatch that a LIFE_DEAD right behind it may explain
        self.checked = 0

    def begin(self, dish):
        self.board, self.late, self.known = None, None, set()

    def _board(self, dish, generation, rows):
        rule = self.life.Rule(dish.config["birth"], dish.config["survive"], "TP"[dish.config["topology"]])
        return self.life.Board(dish.width, dish.height, rule, sum(row << y * dish.width for y, row in enumerate(rows)), generation)

    def _reaches(self, before, after, dead_before, dead_after):
        """True if `after` follows from `before`, with the newly dead dying at one moment or another."""
        new = dead_after - dead_before
        for moment in range(before.generation, after.generation + 1) if new else [after.generation]:
            trial = self.life.Board(before.width, before.height, before.rule, before.bits, before.generation)
            kills = [(x, y, 0) for x, y in dead_before] + [(x, y, moment) for x, y in new]
            self.life.run(trial, after.generation, kills)
            if trial.bits == after.bits:
                return True
        return False

    def shown(self, reader, generation):
        self.settle(reader)
        dish, before = reader.dish, self.board
        after = self._board(dish, generation, reader.shown[2])
        dead = set(dish.dead)
        if before is not None and generation >= before.generation:
            self.checked += 1
            if not self._reaches(before, after, self.known, dead):
                self.late = (before, after, self.known)
        self.board, self.known = after, dead

    def died(self, reader):
        if self.late and self._reaches(*self.late, set(reader.dish.dead)):
            self.late = None
            self.known = set(reader.dish.dead)

    def settle(self, reader):
        """What nothing explained is wrong."""
        if self.late:
            reader.problem(f"generation {self.late[1].generation} does not follow from generation {self.late[0].generation}")
        self.late = None


# ---- section 5: the boot script --------------------------------------------------------------------------------------------


def print_boot_script(blob):
    if len(blob) < 12 or blob[:4] != b"PBS1":
        raise Damage("not a boot script")
    size = struct.unpack_from("<I", blob, 4)[0]
    if len(blob) < 12 + size:
        raise Damage(f"a boot script of {size} bytes that is cut off")
    if zlib.crc32(blob[:8 + size]) != struct.unpack_from("<I", blob, 8 + size)[0]:
        raise Damage("a boot script with a wrong CRC")
    at, begun = 8, False
    while at < 8 + size:
        if at + 4 > 8 + size:
            raise Damage("a boot script that ends in the middle of an item")
        kind, _, length = struct.unpack_from("<BBH", blob, at)
        if at + 4 + length > 8 + size:
            raise Damage("a boot script that ends in the middle of an item")
        if kind not in (0x83, 0x84):
            begun = True
        elif begun:
            raise Damage(f"{COMMANDS[kind]} behind what is not BOOT or APP")
        print(f"{COMMANDS.get(kind, hex(kind))} {blob[at + 4:at + 4 + length].hex()}")
        at += 4 + length


# ---- the command line ----------------------------------------------------------------------------------------------------


def write_board(path, width, rows):
    text = "".join("".join(".O"[row >> x & 1] for x in range(width)) + "\n" for row in rows)
    with sys.stdout if path == "-" else open(path, "w", encoding="ascii") as out:
        out.write(text)


def report(reader, options):
    """What is left to do at the end of the recording; the exit code."""
    reader.where = "end"
    if reader.verify:
        reader.verify.settle(reader)
    if options.board:
        wanted = options.generation if options.generation is not None else reader.shown and reader.shown[0]
        if wanted in reader.boards:
            write_board(options.board, *reader.boards[wanted])
        else:
            reader.problem("no board was shown" if wanted is None else f"generation {wanted} was not shown")
    if not options.console:
        last = f", generation {reader.shown[0]} shown last" if reader.shown else ""
        checked = f", {reader.verify.checked} steps verified" if reader.verify else ""
        print(f"{reader.frames} frames{last}{checked}, {reader.problems} problems", file=sys.stderr)
    return 1 if reader.problems else 0


def main():
    options = argparse.ArgumentParser(prog="wire_reader.py", description="see the head of the file")
    options.add_argument("recording")
    options.add_argument("--quiet", action="store_true", help="no line per frame")
    options.add_argument("--console", action="store_true", help="print the console text only")
    options.add_argument("--board", metavar="OUT.txt")
    options.add_argument("--generation", type=int)
    options.add_argument("--verify", action="store_true")
    options.add_argument("--boot-script", action="store_true", help="RECORDING is a boot script")
    options = options.parse_args()
    try:
        with open(options.recording, "rb") as f:
            stream = f.read()
    except OSError as error:
        print(f"wire_reader.py: {error}", file=sys.stderr)
        return 2
    if options.boot_script:
        try:
            print_boot_script(stream)
        except Damage as damage:
            print(f"wire_reader.py: {damage}", file=sys.stderr)
            return 1
        return 0
    silent = options.quiet or options.console
    reader = Reader((lambda words: None) if silent else print, Verifier() if options.verify else None)
    reader.keep = options.generation
    reader.read(stream, sys.stdout if options.console else None)
    return report(reader, options)


if __name__ == "__main__":
    sys.exit(main())
