"""The little of gdb's remote protocol that an account needs: breakpoints, registers, go on, and a word to QEMU's monitor."""
import socket
import time


class Target:
    def __init__(self, path, deadline=30):
        end = time.monotonic() + deadline
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(path)
                break
            except OSError:
                self.socket.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        self.buffer = b''
        self.at = None      # the breakpoint where it stands
        self.breakpoints = set()

    def _send(self, text):
        data = text.encode()
        self.socket.sendall(b'$%s#%02x' % (data, sum(data) & 0xff))

    def _receive(self):
        while True:
            start = self.buffer.find(b'$')
            end = self.buffer.find(b'#', start)
            if start >= 0 and 0 <= end <= len(self.buffer) - 3:
                packet = self.buffer[start + 1:end]
                self.buffer = self.buffer[end + 3:]
                self.socket.sendall(b'+')
                return packet.decode('latin-1')
            more = self.socket.recv(65536)
            if not more:
                raise EOFError('the target has ended')
            self.buffer += more

    def ask(self, text):
        self._send(text)
        return self._receive()

    def monitor(self, command):
        """A line of QEMU's own monitor."""
        self._send('qRcmd,' + command.encode().hex())
        while self._receive() != 'OK':
            pass

    def breakpoint(self, address):
        if self.ask(f'Z0,{address:x},4') != 'OK':
            raise ValueError(f'no breakpoint at {address:#x}')
        self.breakpoints.add(address)

    def register(self, number):
        """0-30, 31 the stack pointer, 32 the program counter."""
        return int.from_bytes(bytes.fromhex(self.ask('g')[16 * number:16 * number + 16]), 'little')

    def go_on(self):
        """Until the next breakpoint; returns its address. EOFError: the target has ended."""
        if self.at is not None:
            self.ask(f'z0,{self.at:x},4')
            self.ask('s')
            self.ask(f'Z0,{self.at:x},4')
        answer = self.ask('c')
        if answer[:1] in 'WX':
            raise EOFError('the target has ended')
        self.at = self.register(32)
        return self.at
