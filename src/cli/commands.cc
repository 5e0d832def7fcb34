#include <algorithm>
#include <array>

#include "cli/command.h"

namespace ajar::cli {
namespace {

constexpr std::array all_commands = {
    Command{
        "run", "run a program and say which code opens handles and never closes them",
        "The program is not changed and keeps its input, output, terminal and exit status. When it ends, the "
        "report goes to standard error. Ctrl-C reaches the program; SIGUSR1 to ajar prints a report at once "
        "while the program runs on.",
        Operands::program, "ajar run -o server.ajar -- ./server --port 8080", make_run},
    Command{"report", "report on a recording made earlier, on this machine or another",
            "Reads what a run recorded, also when the program or ajar was killed, and reports on it anew: "
            "with other "
            "options, as JSON, on another system.",
            Operands::file, "ajar report server.ajar --type \"tcp socket\" --min-age 10s", make_report},
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
    Command{"diff", "say which handles came and which went between two snapshots, or while it waits",
            "Two recordings, or two snapshots of one (run.ajar alone compares the first with the last; after "
            "an @ "
            "stands which one: run.ajar@1, run.ajar@-2, run.ajar@90s). With --for it takes a process's table "
            "now and again after that "
            "time. Handles are grouped by type and by what their names have in common and, where a recording "
            "has events, by the code that opened them.",
            Operands::tables, "ajar diff gateway --for 60s", make_diff},
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
