#pragma once

#include <stdint.h>

#include "unwind/cfi_reader.h"

namespace ajar::unwind {

// Call-frame information as it lies in memory: of the own process, or a file's section that was read from
// somewhere. Sources: DWARF 2 to 5, section 6.4.1 (.debug_frame); Linux Standard Base Core 5.0, 'Exception
// Frames' (.eh_frame).
struct CfiSection {
  enum class Form : uint8_t { eh_frame, debug_frame };

  const uint8_t* begin = nullptr;
  const uint8_t* end = nullptr;
  Form form = Form::eh_frame;
  // .eh_frame: an entry of length 0 is the end of it. False for a whole section: linkers put some together
  // that each have one.
  bool ends_at_zero = false;
  bool is_32 = false;      // of a program of 32 bits (i386): words of 4 bytes, other numbers of registers
  uint64_t bias = 0;       // added to where a byte is makes the address which it has in the module
  uint64_t data_base = 0;  // of data-relative pointers (which nobody is known to emit in here)

  // Of a section that has the address `address` in its module.
  static CfiSection of_file(Form form, const uint8_t* bytes, uint64_t size, uint64_t address,
                            bool is_32 = false) {
    CfiSection section;
    section.begin = bytes;
    section.end = bytes + size;
    section.form = form;
    section.is_32 = is_32;
    section.bias = address - reinterpret_cast<uint64_t>(bytes);
    return section;
  }
};

// The number for x86-64 of the register that has this one for i386, and is its lower half (System V ABI, i386
// supplement, table 2.14). One that is past all of x86-64's for any other.
inline uint64_t number_of_32(uint64_t number) {
  constexpr uint8_t kNumbers[] = {0, 2, 1, 3, 7, 6, 4, 5, 16};
  constexpr uint64_t kOthers = 17;
  return number < sizeof(kNumbers) ? kNumbers[number] : kOthers;
}

// What a CIE says of how its FDEs and their programs are written.
struct CfiEncoding {
  uint64_t code_align = 1;
  int64_t data_align = 1;
  uint64_t return_column = 16;
  uint8_t pointer_encoding = 0;
  uint8_t selector_size = 0;
  bool is_32 = false;  // the registers' numbers are those of i386
  uint64_t data_base = 0;
};

struct Cie {
  CfiEncoding encoding;
  bool has_augmentation_data = false;
  bool signal_frame = false;
  const uint8_t* program = nullptr;
  const uint8_t* program_end = nullptr;
};

struct Fde {
  uint64_t first = 0;  // the code that it covers
  uint64_t size = 0;
  const uint8_t* program = nullptr;
  const uint8_t* program_end = nullptr;
};

// A CIE or an FDE, not looked into.
struct CfiEntry {
  enum class Kind : uint8_t { cie, fde, end, unreadable };

  Kind kind = Kind::end;
  const uint8_t* body = nullptr;  // after the id
  const uint8_t* end = nullptr;   // where the next one begins
  const uint8_t* cie = nullptr;   // of an FDE: where its CIE begins
};

// The entry at `at`. One whose length leads out of the section is its end; of an unreadable one the end is
// known. Reads nothing outside the section, whatever it holds.
CfiEntry read_entry(const CfiSection& section, const uint8_t* at);

// False where it is none, or has a version or an augmentation that is not known.
bool read_cie(const CfiSection& section, const uint8_t* at, Cie& cie);

// `entry` is an FDE of the CIE.
bool read_fde(const CfiSection& section, const CfiEntry& entry, const Cie& cie, Fde& fde);

// All FDEs of a section, one after the other.
class FdeScan {
 public:
  explicit FdeScan(const CfiSection& section) : section_(section), next_(section.begin) {}

  // False at the section's end.
  bool next();

  [[nodiscard]] const uint8_t* at() const { return at_; }  // where the FDE begins
  [[nodiscard]] const Fde& fde() const { return fde_; }
  [[nodiscard]] const Cie& cie() const { return cie_; }
  [[nodiscard]] uint32_t unreadable() const { return unreadable_; }  // entries so far that were passed over

 private:
  bool read(const CfiEntry& entry);

  const CfiSection& section_;
  const uint8_t* next_;
  const uint8_t* at_ = nullptr;
  const uint8_t* cie_at_ = nullptr;  // of which cie_ is: most FDEs have that of the one before
  Cie cie_;
  Fde fde_;
  uint32_t unreadable_ = 0;
};

}  // namespace ajar::unwind
