"""`ajar mark` and `ajar diff --since` while `ajar run` records a worker, and of its recording."""

from . import answers, systems, truths
from .attaching import LEAKY, by_module

REQUESTS = 40


def check_since(who, report, pid, said):
    if not said.check(isinstance(report, dict), who, report):
        return
    process = truths.process_of(report, pid)
    if not said.check(process is not None, who, "has not the worker"):
        return
    leaks = by_module(process, LEAKY)
    said.check(sum(group["outstanding"] for group in leaks) == REQUESTS, who, "counts otherwise:", *map(truths.describe, process["groups"]))
    said.check(all(truths.function_of(group) == "ReadSettings" for group in leaks), who, *map(truths.describe, leaks))
    said.check((report["since"] or {}).get("label") == "after-login", who, "is since", report["since"])
    coverage = process["coverage"]
    said.check(coverage["before_mark"] > REQUESTS and coverage["unseen"] == 0, who, coverage)
    said.check_none(who, truths.contradictions(process))


def check_mark(system, pid, said):
    marked = system.ajar.ends("mark", str(pid), "after-login")
    said.check(marked.status == 0 and marked.out.startswith("marked 'after-login' at "), "mark:", marked.status, marked.out, marked.err)
    again = system.ajar.ends("mark", str(pid), "after-login")
    said.check(again.status == 2 and "there is a mark 'after-login' already" in again.err, "a second mark of that name:", again.status, again.err)


def check_dump(system, pid, said):
    """A dump of the worker has what the session has seen of its handles."""
    dumped = system.ajar.ends("dump", str(pid), "-o", "worker.dmp")
    if not said.check(dumped.status == 0 and " operations on handles in worker.dmp" in dumped.out, "dump:", dumped.status, dumped.out, dumped.err):
        return
    # On Linux nobody has the images that would give functions their names.
    for who, ajar, function in (("Linux's report of the dump", system.reader, ""), ("the report of the dump", system.ajar, "ReadSettings")):
        report = ajar.json("report", "worker.dmp")
        if not said.check(isinstance(report, dict), who, report):
            continue
        leaks = [group for group in by_module(truths.process_of(report, pid), LEAKY) if group["verdict"] in ("leak", "suspect")]
        said.check(sum(group["outstanding"] for group in leaks) == 2 * REQUESTS, who, "counts otherwise:", *map(truths.describe, leaks))
        said.check(all(truths.function_of(group) == function for group in leaks), who, *map(truths.describe, leaks))


def check_refusals(system, pid, said):
    unknown = system.ajar.ends("diff", str(pid), "--since", "no-such-mark")
    said.check(unknown.status == 2 and "there is no mark 'no-such-mark'" in unknown.err, "an unknown mark:", unknown.status, unknown.err)


def check(system, said: answers.Answers):
    said.begin("mark")
    session = systems.Running(system.ajar.call("run", "-o", "marked.ajar", "--report", "marked.txt", "--", *system.program(f"worker {REQUESTS} 5 wait")))
    pid = int((session.read_until("pid ") or "pid 0").split()[1])
    if not said.check(pid != 0 and session.read_until("handled ") is not None, "the worker did not start"):
        session.finish()
        return
    check_mark(system, pid, said)
    session.tell("more")
    session.read_until("handled ")
    check_since("ajar diff of the session", system.ajar.json("diff", str(pid), "--since", "after-login"), pid, said)
    check_dump(system, pid, said)
    check_refusals(system, pid, said)
    ended = session.finish()
    said.check(ended.status == 0, "the worker ended with", ended.status, ended.err)
    for who, ajar in (("Linux's diff of the recording", system.reader), ("the diff of the recording", system.ajar)):
        check_since(who, ajar.json("diff", "marked.ajar", "--since", "after-login"), pid, said)
    late = system.ajar.ends("diff", str(pid), "--since", "after-login")
    said.check(late.status == 2 and "has ended" in late.err, "diff of a session that has ended:", late.status, late.err)
