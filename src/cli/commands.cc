#include <algorithm>
#include <array>

#include "cli/command.h"

namespace ajar::cli {
namespace {

constexpr std::array all_commands = {
    Command{
        "run", "run a program and say which code opens handles and never closes them",
        "The program is not changed and keeps its input, output, terminal and exit status. When it ends, the "
        "report goes to standard error. Ctrl-C reaches the program; on Linux SIGUSR1 to ajar prints a report "
        "at once "
        "while the program runs on.",
        Operands::program, "ajar run -o server.ajar -- ./server --port 8080", make_run},
    Command{
        "attach", "watch a running process and say which code opens handles and never closes them",
        "The process is neither changed nor stopped, and runs on when ajar detaches: after --for, at the "
        "first leak with --until-leak, at Ctrl-C, or when ajar is killed. A number is a pid; any other "
        "word is looked for in command lines as pgrep -f does. What was open before counts as 'before "
        "tracking'. The report goes to standard output; on Linux SIGUSR1 to ajar prints one at once, and it "
        "needs the "
        "right to load BPF programs (root, or CAP_BPF and CAP_PERFMON). With --via ptrace it needs no "
        "more than a debugger does, but each system call of the process then stops twice. With --via inject, "
        "which needs no more either, one of its threads is stopped for a moment and made to load ajar's "
        "agent, which stays in it, idle, when ajar detaches.",
        Operands::processes, "sudo ajar attach gateway --for 60s", make_attach},
    Command{
        "report", "report on a recording made earlier, on this machine or another",
        "Reads what a run recorded, also when the program or ajar was killed, and reports on it anew: "
        "with other options, as JSON, on another system. A minidump of a Windows process that has handle "
        "data (.dump /mh, procdump -ma) is read as well, and where handle tracing was on it says which "
        "code left handles open. Names are found in the images and PDBs that lie beside it. "
        "So is a text of what WinDbg said (!handle, !htrace), a list of lsof, a log of Perfmon (.blg, "
        "CSV, TSV), of which it says which processes' handles grow in number, and an event log of Windows "
        "(.evtx, or wevtutil qe System /f:xml), of which it says when pools, ports or memory were used up.",
        Operands::file, "ajar report server.ajar --type \"tcp socket\" --min-age 10s", make_report},
    Command{
        "who-closed", "say who closed a handle, and all that happened to its number",
        "For a close or use that failed, or data that went to the wrong place: each open, duplicate and "
        "close of "
        "that "
        "number is shown with its time, thread and code, and first in words who closed it last, who closed "
        "it "
        "though it was somebody else's by then, and who closed it when it was not open. That the number was "
        "another's is said only where it is proven by a close that failed.",
        Operands::number_in_file, "ajar who-closed 17 server.ajar", make_who_closed},
    Command{
        "symbols", "say which names a recording's modules have and lack, and add those that are here now",
        "Function, file and line of each module in the recording's stacks are looked for on this machine: "
        "in the module itself, in files of debug information (by build-id, .gnu_debuglink, dwz, .dwo and "
        ".dwp), in the folders of --symbol-path and, where DEBUGINFOD_URLS is set, on debuginfod servers. "
        "A file of another build than the one that ran is never used. What is found is appended to the "
        "recording, so that a report needs neither the files nor this machine any more.",
        Operands::file, "ajar symbols server.ajar --symbol-path ./build", make_symbols},
    Command{
        "handles", "list the handles of a process or a recording, or count those of all processes",
        "Without an operand: all processes, those with the most handles first. A number is a pid; any other "
        "word is looked for in command lines as pgrep -f does, and where several processes match they are "
        "listed. Of each table it says how many handles there are of which type, how near the limit is, and "
        "which handles give themselves away as forgotten: sockets whose peer has hung up, pipes without "
        "another end, deleted files. Nothing is traced and nothing is changed in the process. "
        "Of a recording the last snapshot is shown, or that after an @: run.ajar@1 (the first), "
        "run.ajar@90s.",
        Operands::tables, "ajar handles gateway --type \"tcp socket\" -v", make_handles},
    Command{
        "snapshot", "keep the handle tables of processes in a recording",
        "What is known of each handle is kept, for ajar handles, ajar diff and other machines. With --every "
        "and --times it keeps several, one after the other; Ctrl-C ends it early, and what was kept stays.",
        Operands::processes, "ajar snapshot gateway -o before.ajar", make_snapshot},
    Command{
        "watch", "count handles over time, and say which processes grow and when they hit the limit",
        "Without an operand all processes are counted, which costs next to nothing: nothing is traced. Whose "
        "number rises beyond chance, evenly, and to where it had not been before, is said to grow, with the "
        "rate, the types that grow and when the limit is reached like this; what only warms up, jumps, or "
        "goes up and down is not. The first verdict comes after some ten counts. "
        "With --arm it is a trap: a process that does what the condition says is attached to, recorded for a "
        "while and reported, and runs on. A condition compares count (handles), rate (of growth: 5/s, "
        "300/m), "
        "share (of the limit: 80%) or full (when the limit is reached like this: 10m), or says refused (the "
        "process got EMFILE or ENFILE) or system-full (the kernel's log says so: whoever grows fastest is "
        "caught); 'for 1m' behind it asks it to last; and, or and parentheses join. "
        "With --listen a monitoring system can ask for what is known (Prometheus' text format); where the "
        "output is no terminal, it gets one line for each process that begins to grow, again after an hour. "
        "--every 2s -o counts.ajar keeps all counts.",
        Operands::tables, "ajar watch --arm 'rate>5/s for 1m or share>80%' --for 2m", make_watch},
    Command{
        "top", "show the processes whose handles grow, live, and what opens them",
        "A table of all processes, or of those that are named, once a second: how many handles they have, "
        "how "
        "fast those that grow do so, how much of the limit is used and when it is reached like this. Enter "
        "looks into the chosen process: its handles by type, with what gives them away as forgotten, and "
        "what "
        "came meanwhile. 't' attaches to it, as ajar attach does and with the rights that it takes, and "
        "shows "
        "which code opens what stays open. '?' tells all keys. Nothing is traced but by 't'. Where there is "
        "no "
        "terminal ajar watch tells the same in lines.",
        Operands::any_processes, "ajar top --sort share --filter worker", make_top},
    Command{
        "dump", "write a minidump of a Windows process, with all that is known of its handles",
        "On Windows. It holds handles, modules and threads, and with --full the process's memory; the "
        "process is neither stopped nor changed. Where ajar run or ajar attach records it, the dump has the "
        "operations on its handles so far, with their stacks, else those that Windows has noted. It is laid "
        "out as WinDbg's !handle and !htrace read it, and every command of ajar that takes a dump does, on "
        "Linux too. On Linux ajar snapshot keeps handle tables.",
        Operands::processes, "ajar dump w3wp -o worker.dmp", make_dump},
    Command{
        "mark", "give this moment of a session that records a name, for ajar diff --since",
        "An ajar that records (run, attach) notes the moment and the label in its recording, and reads the "
        "handle tables. Without a label marks are numbered: mark-1, mark-2. The process is any one of the "
        "session's, by its number or a part of its command line. ajar diff PID --since LABEL says what was "
        "opened "
        "since and is still open while the session goes on, ajar diff RECORDING --since LABEL when it has "
        "ended. "
        "Only the user who records may do so, and root.",
        Operands::mark, "ajar mark gateway before-login", make_mark},
    Command{"diff", "say which handles came and which went: between snapshots, while it waits, since a mark",
            "Two recordings, or two snapshots of one (run.ajar alone compares the first with the last; after "
            "an @ "
            "stands which one: run.ajar@1, run.ajar@-2, run.ajar@90s). With --for it takes a process's table "
            "now and again after that "
            "time. With --since it tells what was opened after a mark and is still open, in a session that "
            "records or in a recording. Handles are grouped by type and by what their names have in common "
            "and, where a recording "
            "has events, by the code that opened them.",
            Operands::tables, "ajar diff gateway --for 60s", make_diff},
    Command{
        "console", "ask about handles as in WinDbg: !handle, !htrace",
        "For hands that know WinDbg: the same commands with the same answers, about a dump, a recording, a "
        "text of WinDbg's, or a process of this machine and its descriptors. '?' lists them. !htrace shows "
        "what a recording or a dump has; of a process, what the ajar has recorded that watches it meanwhile "
        "(ajar attach PID in another terminal): -enable and -snapshot set a mark there, -diff tells what was "
        "opened since and is open still. Of a recording -diff begins at its last mark, or the one that is "
        "named, or at its start. Commands come from a terminal, a pipe, or -c. In a process of Linux numbers "
        "of descriptors, threads and processes are decimal.",
        Operands::table, "ajar console worker.dmp -c \"!handle 0 0; !htrace -diff\"", make_console},
    Command{"check", "say which ways to watch a program work on this machine, and why others do not",
            "Exit status 0 if at least one way works, 1 if none does.", Operands::none, "ajar check",
            make_check},
};

}  // namespace

std::span<const Command> commands() {
  return all_commands;
}

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(all_commands, name, &Command::name);
  return found == all_commands.end() ? nullptr : &*found;
}

}  // namespace ajar::cli
