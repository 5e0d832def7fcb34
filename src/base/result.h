#pragma once

#include <expected>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace ajar::base {

// A value or an Error. There is no conversion to bool on purpose: with a Result<bool> `if (f())` would read
// as the answer and mean "did not fail". Ask ok(), then value() or error().
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function may return a value or an Error as it is.
  Result(T value) : state_(std::move(value)) {}                       // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::unexpected(std::move(error))) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.has_value(); }
  [[nodiscard]] T& value() & { return state_.value(); }
  [[nodiscard]] const T& value() const& { return state_.value(); }
  [[nodiscard]] T&& value() && { return std::move(state_).value(); }
  [[nodiscard]] const Error& error() const& { return state_.error(); }
  [[nodiscard]] Error&& error() && { return std::move(state_).error(); }

  // Puts a context in front of the error, if there is one.
  [[nodiscard]] Result in(std::string_view context) && {
    if (!ok()) return std::move(state_).error().in(context);
    return std::move(*this);
  }

 private:
  std::expected<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : state_(std::unexpected(std::move(error))) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.has_value(); }
  [[nodiscard]] const Error& error() const& { return state_.error(); }
  [[nodiscard]] Error&& error() && { return std::move(state_).error(); }

  [[nodiscard]] Result in(std::string_view context) && {
    if (!ok()) return std::move(state_).error().in(context);
    return {};
  }

 private:
  std::expected<void, Error> state_;
};

}  // namespace ajar::base
