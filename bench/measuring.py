"""What the parts of the measurement have in common: the machine, how runs are paired, and a row of the table."""

import dataclasses
import os
import pathlib
import platform
import shutil
import statistics
import subprocess


class CannotMeasure(Exception):
    """Something that a part needs is not there, or does not work: it is left out with this line."""


@dataclasses.dataclass
class Row:
    """One figure: its value in every round, and what of it is ajar's own, as text."""
    work: str
    values: list
    goal: float | None = None
    at_least: bool = False
    added: str = ""
    form: str = ".2f"

    def measured(self):
        return statistics.median(self.values)

    def missed(self):
        if self.goal is None:
            return False
        return self.measured() < self.goal if self.at_least else self.measured() > self.goal

    def text(self):
        words = f"{'at least' if self.at_least else 'at most'} {self.goal:g}" if self.goal is not None else ""
        figures = f"{self.measured():{self.form}} ({min(self.values):{self.form}} … {max(self.values):{self.form}})"
        return f"{self.work:<57} {words:<13} {figures:<28} {self.added}{'   MISSED' if self.missed() else ''}".rstrip()


HEADING = f"{'work':<57} {'goal':<13} {'median (least … greatest)':<28} added"


@dataclasses.dataclass
class Bench:
    """Where the programs are, where files may be written, and how often everything is done."""
    build: pathlib.Path
    scratch: pathlib.Path
    rounds: int
    other_ajar: pathlib.Path | None = None

    @property
    def ajar(self):
        return self.other_ajar.resolve() if self.other_ajar else self.program("bin/ajar")

    def program(self, name):
        path = self.build / name
        if not path.exists():
            raise CannotMeasure(f"{path} does not exist: cmake --preset release -DAJAR_BENCH=ON, then build")
        return path

    def watched(self, command, options=()):
        return [self.ajar, "run", "-o", self.scratch / "bench.ajar", *options, "--", *command]


def installed(name, package):
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise CannotMeasure(f"{name} is not installed: apt-get install {package}")
    return path


def output_of(command, **how):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **how)
    if done.returncode != 0:
        raise CannotMeasure(f"'{' '.join(map(str, command))}' ended with status {done.returncode}: {done.stderr.strip()[-200:]}")
    return done.stdout


def in_turn(rounds, first, second):
    """What the two give in each round, one right after the other; every other round the second comes first."""
    pairs = []
    for number in range(rounds):
        if number % 2 == 0:
            before = first()
            pairs.append((before, second()))
        else:
            before = second()
            pairs.append((first(), before))
    return pairs


def processors():
    return sorted(os.sched_getaffinity(0))


def describe_machine():
    model = platform.machine()
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {len(processors())} processors, {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f}"
