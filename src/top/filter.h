#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "top/keys.h"

namespace ajar::top {

// What a list is narrowed down to, while it is typed and after.
class Filter {
 public:
  Filter() = default;
  explicit Filter(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool is_set() const { return !text_.empty(); }
  [[nodiscard]] bool is_typed() const { return typed_; }

  void begin() { typed_ = true; }
  void clear();
  // While it is typed: false where the key is not for it.
  bool press(const Key& key);

  // Whether the text has it in it, small and capital letters (of ASCII) being the same.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  std::string text_;
  bool typed_ = false;
};

}  // namespace ajar::top
