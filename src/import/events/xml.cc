#include "import/events/xml.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/number.h"
#include "base/words.h"

namespace ajar::import::events {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view without_prefix(std::string_view name) {
  return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code == 0) code = 0xfffd;
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0U | code >> 6U);
  } else if (code < 0x10000) {
    put(0xe0U | code >> 12U);
    put(0x80U | (code >> 6U & 0x3fU));
  } else {
    put(0xf0U | code >> 18U);
    put(0x80U | (code >> 12U & 0x3fU));
    put(0x80U | (code >> 6U & 0x3fU));
  }
  put(0x80U | (code & 0x3fU));
}

// What stands between '&' and ';'. Whether it is known.
bool append_entity(std::string& out, std::string_view name) {
  struct Entity {
    std::string_view name;
    char character;
  };
  constexpr std::array kEntities = {Entity{"lt", '<'}, Entity{"gt", '>'}, Entity{"amp", '&'},
                                    Entity{"quot", '"'}, Entity{"apos", '\''}};
  const auto* const found = std::ranges::find(kEntities, name, &Entity::name);
  if (found != kEntities.end()) {
    out += found->character;
    return true;
  }
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x');
  const auto code = base::parse_number<std::uint32_t>(is_hex ? name.substr(1) : name, is_hex ? 16 : 10);
  if (code) append_utf8(out, *code);
  return code.has_value();
}

std::string decoded(std::string_view raw) {
  constexpr std::size_t kLongest = 10;  // "#x10ffff", and more
  std::string out;
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('&'), raw.size());
    out += raw.substr(0, plain);
    raw.remove_prefix(plain);
    if (raw.empty()) break;
    const std::size_t end = raw.substr(0, kLongest + 2).find(';');
    if (end == std::string_view::npos || !append_entity(out, raw.substr(1, end - 1))) {
      out += '&';
      raw.remove_prefix(1);
    } else {
      raw.remove_prefix(end + 1);
    }
  }
  return out;
}

// Where a tag ends that begins before `text`: at a '>' that stands in no attribute's value.
std::size_t tag_end(std::string_view text) {
  for (std::size_t at = text.find_first_of("\"'>"); at != std::string_view::npos;
       at = text.find_first_of("\"'>", at + 1)) {
    if (text[at] == '>') return at;
    at = text.find(text[at], at + 1);
    if (at == std::string_view::npos) break;
  }
  return std::string_view::npos;
}

}  // namespace

XmlReader::Token XmlReader::end() {
  rest_ = {};
  return Token::end;
}

XmlReader::Token XmlReader::next() {
  constexpr std::string_view kCdata = "<![CDATA[";
  struct Passed {
    std::string_view begin, end;
  };
  constexpr std::array kPassed = {Passed{"<!--", "-->"}, Passed{"<?", "?>"}, Passed{"<!", ">"}};
  if (closes_) {
    closes_ = false;
    return Token::close;
  }
  while (!rest_.empty()) {
    if (rest_.front() != '<') {
      const std::size_t length = std::min(rest_.find('<'), rest_.size());
      const std::string_view raw = rest_.substr(0, length);
      rest_.remove_prefix(length);
      if (raw.find_first_not_of(kBlanks) == std::string_view::npos) continue;
      text_ = decoded(raw);
      return Token::text;
    }
    if (rest_.starts_with(kCdata)) {
      const std::size_t length = rest_.find("]]>");
      if (length == std::string_view::npos) return end();
      text_ = rest_.substr(kCdata.size(), length - kCdata.size());
      rest_.remove_prefix(length + 3);
      return Token::text;
    }
    const auto* const passed =
        std::ranges::find_if(kPassed, [this](const Passed& some) { return rest_.starts_with(some.begin); });
    if (passed == kPassed.end()) return take_tag();
    const std::size_t length = rest_.find(passed->end);
    if (length == std::string_view::npos) return end();
    rest_.remove_prefix(length + passed->end.size());
  }
  return Token::end;
}

XmlReader::Token XmlReader::take_tag() {
  const std::size_t length = tag_end(rest_);
  if (length == std::string_view::npos) return end();
  std::string_view tag = rest_.substr(1, length - 1);
  rest_.remove_prefix(length + 1);
  const bool is_close = tag.starts_with('/');
  if (is_close) tag.remove_prefix(1);
  closes_ = !is_close && tag.ends_with('/');
  if (closes_) tag.remove_suffix(1);
  const std::size_t name_length = std::min(tag.find_first_of(kBlanks), tag.size());
  name_ = without_prefix(tag.substr(0, name_length));
  if (is_close) return Token::close;
  attributes_ = tag.substr(name_length);
  return Token::open;
}

std::string XmlReader::attribute(std::string_view name) const {
  std::string_view rest = attributes_;
  for (;;) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string_view found = base::trimmed(rest.substr(0, equals));
    rest = base::trimmed(rest.substr(equals + 1));
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return {};
    const std::size_t end = rest.find(rest.front(), 1);
    if (end == std::string_view::npos) return {};
    if (without_prefix(found) == name) return decoded(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
  }
}

}  // namespace ajar::import::events
