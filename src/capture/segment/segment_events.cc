#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "capture/segment/record_bytes.h"
#include "capture/segment/segment_reader.h"

namespace ajar::capture::segment {
namespace {

model::EventKind kind_of(const ajar_event& event) {
  const bool closes = event.effect == AJAR_EFFECT_CLOSE || event.effect == AJAR_EFFECT_CLOSE_RANGE;
  if (event.error != 0) return closes ? model::EventKind::bad_reference : model::EventKind::failed_open;
  switch (event.effect) {
    case AJAR_EFFECT_CLOSE:
      return model::EventKind::close;
    case AJAR_EFFECT_DUPLICATE:
    case AJAR_EFFECT_REPLACE:
      return model::EventKind::duplicate;
    case AJAR_EFFECT_ADDRESS:
      return model::EventKind::address;
    case AJAR_EFFECT_CLOSE_RANGE:
      return model::EventKind::close_range;
    default:
      return model::EventKind::open;
  }
}

// The record, but for its stamp and its time.
std::span<const std::byte> likeness_bytes(const ajar_record& record) {
  constexpr std::size_t kFrom = offsetof(ajar_event, tid);
  const auto* bytes = reinterpret_cast<const std::byte*>(&record);
  return record.length < kFrom ? std::span<const std::byte>()
                               : std::span(bytes + kFrom, bytes + record.length);
}

// Records that say all they say in one event.
bool is_one_event(const ajar_event& event) {
  const bool one = event.effect == AJAR_EFFECT_OPEN || event.effect == AJAR_EFFECT_CLOSE ||
                   event.effect == AJAR_EFFECT_DUPLICATE || event.effect == AJAR_EFFECT_ADDRESS;
  return one && event.raw_frames == 0;
}

std::uint64_t handle_number(ajar_s32 handle) {
  return handle < 0 ? 0 : static_cast<std::uint64_t>(handle);
}

std::size_t place_of(const ajar_event& event) {
  const std::uint64_t mixed = (std::uint64_t{event.stack} << 32U) ^ (std::uint64_t{event.tid} << 16U) ^
                              (std::uint64_t{event.effect} << 24U) ^ handle_number(event.handle);
  return static_cast<std::size_t>((mixed * 0x9e37'79b9'7f4a'7c15U) >> 48U);
}

}  // namespace

const SegmentReader::EntryIds& SegmentReader::entry_ids(std::uint16_t entry) {
  constexpr std::uint16_t kMost = 1024;  // a victim may write any number
  const std::uint16_t row = std::min(entry, kMost);
  if (entries_.size() <= row) entries_.resize(std::size_t{row} + 1);
  EntryIds& ids = entries_[row];
  if (!ids.known) {
    const EntryWords words = words_of_entry(row);
    ids = {true, recorder_.intern(words.call), recorder_.intern(words.type)};
  }
  return ids;
}

void SegmentReader::name_event(const ajar_event& raw, std::string_view payload, model::Event& event) {
  const EntryIds& ids = entry_ids(raw.entry);
  event.call = ids.call;
  if (raw.effect == AJAR_EFFECT_OPEN || raw.effect == AJAR_EFFECT_PAIR) event.type = ids.type;
  if (raw.payload == AJAR_PAYLOAD_TEXT) {
    event.text = recorder_.intern(payload);
  } else if (raw.payload != AJAR_PAYLOAD_NONE) {
    const EventWords words = words_of_event(raw, payload);
    if (!words.type.empty()) event.type = recorder_.intern(words.type);
    event.text = recorder_.intern(words.text);
  }
}

bool SegmentReader::is_like_another(const ajar_record& record) {
  if (decoded_.empty() || record.length < sizeof(ajar_event)) return false;
  const auto& event = reinterpret_cast<const ajar_event&>(record);
  const Decoded& decoded = decoded_[place_of(event) % kDecoded];
  const auto bytes = likeness_bytes(record);
  return decoded.length == bytes.size() &&
         std::memcmp(decoded.bytes.data(), bytes.data(), bytes.size()) == 0 &&
         recorder_.again(decoded.likeness, time_of(event.record.time));
}

void SegmentReader::keep_likeness(const ajar_record& record, Recorder::Likeness likeness) {
  const auto bytes = likeness_bytes(record);
  if (decoded_.empty()) decoded_.resize(kDecoded);
  Decoded& decoded = decoded_[place_of(reinterpret_cast<const ajar_event&>(record)) % kDecoded];
  if (bytes.size() > decoded.bytes.size()) return;
  decoded.likeness = likeness;
  decoded.length = static_cast<std::uint16_t>(bytes.size());
  std::ranges::copy(bytes, decoded.bytes.begin());
}

model::Event SegmentReader::event_of(const ajar_event& raw, std::string_view rest) {
  model::Event event;
  event.kind = kind_of(raw);
  event.table = identity_.table;
  event.image = identity_.image;
  event.thread = thread_of(raw.tid);
  event.time = time_of(raw.record.time);
  event.handle = handle_number(raw.handle);
  event.stack = stack_of(raw, rest);
  name_event(raw, rest.substr(0, raw.payload_length), event);
  event.error = raw.error;
  event.flags = raw.flags;
  const bool duplicates = raw.effect == AJAR_EFFECT_DUPLICATE || raw.effect == AJAR_EFFECT_REPLACE;
  const bool has_other = duplicates || event.kind == model::EventKind::close_range;
  if (has_other) event.other = handle_number(raw.other);
  return event;
}

void SegmentReader::decode_event(const ajar_record& record) {
  if (is_like_another(record)) return;
  const auto [whole, raw, rest] = parse<ajar_event>(record);
  if (!whole) return;
  const std::string_view payload = rest.substr(0, raw.payload_length);
  model::Event event = event_of(raw, rest);

  std::uint64_t before = 0;
  if (raw.effect == AJAR_EFFECT_REPLACE && raw.error == 0 && payload.size() == sizeof(before)) {
    std::memcpy(&before, payload.data(), sizeof(before));
    model::Event closed = event;
    closed.kind = model::EventKind::close;
    closed.implied = true;
    closed.time = time_of(before);
    closed.other = 0;
    recorder_.event(closed);
  }
  if (is_one_event(raw)) return keep_likeness(record, recorder_.remember(event));
  recorder_.event(event);
  if (raw.effect == AJAR_EFFECT_PAIR && raw.error == 0) {
    event.handle = handle_number(raw.other);
    recorder_.event(event);
  }
}

}  // namespace ajar::capture::segment
