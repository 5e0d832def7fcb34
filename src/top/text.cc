#include "top/text.h"

#include <algorithm>
#include <array>
#include <cwchar>
#include <sstream>

#include "render/escape.h"
#include "render/sparkline.h"
#include "render/utf8.h"
#include "report/words.h"

namespace ajar::top {
namespace {

constexpr std::string_view kCutMark = "…";

// One character of a text, at its beginning.
struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

Character first_of(std::string_view text) {
  const render::Decoded decoded = render::decode(text);
  if (decoded.length == 0) return {};
  const int columns = ::wcwidth(static_cast<wchar_t>(decoded.code));
  return {.bytes = decoded.length, .columns = columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

// As much of its beginning as takes at most so many columns.
std::string_view beginning(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character next = first_of(text.substr(bytes));
    if (next.columns > columns) break;
    columns -= next.columns;
    bytes += next.bytes;
  }
  return text.substr(0, bytes);
}

// Others than those that ajar itself writes become question marks, as wide as they were.
std::string in_ascii(std::string_view text) {
  std::string ascii;
  while (!text.empty()) {
    const Character next = first_of(text);
    const std::string_view character = text.substr(0, next.bytes);
    if (next.bytes == 1 && static_cast<unsigned char>(character[0]) < 0x80) {
      ascii += character;
    } else if (character == kCutMark) {
      ascii += '~';
    } else if (character == "×") {
      ascii += 'x';
    } else if (character == "↓" || character == "↑") {
      ascii += character == "↓" ? 'v' : '^';
    } else {
      ascii.append(next.columns, '?');
    }
    text.remove_prefix(next.bytes);
  }
  return ascii;
}

}  // namespace

std::size_t columns_of(std::string_view utf8) {
  std::size_t columns = 0;
  while (!utf8.empty()) {
    const Character next = first_of(utf8);
    columns += next.columns;
    utf8.remove_prefix(next.bytes);
  }
  return columns;
}

std::string cut_to(std::string_view utf8, std::size_t columns) {
  const std::string_view all = beginning(utf8, columns);
  if (all.size() == utf8.size()) return std::string(utf8);
  if (columns == 0) return {};
  return std::string(beginning(utf8, columns - 1)) += kCutMark;
}

std::string to_left(std::string_view utf8, std::size_t columns) {
  std::string text = cut_to(utf8, columns);
  return text.append(columns - columns_of(text), ' ');
}

std::string number_in(std::uint64_t number, std::size_t columns) {
  std::string text = report::thousands(number);
  return text.size() <= columns ? text : std::to_string(number);
}

std::string to_right(std::string_view utf8, std::size_t columns) {
  std::string text = cut_to(utf8, columns);
  return text.insert(0, columns - columns_of(text), ' ');
}

Line fitted(const Line& line, std::size_t columns, Style style) {
  Line fits;
  fits.chosen = line.chosen;
  for (const Piece& piece : line.pieces) {
    const std::string text = cut_to(piece.text, columns);
    columns -= columns_of(text);
    fits.add(style.utf8 ? text : in_ascii(text), piece.look);
    if (text.size() != piece.text.size()) break;
  }
  return fits;
}

void add_whole(std::string_view text, Look look, std::size_t columns, std::vector<Line>& lines) {
  std::istringstream all(" " + render::wrapped(render::escaped(text), 1, columns));
  for (std::string line; std::getline(all, line);) lines.emplace_back(line, look);
}

std::string sparkline(std::span<const std::uint64_t> counts, std::size_t columns, Style style) {
  using render::kBars;
  static constexpr std::array<std::string_view, kBars.size()> kAscii = {"_", ".", "-", ":",
                                                                        "=", "+", "*", "#"};
  const auto shown = counts.last(std::min(counts.size(), columns));
  std::string line(columns - shown.size(), ' ');
  if (shown.empty()) return line;
  const auto [least, most] = std::ranges::minmax(shown);
  const std::uint64_t range = std::max<std::uint64_t>(most - least, kBars.size() - 1);
  for (const std::uint64_t count : shown) {
    const auto level = static_cast<std::size_t>((count - least) * (kBars.size() - 1) / range);
    line += (style.utf8 ? kBars : kAscii)[level];
  }
  return line;
}

}  // namespace ajar::top
