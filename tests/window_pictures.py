#!/usr/bin/env python3
"""Makes the pictures of the documents, from the window as it is: docs/viewer-life.png, docs/life.gif, docs/viewer-faults.png, and the
philosophers at five (stuck), a hundred and two thousand.

    window_pictures.py build/petri-view [life | faults | philosophers]...

The targets are the images in build/, in QEMU. Needs Xvfb, xdotool and ImageMagick.
"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from window_screen import Screen  # noqa: E402

SOURCE = "qemu:virt:build/virt/%s/kernel8.img"
FRAMES = 60
CELL = (135, 383)
FAULT_LINE = (800, 560)
BOARD = "648x648+16+64"


def shoot(screen, path):
    subprocess.run(["import", "-window", "root", "-depth", "8", path], env=screen.env, check=True)


def running(screen, path):
    """A dish in full life, with a cell selected."""
    time.sleep(5)
    screen.hand("mousemove", *CELL, "key", "w")
    time.sleep(2.2)
    shoot(screen, path)


def moving(screen, path):
    """The board alone, one picture a generation, put together at twelve a second."""
    screen.key("space")
    time.sleep(0.5)
    screen.hand("mousemove", 700, 790)
    with tempfile.TemporaryDirectory() as folder:
        frames = [os.path.join(folder, f"{i:03}.png") for i in range(FRAMES)]
        for frame in frames:
            screen.key("s")
            time.sleep(0.15)
            shoot(screen, frame)
        subprocess.run(["convert", "-delay", "8", "-loop", "0", *frames, "-crop", BOARD, "+repage", "+dither", "-colors", "64", "+map",
                        "-layers", "Optimize", path], check=True)


class Viewer:
    """The window on a screen, with a target of this demo."""

    def __init__(self, program, demo, *options):
        self.command = [program, "--window", SOURCE % demo, *options]

    def __enter__(self):
        self.screen = Screen()
        self.screen.__enter__()
        self.process = subprocess.Popen(self.command, env=self.screen.env)
        self.screen.find_window()
        return self.screen

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.screen.__exit__()


def life(program):
    with Viewer(program, "life", "--rule", "B3/S23:T64,64", "--soup", "11") as screen:
        running(screen, "docs/viewer-life.png")
        moving(screen, "docs/life.gif")


def held_click(screen, cell, *keys):
    for key in keys:
        screen.hand("keydown", key)
    screen.click(20 + 10 * cell[0] + 5, 68 + 10 * cell[1] + 5)
    for key in keys:
        screen.hand("keyup", key)
    time.sleep(0.4)


KILLED = [(x, 22) for x in range(16, 26)] + [(46, 45), (47, 46), (48, 47)]
WILD = [(10, 10), (30, 14), (44, 30), (12, 50), (33, 40), (54, 20)]


def faults(program):
    """Some cells are killed, some write where they may not; the dish goes on. One of the latter is selected by its line in the list."""
    with Viewer(program, "life", "--rule", "B3/S23:T64,64", "--soup", "11") as screen:
        time.sleep(2)
        for cell in KILLED:
            held_click(screen, cell, "ctrl")
        for cell in WILD:
            held_click(screen, cell, "ctrl", "shift")
        screen.click(*FAULT_LINE)
        screen.hand("mousemove", 700, 790)
        time.sleep(0.6)
        shoot(screen, "docs/viewer-faults.png")


def stuck(screen, path):
    """They eat for a while, quickly reaching for both forks; then they take their time, and get stuck."""
    time.sleep(6)
    screen.key("t")
    time.sleep(0.3)
    screen.key("ctrl+u")
    screen.hand("type", "150000 100000 60000 exponential")
    screen.key("Return")
    screen.hand("mousemove", 900, 790)
    time.sleep(15)
    shoot(screen, path)


def philosophers(program):
    with Viewer(program, "philosophers", "--philosophers", "5", "--strategy", "naive", "--think", "150000", "--eat", "100000",
                "--reach", "0", "--seed", "5") as screen:
        stuck(screen, "docs/philosophers-5.png")
    for count in ("100", "2000"):
        with Viewer(program, "philosophers", "--philosophers", count, "--strategy", "chandy-misra", "--seed", "5") as screen:
            screen.hand("mousemove", 900, 790)
            time.sleep(16)
            shoot(screen, "docs/philosophers-%s.png" % count)


def main():
    chosen = sys.argv[2:] or ["life", "faults", "philosophers"]
    for name in chosen:
        {"life": life, "faults": faults, "philosophers": philosophers}[name](sys.argv[1])


if __name__ == "__main__":
    main()
