"""Reporting on a large recording, beside heaptrack_print."""

import json
import pathlib
import statistics

from measuring import CannotMeasure, Row, installed, output_of

EVENTS = 5_000_000
DEPTH = 20
PATHS = 4096
SPEED_GOAL = 6
MEMORY_GOAL = 64  # MiB


def options():
    """Of both measured programs, which make a tenth more than asked for."""
    return ["--pairs", EVENTS * 10 // 22, "--depth", DEPTH, "--paths", PATHS]


def record(bench):
    recording = bench.scratch / "large.ajar"
    output_of([bench.ajar, "run", "-o", recording, "--", bench.program("bench/open_close"), *options()])
    lost = json.loads(output_of([bench.ajar, "report", "--json", recording]))["processes"][0]["coverage"]["lost_events"]
    if lost > EVENTS / 100:
        raise CannotMeasure(f"the recording lacks {lost} events, so that it says little")
    return recording, EVENTS - lost


def record_with_heaptrack(bench):
    output_of([installed("heaptrack", "heaptrack"), "-o", bench.scratch / "large.heaptrack", bench.program("bench/malloc_free"), *options()])
    return next(pathlib.Path(bench.scratch).glob("large.heaptrack*"))


def large(bench):
    recording, events = record(bench)
    commands = [[bench.ajar, "report", recording]]
    try:
        commands.append([installed("heaptrack_print", "heaptrack"), "-f", record_with_heaptrack(bench)])
    except CannotMeasure as missing:
        print(f"left out: {missing}")
    call = [bench.program("bench/time_runs"), min(bench.rounds, 5), *commands[0]]
    for command in commands[1:]:
        call += ["--", *command]
    lines = [[int(word) for word in line.split()] for line in output_of(call).splitlines()]
    speeds = [[events / line[at] * 1e3 for line in lines] for at in range(0, 3 * len(commands), 3)]
    mapped = recording.stat().st_size / 2**20
    if len(commands) == 2:
        yield Row("report, events/s / heaptrack_print's", [mine / other for mine, other in zip(*speeds)], SPEED_GOAL, at_least=True,
                  form=".1f", added=f"{statistics.median(speeds[0]):.1f} million/s; heaptrack_print {statistics.median(speeds[1]):.2f}")
    yield Row("report, MiB in memory beyond the mapped file", [line[2] / 1024 - mapped for line in lines], MEMORY_GOAL, form=".0f",
              added=f"{events / 1e6:.1f} million events in {mapped:.0f} MiB")
