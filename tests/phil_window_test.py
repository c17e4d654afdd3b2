#!/usr/bin/env python3
"""The philosophers in petri-view's window on a virtual screen: what is shown, keys, clicks, menu, zoom. TAP.

    phil_window_test.py build/petri-view

The other end is tests/fake_target.py --demo philosophers. What the keys have done is read from the recording that the viewer makes.
"""
import os
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import wire  # noqa: E402
from window_screen import Screen, read_png  # noqa: E402
from window_test import Target, run_all, until  # noqa: E402

RED, HUNGRY, EATING, THINKING = (0xff, 0x5d, 0x62), (0xff, 0xb4, 0x54), (0x7e, 0xe0, 0x5f), (0x44, 0x51, 0x66)
MAIN, CYCLE, HINT = (17, 65, 646, 646), (688, 153, 576, 176), (16, 765, 640, 34)
FAULTS = (700, 520, 550, 80)
PLATES = {0: (340, 200), 3: (230, 540)}  # of five
IMAGE = os.path.join(os.path.dirname(HERE), "build/virt/philosophers/kernel8.img")


def count(picture, area, colour):
    """Pixels of exactly this colour."""
    data = picture.crop(*area)
    want = bytes(colour)
    return sum(data[i:i + 3] == want for i in range(0, len(data), 3))


def reddish(picture, area):
    """Letters have few pixels of the full colour."""
    data = picture.crop(*area)
    return any(data[i] > 0xe0 and data[i + 1] < 0x80 for i in range(0, len(data), 3))


class Viewer:
    def __init__(self, program, screen, folder, options, source=None):
        self.screen, self.folder, self.record = screen, folder, os.path.join(folder, "r.petri")
        self.target = None if source else Target(folder, "--demo", "philosophers")
        self.process = subprocess.Popen([program, source or "unix:" + self.target.path, "--window", "--record", self.record, *options],
                                        env=screen.env, cwd=folder)
        screen.find_window()
        until("the table is shown", lambda: any(count(screen.look(), MAIN, c) > 200 for c in (HUNGRY, EATING, THINKING)), 20)
        screen.hand("mousemove", 900, 790)

    def frames(self, kind):
        with open(self.record, "rb") as f:
            return [payload for k, _, payload in wire.frames(f.read()) if k == kind]

    def config(self):
        return struct.unpack_from("<IIBBBBIII", self.frames(wire.PHIL_CONFIG)[-1])

    def looks(self):
        """The bytes of all philosophers, as the bands tell."""
        epoch, n = self.config()[:2]
        out = bytearray(n)
        for p in self.frames(wire.PHIL_BAND):
            first, rows, coding, key = struct.unpack_from("<HHBB", p, 20)
            if struct.unpack_from("<I", p)[0] == epoch:
                data = wire.decode_bits(coding, p[28:], rows)
                old = bytes(rows) if key or coding == 0 else out[first:first + rows]
                out[first:first + rows] = bytes(a ^ b for a, b in zip(old, data))
        return bytes(out)

    def still(self):
        before = self.screen.look().crop(*MAIN)
        time.sleep(0.6)
        return before == self.screen.look().crop(*MAIN)

    def end(self):
        if self.target:
            self.target.end()
        self.process.terminate()
        self.process.wait()


FAST = ["--think", "150000", "--eat", "150000", "--reach", "20000", "--strategy", "chandy-misra"]


def test_until_deadlock(program, folder):
    """Without any screen: --until-deadlock ends the window with 3, and its last picture shows the cycle in red."""
    target, path = Target(folder, "--demo", "philosophers"), os.path.join(folder, "o.png")
    env = dict(os.environ, SDL_VIDEODRIVER="dummy", PETRI_FONTS=folder)
    done = subprocess.run([program, "unix:" + target.path, "--window", "--until-deadlock", "--reach", "50000", "--screenshot", path,
                           "--timeout", "30"], env=env, capture_output=True, text=True)
    target.end()
    assert done.returncode == 3, f"ended with {done.returncode}: {done.stderr}"
    p = read_png(path)
    assert (p.width, p.height) == (1280, 800), f"{p.width}x{p.height}"
    assert count(p, MAIN, RED) > 500 and count(p, CYCLE, RED) > 500, "the cycle is not in red"
    assert count(p, MAIN, HUNGRY) > 500 and count(p, MAIN, EATING) == 0, "states"


