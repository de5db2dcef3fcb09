"""The local socket of relaisd and relais-hq, spoken without a program of ours
between: a kill loop cannot start one for each save (proto/control.proto)."""
import os
import socket
import struct


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def fields(message):
    """(number, value) of each; bytes or an integer."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        else:
            size = number()
            yield key >> 3, message[at:at + size]
            at += size


class Gone(Exception):
    """The program at the other end went away."""


class Wire:
    def __init__(self, home, patience):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(patience)
        # Whatever the length of the home's name.
        self.folder = os.open(home, os.O_PATH | os.O_DIRECTORY)
        try:
            self.socket.connect("/proc/self/fd/%d/control.sock" % self.folder)
        except OSError as error:
            self.close()
            raise Gone from error

    def close(self):
        self.socket.close()
        if self.folder >= 0:
            os.close(self.folder)
        self.folder = -1

    def ask(self, *verb, arguments=(), options=None, who=""):
        """The exit code, and the JSON rows."""
        request = b"".join(field(1, word.encode()) for word in verb)
        wishes = dict(options or {}, format="json", columns="80")
        for name, value in wishes.items():
            request += field(2, field(1, name.encode())
                             + field(2, value.encode()))
        for one in arguments:
            request += field(3, one.encode())
        request += field(4, who.encode()) + field(5, b"en")
        message = field(1, request)
        try:
            self.socket.sendall(struct.pack(">I", len(message)) + message)
            return self.answer()
        except OSError as error:
            raise Gone from error

    def answer(self):
        rows = []
        while True:
            size = struct.unpack(">I", self.take(4))[0]
            for number, value in fields(self.take(size)):
                if number == 1:
                    rows.append(value.decode())
                if number == 5:
                    return dict(fields(value)).get(1, 0), rows

    def take(self, size):
        got = b""
        while len(got) < size:
            piece = self.socket.recv(size - len(got))
            if not piece:
                raise Gone
            got += piece
        return got
