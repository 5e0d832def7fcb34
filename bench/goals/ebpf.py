"""The way in through the kernel: what it costs the process that is watched, and what it costs all others."""

import contextlib
import json
import re
import subprocess
import time

from measuring import CannotMeasure, Row, in_turn, installed, output_of

PAIRS = 200_000
DEPTH = 30
GOAL = 2.0  # of the process, as a ratio to bare
STACK_GOAL = 1.1  # of the process, as a ratio to what the kernel's own stacks cost it
OTHERS_GOAL = 1.16  # of other processes, while ajar is attached to one that sleeps


def program(bench, paths):
    return [bench.program("bench/open_close"), "--pairs", PAIRS, "--depth", DEPTH, "--threads", 1, "--paths", paths]


def by_the_clock(command):
    return float(output_of(command).split()[0])


def needs_ebpf(bench):
    if not re.search(r"^ *ebpf +works", output_of([bench.program("bin/ajar"), "check"]), re.MULTILINE):
        raise CannotMeasure("no BPF program can be loaded here")


# What is lost by a tool that copies the stack and unwinds later.
def lost_by_perf(bench, command):
    perf = installed("perf", "linux-perf")
    told = subprocess.run([perf, "record", "-q", "-o", str(bench.scratch / "perf.data"), "-e", "syscalls:sys_exit_open*,syscalls:sys_enter_close",
                           "--call-graph", "dwarf", "--", *map(str, command)], capture_output=True, text=True)
    if told.returncode != 0:
        raise CannotMeasure(f"perf record does not work here: {told.stderr.splitlines()[:1]}")
    stats = output_of([perf, "report", "-i", bench.scratch / "perf.data", "--stats"])
    found = {name: int(count) for name, count in re.findall(r"(SAMPLE|LOST|LOST_SAMPLES) events: +([0-9]+)", stats)}
    return 1 - min(found.get("SAMPLE", 0) / (2 * PAIRS), 1)


def against_others(bench):
    needs_ebpf(bench)
    bare = program(bench, 1)
    wrong = [bench.program("bench/wrong_stacks"), bench.program("bench/wrong_stacks.bpf.o"), *bare]
    runs = in_turn(bench.rounds, lambda: by_the_clock(wrong), lambda: by_the_clock(bench.watched(bare, ["--via", "ebpf"])))
    yield Row(f"eBPF: open+close, depth {DEPTH} / bpf_get_stack's", [ajar / theirs for theirs, ajar in runs], STACK_GOAL)
    output_of(bench.watched(bare, ["--via", "ebpf", "--report", str(bench.scratch / "report.json"), "--json"]))
    lost = json.loads((bench.scratch / "report.json").read_text())["processes"][0]["coverage"]["lost_events"]
    yield Row("eBPF: events lost", [lost], 0, form=".0f")
    yield Row("  … of perf record --call-graph dwarf, a share", [lost_by_perf(bench, bare)])


def watched(bench):
    needs_ebpf(bench)
    for paths in (1, 64):
        bare = program(bench, paths)
        runs = in_turn(bench.rounds, lambda: by_the_clock(bare), lambda: by_the_clock(bench.watched(bare, ["--via", "ebpf"])))
        what = "the same path" if paths == 1 else f"{paths} paths"
        yield Row(f"eBPF: open+close, depth {DEPTH}, {what} / bare", [ajar / alone for alone, ajar in runs], GOAL)


@contextlib.contextmanager
def attached(bench):
    sleeper = subprocess.Popen(["sleep", "1000"])
    ajar = subprocess.Popen([bench.program("bin/ajar"), "attach", "-o", str(bench.scratch / "attached.ajar"), str(sleeper.pid)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        if "attached" not in ajar.stderr.readline():
            raise CannotMeasure("ajar can't attach here")
        yield
    finally:
        ajar.terminate()
        ajar.wait()
        sleeper.kill()
        sleeper.wait()


@contextlib.contextmanager
def empty_programs(bench):
    loader = subprocess.Popen([bench.program("bench/empty_tracepoints"), bench.program("bench/empty_tracepoints.bpf.o")],
                              stdout=subprocess.PIPE, text=True)
    try:
        if "attached" not in loader.stdout.readline():
            raise CannotMeasure("an empty BPF program can't be attached here")
        yield
    finally:
        loader.kill()
        loader.wait()


def others(bench):
    needs_ebpf(bench)
    bare = program(bench, 16)
    while_attached, after, floor = [], [], []
    for _ in range(bench.rounds):
        alone = by_the_clock(bare)
        with attached(bench):
            while_attached.append(by_the_clock(bare) / alone)
        time.sleep(0.1)  # the kernel lets go of the program a little later
        after.append(by_the_clock(bare) / alone)
        with empty_programs(bench):
            floor.append(by_the_clock(bare) / alone)
        time.sleep(0.1)
    yield Row("eBPF: another process while attached / before", while_attached, OTHERS_GOAL)
    yield Row("  … while empty programs are at the two tracepoints / before", floor, None)
    yield Row("eBPF: another process after it / before", after, None)
