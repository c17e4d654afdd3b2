#!/usr/bin/env python3
"""Stands in for qemu-system-aarch64 under petri-view --console: says the bytes of the file FAKE_BYTES on the line, keeps the boot script in
FAKE_SCRIPT, and ends with FAKE_CODE.
"""
import os
import socket
import sys


def value_of(option, key):
    for word, value in zip(sys.argv, sys.argv[1:]):
        for field in value.split(','):
            if word == option and field.startswith(key + '='):
                return field[len(key) + 1:]
    raise SystemExit(f'{option} with {key}= is missing')


def main():
    with socket.socket(socket.AF_UNIX) as server:
        with open(value_of('-device', 'file'), 'rb') as script, open(os.environ['FAKE_SCRIPT'], 'wb') as kept:
            kept.write(script.read())
        server.bind(value_of('-chardev', 'path'))
        server.listen(1)
        line, _ = server.accept()
        with line, open(os.environ['FAKE_BYTES'], 'rb') as said:
            line.sendall(said.read())
    sys.exit(int(os.environ.get('FAKE_CODE', '0')))


if __name__ == '__main__':
    main()
