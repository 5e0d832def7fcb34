#pragma once

#include <stddef.h>
#include <stdint.h>

namespace ajar::unwind {

// Reads the encodings of .eh_frame from mapped bytes, never past `end`: a read that does not fit gives zeros
// and ok() false from then on. (base::ByteReader's freestanding cousin: what runs in a victim has no standard
// library.) `bias` is how far from here the bytes lie in the module: 0 for bytes that are where they belong.
class CfiReader {
 public:
  CfiReader(const uint8_t* at, const uint8_t* end, uint64_t bias = 0) : at_(at), end_(end), bias_(bias) {}

  bool ok() const { return ok_; }
  const uint8_t* at() const { return at_; }
  const uint8_t* end() const { return end_; }
  bool done() const { return !ok_ || at_ >= end_; }
  uint64_t remaining() const { return static_cast<uint64_t>(end_ - at_); }

  void fail() {
    ok_ = false;
    at_ = end_;
  }

  template <typename T>
  T fixed() {
    T value{};
    if (static_cast<size_t>(end_ - at_) < sizeof(T)) {
      fail();
      return value;
    }
    __builtin_memcpy(&value, at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }

  uint64_t uleb() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      const auto byte = fixed<uint8_t>();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    fail();
    return 0;
  }

  int64_t sleb() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      const auto byte = fixed<uint8_t>();
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) {
        if (shift + 7 < 64 && (byte & 0x40U) != 0) value |= ~uint64_t{0} << (shift + 7);
        return static_cast<int64_t>(value);
      }
    }
    fail();
    return 0;
  }

  void skip(uint64_t count) {
    if (count > static_cast<uint64_t>(end_ - at_)) return fail();
    at_ += count;
  }

  // A pointer in one of the DW_EH_PE encodings: absolute or aligned, or relative to itself or to `data_base`.
  // What is relative to the text or to a function has no base on x86-64 and fails, as does an indirect one
  // where its value is asked for.
  uint64_t pointer(uint8_t encoding, uint64_t data_base);
  void skip_pointer(uint8_t encoding);

 private:
  uint64_t pointer(uint8_t format, uint8_t application, uint64_t data_base);

  const uint8_t* at_;
  const uint8_t* end_;
  uint64_t bias_;
  bool ok_ = true;
};

}  // namespace ajar::unwind
