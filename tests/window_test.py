#!/usr/bin/env python3
"""The window of petri-view on a virtual screen: known pixels, keys, clicks, drags, wheel, files, a lost target. TAP.

    window_test.py build/petri-view

The other end is tests/fake_target.py. One dish of 64x64 at 1280x800 has cells of 10 pixels from (20, 68) on.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from window_screen import Screen, missing_tools, read_png  # noqa: E402

IMAGE = os.path.join(os.path.dirname(HERE), "build/virt/life/kernel8.img")
KERNEL = "qemu:virt:" + IMAGE
SIDE, LEFT, TOP, CELL = 64, 20, 68, 10
DISH = (0x0b, 0x0d, 0x12)
NEWBORN = (0xff, 0xf3, 0xc4)
FAULTED = (0xff, 0x2f, 0x6d)
R_PENTOMINO = {(1, 0), (2, 0), (0, 1), (1, 1), (1, 2)}
SLIDER = (250, 732, 80, 28)
BELOW_THREADS = (700, 510, 500, 100)
HEADER = (640, 0, 640, 48)
OVERLAY = (400, 250, 480, 300)


def step(cells):
    """One generation on the torus, by counting."""
    counts = {}
    for x, y in cells:
        for i in range(9):
            if i != 4:
                at = (x + i % 3 - 1) % SIDE, (y + i // 3 - 1) % SIDE
                counts[at] = counts.get(at, 0) + 1
    return {at for at, n in counts.items() if n == 3 or n == 2 and at in cells}


def after(cells, generations):
    for _ in range(generations):
        cells = step(cells)
    return cells


def centred(cells, width, height):
    """Where a smaller pattern lies on the dish."""
    dx, dy = (SIDE - width) // 2, (SIDE - height) // 2
    return {(x + dx, y + dy) for x, y in cells}


def middle(x, y):
    return LEFT + x * CELL + CELL // 2, TOP + y * CELL + CELL // 2


def is_alive(rgb):
    """Colours of living cells are bright in one channel at least; ghosts, dish and grid are dark."""
    return max(rgb) > 0x90


def cells_of(picture):
    return {(x, y) for y in range(SIDE) for x in range(SIDE) if is_alive(picture[middle(x, y)])}


def until(what, condition, seconds=6):
    end = time.monotonic() + seconds
    while True:
        if condition():
            return
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)


class Target:
    """tests/fake_target.py behind a socket."""

    def __init__(self, folder, *args):
        self.path = os.path.join(folder, f"target{time.monotonic_ns()}.sock")
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, "fake_target.py"), "unix:" + self.path, *args],
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()  # "listening"

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Viewer:
    """petri-view in a window on a screen, showing the R-pentomino at generation 0, paused."""

    def __init__(self, program, screen, folder, source=None):
        self.screen, self.folder = screen, folder
        self.target = None if source else Target(folder)
        pattern = os.path.join(folder, "r.rle")
        with open(pattern, "w") as f:
            f.write("x = 3, y = 3, rule = B3/S23\nb2o$2o$bo!\n")
        self.process = subprocess.Popen([program, source or "unix:" + self.target.path, "--window", "--load", pattern,
                                         "--rule", "B3/S23:T64,64", "--speed", "10"], env=screen.env, cwd=folder)
        self.start = centred(R_PENTOMINO, 3, 3)

    def settle(self):
        self.screen.find_window()
        until("the dish is shown", lambda: cells_of(self.screen.look()))
        self.screen.key("r")
        until("reset", lambda: cells_of(self.screen.look()) == self.start and self.still())

    def still(self):
        """Nothing moves on the board for a while."""
        before = self.screen.look()
        time.sleep(0.35)
        return before.crop(16, 64, 648, 648) == self.screen.look().crop(16, 64, 648, 648)

    def end(self):
        if self.target:
            self.target.end()
        self.process.terminate()  # not kill: it has to end its QEMU
        self.process.wait()


def test_exact_pixels(program, folder):
    """Without any screen: the dummy driver and the software renderer give the same pixels everywhere."""
    target, path = Target(folder), os.path.join(folder, "exact.png")
    with open(os.path.join(folder, "block.rle"), "w") as f:
        f.write("x = 64, y = 64, rule = B3/S23:T64,64\n2o$2o30$20b3o!\n")
    env = dict(os.environ, SDL_VIDEODRIVER="dummy", PETRI_FONTS=folder)  # no font there: letters of our own
    done = subprocess.run([program, "unix:" + target.path, "--window", "--load", os.path.join(folder, "block.rle"), "--until", "5",
                           "--screenshot", path, "--timeout", "30"], env=env, capture_output=True, text=True)
    target.end()
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr}"
    p = read_png(path)
    assert (p.width, p.height) == (1280, 800), f"{p.width}x{p.height}"
    block = {(0, 0), (1, 0), (0, 1), (1, 1)}
    blinker = after({(20, 31), (21, 31), (22, 31)}, 5)
    assert cells_of(p) == block | blinker, f"cells {sorted(cells_of(p))}"
    for at in blinker - {(21, 31)}:
        assert p[middle(*at)] == NEWBORN, f"newborn cell has {p[middle(*at)]}"
    assert p[middle(40, 40)] == DISH, f"dish has {p[middle(40, 40)]}"
    assert p[middle(20, 31)] != DISH, "no ghost where a cell has just died"
    assert p[700, 250] == (0x16, 0x1b, 0x22) and p[676, 400] == (0x0e, 0x11, 0x16), "panel or surface"
    corner = p[LEFT, TOP]
    assert corner != p[middle(0, 0)] and corner != NEWBORN, "cells have no round corners"


def test_no_display(program, folder):
    """Without a display the window says so and ends with 1."""
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")}
    target = Target(folder)
    done = subprocess.run([program, "unix:" + target.path, "--window"], env=env, capture_output=True, text=True, timeout=20)
    target.end()
    assert done.returncode == 1 and "display" in done.stderr, f"{done.returncode}: {done.stderr}"


def test_step(v):
    """S and . make one generation each, exactly as Life says."""
    v.screen.key("s", "s", "period")
    until("three generations", lambda: cells_of(v.screen.look()) == after(v.start, 3))
    assert v.still(), "it went on"


def test_play_and_pause(v):
    """Space plays and pauses; the button does as well."""
    v.screen.key("space")
    until("it plays", lambda: not v.still())
    v.screen.key("space")
    until("it pauses", v.still)
    v.screen.click(110, 746)
    until("the button plays", lambda: not v.still())
    v.screen.click(110, 746)
    until("the button pauses", v.still)


def test_reset(v):
    """R goes back to the start pattern."""
    v.screen.key("s", "s")
    until("two generations", lambda: cells_of(v.screen.look()) == after(v.start, 2))
    v.screen.key("r")
    until("the start pattern", lambda: cells_of(v.screen.look()) == v.start)


def test_click_edits(v):
    """A click brings a cell to life, the next one ends it; a drag paints all cells on its way."""
    v.screen.click(*middle(5, 6))
    until("the cell lives", lambda: cells_of(v.screen.look()) == v.start | {(5, 6)})
    v.screen.click(*middle(5, 6))
    until("the cell is dead", lambda: cells_of(v.screen.look()) == v.start)
    v.screen.hand("mousemove", *middle(10, 50), "mousedown", 1, "mousemove", *middle(18, 50), "mouseup", 1)
    line = {(x, 50) for x in range(10, 19)}
    until("a line is painted", lambda: cells_of(v.screen.look()) == v.start | line)


def is_red(picture, cell):
    x, y = middle(*cell)
    return any(picture[i, y][0] > 0xc0 and picture[i, y][1] < 0x90 for i in range(x - 5, x + 5))


def test_kill(v):
    """Shift and a click end the thread of a cell: it stays dead, marked red, and the others go on without it."""
    victim = max(v.start)
    held_click(v, victim, "shift")
    until("the cell is marked", lambda: is_red(v.screen.look(), victim))
    v.screen.key("s", "s")
    with_it, without = v.start, v.start - {victim}  # whether it counts as alive in the generation it dies in is the target's affair
    for _ in range(2):
        with_it, without = step(with_it) - {victim}, step(without) - {victim}
    until("two generations without it", lambda: cells_of(v.screen.look()) in (with_it, without))


def held_click(v, cell, *keys):
    for key in keys:
        v.screen.hand("keydown", key)
    v.screen.click(*middle(*cell))
    for key in keys:
        v.screen.hand("keyup", key)
    v.screen.hand("mousemove", 900, 40)


def has_cross(picture, cell):
    """Pink around a dark middle."""
    x, y = middle(*cell)
    rim = sum(picture[x + i, y + j] == FAULTED for i in range(-5, 5) for j in range(-5, 5))
    return rim > 20 and max(picture[x - 1, y - 1]) < 0x60


def test_wild(v):
    """Ctrl, Shift and a click let a cell write where it may not: it dies in its next step, marked by a cross, and the others go on."""
    victim = min(v.start)
    panel = v.screen.look().crop(*BELOW_THREADS)
    held_click(v, victim, "ctrl", "shift")
    time.sleep(0.5)
    assert cells_of(v.screen.look()) == v.start, "it died before its step"
    expected = v.start
    for generation in (1, 2):
        v.screen.key("s")
        expected = step(expected) - {victim}
        until(f"{generation} generations, the wild one dead", lambda: has_cross(v.screen.look(), victim) and
              cells_of(v.screen.look()) - {victim} == expected)
    assert v.screen.look().crop(*BELOW_THREADS) != panel, "no list of faults"
    other = max(expected)
    held_click(v, other, "ctrl")
    v.screen.key("s")
    until("a killed one beside it, without a cross", lambda: not has_cross(v.screen.look(), other) and
          is_red(v.screen.look(), other) and has_cross(v.screen.look(), victim))
    v.screen.key("r")
    until("all live again", lambda: cells_of(v.screen.look()) == v.start and not has_cross(v.screen.look(), victim))


def run_length(picture, x, y):
    """How many pixels of the newborn cell lie in the row through x,y; the white outline around it does not count."""
    left = right = x
    while picture[left - 1, y] == NEWBORN:
        left -= 1
    while picture[right + 1, y] == NEWBORN:
        right += 1
    return right - left + 1


def test_zoom(v):
    """The wheel zooms around the pointer, 6 zooms to 32 pixels a cell, F fits."""
    at = middle(8, 8)
    v.screen.click(*at)
    until("a lone cell", lambda: (8, 8) in cells_of(v.screen.look()))
    size = run_length(v.screen.look(), *at)
    assert 8 <= size < 10, f"{size} pixels at the fit"
    v.screen.click(*at, 4)
    until("the wheel zooms in", lambda: 10 <= run_length(v.screen.look(), *at) < 12)
    v.screen.key("6")
    until("32 pixels a cell", lambda: 28 <= run_length(v.screen.look(), *at) <= 32)
    v.screen.click(*at, 5)
    until("the wheel zooms out", lambda: 20 <= run_length(v.screen.look(), *at) <= 24)
    v.screen.key("f")
    until("it fits", lambda: cells_of(v.screen.look()) == v.start | {(8, 8)})


def test_pan(v):
    """Dragging with the right button moves the board; the arrows do as well."""
    v.screen.hand("mousemove", 300, 300, "mousedown", 3, "mousemove", 350, 320, "mouseup", 3)
    moved = {(x + 5, y + 2) for x, y in v.start}
    until("dragged", lambda: cells_of(v.screen.look()) == moved)
    v.screen.key("Left")
    until("an arrow", lambda: cells_of(v.screen.look()) == {(x + 4, y) for x, y in moved})


def test_grid(v):
    """G shows and hides the grid."""
    at = (LEFT + 30 * CELL, TOP + 5)
    assert v.screen.look()[at] == DISH, "a grid from the start"
    v.screen.key("g")
    until("grid", lambda: v.screen.look()[at] not in (DISH,))
    v.screen.key("g")
    until("no grid", lambda: v.screen.look()[at] == DISH)


def test_help(v):
    """H lays the keys over the window and takes them away again; Esc closes them and not the window."""
    before = v.screen.look().crop(*OVERLAY)
    v.screen.key("h")
    until("help", lambda: v.screen.look().crop(*OVERLAY).count(bytes((0x16, 0x1b, 0x22))) > 10000)
    v.screen.key("Escape")
    until("no help", lambda: v.screen.look().crop(*OVERLAY)[:300] == before[:300])
    assert v.process.poll() is None, "Esc closed the window"


def test_speed(v):
    """+ and - and the slider change the speed that is shown."""
    slow = v.screen.look().crop(*SLIDER)
    v.screen.key("plus")
    until("faster", lambda: v.screen.look().crop(*SLIDER) != slow)
    v.screen.key("minus")
    until("as before", lambda: v.screen.look().crop(*SLIDER) == slow)
    v.screen.click(300, 746)
    v.screen.hand("mousemove", 900, 40)
    until("the slider", lambda: v.screen.look().crop(*SLIDER) != slow)


def test_palette(v):
    """C changes the colours of the cells."""
    v.screen.key("s", "s", "s", "s")
    until("older cells", lambda: cells_of(v.screen.look()) == after(v.start, 4))
    shot = v.screen.look()
    v.screen.key("c")
    until("other colours", lambda: any(v.screen.look()[middle(*at)] != shot[middle(*at)] for at in after(v.start, 4)))


def test_clipboard(v):
    """Ctrl+C, an empty dish, Ctrl+V: the cells are back."""
    v.screen.key("ctrl+c")
    time.sleep(0.3)
    v.screen.key("Delete")
    until("an empty dish", lambda: not cells_of(v.screen.look()))
    v.screen.key("ctrl+v")
    until("the cells are back", lambda: cells_of(v.screen.look()) == v.start)


def test_open(v):
    """O asks for a file: a malformed one is refused with the reason and nothing is lost; a good one replaces the dish."""
    bad, good = os.path.join(v.folder, "bad.rle"), os.path.join(v.folder, "good.rle")
    with open(bad, "w") as f:
        f.write("x = 3, y = 3\nbob$2bq!\n")
    with open(good, "w") as f:
        f.write("x = 2, y = 2, rule = B3/S23\n2o$2o!\n")
    v.screen.key("o")
    time.sleep(0.3)
    v.screen.hand("type", bad)
    v.screen.key("Return")
    reason = (376, 425, 400, 24)

    def is_red(row):
        return any(row[i] > 0xe0 and row[i + 1] < 0x80 for i in range(0, len(row), 3))
    until("the reason in red", lambda: is_red(v.screen.look().crop(*reason)))
    v.screen.key("Escape")
    until("the dish as it was", lambda: cells_of(v.screen.look()) == v.start)
    v.screen.key("o")
    time.sleep(0.3)
    v.screen.hand("type", good)
    v.screen.key("Return")
    until("the new dish", lambda: cells_of(v.screen.look()) == centred({(0, 0), (1, 0), (0, 1), (1, 1)}, 2, 2))


def test_save_and_photo(v):
    """Ctrl+S and Enter write the dish, P and Shift+P pictures; the window's picture is what the screen shows."""
    v.screen.key("ctrl+s")
    time.sleep(0.3)
    v.screen.key("ctrl+u")
    v.screen.hand("type", "saved.rle")
    v.screen.key("Return")
    saved = os.path.join(v.folder, "saved.rle")
    until("the file", lambda: os.path.exists(saved))
    text = open(saved).read()
    assert "x = 64, y = 64, rule = B3/S23:T64,64" in text and "Gen=0" in text, text
    v.screen.key("shift+p")
    until("a photo", lambda: any(name.endswith(".png") for name in os.listdir(v.folder)))
    time.sleep(0.5)
    photo = [name for name in os.listdir(v.folder) if name.startswith("petri-") and name.endswith(".png")][0]
    assert cells_of(read_png(os.path.join(v.folder, photo))) == v.start, "the photo shows something else"


