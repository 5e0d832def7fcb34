#include "cli/setters.h"

#include <utility>

#include "base/duration.h"
#include "cli/values.h"

namespace ajar::cli {
namespace {

// Where a duration goes: into one, or an optional one.
template <typename Target>
Setter parsed_into(Target& target) {
  return [&target](const std::string& text) -> base::Result<void> {
    base::Result<std::chrono::nanoseconds> duration = base::parse_duration(text);
    if (!duration.ok()) return std::move(duration).error();
    target = duration.value();
    return {};
  };
}

}  // namespace

Setter set_flag(bool& flag, bool to) {
  return [&flag, to](const std::string&) -> base::Result<void> {
    flag = to;
    return {};
  };
}

Setter add_to(std::vector<std::string>& list) {
  return [&list](const std::string& text) -> base::Result<void> {
    list.push_back(text);
    return {};
  };
}

Setter set_name(std::string& name) {
  return [&name](const std::string& text) -> base::Result<void> {
    if (text.empty()) return base::Error("an empty name");
    name = text;
    return {};
  };
}

Setter set_duration(std::chrono::nanoseconds& duration) {
  return parsed_into(duration);
}

Setter set_duration(std::optional<std::chrono::nanoseconds>& duration) {
  return parsed_into(duration);
}

Setter set_number(std::function<void(std::uint64_t)> set, std::uint64_t least, std::uint64_t most) {
  return [set = std::move(set), least, most](const std::string& text) -> base::Result<void> {
    base::Result<std::uint64_t> number = parse_number(text, least, most);
    if (!number.ok()) return std::move(number).error();
    set(number.value());
    return {};
  };
}

Setter set_exit_status(std::optional<int>& status) {
  return set_number(status, 1, 255);
}

}  // namespace ajar::cli
