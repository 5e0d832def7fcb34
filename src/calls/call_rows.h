#pragma once

#include <stdint.h>

// The rows of catalog/linux_calls.def, in their order and in its words. Their names and types are in
// catalog/linux_tables.h.
namespace ajar::calls {

// NOLINTBEGIN(readability-identifier-naming): the catalog's words
enum class Effect : uint8_t {
  OPENS_RESULT = 1,
  OPENS_IF,
  OPENS_PAIR,
  CLOSES,
  CLOSES_RANGE,
  DUPLICATES,
  REPLACES,
  LEARNS_PEER,
  RECEIVES,
  RECEIVES_MANY,
  COPIES_TABLE,
  PARTS_TABLE,
  ENTERS_PROGRAM,
  DEVICE,
  TABLE_TELLS,
  SPECIAL
};

enum class Asks : uint8_t { NOTHING, PATH, BARE_PATH, NAME, SOCKET, PEER };
// NOLINTEND(readability-identifier-naming)

struct Asked {
  Asks what;
  uint8_t argument;
};

struct CallRow {
  uint16_t number;
  Effect effect;
  uint8_t argument;
  Asked asked;
};

#define AJAR_ASKED_NOTHING {Asks::NOTHING, 0}
#define AJAR_ASKED_PATH(n) {Asks::PATH, n}
#define AJAR_ASKED_BARE_PATH(n) {Asks::BARE_PATH, n}
#define AJAR_ASKED_NAME(n) {Asks::NAME, n}
#define AJAR_ASKED_SOCKET {Asks::SOCKET, 0}
#define AJAR_ASKED_PEER {Asks::PEER, 1}
#define AJAR_CALL(number, name, effect, argument, type, asked) \
  {number, Effect::effect, argument, AJAR_ASKED_##asked},
inline constexpr CallRow kCallRows[] = {
#include "catalog/linux_calls.def"
};
#undef AJAR_CALL
#undef AJAR_ASKED_NOTHING
#undef AJAR_ASKED_PATH
#undef AJAR_ASKED_BARE_PATH
#undef AJAR_ASKED_NAME
#undef AJAR_ASKED_SOCKET
#undef AJAR_ASKED_PEER

inline constexpr uint32_t kCallRowCount = sizeof(kCallRows) / sizeof(kCallRows[0]);
inline constexpr int64_t kCallNumbers = 512;  // all are below

struct RowByNumber {
  uint8_t row[kCallNumbers];  // from 1; 0: none
};
constexpr RowByNumber rows_by_number() {
  RowByNumber rows{};
  for (uint32_t i = 0; i < kCallRowCount; ++i) rows.row[kCallRows[i].number] = static_cast<uint8_t>(i + 1);
  return rows;
}
inline constexpr RowByNumber kRowByNumber = rows_by_number();

// The same for numbers of 32-bit programs.
namespace row_names {
#define AJAR_CALL(number, name, effect, argument, type, asked) name##_row,
enum : uint8_t {
#include "catalog/linux_calls.def"
};
#undef AJAR_CALL
}  // namespace row_names
constexpr RowByNumber rows_by_number_32() {
  RowByNumber rows{};
#define AJAR_CALL_32(number, name) rows.row[number] = row_names::name##_row + 1;
#include "catalog/linux_calls_32.def"
#undef AJAR_CALL_32
  return rows;
}
inline constexpr RowByNumber kRowByNumber32 = rows_by_number_32();

// nullptr for a call that has no row.
inline const CallRow* row_in(const RowByNumber& rows, int64_t number) {
  if (number < 0 || number >= kCallNumbers || rows.row[number] == 0) return nullptr;
  return &kCallRows[rows.row[number] - 1];
}
inline const CallRow* call_row(int64_t number) {
  return row_in(kRowByNumber, number);
}
inline const CallRow* call_row_32(int64_t number) {
  return row_in(kRowByNumber32, number);
}
inline const CallRow* call_row(int64_t number, bool is_32) {
  return is_32 ? call_row_32(number) : call_row(number);
}

}  // namespace ajar::calls
