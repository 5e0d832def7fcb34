#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "capture/preload/event_words.h"
#include "capture/preload/record_bytes.h"
#include "capture/preload/segment_reader.h"
#include "tables/handle_type.h"
#include "tables/sockets/address.h"
#include "tables/sockets/socket_type.h"

namespace ajar::capture::preload {
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
    const EventWords words = words_of(raw, payload);
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

void SegmentReader::decode_event(const ajar_record& record) {
  if (is_like_another(record)) return;
  const auto [whole, raw, rest] = parse<ajar_event>(record);
  if (!whole) return;
  const std::string_view payload = rest.substr(0, raw.payload_length);

  model::Event event;
  event.kind = kind_of(raw);
  event.table = identity_.table;
  event.image = identity_.image;
  event.thread = thread_of(raw.tid);
  event.time = time_of(raw.record.time);
  event.handle = handle_number(raw.handle);
  event.stack = stack_of(raw, rest);
  name_event(raw, payload, event);
  event.error = raw.error;
  event.flags = raw.flags;
  const bool duplicates = raw.effect == AJAR_EFFECT_DUPLICATE || raw.effect == AJAR_EFFECT_REPLACE;
  const bool has_other = duplicates || event.kind == model::EventKind::close_range;
  if (has_other) event.other = handle_number(raw.other);

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

void SegmentReader::decode_table_begin(const ajar_record& record) {
  const auto [whole, mark, rest] = parse<ajar_table>(record);
  if (!whole) return;
  model::Snapshot snapshot;
  snapshot.table = identity_.table;
  snapshot.image = identity_.image;
  snapshot.taken =
      mark.taken == AJAR_TABLE_AT_EXIT ? model::Snapshot::Taken::at_exit : model::Snapshot::Taken::at_start;
  snapshot.begin = time_of(mark.record.time);
  table_ = std::move(snapshot);
}

void SegmentReader::decode_table_row(const ajar_record& record) {
  auto [whole, row, rest] = parse<ajar_table_row>(record);
  if (!table_ || !whole || row.handle < 0) return;
  const std::string_view link = take(rest, row.link_length);
  const std::string_view local = take(rest, row.local_length);
  const std::string_view peer = take(rest, row.peer_length);
  const auto address = [](std::string_view bytes) {
    return tables::decode_address({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
  };

  model::Handle handle;
  handle.value = static_cast<std::uint64_t>(row.handle);
  if (row.family != 0) {
    handle.type = tables::socket_type_name(row.family, row.type, row.protocol);
  } else if (!link.empty()) {  // /proc may be gone, or another namespace's: then the number is all there is
    handle.type = tables::type_of_link(link);
  }
  handle.name = link;
  const auto add = [&](model::FactKey key, std::string text) {
    if (!text.empty()) handle.facts.push_back({.key = key, .number = 0, .text = std::move(text)});
  };
  add(model::FactKey::local_address, address(local));
  add(model::FactKey::peer_address, address(peer));
  table_->handles.push_back(std::move(handle));
}

void SegmentReader::decode_table_end(const ajar_record& record) {
  const auto [whole, mark, rest] = parse<ajar_table>(record);
  if (!table_ || !whole) return;
  table_->end = time_of(mark.record.time);
  table_->complete = mark.complete != 0;
  std::ranges::sort(table_->handles, {}, &model::Handle::value);
  recorder_.snapshot(*table_);
  table_.reset();
}

}  // namespace ajar::capture::preload
