#include "objfile/utf16.h"

#include <array>
#include <cstdint>

#include "base/byte_reader.h"

namespace ajar::objfile {
namespace {

constexpr char32_t kReplacement = 0xfffd;

bool is_high_surrogate(char32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low_surrogate(char32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

void append_utf8(char32_t character, std::string& out) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((static_cast<std::uint32_t>(character) >> shift) & 0x3fU));
  };
  const auto head = [&](std::uint32_t mark, unsigned shift) {
    out += static_cast<char>(mark | (static_cast<std::uint32_t>(character) >> shift));
  };
  if (character < 0x80) return head(0, 0);
  if (character < 0x800) {
    head(0xc0, 6);
  } else if (character < 0x1'0000) {
    head(0xe0, 12);
    tail(6);
  } else {
    head(0xf0, 18);
    tail(12);
    tail(6);
  }
  tail(0);
}

struct Decoded {
  char32_t character = kReplacement;
  std::size_t length = 1;  // bytes
};

// The character that the text, which is not empty, begins with.
Decoded first_of(std::string_view text) {
  const auto byte_at = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned head = byte_at(0);
  if (head < 0x80) return {.character = head};
  const std::size_t length = head >= 0xf0 ? 4 : head >= 0xe0 ? 3 : 2;
  if (head < 0xc2 || head > 0xf4 || text.size() < length) return {};
  char32_t character = head & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(i) & 0xc0U) != 0x80) return {};
    character = character << 6U | (byte_at(i) & 0x3fU);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x1'0000};
  const bool is_half = is_high_surrogate(character) || is_low_surrogate(character);
  if (character < kLeast[length] || character > 0x10'ffff || is_half) return {};
  return {.character = character, .length = length};
}

}  // namespace

std::u16string utf16_of_utf8(std::string_view text) {
  std::u16string units;
  units.reserve(text.size());
  while (!text.empty()) {
    const Decoded first = first_of(text);
    text.remove_prefix(first.length);
    if (first.character < 0x1'0000) {
      units += static_cast<char16_t>(first.character);
    } else {
      units += static_cast<char16_t>(0xd800 + ((first.character - 0x1'0000) >> 10U));
      units += static_cast<char16_t>(0xdc00 + ((first.character - 0x1'0000) & 0x3ffU));
    }
  }
  return units;
}

std::string utf8_of_utf16(std::span<const std::byte> bytes) {
  constexpr std::size_t kUnit = sizeof(char16_t);
  std::string out;
  out.reserve(bytes.size() / kUnit);
  base::ByteReader in(bytes);
  while (in.remaining() >= kUnit) {
    char32_t character = in.read<std::uint16_t>();
    if (is_high_surrogate(character) && in.remaining() >= kUnit) {
      base::ByteReader next = in;
      const char32_t low = next.read<std::uint16_t>();
      if (is_low_surrogate(low)) {
        character = 0x1'0000 + ((character - 0xd800) << 10U) + (low - 0xdc00);
        in = next;
      }
    }
    const bool is_half = is_high_surrogate(character) || is_low_surrogate(character);
    append_utf8(is_half ? kReplacement : character, out);
  }
  if (in.remaining() > 0) append_utf8(kReplacement, out);
  return out;
}

}  // namespace ajar::objfile
