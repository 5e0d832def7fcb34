#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/ids.h"

namespace ajar::import::strace {

// What a call came to.
struct Result {
  bool known = false;  // not where strace has "?" for it: it didn't come back, or nobody saw it
  std::int64_t value = 0;
  std::string_view decoration;  // of a descriptor
  bool deleted = false;         // the same
  std::int32_t error = 0;  // its number, where the call failed; kOtherError: of a name that has none here
  std::optional<model::Time> took;

  static constexpr std::int32_t kOtherError = 4095;
};

// A call that has come to its end, in strace's words. Texts are parts of the line.
struct CallText {
  static constexpr std::size_t kMost = 8;  // arguments; what is beyond is the last one's

  std::array<std::string_view, kMost> arguments;
  std::size_t count = 0;
  Result result;

  // Empty where there are not so many.
  [[nodiscard]] std::string_view argument(std::size_t at) const {
    return at < count ? arguments[at] : std::string_view();
  }
};

// `text`: what stands behind the call's "(". Nothing where the line was cut before the result.
std::optional<CallText> parse_call(std::string_view text);

// A descriptor, as an argument or result has it: "3", "3</etc/passwd>", "3<TCP:[127.0.0.1:5->1.2.3.4:80]>".
struct Descriptor {
  std::int64_t number = -1;
  std::string_view decoration;  // between < and >; empty where there is none
  bool deleted = false;         // "</tmp/x>(deleted)"

  bool operator==(const Descriptor&) const = default;
};
std::optional<Descriptor> parse_descriptor(std::string_view text);

// The descriptor in front of the text, which may go on behind it; only a decorated one. Processes may be
// decorated, too (-Y), and are none.
std::optional<Descriptor> decorated_descriptor(std::string_view text);

// "[3, 4]", "[6</etc/passwd>, 7</etc/passwd>]": calls `found` with each.
template <typename Found>
void each_descriptor(std::string_view list, Found&& found);

// The elements of "[a, b]" or "{a, b}", and of arguments: up to the comma that is in no bracket, string or
// decoration. Cuts the next one off; empty at the end.
std::string_view take_element(std::string_view& list);

// What stands in a structure behind "name=", up to the end of that field; empty where it has no such field.
std::string_view field(std::string_view structure, std::string_view name);

// What a quoted text means: "\n", "\177" and the like are their characters. Empty for another text.
std::string unquoted(std::string_view text);

template <typename Found>
void each_descriptor(std::string_view list, Found&& found) {
  if (!list.starts_with('[')) return;
  list.remove_prefix(1);
  for (std::string_view element = take_element(list); !element.empty(); element = take_element(list)) {
    if (const auto descriptor = parse_descriptor(element); descriptor && descriptor->number >= 0)
      found(*descriptor);
  }
}

}  // namespace ajar::import::strace