def test_states(v):
    """Thinking, hungry and eating philosophers have their colours, on the table and in the timeline."""
    seen = set()

    def all_seen():
        p = v.screen.look()
        seen.update(c for c in (HUNGRY, EATING, THINKING) if count(p, MAIN, c) > 200)
        return len(seen) == 3
    until("all three colours", all_seen, 15)
    until("the timeline", lambda: all(count(v.screen.look(), (688, 540, 576, 225), c) > 500 for c in (HUNGRY, EATING, THINKING)))
    assert count(v.screen.look(), MAIN, RED) == 0, "red although all is well"


def test_play_and_pause(v):
    """Space pauses and plays."""
    v.screen.key("space")
    until("it pauses", v.still)
    assert v.config()[3] == 0
    v.screen.key("space")
    until("it plays", lambda: not v.still())
    assert v.config()[3] == 1


def test_deadlock(v):
    """Naive philosophers close a cycle: red on the table and in the panel; another strategy sets them free."""
    v.screen.key("shift+s", "shift+s", "shift+s", "shift+s")  # back over trylock, waiter, ordered
    until("red", lambda: count(v.screen.look(), MAIN, RED) > 500 and count(v.screen.look(), CYCLE, RED) > 500, 20)
    assert v.frames(wire.DEADLOCK), "no report"
    v.screen.key("s")
    until("all well again", lambda: count(v.screen.look(), MAIN, RED) == 0 and v.config()[2] == 1)


def test_freeze_and_kill(v):
    """Tab selects, Z freezes and lets go, K kills: the bytes of the target say so."""
    v.screen.key("Tab", "Tab", "z")
    until("1 is frozen", lambda: v.looks()[1] & 128)
    v.screen.key("z")
    until("1 is free", lambda: not v.looks()[1] & 128)
    v.screen.key("k")
    until("1 is gone", lambda: v.looks()[1] & 7 == 3)
    assert all(look & 7 != 3 for i, look in enumerate(v.looks()) if i != 1), "another one died"
    panel = v.screen.look().crop(*FAULTS)
    v.screen.key("Tab", "w")
    until("2 is gone too", lambda: v.looks()[2] & 7 == 3)
    until("a list of faults", lambda: v.screen.look().crop(*FAULTS) != panel)
    faults = v.frames(wire.FAULT)
    assert len(faults) == 1 and faults[0][44:].startswith(b"Zeno"), faults
    for number, keys in ((0, ["ctrl"]), (3, ["ctrl", "shift"])):
        for key in keys:
            v.screen.hand("keydown", key)
        v.screen.click(*PLATES[number])
        for key in keys:
            v.screen.hand("keyup", key)
        until(f"{number} is gone by a click with {keys}", lambda: v.looks()[number] & 7 == 3)
    assert len(v.frames(wire.FAULT)) == 2


def test_click_selects(v):
    """A click on a plate selects: the line at the bottom tells of that one; its card takes the panel."""
    before = v.screen.look()
    v.screen.click(340, 200)  # at the top sits number 0
    until("the hint", lambda: v.screen.look().crop(*HINT) != before.crop(*HINT))
    v.screen.key("z")
    until("0 is frozen", lambda: v.looks()[0] & 128)


def test_number(v):
    """N asks how many: nonsense is refused in red, 100 make a ring of dots; [ and ] step."""
    v.screen.key("n")
    time.sleep(0.3)
    v.screen.key("ctrl+u")
    v.screen.hand("type", "1")
    v.screen.key("Return")
    until("refused", lambda: reddish(v.screen.look(), (376, 415, 500, 40)))
    v.screen.key("ctrl+u")
    v.screen.hand("type", "100")
    v.screen.key("Return")
    until("100", lambda: v.config()[1] == 100)
    until("dots", lambda: sum(count(v.screen.look(), MAIN, c) for c in (HUNGRY, EATING, THINKING)) > 100 * 60)
    v.screen.key("bracketleft")
    until("50", lambda: v.config()[1] == 50)
    v.screen.key("bracketright", "bracketright")
    until("200", lambda: v.config()[1] == 200)


def test_times(v):
    """T asks for the times; + halves them, - doubles them."""
    v.screen.key("t")
    time.sleep(0.3)
    v.screen.key("ctrl+u")
    v.screen.hand("type", "2000 4000 8000 fixed")
    v.screen.key("Return")
    until("the times", lambda: v.config()[6:9] == (2000, 4000, 8000) and v.config()[4] == 0)
    v.screen.key("plus")
    until("halved", lambda: v.config()[6:9] == (1000, 2000, 4000))
    v.screen.key("minus")
    until("doubled", lambda: v.config()[6:9] == (2000, 4000, 8000))


