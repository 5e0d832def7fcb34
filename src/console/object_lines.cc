#include "console/object_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "analyze/tables/details.h"
#include "base/number.h"

namespace ajar::console {
namespace {

using model::FactKey;

class ObjectLines {
 public:
  explicit ObjectLines(const model::Handle& handle) : handle_(handle) {}

  std::vector<std::string> of_event() {
    const std::string_view kind = model::fact_text(handle_.facts, FactKey::kind);
    if (!kind.empty()) add("Event Type {}", kind == "manual reset" ? "Manual Reset" : "Auto Reset");
    if (const auto set = number(FactKey::signaled)) add("Event is {}", *set != 0 ? "Set" : "Waiting");
    return all();
  }

  std::vector<std::string> of_semaphore() {
    if (const auto count = number(FactKey::count)) add("Semaphore Count {}", *count);
    if (const auto most = number(FactKey::most)) add("Semaphore Limit {}", *most);
    return all();
  }

  std::vector<std::string> of_mutant() {
    const auto free = number(FactKey::signaled);
    if (!free) return all();
    add("Mutex is {}", *free != 0 ? "Free" : "Owned");
    const std::string_view owner = model::fact_text(handle_.facts, FactKey::owner);
    if (*free != 0 || !owner.empty())
      add("Mutant Owner {:x}.{:x}", pid_in(owner), number_behind(owner, "thread "));
    return all();
  }

  std::vector<std::string> of_thread() {
    if (const auto thread = number(FactKey::thread)) add("Thread Id   {:x}.{:x}", pid(), *thread);
    if (const auto priority = number(FactKey::priority)) add("Priority    {}", *priority);
    add_base_priority();
    return all();
  }

  std::vector<std::string> of_process() {
    if (pid() != 0) add("Process Id  {:x}", pid());
    add_base_priority();
    return all();
  }

 private:
  [[nodiscard]] std::optional<std::uint64_t> number(FactKey key) const {
    return model::fact_number(handle_.facts, key);
  }

  // "thread 4 of pid 812"
  static std::uint64_t number_behind(std::string_view text, std::string_view word) {
    const std::size_t at = text.find(word);
    if (at == std::string_view::npos) return 0;
    const std::string_view rest = text.substr(at + word.size());
    return base::parse_number(rest.substr(0, rest.find(' '))).value_or(0);
  }
  static std::uint64_t pid_in(std::string_view text) { return number_behind(text, "pid "); }
  [[nodiscard]] std::uint64_t pid() const {
    return pid_in(model::fact_text(handle_.facts, FactKey::process));
  }

  void add_base_priority() {
    if (const auto priority = number(FactKey::base_priority)) add("Base Priority {}", *priority);
  }

  template <typename... Values>
  void add(fmt::format_string<Values...> words, Values&&... values) {
    lines_.push_back(fmt::format(words, std::forward<Values>(values)...));
  }

  // With what else somebody told of it, among it the lines of a text that showed them.
  std::vector<std::string> all() {
    for (const model::Fact& fact : handle_.facts) {
      if (fact.key == FactKey::told && fact.text) lines_.push_back(*fact.text);
    }
    return std::move(lines_);
  }

  const model::Handle& handle_;
  std::vector<std::string> lines_;
};

struct Teller {
  std::string_view type;
  std::vector<std::string> (ObjectLines::*tell)();
};

constexpr std::array kTellers = {
    Teller{"Event", &ObjectLines::of_event},     Teller{"Semaphore", &ObjectLines::of_semaphore},
    Teller{"Mutant", &ObjectLines::of_mutant},   Teller{"Thread", &ObjectLines::of_thread},
    Teller{"Process", &ObjectLines::of_process},
};

// What !handle has in lines of their own.
bool is_shown_elsewhere(std::string_view label, const Style& style) {
  return style.has_descriptors ? label == "flags"
                               : label == "access" || label == "attributes" || label == "references";
}

}  // namespace

std::vector<std::string> object_lines(const model::Handle& handle, const Style& style) {
  const auto known = std::ranges::find(kTellers, handle.type, &Teller::type);
  if (!style.has_descriptors && known != kTellers.end()) return (ObjectLines(handle).*known->tell)();
  std::vector<std::string> lines;
  for (const report::Detail& detail : analyze::details_of(handle)) {
    if (is_shown_elsewhere(detail.label, style)) continue;
    lines.push_back(detail.label == "kernel says" ? detail.text : detail.label + " " + detail.text);
  }
  return lines;
}

}  // namespace ajar::console
