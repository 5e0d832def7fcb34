#include <charconv>

#include "symbolize/punycode.h"
#include "symbolize/rust_v0.h"

namespace ajar::symbolize {

std::uint64_t RustV0::decimal() {
  if (take('0')) return 0;
  std::uint64_t value = 0;
  const char* const begin = text_.data() + at_;
  const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
  if (failed_ || error != std::errc()) {
    fail();
    return 0;
  }
  at_ += static_cast<std::size_t>(end - begin);
  return value;
}

// "_" is 0, "0_" is 1, and so on.
std::uint64_t RustV0::base_62() {
  constexpr std::uint64_t base = 62;
  if (take('_')) return 0;
  std::uint64_t value = 0;
  while (!failed_ && !take('_')) {
    const char c = next();
    std::uint64_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint64_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint64_t>(c - 'A') + 36;
    } else {
      fail();
    }
    if (value > (UINT64_MAX - digit) / base) fail();
    value = value * base + digit;
  }
  return plus_one(value);
}

RustV0::Identifier RustV0::undisambiguated_identifier() {
  const bool is_punycode = take('u');
  const std::uint64_t length = decimal();
  take('_');
  Identifier name;
  if (failed_ || length > text_.size() - at_) {
    fail();
    return name;
  }
  const std::string_view bytes = text_.substr(at_, static_cast<std::size_t>(length));
  at_ += bytes.size();
  if (!is_punycode) {
    name.ascii = bytes;
    return name;
  }
  const std::size_t delimiter = bytes.rfind('_');
  if (delimiter != std::string_view::npos) name.ascii = bytes.substr(0, delimiter);
  name.punycode = bytes.substr(delimiter + 1);
  if (name.punycode.empty()) fail();
  return name;
}

RustV0::Identifier RustV0::identifier() {
  const std::uint64_t disambiguator = optional_base_62('s');
  Identifier name = undisambiguated_identifier();
  name.disambiguator = disambiguator;
  return name;
}

void RustV0::write(const Identifier& name) {
  constexpr std::size_t longest_punycode = 256;
  if (name.punycode.empty()) return write(name.ascii);
  if (!writes_) return;
  std::string decoded;
  const bool short_enough = name.ascii.size() + name.punycode.size() <= longest_punycode;
  if (short_enough && append_punycode(name.ascii, name.punycode, decoded)) return write(decoded);
  write("punycode{");
  write(name.ascii);
  if (!name.ascii.empty()) write("-");
  write(name.punycode);
  write("}");
}

// Counted from the innermost one that is bound, from 1; 0 is a lifetime that was erased.
void RustV0::lifetime_name(std::uint64_t index) {
  constexpr std::uint64_t letters = 26;
  if (index == 0) return write("'_");
  if (index > bound_lifetimes_) return fail();
  const std::uint64_t number = bound_lifetimes_ - index;
  write("'");
  if (number < letters) {
    const char letter = static_cast<char>('a' + number);
    return write(std::string_view(&letter, 1));
  }
  write("_");
  write_number(number);
}

}  // namespace ajar::symbolize
