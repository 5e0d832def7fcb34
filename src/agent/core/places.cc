#include "agent/core/places.h"

#include "agent/core/clock.h"
#include "agent/core/emit.h"
#include "agent/core/state.h"

namespace ajar::agent::places {
namespace {

constexpr uint32_t kCapacity = 1U << 15U;
constexpr uint32_t kSlots = kCapacity * 2;

// Most of it is never touched. Read without a lock: a place is written before its number stands in a slot.
constinit Place places[kCapacity] = {};
constinit uint32_t slots[kSlots] = {};
constinit uint32_t used = 0;
constinit uint32_t spin = 0;

uint32_t first_slot(const Place& place) {
  const uint64_t mixed = (place.code ^ (place.at * 0x9e3779b97f4a7c15ULL)) * 0xbf58476d1ce4e5b9ULL;
  return static_cast<uint32_t>(mixed >> 32U);
}

uint32_t find(const Place& place) {
  for (uint32_t i = first_slot(place);; ++i) {
    const uint32_t number = __atomic_load_n(&slots[i % kSlots], __ATOMIC_ACQUIRE);
    if (number == 0 || places[number] == place) return number;
  }
}

bool is_full() {
  return __atomic_load_n(&used, __ATOMIC_RELAXED) + 1 >= kCapacity;
}

bool announce(uint32_t number, const Name& name) {
  ring::Producer producer(state.segment, AJAR_IMAGE_LANE);
  const auto size = static_cast<uint32_t>(sizeof(ajar_place)) + name.function_length + name.file_length;
  ajar_record* record = reserve(producer, size, AJAR_RECORD_PLACE, now(), Patience::brief);
  if (record == nullptr) return false;
  auto* out = reinterpret_cast<ajar_place*>(record);
  out->place = number;
  out->line = name.line;
  out->function_length = static_cast<ajar_u16>(name.function_length);
  out->file_length = static_cast<ajar_u16>(name.file_length);
  out->reserved = 0;
  auto* after = reinterpret_cast<char*>(out + 1);
  __builtin_memcpy(after, name.function, name.function_length);
  __builtin_memcpy(after + name.function_length, name.file, name.file_length);
  producer.commit(record);
  return true;
}

uint32_t add(const Place& place, const Name& name) {
  uint32_t number = find(place);
  if (number != 0 || is_full() || !announce(used + 1, name)) return number;
  number = used + 1;
  places[number] = place;
  __atomic_store_n(&used, number, __ATOMIC_RELAXED);
  uint32_t i = first_slot(place);
  while (slots[i % kSlots] != 0) ++i;
  __atomic_store_n(&slots[i % kSlots], number, __ATOMIC_RELEASE);
  return number;
}

}  // namespace

bool is(uint32_t number, const Place& place) {
  return number < kCapacity && places[number] == place;
}

uint32_t number_of(const Place& place, void (*describe)(const Place&, Name&)) {
  uint32_t number = find(place);
  if (number != 0 || is_full()) return number;
  Name name;
  describe(place, name);
  constexpr unsigned kSpins = 100'000;
  for (unsigned i = 0; i < kSpins; ++i) {
    if (__atomic_exchange_n(&spin, 1U, __ATOMIC_ACQUIRE) == 0) {
      number = add(place, name);
      __atomic_store_n(&spin, 0U, __ATOMIC_RELEASE);
      return number;
    }
    __builtin_ia32_pause();
  }
  return 0;
}

void begin_anew() {
  for (uint32_t& slot : slots) {
    if (slot != 0) __atomic_store_n(&slot, 0U, __ATOMIC_RELEASE);
  }
}

void reset_lock() {
  __atomic_store_n(&spin, 0U, __ATOMIC_RELEASE);
}

}  // namespace ajar::agent::places
