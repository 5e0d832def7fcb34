#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// What is to be seen, as plain values: whoever has a terminal draws it, tests compare it.
namespace ajar::top {

// How a part of a line stands out. A screen without colours has bold type and reversed lines for it.
enum class Look : std::uint8_t {
  plain,
  strong,
  faint,
  heading,  // of a table's columns
  warning,
  grave,
};

struct Piece {
  std::string text;  // safe for a terminal
  Look look = Look::plain;
};

struct Line {
  std::vector<Piece> pieces;
  bool chosen = false;  // all of it is reversed

  Line() = default;
  explicit Line(std::string text, Look look = Look::plain) { add(std::move(text), look); }
  void add(std::string text, Look look = Look::plain) {
    pieces.push_back({.text = std::move(text), .look = look});
  }
};

struct Size {
  std::size_t columns = 0, lines = 0;

  bool operator==(const Size&) const = default;
};

using Picture = std::vector<Line>;  // from the top of the screen down

// What the screen can show.
struct Style {
  bool utf8 = true;  // else nothing but ASCII
};

}  // namespace ajar::top
