"""`ajar run` of a program that does nothing but open and close, with a full stack at both."""

import statistics

from measuring import CannotMeasure, Row, in_turn, output_of, processors

PAIRS = 200_000
DEPTH = 30
# Different ways to the place: the most that ajar may cost, as a ratio to bare.
GOALS = {1: 1.06, 64: 1.12}
# The most by which two threads may become slower with ajar than without, as a ratio.
SCALING_GOAL = 1.03


def pair(command):
    """Nanoseconds of a pair by the clock, and those of the processor."""
    words = output_of(command).split()
    return float(words[0]), float(words[-1])


def measure(bench, threads, paths, rounds):
    """(bare, ajar) of each round, each as pair() has it."""
    program = [bench.program("bench/open_close"), "--pairs", PAIRS, "--depth", DEPTH, "--threads", threads, "--paths", paths]
    return in_turn(rounds, lambda: pair(program), lambda: pair(bench.watched(program)))


def one_thread(bench):
    for paths, goal in GOALS.items():
        runs = measure(bench, 1, paths, bench.rounds)
        bare = statistics.median(bare[0] for bare, _ in runs)
        added, of_processor = (statistics.median(ajar[which] - bare[which] for bare, ajar in runs) for which in (0, 1))
        what = "the same path" if paths == 1 else f"{paths} paths"
        yield Row(f"open+close, depth {DEPTH}, {what} / bare", [ajar[0] / bare[0] for bare, ajar in runs], goal,
                  added=f"{added:.0f} ns to {bare:.0f}; {of_processor:.0f} of processor time")


def two_threads(bench):
    if len(processors()) < 2:
        raise CannotMeasure("there is one processor")
    ratios = {"processor time": [], "by the clock, beside ajar's process": []}
    added = {what: [] for what in ratios}
    for _ in range(bench.rounds):
        (one,), (two,) = measure(bench, 1, 16, 1), measure(bench, 2, 16, 1)
        for what, which in zip(ratios, (1, 0)):
            (bare_one, ajar_one), (bare_two, ajar_two) = [[side[which] for side in runs] for runs in (one, two)]
            ratios[what].append(ajar_two / bare_two / (ajar_one / bare_one))
            added[what].append(((ajar_one - bare_one), (ajar_two - bare_two)))
    for what, goal in zip(ratios, (SCALING_GOAL, None)):
        one, two = (statistics.median(values) for values in zip(*added[what]))
        yield Row(f"two threads / one, / bare's: {what}", ratios[what], goal, added=f"{one:.0f} ns with one, {two:.0f} with two")
