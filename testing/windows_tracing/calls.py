"""Each call that makes handles, one by one: what the report on every_call.exe says of the handle and of the failed call."""

import subprocess

from . import answers, systems, truths

SHOWN, UNTESTED, WRONG = "shown", "untested", "wrong"


def names_it(handle, stated):
    """A name in the table is one of the kernel's, `\\BaseNamedObjects\\x`, or what was asked for."""
    return handle["name"].replace("/", "\\").endswith(stated["name_ends"])


def trouble_with(stated, process):
    """Why the handle isn't told as it is; empty where it is."""
    groups = [group for group in process["groups"] if truths.function_of(group) == stated["function"] and group["type"] == stated["type"]]
    handles = [handle for group in groups for handle in group["handles"] if handle["handle"] == stated["handle"]]
    if not handles:
        return f"the handle is not told as {stated['function']}'s"
    if all(group["call"] != stated["call"] for group in groups):
        return f"the call is told as {groups[0]['call']}"
    return "" if names_it(handles[0], stated) else f"the name is told as '{handles[0]['name']}'"


def trouble_with_failure(stated, process):
    of_function = [failed for failed in process["failed_opens"] if truths.function_of(failed) == "open_" + stated["call"]]
    if not any(failed["call"] == stated["call"] for failed in of_function):
        return f"that it failed with {stated['failed']} is not told"
    return ""


def judge(stated, process):
    """Gives a result and its reason."""
    if "not_made" in stated:
        return UNTESTED, stated["not_made"]
    if "closes" in stated:
        left = [group for group in process["groups"] if truths.function_of(group) == stated["function"] and group["outstanding"] > 0]
        return (WRONG, "what it closed is told as open") if left else (SHOWN, "closes")
    trouble = trouble_with(stated, process)
    # Those of the window manager answer 0, and why stands where only their caller looks: the thread's last error.
    if not trouble and "failed" in stated and not stated["call"].startswith("NtUser"):
        trouble = trouble_with_failure(stated, process)
    return (WRONG, trouble) if trouble else (SHOWN, f"{stated['type']} by {stated['function']}")


def check_table(system, said):
    """What it states is what the kernel's table has."""
    victim = systems.Running(system.bare("every_call wait"))
    pid = int((victim.read_until("pid ") or "pid 0").split()[1])
    victim.read_until("ready")
    table = system.ajar.json("handles", str(pid), "-v")
    printed = victim.finish().out
    if not said.check(isinstance(table, dict), table):
        return
    handles = {handle["handle"]: handle for handle in table["processes"][0]["handles"]}
    for stated in truths.statements_in(printed, "handle"):
        handle = handles.get(stated["handle"], {"type": "none", "name": ""})
        same = handle["type"] == stated["type"] and names_it(handle, stated)
        said.check(same, "the table has", handle["type"], handle["name"], "for", stated)


def check(system, said: answers.Answers):
    """Gives the result of each call."""
    said.begin("each call")
    check_table(system, said)
    ended = system.ajar.ends("run", "--json", "--report", "calls.json", "-o", "calls.ajar", "--", *system.program("every_call"))
    report, stated = systems.read_json("calls.json"), truths.truths_in(ended.out)
    process = truths.process_of(report, stated[-1]["pid"]) if isinstance(report, dict) and stated else None
    if not said.check(process is not None, "no report:", report if process is None else "", ended.err):
        return {}
    results = {line["call"]: judge(line, process) for line in truths.statements_in(ended.out, "call")}
    for call, (result, why) in results.items():
        if result != UNTESTED:
            said.check(result == SHOWN, call, why)
    return results


def write_results(results, path):
    """A line on the system, then a line a call: its name, the result, and why, with tabs between."""
    version = subprocess.run(["wine", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{version.split()[0].replace('wine-', 'Wine ')}, x86_64\n")
        for call, (result, why) in sorted(results.items()):
            file.write(f"{call}\t{result}\t{why}\n")
