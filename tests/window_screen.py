"""A screen of its own for the tests of the window: Xvfb, xdotool as hands, `import` as eyes, and pictures as numbers."""
import os
import shutil
import struct
import subprocess
import time
import zlib

TOOLS = ("Xvfb", "xdotool", "import")


def missing_tools():
    return [tool for tool in TOOLS if not shutil.which(tool)]


class Picture:
    """RGB pixels; p[x, y] is (red, green, blue)."""

    def __init__(self, width, height, rgb):
        self.width, self.height, self.rgb = width, height, rgb

    def __getitem__(self, at):
        i = (at[1] * self.width + at[0]) * 3
        return tuple(self.rgb[i:i + 3])

    def crop(self, x, y, width, height):
        rows = (((y + j) * self.width + x) * 3 for j in range(height))
        return b"".join(self.rgb[i:i + width * 3] for i in rows)


def _unfilter(kind, line, before, step):
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        up, corner = before[i], before[i - step] if i >= step else 0
        if kind == 1:
            add = left
        elif kind == 2:
            add = up
        elif kind == 3:
            add = (left + up) // 2
        elif kind == 4:
            p = left + up - corner
            add = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
        else:
            return
        line[i] = (line[i] + add) & 255


def read_png(path):
    """8-bit RGB without interlacing, which is what the viewer writes."""
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, colour, interlaced) == (8, 2, 0), "not 8-bit RGB"
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    raw, before, rows = zlib.decompress(packed), bytearray(width * 3), []
    for y in range(height):
        start = y * (width * 3 + 1)
        line = bytearray(raw[start + 1:start + 1 + width * 3])
        _unfilter(raw[start], line, before, 3)
        rows.append(bytes(line))
        before = line
    return Picture(width, height, b"".join(rows))


class Screen:
    """A virtual screen; use as a context manager."""

    def __init__(self, width=1280, height=800):
        self.width, self.height = width, height
        self.env = dict(os.environ)

    def __enter__(self):
        read, write = os.pipe()  # the server picks a free number and tells it here
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{self.width}x{self.height}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb does not start"
        self.env.update(DISPLAY=":" + number, SDL_VIDEODRIVER="x11", SDL_RENDER_DRIVER="software")
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def hand(self, *words):
        return subprocess.run(["xdotool", *map(str, words)], env=self.env, capture_output=True, text=True).stdout

    def find_window(self, seconds=10):
        """Waits for the window, brings it to the corner of the screen and gives it the keyboard."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.hand("search", "--onlyvisible", "--name", "^Petri").split()
            if found:
                self.hand("windowmove", "--sync", found[0], 0, 0)
                self.hand("windowfocus", "--sync", found[0])
                return found[0]
            time.sleep(0.1)
        raise AssertionError("no window appeared")

    def look(self):
        done = subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], env=self.env, capture_output=True)
        return Picture(self.width, self.height, done.stdout)

    def key(self, *keys):
        for one in keys:
            self.hand("key", one)

    def click(self, x, y, button=1):
        self.hand("mousemove", x, y, "click", button)
