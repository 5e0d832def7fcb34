"""What victims state of themselves (testing/victims/README.md), and how a report differs from it. testing/harness does the same for the tests
of Linux; here the system's own handles, of which a Windows victim says only how many there are, are let be."""

import json
import re

PREFIX = "truth: "
# The C library's code that leads to main() is linked into the program.
STARTUP = re.compile(r"^(__tmain|main|WinMain|DllMain|_DllMain|_CRT_)\w*|^(pre_c_init|pre_cpp_init|__main|__do_global_ctors)$")


def truths_in(printed):
    """The truths, one for each pid: of several that one states, the last."""
    stated = {}
    for line in printed.splitlines():
        if line.startswith(PREFIX):
            truth = json.loads(line.removeprefix(PREFIX))
            stated[truth["pid"]] = truth
    return list(stated.values())


def statements_in(printed, key):
    """The lines of JSON that have this key."""
    found = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return [statement for statement in found if key in statement]


def without_numbers(printed):
    """Without what differs from run to run."""
    printed = re.sub(r'"(pid|handle|open|before)":\d+', r'"\1":0', printed)
    return re.sub(r"^pid \d+", "pid 0", printed, flags=re.M)


def is_one_of(alternatives, word):
    return not alternatives or word in alternatives.split("|")


def function_of(group):
    return (group.get("culprit") or {}).get("function", "").split("(")[0]


def describe(group):
    culprit = group["culprit"] or {}
    place = f"{culprit.get('file', '')}:{culprit.get('line', 0)}"
    count = group["outstanding"] + group["closed_at_end"]
    return f"{count} x {group['type']} by '{function_of(group)}' in '{culprit.get('module', '')}' at {place} ({group['verdict']})"


def speaks_of(row, group):
    culprit = group["culprit"] or {}
    if not is_one_of(row["type"], group["type"]) or (row["module"] and row["module"] != culprit.get("module")):
        return False
    if row["function"] and row["function"] != function_of(group):
        return False
    return "line" not in row or (culprit.get("line") == row["line"] and culprit.get("file", "").endswith(row["file"]))


def is_the_systems(group):
    return group["culprit"] is None or STARTUP.match(function_of(group)) is not None


class Comparison:
    """The sentences that say what is wrong."""

    def __init__(self):
        self.wrong = []

    def equal(self, what, reported, truth):
        if reported != truth:
            self.wrong.append(f"{what}: reported {reported}, in truth {truth}")


def contradictions(process):
    """How the report on a process doesn't add up in itself."""
    found = Comparison()
    coverage = process["coverage"]
    outstanding = sum(group["outstanding"] for group in process["groups"])
    not_by_events = sum(coverage[origin] for origin in ("inherited", "before_tracking", "before_mark", "unseen"))
    found.equal("open, and open of the coverage", process["open"], coverage["open"])
    found.equal("open, and the sum of all origins", coverage["open"], outstanding + not_by_events)
    found.equal("explained", coverage["explained"], coverage["open"] - coverage["unseen"] - coverage["before_tracking"])
    found.wrong += [f"a verdict without a reason: {describe(group)}" for group in process["groups"] if not group["reason"]]
    return found.wrong


def compare_rows(process, truth, found):
    """Gives the groups that no row speaks of, and how many of the rows' handles are inherited or unseen instead."""
    left = [group for group in process["groups"] if group["outstanding"] + group["closed_at_end"] > 0]
    instead = {"inherited": 0, "unseen": 0}
    for row in truth["outstanding"]:
        groups = [group for group in left if speaks_of(row, group)]
        left = [group for group in left if group not in groups]
        count = sum(group["outstanding"] for group in groups)
        if count == 0 and "or" in row:
            instead[row["or"]] += row["count"]
            continue
        name = " ".join(f"{key} {row[key]}" for key in ("type", "function", "module", "line") if row.get(key))
        found.equal(f"outstanding ({name})", count, row["count"])
        found.equal(f"closed at the end ({name})", sum(group["closed_at_end"] for group in groups), row.get("closed_at_end", 0))
        found.wrong += [f"should be {row['verdict']}: {describe(group)}: {group['reason']}"
                        for group in groups if not is_one_of(row["verdict"], group["verdict"])]
    return left, instead


def compare_systems_own(groups, truth, found):
    """A victim of Windows says how many the system had opened before main(); one of Linux has none."""
    own = [group for group in groups if "before" in truth and is_the_systems(group)]
    found.wrong += [f"not in truth: {describe(group)}" for group in groups if group not in own]
    found.wrong += [f"a leak of the system's: {describe(group)}" for group in own if group["verdict"] == "leak"]
    count = sum(group["outstanding"] for group in own)
    if count > truth.get("before", 0):
        found.wrong.append(f"{count} of the system's own, in truth {truth['before']} at most")


def compare_bad_closes(process, truth, found):
    if "bad_closes" not in truth:
        return
    # Libraries of Windows close what they never opened, as long as it is NULL.
    counted = [bad for bad in process["bad_closes"] if not bad["noise"] and bad["handle"] != 0]
    found.equal("bad closes", sum(bad["count"] for bad in counted), truth["bad_closes"])
    thefts = sum(bad["count"] for bad in counted if bad["kind"] == "closes another's")
    found.equal("closes of another's", thefts, truth.get("thefts", 0))


def compare_origins(process, truth, instead, found):
    coverage = process["coverage"]
    if "inherited" in truth:
        found.equal("inherited", coverage["inherited"], truth["inherited"] + instead["inherited"])
    if "unseen" in truth:
        found.equal("unseen", coverage["unseen"], truth["unseen"] + instead["unseen"])
    found.equal("before tracking", coverage["before_tracking"], 0)
    found.equal("lost events", coverage["lost_events"], 0)
    for function, count in truth.get("inherited_from", {}).items():
        named = [handle for handle in coverage["inherited_handles"] if (handle["opened_by"] or {}).get("function", "").split("(")[0] == function]
        found.equal(f"inherited, opened by {function}", len(named), count)


def differences(process, truth):
    """What is wrong in the report on a process that states this."""
    if process is None:
        return ["nothing is reported of the process"]
    if not process["traced"]:
        return ["not traced: " + process["not_traced"]]
    found = Comparison()
    found.wrong += contradictions(process)
    left, instead = compare_rows(process, truth, found)
    compare_systems_own(left, truth, found)
    compare_bad_closes(process, truth, found)
    compare_origins(process, truth, instead, found)
    if "open" in truth:
        found.equal("open", process["open"], truth["open"])
    return found.wrong


def before_a_crash(truth):
    """What holds when the system has dealt with the crash, for which it opens some things of its own."""
    most_for_it = 8
    return {**{key: value for key, value in truth.items() if key != "open"}, "before": truth.get("before", 0) + most_for_it}


def summary(report):
    """What two reports on one recording must agree in."""
    return [{
        "pid": process["pid"], "open": process["open"], "exit_status": process["exit_status"], "coverage": {
            name: value for name, value in process["coverage"].items() if isinstance(value, (int, str))},
        "groups": [(group["call"], describe(group)) for group in process["groups"]],
        "bad_closes": [(bad["kind"], bad["handle"], bad["count"]) for bad in process["bad_closes"]],
        "failed_opens": [(failed["call"], failed["error"], failed["count"]) for failed in process["failed_opens"]],
    } for process in report["processes"]]


def process_of(report, pid):
    return next((process for process in report["processes"] if process["pid"] == pid), None)
