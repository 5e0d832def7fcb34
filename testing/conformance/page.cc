#include "conformance/page.h"

#include <algorithm>
#include <array>

namespace ajar::conformance {
namespace {

constexpr std::string_view kIntroduction = R"(# Conformance: what each way in gets right

Written by `tools/update-conformance`, from a run; don't edit it.

Each row is a situation in which a tracker of descriptors may go wrong. A small program makes it happen and states its own truth; ajar watches
the program, and its report is compared with that truth: how many descriptors are open at the end, of which type, by whose code, how many
were there before, and how many closes were bad. The program must also print the same and end in the same way as without ajar.

In the columns `preload`, `ebpf` and `ptrace` the program is started by `ajar run --via …`. In those with `attach` it runs already, and `ajar attach
--children --via …` comes before it does anything: what it began with is then to be called *before tracking*.

| answer | means |
|---|---|
| right | the report says the whole truth, with the code to blame for each descriptor |
| unseen | the report counts these descriptors as *unseen*: they are in the kernel's table, and nobody saw them opened. Everything else is right |
| not traced | the report lists the process as one that couldn't be watched, with the reason, and says nothing else of it |
| unavailable | the machine of this run can't show the situation |
| mistaken | the report is wrong, as is known: it blames the code that opened what had the number before |
| **wrong** | none of these; a failure of the test `conformance` |

The truth is what the programs have open as they end, beside the three that all begin with, and the function that opened it. They
are programs of glibc; those that can be built for musl run with it in the test as well, and must be answered in the same way (but by `attach
inject`, which refuses programs of musl's). The test skips
what the machine can't show, and with musl `log_after_closing_all`: musl's `syslog` doesn't notice that its socket was closed.
)";

std::string cell(const Results& way, const Situation& situation) {
  const Row* row = way.find(situation.name);
  if (row == nullptr) return "not run";
  if (row->result == Result::right) return "right";
  if (row->result == Result::wrong) return "**wrong**: " + row->why;
  const std::string_view reason =
      row->result == Result::unavailable ? row->why : expected(way.way, situation.name).reason;
  return std::string(name_of(row->result)) + ": " + std::string(reason);
}

// The first way that could show the situation has seen the victim's truth.
std::string truth_of(std::span<const Results> ways, const Situation& situation) {
  for (const Results& way : ways) {
    const Row* row = way.find(situation.name);
    if (row != nullptr && !row->truth.empty()) return row->truth;
  }
  return "–";
}

// Of its column: "ebpf", "attach ebpf".
std::string title(const Results& way) {
  std::string words = way.way;
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string counts(const Results& way) {
  std::string line = "| " + title(way) + " | " + way.machine;
  for (const Result result : {Result::right, Result::unseen, Result::not_traced, Result::unavailable,
                              Result::mistaken, Result::wrong}) {
    line += " | " + std::to_string(std::ranges::count(way.rows, result, &Row::result));
  }
  return line + " |\n";
}

std::string table(std::span<const Results> ways, const Theme& theme) {
  std::string head = "| situation | what happens | in truth |";
  std::string rule = "|---|---|---|";
  for (const Results& way : ways) {
    head += " " + title(way) + " |";
    rule += "---|";
  }
  std::string text = head + "\n" + rule + "\n";
  for (const Situation& each : theme.situations) {
    text += "| `" + std::string(each.name) + "` | " + std::string(each.what) + " | " + truth_of(ways, each) +
            " |";
    for (const Results& way : ways) text += " " + cell(way, each) + " |";
    text += "\n";
  }
  return text;
}

}  // namespace

std::string page(std::span<const Results> ways) {
  std::string text(kIntroduction);
  text +=
      "\n## The ways in\n| way | run on | right | unseen | not traced | unavailable | mistaken | wrong "
      "|\n|---|---|---|---|---|---|---|---|\n";
  for (const Results& way : ways) text += counts(way);
  for (const Theme& theme : themes()) {
    text += "\n## " + std::string(theme.title) + "\n";
    if (!theme.text.empty()) text += std::string(theme.text) + "\n\n";
    text += table(ways, theme);
  }
  return text;
}

}  // namespace ajar::conformance
