#include "render/escape.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "render/utf8.h"

namespace ajar::render {
namespace {

bool is_unsafe(std::uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
                         code == 0x200e || code == 0x200f || code == 0x061c;
  const bool line = code == 0x2028 || code == 0x2029;
  return control || direction || line;
}

std::string in_hex(std::uint32_t code, bool is_byte) {
  char text[16];
  std::snprintf(text, sizeof text, is_byte ? "\\x%02x" : "\\u{%x}", static_cast<unsigned>(code));
  return text;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const Decoded next = decode(text);
    const std::size_t length = std::max<std::size_t>(next.length, 1);
    if (next.length == 0) {
      safe += in_hex(static_cast<unsigned char>(text.front()), true);
    } else if (is_unsafe(next.code)) {
      safe += in_hex(next.code, next.code < 0x100);
    } else {
      safe += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return safe;
}

std::size_t columns(std::string_view utf8) {
  return utf8.size() - static_cast<std::size_t>(std::ranges::count_if(utf8, is_continuation));
}

std::string cut(std::string_view utf8, std::size_t width) {
  if (columns(utf8) <= width) return std::string(utf8);
  std::size_t bytes = 0;
  for (std::size_t left = width; left > 1; --left) {
    ++bytes;
    while (bytes < utf8.size() && is_continuation(utf8[bytes])) ++bytes;
  }
  return std::string(utf8.substr(0, bytes)) + "…";
}

std::string wrapped(std::string_view utf8, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  while (!utf8.empty()) {
    const std::string_view word = utf8.substr(0, std::min(utf8.find(' '), utf8.size()));
    utf8.remove_prefix(std::min(word.size() + 1, utf8.size()));
    const std::size_t taken = columns(word);
    if (column > indent && column + 1 + taken > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += taken;
  }
  return out;
}

std::string coloured(std::string_view text, bool grave, bool wanted) {
  if (!wanted) return std::string(text);
  return (grave ? "\033[1;31m" : "\033[1;33m") + std::string(text) + "\033[0m";
}

std::string padded(std::string_view utf8, std::size_t width) {
  std::string text(utf8);
  const std::size_t have = columns(utf8);
  if (have < width) text.append(width - have, ' ');
  return text;
}

}  // namespace ajar::render
