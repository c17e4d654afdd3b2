"""The protocol of docs/wire.md in Python: frames, bands, and a serial Game of Life to compare with.

Written from the page alone, so that it shares no mistake with the C code.
"""
import struct
import zlib

HELLO, ACK, STATS, FAULT, END, DEADLOCK, TEXT, EXIT = range(1, 9)
CONFIG, BAND, GENERATION, DEAD = 0x20, 0x21, 0x22, 0x23
PHIL_CONFIG, PHIL_BAND, PHIL_SAMPLE, PHIL_WAITS, PHIL_NAMES = range(0x30, 0x35)
CMD_HELLO, CMD_KILL, CMD_BAUD, CMD_BOOT, CMD_APP = range(0x80, 0x85)
SETUP, CELLS, EDIT, RUN, PAUSE, STEP, UNTIL, SPEED, RESET, RULE, KILL_CELL, SET_GENERATION, KEY, WHO, WILD = range(0x90, 0x9F)
(PHIL_SETUP, PHIL_RUN, PHIL_PAUSE, PHIL_STRATEGY, PHIL_TIMES, PHIL_FREEZE, PHIL_KILL, PHIL_RESTART, PHIL_PRIORITY,
 PHIL_KEY, PHIL_WILD) = range(0xA0, 0xAB)


def cobs_encode(data):
    out, block = bytearray(), bytearray()
    for byte in data:
        if byte:
            block.append(byte)
            if len(block) == 254:
                out += b"\xff" + block
                block.clear()
        else:
            out += bytes([len(block) + 1]) + block
            block.clear()
    return bytes(out + bytes([len(block) + 1]) + block)


def cobs_decode(data):
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        block = data[at + 1:at + code]
        if code == 0 or len(block) != code - 1:
            return None
        out += block
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    return bytes(out)


def frame(kind, seq, payload=b""):
    packet = struct.pack("<BBHI", 0xF5, kind, len(payload), seq & 0xFFFFFFFF) + payload
    return b"\0" + cobs_encode(packet + struct.pack("<I", zlib.crc32(packet))) + b"\0"


def parse_run(run):
    """(type, seq, payload) of one run between zeros, or None if it is not a frame."""
    packet = cobs_decode(run)
    if packet is None or len(packet) < 12 or packet[0] != 0xF5:
        return None
    _, kind, length, seq = struct.unpack_from("<BBHI", packet)
    if length > 1024 or len(packet) != 12 + length or zlib.crc32(packet[:-4]) != struct.unpack("<I", packet[-4:])[0]:
        return None
    return kind, seq, packet[8:-4]


def frames(data):
    """All frames in a recording, in order."""
    return [f for f in map(parse_run, data.split(b"\0")) if f]


class Life:
    """A serial reference: cells as a list of rows of 0 and 1."""

    def __init__(self, width, height, torus=True, birth=1 << 3, survive=1 << 2 | 1 << 3):
        self.width, self.height, self.torus, self.birth, self.survive = width, height, torus, birth, survive
        self.cells = [[0] * width for _ in range(height)]
        self.generation = 0
        self.dead = set()

    def neighbours(self, x, y):
        n = 0
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if dx or dy:
                    u, v = x + dx, y + dy
                    if self.torus:
                        n += self.cells[v % self.height][u % self.width]
                    elif 0 <= u < self.width and 0 <= v < self.height:
                        n += self.cells[v][u]
        return n

    def step(self):
        new = [[0] * self.width for _ in range(self.height)]
        for y in range(self.height):
            for x in range(self.width):
                mask = self.survive if self.cells[y][x] else self.birth
                new[y][x] = mask >> self.neighbours(x, y) & 1
        for x, y in self.dead:
            new[y][x] = 0
        self.cells = new
        self.generation += 1

    def population(self):
        return sum(map(sum, self.cells))


def row_bytes(width):
    return (width + 7) // 8


def pack(rows, width):
    out = bytearray()
    for row in rows:
        bits = bytearray(row_bytes(width))
        for x, alive in enumerate(row):
            if alive:
                bits[x // 8] |= 1 << x % 8
        out += bits
    return bytes(out)


def unpack(data, width):
    n = row_bytes(width)
    return [[data[y * n + x // 8] >> x % 8 & 1 for x in range(width)] for y in range(len(data) // n)]


def encode_zero_runs(data):
    out, at = bytearray(), 0
    while at < len(data):
        start = at
        while at < len(data) and at - start < 255 and not data[at]:
            at += 1
        if at == len(data):
            break
        literal = at
        while at < len(data) and at - literal < 255 and data[at]:
            at += 1
        out += bytes([literal - start, at - literal]) + data[literal:at]
    return bytes(out)


def encode_index_list(data):
    out, last = bytearray(), -1
    for position in range(len(data) * 8):
        if data[position // 8] >> position % 8 & 1:
            value = position - last - 1
            last = position
            while value > 127:
                out.append(value & 127 | 128)
                value >>= 7
            out.append(value)
    return bytes(out)


def encode_bits(bits, raw):
    """(coding, data), the smallest. bits: what differs; raw: the band itself."""
    return min([(0, raw), (1, encode_zero_runs(bits)), (2, encode_index_list(bits))], key=lambda c: len(c[1]))


def decode_bits(coding, data, size):
    """The bits of coding 1 or 2 (or the band itself of coding 0). ValueError on damage."""
    out, at = bytearray(size), 0
    if coding == 0:
        if len(data) != size:
            raise ValueError("raw band of wrong size")
        return bytes(data)
    if coding == 1:
        place = 0
        while at < len(data):
            if at + 2 > len(data):
                raise ValueError("cut off")
            skip, n = data[at], data[at + 1]
            place += skip
            if place + n > size or at + 2 + n > len(data):
                raise ValueError("over the end")
            out[place:place + n] = data[at + 2:at + 2 + n]
            place += n
            at += 2 + n
        return bytes(out)
    if coding == 2:
        position = -1
        while at < len(data):
            value = shift = 0
            while True:
                value |= (data[at] & 127) << shift
                shift += 7
                at += 1
                if not data[at - 1] & 128:
                    break
            position += value + 1
            if position >= size * 8:
                raise ValueError("outside")
            out[position // 8] |= 1 << position % 8
        return bytes(out)
    raise ValueError("unknown coding")


def read_rle(text):
    """(width, height, rows, head) of well-formed RLE; head is a dict of rule, pos, gen."""
    head, body, width = {}, "", None
    for line in text.splitlines():
        if line.startswith("#CXRLE"):
            for word in line.split()[1:]:
                key, value = word.split("=")
                head[key] = value
        elif line.startswith("#"):
            continue
        elif width is None:
            parts = line.replace(" ", "").split(",", 2)
            width, height = int(parts[0][2:]), int(parts[1][2:])
            if len(parts) > 2:
                head["rule"] = parts[2].split("=")[1]
        else:
            body += line
    rows, count, x, y = [[0] * width for _ in range(height)], "", 0, 0
    for c in body:
        if c.isdigit():
            count += c
            continue
        n = int(count or 1)
        count = ""
        if c == "b" or c == ".":
            x += n
        elif c == "o" or c == "A":
            for _ in range(n):
                rows[y][x] = 1
                x += 1
        elif c == "$":
            x, y = 0, y + n
        elif c == "!":
            break
    return width, height, rows, head
