"""Runs of Life in QEMU for those who measure: a boot script, a machine of so many cores, and what it said. No program of its own."""
import collections
import importlib.util
import struct
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_spec = importlib.util.spec_from_file_location('target_run', ROOT / 'tests/target/run.py')
target = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(target)

STATS, LIFE_GENERATION, LIFE_CORES = 0x03, 0x22, 0x24
Run = collections.namedtuple('Run', 'seconds guest_ns steps cores threads_stolen code')


def boot_script(viewer, name, cores, stealing, size, until):
    """The viewer writes it; that it is QEMU which is to end by itself is the flag that the viewer sets for its own QEMU only."""
    words = [viewer, f'qemu:virt:x', '--boot-script', name, '--cores', str(cores), *([] if stealing else ['--no-stealing']), '--rule', f'B3/S23:T{size},{size}',
             '--random', '0.3', '--soup', '7', '--speed', 'max', '--until', str(until)]
    subprocess.run(words, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    return Path(name).read_bytes()


def ending(blob):
    """The same script for a run that ends QEMU at its goal: a flag of BOOT, and one of LIFE_UNTIL, its last item (docs/wire.md)."""
    items = bytearray(blob[8:-4])
    items[4] |= target.BOOT_QEMU
    items[-1] = 1
    body = blob[:8] + bytes(items)
    return body + struct.pack('<I', target.zlib.crc32(body))


def digest(data, seconds, code):
    """Guest time, steps and cores between the first generation told and the end."""
    _, frames, _ = target.split_stream(data)
    generations = [struct.unpack_from('<QQ', p, 24) for kind, _, p in frames if kind == LIFE_GENERATION]
    shares = [struct.unpack_from(f'<{p[0]}Q', p, 8) for kind, _, p in frames if kind == LIFE_CORES]
    stats = [p for kind, _, p in frames if kind == STATS]
    steals = [struct.unpack_from('<Q', stats[-1], 80 + 32 * i + 16)[0] for i in range(stats[-1][76])] if stats else []
    if not generations or not shares:
        return Run(seconds, 0, 0, (), steals, code)
    (first_steps, first_ns), (last_steps, last_ns) = generations[0], generations[-1]
    return Run(seconds, last_ns - first_ns, last_steps - first_steps, shares[-1], steals, code)


def life(build, cores, size, until, *, board='virt', stealing=True, icount=False, watched=True, limit=None):
    """watched: what it says is kept. limit: seconds, after which it is stopped, which is then no failure."""
    image_board, address, machine = target.BOARDS[board]
    machine = [*machine, '-smp', str(cores)] if board == 'virt' else machine
    machine = [word if word != '256M' else '1G' for word in machine]
    machine += ['-global', 'arm-cpu.pmu=off']  # as the viewer starts it
    with tempfile.TemporaryDirectory(prefix='petri-') as directory:
        script, said = Path(directory) / 'boot', Path(directory) / 'said'
        script.write_bytes(ending(boot_script(ROOT / build / 'petri-view', script, cores, stealing, size, until)))
        command = ['qemu-system-aarch64', *machine, '-kernel', ROOT / build / image_board / 'life/kernel8.img', '-semihosting', '-display', 'none',
                   '-monitor', 'none', '-serial', f'file:{said}' if watched else 'null', '-device',
                   f'loader,file={script},addr={address:#x},force-raw=on', *(['-icount', 'shift=0,sleep=off'] if icount else [])]
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            code = process.wait(limit or 600)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = 0 if limit else -1
        return digest(said.read_bytes() if watched else b'', time.monotonic() - began, code)
