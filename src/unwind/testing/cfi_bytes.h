#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "unwind/cfi_entries.h"

// Call-frame information, written by hand for a test.
namespace ajar::unwind::testing {

using Bytes = std::vector<std::uint8_t>;

template <typename T>
void append(Bytes& to, T value) {
  const auto at = to.size();
  to.resize(at + sizeof(value));
  std::memcpy(to.data() + at, &value, sizeof(value));
}

inline void append(Bytes& to, const Bytes& what) {
  to.insert(to.end(), what.begin(), what.end());
}

inline Bytes uleb(std::uint64_t value) {
  Bytes out;
  do {
    out.push_back(static_cast<std::uint8_t>((value & 0x7fU) | (value >= 0x80 ? 0x80U : 0U)));
    value >>= 7U;
  } while (value != 0);
  return out;
}

// CFA = rsp + 8, the return address at CFA - 8: what every CIE for x86-64 begins with.
inline const Bytes kUsualStart = {0x0c, 7, 8, 0x90, 1};

// The same of 32-bit code: CFA = esp + 4, the return address at CFA - 4.
inline const Bytes kUsualStart32 = {0x0c, 4, 4, 0x88, 1};

struct CieBytes {
  std::uint8_t version = 1;
  std::string augmentation = "zR";
  std::uint8_t pointer_encoding = 0x00;
  Bytes augmentation_data = {};  // where not just the encoding
  std::uint8_t address_size = 8;
  Bytes program = kUsualStart;
  std::uint8_t data_align = 0x78;  // -8, as sleb
  std::uint8_t return_column = 16;
};

// A section made of CIEs and FDEs. The code's addresses are those in its module.
class CfiBytes {
 public:
  explicit CfiBytes(CfiSection::Form form, std::uint64_t address = 0x10000, bool is_long = false)
      : form_(form), address_(address), is_long_(is_long) {}

  // Returns where it is.
  std::size_t cie(const CieBytes& cie) {
    Bytes body = {cie.version};
    for (const char c : cie.augmentation) body.push_back(static_cast<std::uint8_t>(c));
    body.push_back(0);
    if (cie.version == 4) {
      body.push_back(cie.address_size);
      body.push_back(0);
    }
    append(body, Bytes{1, cie.data_align, cie.return_column});
    if (cie.augmentation.starts_with('z')) {
      const Bytes data = cie.augmentation_data.empty() ? Bytes{cie.pointer_encoding} : cie.augmentation_data;
      append(body, uleb(data.size()));
      append(body, data);
    }
    append(body, cie.program);
    return entry(eh_frame() ? 0 : ~std::uint64_t{0}, body);
  }

  // `body` is what follows the pointer to the CIE: addresses, augmentation data, program.
  std::size_t fde(std::size_t cie, const Bytes& body) {
    const std::size_t id_at = bytes.size() + (is_long_ ? 12 : 4);
    return entry(eh_frame() ? id_at - cie : cie, body);
  }

  // Absolute addresses, each as large as T.
  template <typename T = std::uint64_t>
  std::size_t fde(std::size_t cie, std::type_identity_t<T> first, std::type_identity_t<T> size,
                  const Bytes& program) {
    Bytes body;
    append<T>(body, first);
    append<T>(body, size);
    if (eh_frame()) body.push_back(0);
    append(body, program);
    return fde(cie, body);
  }

  // The address that the next entry's body has after the pointer to its CIE.
  [[nodiscard]] std::uint64_t next_body() const {
    return address_ + bytes.size() + (is_long_ ? 12 : 4) + (is_long_ && !eh_frame() ? 8 : 4);
  }

  [[nodiscard]] CfiSection section(bool is_32 = false) const {
    return CfiSection::of_file(form_, bytes.data(), bytes.size(), address_, is_32);
  }

  Bytes bytes;

 private:
  [[nodiscard]] bool eh_frame() const { return form_ == CfiSection::Form::eh_frame; }

  std::size_t entry(std::uint64_t id, const Bytes& body) {
    const std::size_t at = bytes.size();
    const std::size_t id_size = is_long_ && !eh_frame() ? 8 : 4;
    if (is_long_) {
      append(bytes, ~std::uint32_t{0});
      append(bytes, std::uint64_t{id_size + body.size()});
    } else {
      append(bytes, static_cast<std::uint32_t>(id_size + body.size()));
    }
    if (id_size == 8) {
      append(bytes, id);
    } else {
      append(bytes, static_cast<std::uint32_t>(id));
    }
    append(bytes, body);
    return at;
  }

  CfiSection::Form form_;
  std::uint64_t address_;
  bool is_long_;
};

}  // namespace ajar::unwind::testing
