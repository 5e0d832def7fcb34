#pragma once

#include <stdint.h>

// The catalog's rows of Windows' calls, as the hooks use them.
namespace ajar::agent {

enum class Effect : uint8_t { opens, result, starts, tells, duplicates, closes };
enum class Tells : uint8_t { nothing, object, name, client };

struct CallRow {
  const char* name;
  uint8_t arguments;
  Effect effect;
  uint8_t where;  // the effect's argument, or information class
  Tells asked;
  uint8_t asked_at;  // the argument
};

namespace rows {
struct EffectAt {
  Effect effect;
  uint8_t where;
};
struct AskedAt {
  Tells asked;
  uint8_t at;
};
constexpr EffectAt OPENS(uint8_t at) {
  return {Effect::opens, at};
}
constexpr EffectAt STARTS(uint8_t at) {
  return {Effect::starts, at};
}
constexpr EffectAt TELLS(uint8_t information_class) {
  return {Effect::tells, information_class};
}
inline constexpr EffectAt RESULT{Effect::result, 0};
inline constexpr EffectAt DUPLICATES{Effect::duplicates, 0};
inline constexpr EffectAt CLOSES{Effect::closes, 0};
constexpr AskedAt OBJECT(uint8_t at) {
  return {Tells::object, at};
}
constexpr AskedAt NAME(uint8_t at) {
  return {Tells::name, at};
}
constexpr AskedAt CLIENT(uint8_t at) {
  return {Tells::client, at};
}
inline constexpr AskedAt NOTHING{Tells::nothing, 0};

constexpr CallRow row(const char* name, uint8_t arguments, EffectAt effect, AskedAt asked) {
  return {name, arguments, effect.effect, effect.where, asked.asked, asked.at};
}

inline constexpr CallRow kCalls[] = {
#define AJAR_WINDOWS_CALL(name, arguments, effect, asked, type) row(#name, arguments, effect, asked),
#include "catalog/windows_calls.def"
#undef AJAR_WINDOWS_CALL
};
}  // namespace rows

using rows::kCalls;
inline constexpr uint32_t kCallCount = sizeof(kCalls) / sizeof(kCalls[0]);

enum Call : uint32_t {
#define AJAR_WINDOWS_CALL(name, arguments, effect, asked, type) kCall_##name,
#include "catalog/windows_calls.def"
#undef AJAR_WINDOWS_CALL
};

constexpr bool is_of_win32u(const CallRow& row) {  // win32u's
  return row.name[2] == 'U' && row.name[3] == 's' && row.name[4] == 'e' && row.name[5] == 'r';
}

}  // namespace ajar::agent
