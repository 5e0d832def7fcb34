#include "base/number.h"
#include "symbolize/rust_v0.h"
#include "symbolize/utf8.h"

namespace ajar::symbolize {
namespace {

std::optional<std::uint64_t> value_of(std::string_view hex) {
  return hex.empty() ? std::optional<std::uint64_t>(0) : base::parse_number(hex, 16);
}

void append_quoted(std::uint32_t character, char quote, std::string& out) {
  constexpr std::uint32_t delete_character = 0x7f;
  if (character == static_cast<std::uint32_t>(quote) || character == '\\') {
    out += '\\';
    out += static_cast<char>(character);
  } else if (character >= ' ' && character != delete_character) {
    append_utf8(character, out);
  } else if (character == '\n') {
    out += "\\n";
  } else if (character == '\t') {
    out += "\\t";
  } else if (character == '\r') {
    out += "\\r";
  } else {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u{";
    if (character > 0xf) out += digits[character >> 4U];
    out += digits[character & 0xfU];
    out += '}';
  }
}

}  // namespace

void RustV0::constant(bool in_braces_already) {
  const Nested nested(*this);
  constant_of_tag(next(), in_braces_already);
}

// An expression among generic arguments stands in braces, unless it is a literal.
template <typename Body>
void RustV0::in_braces(bool in_braces_already, const Body& body) {
  if (!in_braces_already) write("{");
  body();
  if (!in_braces_already) write("}");
}

void RustV0::constant_of_tag(char tag, bool in_braces_already) {
  const auto item = [this] { constant(true); };
  switch (tag) {
    case 'p':
      return write("_");
    case 'h':
    case 't':
    case 'm':
    case 'y':
    case 'o':
    case 'j':
      return integer(false);
    case 'a':
    case 's':
    case 'l':
    case 'x':
    case 'n':
    case 'i':
      return integer(true);
    case 'b':
      return boolean();
    case 'c':
      return character();
    case 'e':
      return in_braces(in_braces_already, [this] {
        write("*");
        string_literal();
      });
    case 'R':
      if (take('e')) return string_literal();
      return in_braces(in_braces_already, [&] {
        write("&");
        item();
      });
    case 'Q':
      return in_braces(in_braces_already, [&] {
        write("&mut ");
        item();
      });
    case 'A':
      return in_braces(in_braces_already, [&] {
        write("[");
        list(item);
        write("]");
      });
    case 'T':
      return in_braces(in_braces_already, [&] {
        int count = 0;
        write("(");
        list([&] {
          ++count;
          item();
        });
        write(count == 1 ? ",)" : ")");
      });
    case 'V':
      return in_braces(in_braces_already, [this] { structure(); });
    case 'B':
      return back_reference([&] { constant(in_braces_already); });
    default:
      return fail();
  }
}

void RustV0::structure() {
  path(Place::value);
  const char kind = next();
  if (kind == 'U') return;
  if (kind == 'T') {
    write("(");
    list([this] { constant(true); });
    return write(")");
  }
  if (kind != 'S') return fail();
  write(" { ");
  list([this] {
    write(identifier());
    write(": ");
    constant(true);
  });
  write(" }");
}

// Up to the "_" behind them.
std::string_view RustV0::hex_digits() {
  const std::size_t begin = at_;
  for (;;) {
    const char c = next();
    if (failed_) return {};
    if (c == '_') return text_.substr(begin, at_ - 1 - begin);
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) fail();
  }
}

void RustV0::integer(bool is_signed) {
  if (is_signed && take('n')) write("-");
  const std::string_view hex = hex_digits();
  if (const auto value = value_of(hex)) return write_number(*value);
  write("0x");
  write(hex);
}

void RustV0::boolean() {
  const auto value = value_of(hex_digits());
  if (!value || *value > 1) return fail();
  write(*value == 1 ? "true" : "false");
}

void RustV0::character() {
  const auto value = value_of(hex_digits());
  std::string quoted;
  if (!value || *value > 0x10ffff || !append_utf8(static_cast<std::uint32_t>(*value), quoted)) return fail();
  quoted.assign(1, '\'');
  append_quoted(static_cast<std::uint32_t>(*value), '\'', quoted);
  quoted += '\'';
  write(quoted);
}

// Its bytes in UTF-8, two digits each.
void RustV0::string_literal() {
  const std::string_view hex = hex_digits();
  if (hex.size() % 2 != 0) return fail();
  std::string quoted(1, '"');
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto byte = static_cast<std::uint32_t>(value_of(hex.substr(i, 2)).value_or(0));
    if (byte < 0x80) {
      append_quoted(byte, '"', quoted);
    } else {
      quoted += static_cast<char>(byte);
    }
  }
  quoted += '"';
  write(quoted);
}

}  // namespace ajar::symbolize
