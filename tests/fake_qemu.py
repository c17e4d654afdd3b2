#!/usr/bin/env python3
"""Stands in for qemu-system-aarch64 in tests of the viewer: understands the arguments that the viewer gives, and runs the
target made of Python on the socket they name, from the boot script they name.

FAKE_QEMU in the environment makes it misbehave: die (ends before it opens the socket), abort (SIGABRT after the first
frames), code7 (the right run, but exit code 7), hang (goes on after END).
"""
import os
import signal
import struct
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fake_target  # noqa: E402


def value_of(option, contains=""):
    values = [sys.argv[i + 1] for i, a in enumerate(sys.argv[:-1]) if a == option and contains in sys.argv[i + 1]]
    return values[0] if values else ""


def fields(text):
    return dict(f.split("=", 1) for f in text.split(",") if "=" in f)


def items(blob):
    """The (type, payload) of a boot script; an assertion for each thing that must hold."""
    magic, size = struct.unpack_from("<4sI", blob)
    assert magic == b"PBS1" and len(blob) == size + 12, (magic, size, len(blob))
    assert zlib.crc32(blob[:-4]) == struct.unpack("<I", blob[-4:])[0]
    out, at = [], 8
    while at < 8 + size:
        kind, zero, length = struct.unpack_from("<BBH", blob, at)
        assert zero == 0 and at + 4 + length <= 8 + size
        out.append((kind, blob[at + 4:at + 4 + length]))
        at += 4 + length
    return out


def main():
    mode = os.environ.get("FAKE_QEMU", "")
    if mode == "die":
        print("qemu: I cannot go on", file=sys.stderr)
        sys.exit(1)
    socket = fields(value_of("-chardev"))
    loader = fields(value_of("-device", "loader"))
    assert socket["server"] == "on" and socket["wait"] == "on" and loader["force-raw"] == "on"
    assert os.read(0, 1) == b"", "stdin is not /dev/null"
    with open(loader["file"], "rb") as f:
        script = items(f.read())
    if "PID_FILE" in os.environ:
        with open(os.environ["PID_FILE"], "w") as f:
            f.write("%d %s" % (os.getpid(), os.path.dirname(loader["file"])))
    demo = os.path.basename(os.path.dirname(value_of("-kernel")))  # build/virt/DEMO/kernel8.img
    target = fake_target.target_of(demo)(fake_target.Link("unix:" + socket["path"]), {"text"} if mode == "text" else set(), 16)
    if mode == "abort":
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGABRT)
    assert script[0][0] == 0x83
    scripted = struct.unpack_from("<I", script[0][1])[0] & 2
    for kind, payload in script[1:]:
        refused = target.command(kind, 0xFFFFFFFF, payload)
        if refused:
            target.ack(0xFFFFFFFF, kind, *refused)
    if scripted:  # whatever comes over the line now is a mistake of the viewer
        target.receive = lambda data: data and os._exit(9)
    try:
        target.run()
    except SystemExit as end:
        if mode == "hang":
            time.sleep(60)
        sys.exit(7 if mode == "code7" else end.code or 0)
    except (EOFError, ConnectionError):
        pass


if __name__ == "__main__":
    main()
