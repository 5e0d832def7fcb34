#include "console/handle_layout.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <vector>

#include "analyze/tables/access_rights.h"
#include "analyze/tables/details.h"
#include "base/words.h"
#include "console/object_lines.h"
#include "model/not_readable.h"
#include "render/escape.h"

namespace ajar::console {
namespace {

using model::FactKey;

// As WinDbg counts them; others follow by name.
constexpr std::array<std::string_view, 19> kOrder = {
    "None",    "Event",         "Section",   "File", "Port",        "Directory", "SymbolicLink",
    "Mutant",  "WindowStation", "Semaphore", "Key",  "Token",       "Process",   "Thread",
    "Desktop", "IoCompletion",  "Timer",     "Job",  "WaitablePort"};

std::vector<model::TypeCount> in_order(const model::Snapshot& table) {
  std::vector<model::TypeCount> counts;
  for (const auto& [type, count] : table.types())
    counts.push_back({.type = std::string(shown_type(type)), .count = count});
  std::ranges::stable_sort(counts, {}, [](const model::TypeCount& row) {
    return std::ranges::find(kOrder, row.type) - kOrder.begin();
  });
  return counts;
}

std::uint64_t count_of(const model::Snapshot& table, const std::string& type) {
  std::uint64_t sum = 0;
  for (const auto& [name, count] : table.types()) {
    if (base::same_word(shown_type(name), type)) sum += count;
  }
  return sum;
}

// As the table spells it.
std::string spelled(const model::Snapshot& table, const std::string& type) {
  for (const auto& [name, count] : table.types()) {
    if (base::same_word(shown_type(name), type)) return std::string(shown_type(name));
  }
  return type;
}

// "0x1f0003", and "0" without a bit.
std::string mask(std::uint64_t bits) {
  return bits == 0 ? "0" : fmt::format("{:#x}", bits);
}

class Layout {
 public:
  Layout(const Style& style, std::ostream& out) : style_(style), out_(out) {}

  void handle(const model::Handle& handle, std::uint64_t flags) {
    using Q = HandleQuestion;
    handle_ = &handle;
    if (style_.is_dump && !style_.has_descriptors) {
      fmt::print(out_, "Handle {:0{}x}\n", handle.value, style_.digits);
    } else {
      fmt::print(out_, "Handle {}\n", plain_number(handle.value, style_));
    }
    if ((flags & Q::kType) != 0) field("Type", shown_type(handle.type));
    if ((flags & Q::kBasic) != 0) basic();
    if ((flags & Q::kName) != 0) field("Name", handle.name.empty() ? "<none>" : handle.name);
    if ((flags & Q::kSpecific) != 0) specific();
  }

  void counts(const model::Snapshot& table) {
    fmt::print(out_, "{} Handles\n", table.open());
    fmt::print(out_, "{:<15}\t{}\n", "Type", "Count");
    for (const model::TypeCount& row : in_order(table))
      fmt::print(out_, "{:<15}\t{}\n", render::escaped(row.type), row.count);
  }

 private:
  void field(std::string_view label, std::string_view value) {
    fmt::print(out_, "  {:<13}\t{}\n", label, render::escaped(value));
  }

  void basic() {
    const auto number = [this](FactKey key) { return model::fact_number(handle_->facts, key); };
    if (const auto attributes = number(FactKey::attributes)) field("Attributes", mask(*attributes));
    if (const auto access = number(FactKey::granted_access)) {
      field("GrantedAccess", mask(*access) + ":");
      for (const std::string& line : analyze::access_lines(handle_->type, *access))
        fmt::print(out_, "         {}\n", line);
    }
    if (const auto flags = number(FactKey::flags); flags && style_.has_descriptors)
      field("Flags", analyze::flag_words(*flags));
    if (const auto count = number(FactKey::handle_count)) field("HandleCount", fmt::format("{}", *count));
    if (const auto count = number(FactKey::pointer_count)) field("PointerCount", fmt::format("{}", *count));
  }

  void specific() {
    const std::vector<std::string> lines = object_lines(*handle_, style_);
    if (lines.empty()) {
      out_ << "  No object specific information available\n";
      return;
    }
    out_ << (style_.is_dump ? "  Object specific information\n" : "  Object Specific Information\n");
    for (const std::string& line : lines) fmt::print(out_, "    {}\n", render::escaped(line));
  }

  const Style& style_;
  std::ostream& out_;
  const model::Handle* handle_ = nullptr;
};

void say_what_is_missing(const model::Snapshot& table, std::ostream& out) {
  if (table.open() > table.handles.size()) {
    fmt::print(out, "Only {} of {} are listed: the source counts the others without listing them.\n",
               table.handles.size(), table.open());
  } else if (!table.complete) {
    out << "The table is not complete: there may be more.\n";
  }
}

}  // namespace

std::string_view shown_type(std::string_view type) {
  return type == model::kNotReadable || type.empty() ? "None" : type;
}

bool print_handles(const model::Snapshot& table, const HandleQuestion& question, const Style& style,
                   std::ostream& out) {
  Layout layout(style, out);
  if (question.handle != 0) {
    const model::Handle* handle = table.find(question.handle);
    if (handle != nullptr) layout.handle(*handle, question.flags);
    return handle != nullptr;
  }
  if (question.flags != 0) {
    for (const model::Handle& handle : table.handles) {
      if (question.type.empty() || base::same_word(shown_type(handle.type), question.type))
        layout.handle(handle, question.flags);
    }
  }
  if (question.type.empty()) {
    layout.counts(table);
  } else {
    fmt::print(out, "{} handles of type {}\n", count_of(table, question.type),
               render::escaped(spelled(table, question.type)));
  }
  if (question.flags != 0) say_what_is_missing(table, out);
  return true;
}

}  // namespace ajar::console
