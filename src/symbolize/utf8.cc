#include "symbolize/utf8.h"

namespace ajar::symbolize {
namespace {

constexpr unsigned kBits = 6;  // of the character in each byte after the first

char continuation(std::uint32_t character, unsigned shift) {
  return static_cast<char>(0x80U | ((character >> shift) & 0x3fU));
}

}  // namespace

bool append_utf8(std::uint32_t character, std::string& out) {
  if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) return false;
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xc0U | (character >> kBits));
    out += continuation(character, 0);
  } else if (character < 0x10000) {
    out += static_cast<char>(0xe0U | (character >> 2 * kBits));
    out += continuation(character, kBits);
    out += continuation(character, 0);
  } else {
    out += static_cast<char>(0xf0U | (character >> 3 * kBits));
    out += continuation(character, 2 * kBits);
    out += continuation(character, kBits);
    out += continuation(character, 0);
  }
  return true;
}

}  // namespace ajar::symbolize
