"""`ajar run` of each victim: its report against the victim's truth, and the victim as it is without ajar."""

from dataclasses import dataclass

from . import systems, truths

ACCESS_VIOLATION = 0xC0000005


@dataclass(frozen=True)
class Row:
    run: str
    status: int = 0  # with which the process ends
    processes: int = 1
    leaks: tuple = ()  # what the text must say, of what is a leak


WINDOWS = (
    Row("worker", leaks=("94 × Key", "MyCustomDll.dll", "ReadSettings()", "settings.c")),
    Row("worker 200 15 terminate", status=3, leaks=("MyCustomDll.dll", "ReadSettings()")),
    Row("worker 65602 0"),
    Row("leak_files", leaks=("100 × File", "leak_files.exe", "open_log()", "leak_files.c")),
    Row("leak_threads", leaks=("60 × Event", "queue_mail()", "60 × Section", "60 × File")),
    Row("double_close"),
    Row("close_anothers"),
    Row("churn"),
    Row("storm 2"),
    Row("dlclose_leak"),
    Row("exit_paths return"),
    Row("exit_paths ExitProcess", status=7),
    Row("exit_paths TerminateProcess", status=8),
    Row("exit_paths access_violation", status=ACCESS_VIOLATION),
    Row("exit_paths exit_in_thread", status=10),
    Row("exit_paths end_main_thread", status=11),
    Row("leak_in_child", processes=5, leaks=("120 × File", "leak_file()", "120 × Event", "leak_event()")),
    Row("every_call", processes=2),
)

TWINS = (
    Row("leak_files", leaks=("100 × file", "leak_files", "open_log")),
    Row("leak_threads", leaks=("60 × eventfd", "queue_mail")),
    Row("double_close"),
    Row("close_anothers"),
    Row("churn"),
    Row("dlclose_leak"),
    Row("exit_paths return"),
    Row("exit_paths exit", status=7),
    Row("exit_paths exit_in_thread", status=10),
    Row("leak_in_child", processes=3, leaks=("80 × file", "leak_file", "80 × eventfd", "leak_eventfd")),
)


def chosen_rows(rows, chosen):
    return [row for row in rows if not chosen or row.run.split()[0] in chosen]


def check_bare(system, row, said):
    """The victim does what it says, without ajar."""
    bare = systems.end_of(system.bare(row.run))
    stated = truths.truths_in(bare.out)
    said.check(bare.status == row.status & 0xFF, "without ajar it ended with", bare.status, bare.err)
    said.check(len(stated) == row.processes, "without ajar there are", len(stated), "truths:", bare.out)
    said.check_none("the victim", [f"{truth['unaccounted']} handles unaccounted for" for truth in stated if truth.get("unaccounted", 0) != 0])
    return bare


def check_untouched(bare, watched, said):
    same = truths.without_numbers(watched.out) == truths.without_numbers(bare.out)
    said.check(same, "the output is another with ajar:", watched.out, "instead of", bare.out, watched.err)
    said.check(watched.status == bare.status, "the exit status is", watched.status, "with ajar,", bare.status, "without:", watched.err)


def check_report(who, report, stated, said):
    """Gives whether it is one."""
    if not said.check(isinstance(report, dict), who, report):
        return False
    for truth in stated:
        said.check_none(f"what {who} says of {truth['pid']}", truths.differences(truths.process_of(report, truth["pid"]), truth))
    said.check(not report["warnings"], who, "warns:", report["warnings"])
    return True


def check_text(text, row, said):
    for words in ("1. LEAK", *row.leaks) if row.leaks else ():
        said.check(words in text, f"the report lacks '{words}':", text)
    if not row.leaks and not any(name in row.run for name in ("worker", "leak")):
        said.check("LEAK" not in text, "a leak is reported:", text)


def check_run(system, row, said):
    said.begin(row.run)
    bare = check_bare(system, row, said)
    file = row.run.replace(" ", "-")
    watched = system.ajar.ends("run", "--json", "--report", f"{file}.json", "-o", f"{file}.ajar", "--", *system.program(row.run))
    check_untouched(bare, watched, said)
    stated = truths.truths_in(watched.out)
    if row.status == ACCESS_VIOLATION:
        stated = [truths.before_a_crash(truth) for truth in stated]
    live, late = systems.read_json(f"{file}.json"), system.reader.json("report", f"{file}.ajar")
    if check_report("ajar run", live, stated, said):
        own = stated[-1]["pid"] if stated else 0
        process = truths.process_of(live, own) or {}
        said.check(process.get("exit_status") == row.status, "exit status in the report:", process.get("exit_status"))
        said.check(process.get("running") is False, "it is said to run on")
    if check_report("ajar report, of the recording", late, stated, said) and isinstance(live, dict):
        said.check(truths.summary(live) == truths.summary(late), "Linux reads another thing:", truths.summary(live), truths.summary(late))
    check_text(system.reader.ends("report", f"{file}.ajar").out, row, said)