def test_resize(v):
    """A window of 640x400 still shows the dish, and growing it again fits as before."""
    window = v.screen.find_window()
    v.screen.hand("windowsize", "--sync", window, 640, 400)

    def small():  # 3 pixels a cell, the board's panel is 248 wide
        p = v.screen.look()
        return sum(is_alive(p[x, y]) for x in range(20, 260) for y in range(68, 308)) == 9 * len(v.start)
    until("the dish in a small window", small)
    v.screen.hand("windowsize", "--sync", window, 1280, 800)
    until("as before", lambda: cells_of(v.screen.look()) == v.start)


def test_lost(v):
    """When the target goes away the window says so in red at the top right, and stays until it is closed."""
    def red():
        row = v.screen.look().crop(*HEADER)
        return any(row[i] > 0xe0 and row[i + 1] < 0x80 for i in range(0, len(row), 3))
    assert not red(), "red although all is well"
    v.target.end()
    until("said in red", red)
    assert v.process.poll() is None, "the window went away"
    assert cells_of(v.screen.look()) == v.start, "the last dish is gone"


def test_quit(v):
    """Q ends the program with 0."""
    v.screen.key("q")
    assert v.process.wait(timeout=10) == 0


def gen_of(v, name):
    """Saves the dish and reads its generation."""
    v.screen.key("ctrl+s")
    time.sleep(0.2)
    v.screen.key("ctrl+u")
    v.screen.hand("type", name)
    v.screen.key("Return")
    path = os.path.join(v.folder, name)
    until("the file", lambda: os.path.exists(path) and "!" in open(path).read())
    return int(open(path).read().split("Gen=")[1].split()[0])


