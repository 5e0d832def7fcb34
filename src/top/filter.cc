#include "top/filter.h"

#include <algorithm>

#include "base/words.h"
#include "render/utf8.h"

namespace ajar::top {
namespace {

constexpr std::size_t kLongest = 100;  // bytes

bool same_letter(char a, char b) {
  return base::lowered(a) == base::lowered(b);
}

void drop_last(std::string& text) {
  while (!text.empty() && render::is_continuation(text.back())) text.pop_back();
  if (!text.empty()) text.pop_back();
}

}  // namespace

void Filter::clear() {
  text_.clear();
  typed_ = false;
}

bool Filter::press(const Key& key) {
  switch (key.code) {
    case Key::Code::character:
      if (text_.size() < kLongest) text_ += key.text;
      return true;
    case Key::Code::backspace:
      if (text_.empty()) typed_ = false;
      drop_last(text_);
      return true;
    case Key::Code::enter:
      typed_ = false;
      return true;
    case Key::Code::escape:
      clear();
      return true;
    default:
      return false;
  }
}

bool Filter::matches(std::string_view text) const {
  return std::ranges::search(text, text_, same_letter).begin() != text.end() || text_.empty();
}

}  // namespace ajar::top
