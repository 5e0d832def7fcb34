#include "capture/preload/announcement.h"

#include "capture/segment/record_bytes.h"

namespace ajar::capture::preload {
namespace {

using Kind = Announcement::Kind;

std::optional<Announcement> child(const ajar_record& record) {
  const auto [whole, fixed, rest] = segment::parse<ajar_child>(record);
  if (!whole) return std::nullopt;
  Announcement said;
  said.kind = fixed.how == AJAR_CHILD_VFORK ? Kind::vforked : Kind::forked;
  said.pid = fixed.pid;
  said.time = fixed.record.time;
  said.user = fixed.user;
  said.sandboxed = fixed.sandboxed != 0;
  return said;
}

std::optional<Announcement> exec(const ajar_record& record) {
  auto [whole, fixed, rest] = segment::parse<ajar_exec>(record);
  if (!whole) return std::nullopt;
  Announcement said;
  said.kind = fixed.how == AJAR_EXEC_SPAWNED ? Kind::spawned : Kind::executes;
  said.pid = fixed.pid;
  said.time = fixed.record.time;
  said.user = fixed.user;
  said.path = segment::take(rest, fixed.path_length);
  said.environment = fixed.environment;
  said.sandboxed = fixed.sandboxed != 0;
  return said;
}

std::optional<Announcement> failure(const ajar_record& record, Kind kind) {
  const auto [whole, fixed, rest] = segment::parse<ajar_failure>(record);
  if (!whole) return std::nullopt;
  Announcement said;
  said.kind = kind;
  said.pid = fixed.pid;
  said.time = fixed.record.time;
  said.user = fixed.user;
  said.error = fixed.error;
  return said;
}

}  // namespace

std::optional<Announcement> announcement_of(const ajar_record& record) {
  switch (record.kind) {
    case AJAR_RECORD_CHILD:
      return child(record);
    case AJAR_RECORD_EXEC:
      return exec(record);
    case AJAR_RECORD_EXEC_FAILED:
      return failure(record, Kind::exec_failed);
    case AJAR_RECORD_REFUSED:
      return failure(record, Kind::refused);
    default:
      return std::nullopt;
  }
}

}  // namespace ajar::capture::preload
