#pragma once

#include <string>
#include <string_view>

namespace ajar::base {

// One line for a person: what could not be done, to what, and the way out. Contexts are put in front as the
// error travels up: "report: shop.ajar: not an ajar recording (…)".
class [[nodiscard]] Error {
 public:
  explicit Error(std::string message) : message_(std::move(message)) {}

  [[nodiscard]] const std::string& message() const { return message_; }

  // The same error, said from one level up: `context: message`.
  [[nodiscard]] Error in(std::string_view context) &&;

 private:
  std::string message_;
};

// `what: the system's words for error_number`, for errno values on Linux and on Windows.
Error system_error(std::string_view what, int error_number);

}  // namespace ajar::base