def test_kernel(v):
    """The real thing in QEMU: exact steps, threads that fault and that are killed, and some thirty generations a second that reach the window."""
    test_step(v)
    v.screen.key("r", "plus", "plus", "plus", "space")
    time.sleep(0.5)
    began, first = time.monotonic(), gen_of(v, "first.rle")
    time.sleep(3)
    passed, second = time.monotonic() - began, gen_of(v, "second.rle")
    print(f"# {(second - first) / passed:.1f} generations a second, wanted 30")
    assert second - first > 10 * passed, f"{second - first} generations in {passed:.1f} s"
    v.screen.key("r")
    until("reset", lambda: cells_of(v.screen.look()) == v.start)
    test_wild(v)
    test_kill(v)


DESKTOP_TESTS = [test_step, test_play_and_pause, test_reset, test_click_edits, test_kill, test_wild, test_zoom, test_pan, test_grid, test_help,
                 test_speed, test_palette, test_clipboard, test_open, test_save_and_photo, test_resize, test_lost, test_quit, test_kernel]
PLAIN_TESTS = [test_exact_pixels, test_no_display]


def on_desktop(test, program, folder):
    with Screen() as screen:
        viewer = Viewer(program, screen, folder, KERNEL if test is test_kernel else None)
        try:
            viewer.settle()
            test(viewer)
        except BaseException:
            subprocess.run(["import", "-window", "root", f"/tmp/petri-{test.__name__}.png"], env=screen.env)
            print(f"# the screen at that moment: /tmp/petri-{test.__name__}.png")
            raise
        finally:
            viewer.end()


