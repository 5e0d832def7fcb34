#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ajar::import::events {

// Reads a piece of XML from tag to tag, as far as events of a log need it: elements, attributes, texts,
// CDATA, the five entities and characters by number. Names come without a namespace's prefix. What has no
// end, or makes no sense, ends it. Keeps nothing but views of the text.
class XmlReader {
 public:
  enum class Token : std::uint8_t { open, close, text, end };

  explicit XmlReader(std::string_view text) : rest_(text) {}

  // An element without content is opened and closed. Texts of blanks alone are left out.
  Token next();

  // Of the element that was opened or closed last.
  [[nodiscard]] std::string_view name() const { return name_; }

  // An attribute of the element that was opened last; "" where it has none of this name.
  [[nodiscard]] std::string attribute(std::string_view name) const;

  // The text that came last.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Token take_tag();
  Token end();

  std::string_view rest_;
  std::string_view name_, attributes_;
  bool closes_ = false;  // the element that was opened last has no content
  std::string text_;
};

}  // namespace ajar::import::events
