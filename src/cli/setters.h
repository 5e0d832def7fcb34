#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

// What an option does with the value that it is given (`Option::set`), in the words of all commands when it
// is none. What a setter writes into must outlive it.
namespace ajar::cli {

using Setter = std::function<base::Result<void>(const std::string& value)>;

// Of a switch: that it is there. `to`: what the flag becomes by that.
Setter set_flag(bool& flag, bool to = true);

// Text as it is, an empty one, too.
Setter add_to(std::vector<std::string>& list);

// A name; an empty one is refused.
Setter set_name(std::string& name);

Setter set_duration(std::chrono::nanoseconds& duration);
Setter set_duration(std::optional<std::chrono::nanoseconds>& duration);

// A number from `least` to `most`, both of which `Number` can hold.
Setter set_number(std::function<void(std::uint64_t)> set, std::uint64_t least, std::uint64_t most);

template <std::integral Number>
Setter set_number(Number& target, std::uint64_t least, std::uint64_t most) {
  return set_number([&target](std::uint64_t number) { target = static_cast<Number>(number); }, least, most);
}
template <std::integral Number>
Setter set_number(std::optional<Number>& target, std::uint64_t least, std::uint64_t most) {
  return set_number([&target](std::uint64_t number) { target = static_cast<Number>(number); }, least, most);
}

// An exit status that says something: from 1 to 255.
Setter set_exit_status(std::optional<int>& status);

}  // namespace ajar::cli
