#include "top/keys.h"

#include <algorithm>
#include <array>

#include "top/text.h"

namespace ajar::top {
namespace {

using Code = Key::Code;

constexpr std::uint8_t bit(Page page) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(page));
}

constexpr std::uint8_t kProcesses = bit(Page::processes);
constexpr std::uint8_t kProcess = bit(Page::process);
constexpr std::uint8_t kCode = bit(Page::code);
constexpr std::uint8_t kHelp = bit(Page::help);
constexpr std::uint8_t kLists = kProcesses | kProcess;
constexpr std::uint8_t kInside = kProcess | kCode | kHelp;
constexpr std::uint8_t kPages = kProcesses | kProcess | kCode;
constexpr std::uint8_t kAll = kProcesses | kInside;

constexpr std::array kBindings = {
    Binding{Code::up, "", Action::up, kAll, "Up", "", "a line up or down"},
    Binding{Code::down, "", Action::down, kAll, "Down", "", ""},
    Binding{Code::page_up, "", Action::page_up, kAll, "PgUp", "", "a page up or down"},
    Binding{Code::page_down, "", Action::page_down, kAll, "PgDn", "", ""},
    Binding{Code::home, "", Action::home, kAll, "Home", "", "to the first line, to the last one"},
    Binding{Code::end, "", Action::end, kAll, "End", "", ""},
    Binding{Code::character, "?", Action::help, kPages, "?", "help", "these keys"},
    Binding{Code::character, "q", Action::quit, kProcesses, "q", "quit", "end"},
    Binding{Code::escape, "", Action::leave, kAll, "Esc", "", "back; clears a filter first"},
    Binding{Code::character, "q", Action::leave, kInside, "q", "back", ""},
    Binding{Code::character, "?", Action::leave, kHelp, "?", "", ""},
    Binding{Code::enter, "", Action::look_inside, kProcesses, "Enter", "look inside",
            "look into the chosen process: its handles by type, and each"},
    Binding{Code::character, "t", Action::who_opens, kLists, "t", "who opens?",
            "attach, and show which code opens what stays open; again: detach"},
    Binding{Code::character, "t", Action::leave, kCode, "t", "detach", ""},
    Binding{Code::character, "w", Action::whole_stacks, kCode, "w", "whole stacks",
            "then: show whole stacks, or what matters of them"},
    Binding{Code::character, "/", Action::filter, kLists, "/", "filter",
            "show what has a text: processes by name or pid, or handles"},
    Binding{Code::character, " ", Action::freeze, kPages, "Space", "freeze",
            "keep what is shown as it is; counting goes on"},
    Binding{
        Code::character, "c", Action::by_count, kProcesses, "c", "",
        "sort by count, growth, share of the limit, time until full, pid, name; again: the other way round"},
    Binding{Code::character, "g", Action::by_growth, kProcesses, "g", "", ""},
    Binding{Code::character, "s", Action::by_share, kProcesses, "s", "", ""},
    Binding{Code::character, "f", Action::by_full, kProcesses, "f", "", ""},
    Binding{Code::character, "p", Action::by_pid, kProcesses, "p", "", ""},
    Binding{Code::character, "n", Action::by_name, kProcesses, "n", "", ""},
    Binding{Code::left, "", Action::column_left, kProcesses, "Left", "",
            "sort by the column to the left or right"},
    Binding{Code::right, "", Action::column_right, kProcesses, "Right", "", ""},
};

}  // namespace

std::span<const Binding> bindings() {
  return kBindings;
}

Action action_of(Page page, const Key& key) {
  const auto found = std::ranges::find_if(kBindings, [&](const Binding& binding) {
    return (binding.pages & bit(page)) != 0 && binding.code == key.code && binding.text == key.text;
  });
  return found == kBindings.end() ? Action::none : found->action;
}

std::string key_line(Page page, std::size_t columns) {
  std::string line;
  for (const Binding& binding : kBindings) {
    if ((binding.pages & bit(page)) == 0 || binding.brief.empty()) continue;
    const std::string words = std::string(binding.name) + ' ' + std::string(binding.brief);
    const std::string_view gap = line.empty() ? " " : "   ";
    if (columns_of(line) + gap.size() + columns_of(words) > columns) continue;
    line.append(gap).append(words);
  }
  return line;
}

std::vector<HelpRow> help_rows() {
  std::vector<HelpRow> rows;
  for (const Binding& binding : kBindings) {
    if (!binding.words.empty()) rows.push_back({.keys = "", .words = std::string(binding.words)});
    std::string& keys = rows.back().keys;
    if (keys == binding.name) continue;
    if (!keys.empty()) keys += ' ';
    keys += binding.name;
  }
  return rows;
}

}  // namespace ajar::top
