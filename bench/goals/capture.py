"""Taking a stack by itself, beside unw_backtrace and what heaptrack needs for an allocation."""

import os
import statistics

from measuring import CannotMeasure, Row, installed, output_of

DEPTH = 32  # and five frames in which the thread starts
# Different stacks in random order: the most that a capture may take, as a ratio to unw_backtrace.
GOALS = {1: 0.10, 64: None, 4096: 0.35}
HEAPTRACK_GOAL = 0.1


def captures(bench, paths):
    """Per round (ajar, unw_backtrace, backtrace, ajar's first)."""
    lines = output_of([bench.program("bench/capture_cost"), "--paths", paths, "--depth", DEPTH, "--rounds", bench.rounds]).splitlines()
    frames = lines[0].split()
    if frames[0] != frames[1]:
        raise CannotMeasure(f"capture_cost: ajar finds {frames[0]} frames and unw_backtrace {frames[1]}")
    return frames[0], [[float(word) for word in line.split()] for line in lines[1:]]


def alone(bench):
    for paths, goal in GOALS.items():
        frames, rounds = captures(bench, paths)
        ajar, libunwind, libc, first = (statistics.median(values) for values in zip(*rounds))
        what = "repeating" if paths == 1 else f"{paths} in random order"
        yield Row(f"capture, {frames} frames, {what} / unw_backtrace", [mine / other for mine, other, _, _ in rounds], goal,
                  added=f"{ajar:.0f} ns; unw_backtrace {libunwind:.0f}, backtrace {libc:.0f}")
        if paths == max(GOALS):
            yield Row("  … for the first time / unw_backtrace", [mine / other for _, other, _, mine in rounds], added=f"{first:.0f} ns")


def heaptrack(bench):
    """Its library as its script loads it, but with nobody who reads what it writes, which makes it faster."""
    script = installed("heaptrack", "heaptrack")
    library = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(script))), "lib/heaptrack/libheaptrack_preload.so")
    program = [bench.program("bench/malloc_free"), "--pairs", 200_000, "--depth", DEPTH]
    watched = dict(os.environ, LD_PRELOAD=library, DUMP_HEAPTRACK_OUTPUT="/dev/null")
    added = []
    for _ in range(bench.rounds):
        bare = float(output_of(program).split()[0])
        added.append(float(output_of(program, env=watched).split()[0]) - bare)
    mine = [ajar for ajar, _, _, _ in captures(bench, 1)[1]]
    yield Row("capture, repeating / what heaptrack adds to malloc+free", [ajar / other for ajar, other in zip(mine, added)],
              HEAPTRACK_GOAL, form=".3f", added=f"{statistics.median(mine):.0f} ns; heaptrack {statistics.median(added):.0f}")