def test_menu(v):
    """A click on the strategy opens a menu; an item of it restarts them with that strategy; Esc closes it."""
    until("the field", lambda: v.still() or True)
    v.screen.click(390, 746)
    until("a menu", lambda: count(v.screen.look(), (325, 560, 330, 160), (0x22, 0x29, 0x36)) > 10000)
    v.screen.key("Escape")
    until("no menu", lambda: count(v.screen.look(), (325, 560, 330, 160), (0x22, 0x29, 0x36)) < 1000)
    v.screen.click(390, 746)
    time.sleep(0.3)
    v.screen.click(450, 618)  # the second line
    until("ordered", lambda: v.config()[2] == 1)
    v.screen.click(390, 746)
    time.sleep(0.3)
    v.screen.key("Down", "Return")
    until("waiter", lambda: v.config()[2] == 2)


def test_zoom(v):
    """2,000 are a grid of dots; the wheel brings them closer until they are plates with forks; F fits again."""
    v.screen.key("n")
    time.sleep(0.3)
    v.screen.key("ctrl+u")
    v.screen.hand("type", "2000")
    v.screen.key("Return")
    until("2000", lambda: v.config()[1] == 2000)
    until("a grid", lambda: sum(count(v.screen.look(), MAIN, c) for c in (HUNGRY, EATING, THINKING)) > 60000)
    v.screen.key("space")
    until("paused", v.still)
    fitted = v.screen.look().crop(*MAIN)
    for _ in range(8):
        v.screen.click(340, 388, 4)
    until("plates", lambda: 0 < sum(count(v.screen.look(), MAIN, c) for c in (HUNGRY, EATING, THINKING)) < 60000)
    v.screen.hand("mousemove", 900, 790)
    v.screen.key("f")
    until("as before", lambda: v.screen.look().crop(*MAIN) == fitted)


def test_photo_and_record(v):
    """P takes a picture of the table, V ends and begins a recording."""
    v.screen.key("p")
    until("a photo", lambda: any(name.endswith(".png") for name in os.listdir(v.folder)))
    time.sleep(0.5)
    photo = read_png(os.path.join(v.folder, [n for n in os.listdir(v.folder) if n.endswith(".png")][0]))
    assert photo.width == photo.height == 1024, f"{photo.width}x{photo.height}"
    v.screen.key("v")
    time.sleep(0.3)
    v.screen.key("v")
    until("a second recording", lambda: any(n.startswith("petri-") and n.endswith(".petri") for n in os.listdir(v.folder)))
    name = os.path.join(v.folder, [n for n in os.listdir(v.folder) if n.startswith("petri-") and n.endswith(".petri")][0])

    def whole():
        kinds = [k for k, _, _ in wire.frames(open(name, "rb").read())]
        return wire.PHIL_CONFIG in kinds and wire.PHIL_NAMES in kinds and wire.PHIL_SAMPLE in kinds
    until("it begins with a key", whole)


def test_resize(v):
    """Small windows drop panels and words, and keep the table."""
    window = v.screen.find_window()
    for width, height in ((800, 600), (640, 400), (1280, 800)):
        v.screen.hand("windowsize", "--sync", window, width, height)
        until("the table", lambda: sum(count(v.screen.look(), (17, 65, 240, 240), c) for c in (HUNGRY, EATING, THINKING)) > 50)
    assert v.process.poll() is None


def test_kernel(v):
    """The real thing in QEMU: five naive ones get stuck, and the kernel's cycle is shown."""
    until("red", lambda: count(v.screen.look(), MAIN, RED) > 500 and count(v.screen.look(), CYCLE, RED) > 500, 60)
    v.screen.key("s")
    until("all well again", lambda: count(v.screen.look(), MAIN, RED) == 0, 30)


DESKTOP_TESTS = [test_states, test_play_and_pause, test_deadlock, test_freeze_and_kill, test_click_selects, test_number, test_times, test_menu,
                 test_zoom, test_photo_and_record, test_resize, test_kernel]
PLAIN_TESTS = [test_until_deadlock]


def on_desktop(test, program, folder):
    real = test is test_kernel
    options = ["--philosophers", "5", *(["--reach", "100000"] if real else FAST)]
    with Screen() as screen:
        viewer = Viewer(program, screen, folder, options, "qemu:virt:" + IMAGE if real else None)
        try:
            test(viewer)
        except BaseException:
            subprocess.run(["import", "-window", "root", f"/tmp/petri-phil-{test.__name__}.png"], env=screen.env)
            print(f"# the screen at that moment: /tmp/petri-phil-{test.__name__}.png")
            raise
        finally:
            viewer.end()


if __name__ == "__main__":
    sys.exit(run_all(PLAIN_TESTS, DESKTOP_TESTS, on_desktop, test_kernel, IMAGE))
