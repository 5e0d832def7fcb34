"""`ajar attach` to a worker that has leaked for a while, and leaks on."""

from . import answers, systems, truths

FULL_SIZE = 65602
LEAKY, INNOCENT = "MyCustomDll.dll", "Innocent.dll"


def by_module(process, module):
    return [group for group in process["groups"] if (group["culprit"] or {}).get("module") == module and group["outstanding"] > 0]


def check_process(who, process, said):
    """A leak of what came since, blamed on the library's function and line, and nothing on the other one."""
    if not said.check(process is not None and process["traced"], who, "has not the worker"):
        return
    said.check(process["attached"] and process["running"], who, "does not say that it was there and goes on")
    leaks = by_module(process, LEAKY)
    said.check([group for group in leaks if group["verdict"] == "leak"], who, "has no leak:", *map(truths.describe, process["groups"]))
    for group in leaks:
        culprit = group["culprit"]
        place = truths.function_of(group), culprit["file"].endswith("settings.c"), culprit["line"] > 0, group["type"]
        said.check(place == ("ReadSettings", True, True, "Key"), who, truths.describe(group))
        said.check(group["opened"] == group["outstanding"] and group["closed"] == 0, who, "some were closed:", truths.describe(group))
    said.check(not by_module(process, INNOCENT), who, "blames the innocent:", *map(truths.describe, by_module(process, INNOCENT)))
    coverage = process["coverage"]
    said.check(coverage["before_tracking"] > 10, who, "has too few that were there before:", coverage)
    said.check(coverage["unseen"] == 0 and coverage["lost_events"] == 0, who, "does not know all:", coverage)
    said.check_none(who, truths.contradictions(process))


def check_attach(system, pid, file, said, *options):
    live, late = system.ajar.json("attach", str(pid), "-o", file, *options), system.reader.json("report", file)
    for who, report in (("ajar attach", live), ("the recording of ajar attach", late)):
        if said.check(isinstance(report, dict), who, report):
            check_process(who, truths.process_of(report, pid), said)
    if isinstance(live, dict) and isinstance(late, dict):
        said.check(truths.summary(live) == truths.summary(late), "Linux reads another thing:", truths.summary(live), truths.summary(late))


def check_until_leak(system, pid, said):
    ended = system.ajar.ends("attach", str(pid), "--until-leak", "--for", "60s", "-o", "until.ajar", "--error-exitcode", "9")
    said.check(ended.status == 9 and "1. LEAK" in ended.out, "--until-leak:", ended.status, ended.out, ended.err)


def check_waiting(system, said):
    """A worker that is started by another while ajar waits for its name."""
    waits = systems.Running(system.ajar.call("attach", "--wait", "worker.exe", "--for", "8s", "-o", "waited.ajar", "--json"))
    said.check(waits.wait_for_error("waiting for 'worker.exe'"), "attach --wait does not wait:", waits.said_on_error())
    worker = systems.Running(system.bare("worker 300 20"))
    report = systems.parse(waits.finish().out)
    processes = report["processes"] if isinstance(report, dict) else []
    if said.check(len(processes) == 1, "attach --wait:", report):
        said.check(by_module(processes[0], LEAKY), "attach --wait has not seen the leak:", *map(truths.describe, processes[0]["groups"]))
    said.check(worker.finish().status == 0, "the worker that was waited for did not end well")


def check_change(system, said):
    """Between two snapshots of the tables there are as many more keys as requests, and nothing else."""
    change = system.reader.json("diff", "few.ajar", "many.ajar")
    if not said.check(isinstance(change, dict) and len(change["processes"]) == 1, "diff of two snapshots:", change):
        return
    process = change["processes"][0]
    keys = sum(group["count"] for group in process["groups_came"] if group["type"] == "Key")
    said.check((process["came"], keys, process["went"]) == (FULL_SIZE, FULL_SIZE, 0), "diff of two snapshots:", process["came"], keys, process["went"])


def check_full_size(system, said):
    """A worker with as many keys as one that was found in the wild, and as many again while ajar is attached."""
    worker = systems.Running(system.bare(f"worker {FULL_SIZE} 0 wait"))
    pid = int((worker.read_until("pid ") or "pid 0").split()[1])
    worker.read_until("handled ")
    said.check(system.ajar.ends("snapshot", str(pid), "-o", "few.ajar").status == 0, "no snapshot")
    attached = systems.Running(system.ajar.call("attach", str(pid), "--for", "20s", "-o", "full.ajar", "--json"))
    said.check(attached.wait_for_error("attached to"), "attach:", attached.said_on_error())
    worker.tell("more")
    worker.read_until("handled ")
    report = systems.parse(attached.finish().out)
    process = truths.process_of(report, pid) if isinstance(report, dict) else None
    if said.check(process is not None, "attach at full size:", report):
        leaked = sum(group["outstanding"] for group in by_module(process, LEAKY) if truths.function_of(group) == "ReadSettings")
        said.check(leaked == FULL_SIZE, "leaked:", leaked, *map(truths.describe, process["groups"]))
        coverage = process["coverage"]
        said.check(coverage["before_tracking"] > FULL_SIZE and coverage["unseen"] == 0 and coverage["lost_events"] == 0, "coverage:", coverage)
    said.check(system.ajar.ends("snapshot", str(pid), "-o", "many.ajar").status == 0, "no second snapshot")
    said.check(worker.finish().status == 0, "the worker did not end well")
    check_change(system, said)


def check_after_a_kill(system, pid, said):
    """An ajar that is killed leaves the agent behind, which no other ajar is kept out by; while one lives, others are."""
    killed = systems.Running(system.ajar.call("attach", str(pid), "-o", "killed.ajar"))
    said.check(killed.wait_for_error("attached to"), "attach:", killed.said_on_error())
    second = system.ajar.ends("attach", str(pid), "--for", "1s", "-o", "second.ajar")
    said.check(second.status == 2 and "another ajar records it already" in second.err, "a second ajar:", second.status, second.err)
    killed.process.kill()
    killed.process.wait()
    check_attach(system, pid, "after.ajar", said, "--for", "3s")


def check_refusals(system, said):
    for victim, words in (("999999", "999999"), ("no-such-program", "no process matches 'no-such-program'")):
        ended = system.ajar.ends("attach", victim, "--for", "1s")
        said.check(ended.status == 2 and words in ended.err and ended.err.count("\n") == 1, "attach", victim, ended.status, ended.err)


def check(system, said: answers.Answers):
    said.begin("attach")
    worker = systems.Running(system.bare("worker 2400 20 wait"))
    pid = int((worker.read_until("pid ") or "pid 0").split()[1])
    said.check(pid != 0, "the worker did not start")
    check_attach(system, pid, "attached.ajar", said, "--for", "5s")
    check_attach(system, pid, "again.ajar", said, "--for", "5s")
    check_until_leak(system, pid, said)
    check_after_a_kill(system, pid, said)
    worker.read_until("handled ")
    ended = worker.finish()
    said.check(ended.status == 0 and "0 failures" in ended.out, "the worker did not end as it should:", ended.status, ended.out, ended.err)
    check_waiting(system, said)
    check_full_size(system, said)
    check_refusals(system, said)
