"""Victims and ajar, as programs that are run: under Wine, or the twins on Linux."""

import json
import os
import queue
import subprocess
import tempfile
import threading
import time

PATIENCE_S = 180


class Ended:
    """A program that has ended: what it printed, and its status as a shell has it."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, text_of(out), text_of(err)


def text_of(printed):
    return printed.decode(errors="replace").replace("\r\n", "\n")


def end_of(command):
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired as late:
        return Ended("none: it did not end", late.stdout or b"", late.stderr or b"")
    status = ended.returncode
    return Ended(128 - status if status < 0 else status, ended.stdout, ended.stderr)


class Running:
    """A program that goes a step on with each line that it is given."""

    def __init__(self, command):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        self.printed, self.lines = [], queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.printed.append(line)
            self.lines.put(text_of(line))
        self.lines.put(None)

    def read_until(self, words):
        """The first line that begins so; None where it ends before, or says nothing for long."""
        try:
            while (line := self.lines.get(timeout=PATIENCE_S)) is not None:
                if line.startswith(words):
                    return line.strip()
        except queue.Empty:
            pass
        return None

    def wait_for_error(self, words):
        """Until it says so on standard error; False if it does not."""
        until = time.monotonic() + PATIENCE_S
        while words.encode() not in self.said_on_error():
            if time.monotonic() > until or self.process.poll() is not None:
                return False
            time.sleep(0.1)
        return True

    def said_on_error(self):
        return os.pread(self.errors.fileno(), os.fstat(self.errors.fileno()).st_size, 0)

    def tell(self, line):
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended, as its status and what it printed will tell

    def finish(self):
        self.tell("")
        try:
            status = self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "none: it did not end"
        self.reader.join(timeout=PATIENCE_S)
        return Ended(status, b"".join(self.printed), self.said_on_error())


class Ajar:
    def __init__(self, *command):
        self.command = command

    def call(self, *words):
        return [*self.command, *words]

    def ends(self, *words):
        return end_of(self.call(*words))

    def json(self, *words):
        """What it says as JSON, or an error in words."""
        ended = self.ends(*words, "--json")
        return parse(ended.out) if ended.status == 0 else f"{' '.join(words)}: status {ended.status}: {ended.err.strip()[-300:]}"


def parse(text):
    try:
        return json.loads(text)
    except ValueError:
        return f"not JSON: {text[:200]!r}"


def read_json(path):
    if not os.path.exists(path):
        return f"there is no {path}"
    with open(path, encoding="utf-8") as file:
        return parse(file.read())


class UnderWine:
    def __init__(self, build, exe):
        self.ajar, self.reader = Ajar("wine", exe), Ajar(f"{build}/bin/ajar")
        self.victims = f"{build}/victims/windows"
        # A crash is the end, and nobody looks into it.
        os.environ["WINEDLLOVERRIDES"] = os.environ.get("WINEDLLOVERRIDES", "") + ";winedbg.exe="

    def program(self, run):
        name, *arguments = run.split()
        return [f"{self.victims}/{name}.exe", *arguments]

    def bare(self, run):
        return ["wine", *self.program(run)]


class Twins:
    """The victims of the same names on Linux: what is compared there is what is compared of Windows."""

    def __init__(self, build):
        self.ajar = self.reader = Ajar(f"{build}/bin/ajar")
        self.victims = f"{build}/victims"

    def program(self, run):
        name, *arguments = run.split()
        return [f"{self.victims}/{name}", *arguments]

    def bare(self, run):
        return self.program(run)
