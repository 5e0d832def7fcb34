#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Which key does what: the pages act by this table, and the help is printed from it.
namespace ajar::top {

struct Key {
  enum class Code : std::uint8_t {
    character,
    enter,
    escape,
    backspace,
    up,
    down,
    left,
    right,
    page_up,
    page_down,
    home,
    end,
    resize,  // no key: the screen has another size now
  };

  Code code = Code::character;
  std::string text = {};  // of a character, in UTF-8

  bool operator==(const Key&) const = default;
};

// Those that sort stand in the order of SortKey.
enum class Action : std::uint8_t {
  none,
  up,
  down,
  page_up,
  page_down,
  home,
  end,
  by_count,
  by_growth,
  by_share,
  by_full,
  by_pid,
  by_name,
  column_left,
  column_right,
  look_inside,
  who_opens,
  whole_stacks,
  filter,
  freeze,
  help,
  leave,
  quit,
};

// What there is to look at.
enum class Page : std::uint8_t { processes, process, code, help };

struct Binding {
  Key::Code code = Key::Code::character;
  std::string_view text;  // of a character
  Action action = Action::none;
  std::uint8_t pages = 0;  // bit N stands for page N
  std::string_view name;   // the key's: "PgUp"
  std::string_view brief;  // for the line at the bottom; empty: not there
  std::string_view words;  // for the help; empty: those of the row before are of this one, too
};

std::span<const Binding> bindings();

Action action_of(Page page, const Key& key);

// What the line at the bottom says of a page's keys: "? help", as many as fit.
std::string key_line(Page page, std::size_t columns);

// The help: keys, and what they do.
struct HelpRow {
  std::string keys, words;
};
std::vector<HelpRow> help_rows();

}  // namespace ajar::top
