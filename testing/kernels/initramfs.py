"""The files of a machine that run_on starts: copies of this machine's, at the same paths, with the libraries that programs need.

As bytes they are a cpio archive in the format that the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst, "newc").
"""

import os
import pathlib
import re
import stat
import struct
import subprocess
import tempfile

LARGE = 16 << 20  # in bytes: nobody in the machine reads the debug information of such a program, and to unpack it takes seconds


class Initramfs:
    def __init__(self):
        self.members = {}  # path without the leading slash -> (mode, content)
        self.programs = []  # whose libraries are still to be added

    def make(self, path, content, mode=0o644):
        """A file that this machine doesn't have."""
        self._folders(pathlib.PurePath(path).parent)
        self.members[path.lstrip("/")] = (stat.S_IFREG | mode, content)

    def folder(self, path):
        """An empty folder, unless it has something in it."""
        self._folders(pathlib.PurePath(path))

    def add(self, path):
        """A copy of a file, a symbolic link and what it points to, or a folder and all that is in it."""
        path = pathlib.Path(os.path.abspath(path))
        place = self._real_parent(path.parent) / path.name
        name = str(place)[1:]
        if name in self.members:
            return
        self._folders(place.parent)
        if place.is_symlink():
            self.add(self._link(place))
        elif place.is_dir():
            self._folders(place)
            for each in sorted(place.iterdir()):
                self.add(each)
        elif place.is_file():
            content = _without_debug_information(place) if place.stat().st_size > LARGE else place.read_bytes()
            self.members[name] = (stat.S_IFREG | stat.S_IMODE(place.stat().st_mode), content)
            self._note_what_runs_it(place, content)

    def add_libraries(self):
        """What the programs and libraries that were added need of others, as the dynamic loader says."""
        while self.programs:
            programs, self.programs = self.programs, []
            said = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
            for library in re.findall(r"^\s+(?:.* => )?(/.*) \(0x[0-9a-f]+\)$", said, re.MULTILINE):
                self.add(library)

    def archive(self):
        records = [_record(number, name, mode, content) for number, (name, (mode, content)) in enumerate(self.members.items(), 1)]
        return b"".join([*records, _record(0, "TRAILER!!!", 0, b"")])

    def _note_what_runs_it(self, path, content):
        if content[:4] == b"\x7fELF":
            self.programs.append(path)
            for loader in _loader_of(content):
                self.add(loader)
        elif content[:2] == b"#!":
            self.add(content[2:].split(maxsplit=1)[0].decode())

    def _real_parent(self, path):
        """The folder without symbolic links, which are added where there are any."""
        if path == path.parent:
            return path
        place = self._real_parent(path.parent) / path.name
        return self._real_parent(self._link(place)) if place.is_symlink() else place

    def _link(self, place):
        """Where it points to."""
        target = os.readlink(place)
        self._folders(place.parent)
        self.members[str(place)[1:]] = (stat.S_IFLNK | 0o777, os.fsencode(target))
        return pathlib.Path(os.path.abspath(place.parent / target))

    def _folders(self, path):
        if path != path.parent:
            self._folders(path.parent)
            self.members.setdefault(str(path)[1:], (stat.S_IFDIR | 0o755, b""))


def _loader_of(elf):
    """The path of the dynamic loader that a program asks for, if it does."""
    wide = elf[4] == 2
    table, = struct.unpack_from("<Q", elf, 32) if wide else struct.unpack_from("<I", elf, 28)
    size, count = struct.unpack_from("<HH", elf, 54 if wide else 42)
    for header in (table + size * number for number in range(count)):
        if struct.unpack_from("<I", elf, header)[0] == 3:  # PT_INTERP
            offset, = struct.unpack_from("<Q", elf, header + 8) if wide else struct.unpack_from("<I", elf, header + 4)
            return [os.fsdecode(elf[offset:elf.index(b"\0", offset)])]
    return []


def _without_debug_information(path):
    with tempfile.TemporaryDirectory(prefix="run_on-") as folder:
        stripped = pathlib.Path(folder) / path.name
        done = subprocess.run(["strip", "--strip-debug", "-o", stripped, path], capture_output=True, check=False)
        return (path if done.returncode else stripped).read_bytes()  # it may be no program


def _padded(data):
    return data + bytes(-len(data) % 4)


def _record(number, name, mode, content):
    encoded = os.fsencode(name) + b"\0"
    # inode, mode, user, group, links, time, size, device (2), device (2), length of the name, checksum
    fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0]
    header = b"070701" + b"".join(b"%08x" % field for field in fields)
    return _padded(header + encoded) + _padded(content)