def attempt(number, test, run):
    about = " ".join(test.__doc__.split()).rstrip(".")
    try:
        run()
        print(f"ok {number} - {test.__name__}: {about}", flush=True)
        return True
    except Exception:
        print(f"not ok {number} - {test.__name__}: {about}")
        for line in traceback.format_exc().splitlines():
            print("#", line)
        print(f"# again: {sys.argv[0]} {sys.argv[1]} {test.__name__}", flush=True)
        return False


def run_all(plain, desktop, on_desktop, kernel_test, image):
    """The tests that are wanted: plain ones, and those on a desktop, of which one needs QEMU and an image."""
    program, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    tests = [t for t in plain + desktop if not wanted or t.__name__ in wanted]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            if test in plain:
                failed += not attempt(number, test, lambda: test(program, folder))
            elif missing_tools():
                print(f"ok {number} - {test.__name__} # SKIP not installed: {', '.join(missing_tools())}")
            elif test is kernel_test and not (os.path.exists(image) and shutil.which("qemu-system-aarch64")):
                print(f"ok {number} - {test.__name__} # SKIP needs QEMU and {image}")
            else:
                failed += not attempt(number, test, lambda: on_desktop(test, program, folder))
    print(f"# {len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_all(PLAIN_TESTS, DESKTOP_TESTS, on_desktop, test_kernel, IMAGE))
