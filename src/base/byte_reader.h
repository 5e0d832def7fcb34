#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace ajar::base {

// Reads little-endian values from bytes it does not own, and never past their end. The first read that does
// not fit makes the reader fail for good: that read and all later ones give zeros and empty spans, and ok()
// is false. So a parser reads a whole structure and asks once. Not for use by two threads at a time.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }

  // Makes the reader fail, for a value that was read and makes no sense.
  void fail() {
    ok_ = false;
    position_ = bytes_.size();
  }

  void seek(std::uint64_t position) {
    if (!ok_ || position > bytes_.size()) return fail();
    position_ = static_cast<std::size_t>(position);
  }

  void skip(std::uint64_t count) { static_cast<void>(bytes(count)); }

  // A fixed-width little-endian integer.
  template <std::integral T>
  T read() {
    std::make_unsigned_t<T> bits = 0;
    if (sizeof(bits) > remaining()) {
      fail();
      return 0;
    }
    std::memcpy(&bits, bytes_.data() + position_, sizeof(bits));
    position_ += sizeof(bits);
    if constexpr (std::endian::native == std::endian::big) bits = std::byteswap(bits);
    return static_cast<T>(bits);
  }

  // LEB128, at most 64 bits; an encoding that holds more makes the reader fail.
  std::uint64_t read_varint() {
    if (position_ < bytes_.size()) {
      const auto byte = std::to_integer<std::uint8_t>(bytes_[position_]);
      if (byte < 0x80) {
        ++position_;
        return byte;
      }
    }
    return read_long_varint();
  }

  // Signed LEB128 (two's complement), at most 64 bits.
  std::int64_t read_signed_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = read<std::uint8_t>();
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte >= 0x80) continue;
      if ((byte & 0x40U) != 0 && shift + 7 < 64) value |= ~std::uint64_t{0} << (shift + 7);
      return static_cast<std::int64_t>(value);
    }
    fail();
    return 0;
  }

  // A varint in zigzag form: 0, -1, 1, -2, …
  std::int64_t read_zigzag() {
    const std::uint64_t raw = read_varint();
    return static_cast<std::int64_t>(raw >> 1U) ^ -static_cast<std::int64_t>(raw & 1U);
  }

  // The next `count` bytes, as a view into what the reader was given.
  std::span<const std::byte> bytes(std::uint64_t count) {
    if (!ok_ || count > remaining()) {
      fail();
      return {};
    }
    const auto view = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += view.size();
    return view;
  }

  // The next `count` bytes as text, whatever they are.
  std::string_view text(std::uint64_t count) {
    const std::span<const std::byte> raw = bytes(count);
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
  }

  // Text up to a NUL, which is consumed and not part of it. Fails where there is none.
  std::string_view c_string() {
    const std::span<const std::byte> rest = bytes_.subspan(position_);
    const void* nul = rest.empty() ? nullptr : std::memchr(rest.data(), 0, rest.size());
    if (nul == nullptr) {
      fail();
      return {};
    }
    const auto length = static_cast<std::size_t>(static_cast<const std::byte*>(nul) - rest.data());
    const std::string_view found = text(length);
    skip(1);
    return found;
  }

 private:
  // Of one to eight bytes, which hold seven bits each: all at once. Which is shorter can't be foreseen, so
  // that a loop would cost a misprediction for most.
  static std::uint64_t joined(std::uint64_t sevens) {
    sevens &= 0x7f7f'7f7f'7f7f'7f7fU;
    sevens = ((sevens & 0x7f00'7f00'7f00'7f00U) >> 1U) | (sevens & 0x007f'007f'007f'007fU);
    sevens = ((sevens & 0x3fff'0000'3fff'0000U) >> 2U) | (sevens & 0x0000'3fff'0000'3fffU);
    return ((sevens & 0x0fff'ffff'0000'0000U) >> 4U) | (sevens & 0x0000'0000'0fff'ffffU);
  }

  std::uint64_t read_long_varint() {
    if (remaining() >= sizeof(std::uint64_t)) {
      const std::size_t before = position_;
      const auto bytes = read<std::uint64_t>();
      const std::uint64_t ends = ~bytes & 0x8080'8080'8080'8080U;
      position_ = before;
      if (ends != 0) {
        position_ += static_cast<std::size_t>(std::countr_zero(ends)) / 8 + 1;
        return joined(bytes & (ends ^ (ends - 1)));
      }
    }
    return read_varint_by_byte();
  }

  std::uint64_t read_varint_by_byte() {
    std::uint64_t value = 0;
    std::size_t at = position_;
    for (unsigned shift = 0; shift < 64 && at < bytes_.size(); shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(bytes_[at++]);
      if (shift == 63 && byte > 1) break;
      value |= (byte & 0x7fU) << shift;
      if (byte < 0x80) {
        position_ = at;
        return value;
      }
    }
    fail();
    return 0;
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace ajar::base
