"""The way in by ptrace, for programs that no library enters and without privileges: against strace, and against bare."""

import re

from measuring import CannotMeasure, Row, in_turn, installed, output_of

PAIRS, PAIRS_WITH_STACKS = 20_000, 200
DEPTH = 30
# A program that says how long it took, so that ajar's own beginning and end don't count.
IMPORTS = ("import time; begin = time.perf_counter(); "
           "import asyncio, email, http.client, json, logging, sqlite3, unittest, urllib.request, xml.dom.minidom; "
           "print(time.perf_counter() - begin)")
STRACE_GOAL = 1.0  # of strace without stacks
STACKS_GOAL = 0.01  # of strace with stacks
IMPORT_GOAL = 1.10  # of bare


def program(bench, pairs):
    return [bench.program("bench/open_close"), "--pairs", pairs, "--depth", DEPTH, "--threads", 1, "--paths", 1]


def by_the_clock(command):
    return float(output_of(command).split()[0])


def needs_ptrace(bench):
    if not re.search(r"^ *ptrace +works", output_of([bench.program("bin/ajar"), "check"]), re.MULTILINE):
        raise CannotMeasure("ptrace can't be used here")


def against_strace(bench):
    needs_ptrace(bench)
    strace = installed("strace", "strace")
    bare = program(bench, PAIRS)
    ajar = bench.watched(bare, ["--via", "ptrace"])
    runs = in_turn(bench.rounds, lambda: by_the_clock([strace, "-f", "-o", "/dev/null", "-e", "trace=desc", *bare]),
                   lambda: by_the_clock(ajar))
    yield Row("ptrace: open+close, full stacks / strace -e trace=desc", [mine / theirs for theirs, mine in runs], STRACE_GOAL)
    few = program(bench, PAIRS_WITH_STACKS)
    runs = in_turn(min(bench.rounds, 3), lambda: by_the_clock([strace, "-f", "-k", "-o", "/dev/null", "-e", "trace=desc", *few]),
                   lambda: by_the_clock(ajar))
    yield Row("ptrace: open+close, full stacks / strace -f -k", [mine / theirs for theirs, mine in runs], STACKS_GOAL, form=".4f")


def imports(bench):
    needs_ptrace(bench)
    bare = ["/usr/bin/python3", "-I", "-c", IMPORTS]
    runs = in_turn(bench.rounds, lambda: by_the_clock(bare), lambda: by_the_clock(bench.watched(bare, ["--via", "ptrace"])))
    yield Row("ptrace: a Python program that imports / bare", [ajar / alone for alone, ajar in runs], IMPORT_GOAL)
