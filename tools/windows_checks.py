"""What the checks of ajar.exe share (tools/check-windows-…)."""

import json
import os
import pathlib
import subprocess
import sys

TOOLS = pathlib.Path(__file__).resolve().parent
checked = 0


def check(holds, *words):
    global checked
    checked += 1
    if not holds:
        sys.exit(pathlib.Path(sys.argv[0]).name + ": " + " ".join(str(word)[:1000] for word in words))


def go_into_wine(exe):
    """Begins the program anew in a Wine of its own, unless it is in one."""
    if "AJAR_IN_WINE" not in os.environ:
        os.execv(TOOLS / "in-wine", ["in-wine", exe, sys.argv[0], *sys.argv[1:]])


class Ajar:
    """An ajar, here or under Wine."""

    def __init__(self, *command):
        self.command = command

    def start(self, *arguments):
        return subprocess.Popen([*self.command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)

    def says(self, *arguments, status=0):
        ended = subprocess.run([*self.command, *arguments], capture_output=True, timeout=120, stdin=subprocess.DEVNULL, check=False)
        check(ended.returncode == status, "ajar", *arguments, "ended with", ended.returncode, ended.stdout[-500:], ended.stderr[-500:])
        return (ended.stdout if status == 0 else ended.stderr).decode().replace("\r\n", "\n")

    def json(self, *arguments):
        return json.loads(self.says(*arguments, "--json"))
