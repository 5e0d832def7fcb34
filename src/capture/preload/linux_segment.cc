#include "capture/preload/linux_segment.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "capture/preload/event_words.h"
#include "capture/segment/record_bytes.h"
#include "tables/handle_type.h"
#include "tables/sockets/address.h"
#include "tables/sockets/socket_type.h"

namespace ajar::capture::preload {
namespace {

std::string hex(std::span<const ajar_u8> bytes) {
  std::string text;
  for (const ajar_u8 byte : bytes) {
    text += "0123456789abcdef"[byte >> 4U];
    text += "0123456789abcdef"[byte & 15U];
  }
  return text;
}

}  // namespace

segment::EntryWords LinuxSegment::words_of_entry(std::uint16_t entry) const {
  return preload::words_of_entry(entry);
}

segment::EventWords LinuxSegment::words_of_event(const ajar_event& event, std::string_view payload) {
  return preload::words_of(event, payload);
}

// The note's bytes.
std::string LinuxSegment::module_identity(const ajar_module& module, const std::string& /*path*/) const {
  const std::size_t length = std::min<std::size_t>(module.build_id_length, sizeof(module.build_id));
  return hex(std::span(module.build_id).first(length));
}

void LinuxSegment::decode_other(const ajar_record& record) {
  switch (record.kind) {
    case AJAR_RECORD_TABLE_BEGIN:
      return decode_table_begin(record);
    case AJAR_RECORD_TABLE_ROW:
      return decode_table_row(record);
    case AJAR_RECORD_TABLE_END:
      return decode_table_end(record);
    default:
      decode_announcement(record);
  }
}

void LinuxSegment::decode_announcement(const ajar_record& record) {
  auto said = announcement_of(record);
  if (!said) return;
  said->time = ns_of(said->time);
  announcements_.push_back(*std::move(said));
}

void LinuxSegment::decode_table_begin(const ajar_record& record) {
  const auto [whole, mark, rest] = segment::parse<ajar_table>(record);
  if (!whole) return;
  model::Snapshot snapshot;
  snapshot.table = identity().table;
  snapshot.image = identity().image;
  snapshot.taken =
      mark.taken == AJAR_TABLE_AT_EXIT ? model::Snapshot::Taken::at_exit : model::Snapshot::Taken::at_start;
  snapshot.begin = time_of(mark.record.time);
  table_ = std::move(snapshot);
}

void LinuxSegment::decode_table_row(const ajar_record& record) {
  auto [whole, row, rest] = segment::parse<ajar_table_row>(record);
  if (!table_ || !whole || row.handle < 0) return;
  const std::string_view link = segment::take(rest, row.link_length);
  const std::string_view local = segment::take(rest, row.local_length);
  const std::string_view peer = segment::take(rest, row.peer_length);
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

void LinuxSegment::decode_table_end(const ajar_record& record) {
  const auto [whole, mark, rest] = segment::parse<ajar_table>(record);
  if (!table_ || !whole) return;
  table_->end = time_of(mark.record.time);
  table_->complete = mark.complete != 0;
  std::ranges::sort(table_->handles, {}, &model::Handle::value);
  recorder().snapshot(*table_);
  table_.reset();
}

}  // namespace ajar::capture::preload
