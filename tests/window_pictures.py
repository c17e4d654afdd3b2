#!/usr/bin/env python3
"""Makes the pictures of the documents, from the window as it is: docs/viewer-life.png and docs/life.gif.

    window_pictures.py build/petri-view [SOURCE]

SOURCE is a target, by default QEMU with the image in build/. Needs Xvfb, xdotool and ImageMagick.
"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from window_screen import Screen  # noqa: E402

SOURCE = "qemu:virt:build/virt/life/kernel8.img"
FRAMES = 60
CELL = (135, 383)
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


def main():
    program, source = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else SOURCE
    with Screen() as screen:
        viewer = subprocess.Popen([program, "--window", source, "--rule", "B3/S23:T64,64", "--soup", "11"], env=screen.env)
        try:
            screen.find_window()
            running(screen, "docs/viewer-life.png")
            moving(screen, "docs/life.gif")
        finally:
            viewer.terminate()
            viewer.wait()


if __name__ == "__main__":
    main()
