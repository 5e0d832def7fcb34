"""`ajar run` of a program that does nothing."""

import statistics

from measuring import Row, installed, output_of

RUNS_PER_ROUND = 20
GOAL = 1.5


def true(bench):
    program = installed("true", "coreutils")
    command = [bench.program("bench/time_runs"), RUNS_PER_ROUND * bench.rounds, bench.program("bench/fork_exec"), program, "--",
               bench.ajar, "run", "-o", bench.scratch / "true.ajar", "---", program]
    lines = [[int(word) for word in line.split()] for line in output_of(command).splitlines()]
    rounds = [lines[at:at + RUNS_PER_ROUND] for at in range(0, len(lines), RUNS_PER_ROUND)]
    ratios = [statistics.median(line[3] / line[0] for line in lines) for lines in rounds]
    bare, ajar = (statistics.median(line[which] for line in lines) / 1e6 for which in (0, 3))
    yield Row("ajar run -- true / fork and exec by a static program", ratios, GOAL,
              added=f"{ajar - bare:.2f} ms to {bare:.2f}")
