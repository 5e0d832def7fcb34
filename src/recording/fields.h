#pragma once

#include <string>

#include "model/count.h"
#include "model/event.h"
#include "model/process.h"
#include "model/snapshot.h"
#include "model/system_log.h"
#include "model/world.h"
#include "recording/record.h"

// The fields of the records, in their order: FORMAT.md in code. `coder` is an Encoder or a Decoder. A later
// minor version may append a field; none is ever moved, changed or removed. (A stack node's record and an
// event are no lists of fields: definitions.cc, event_codec.cc.)
namespace ajar::recording {

struct SegmentStart {
  std::uint32_t sequence = 0;  // 1, 2, 3 …
  std::uint16_t major = 0, minor = 0;
  model::Time time{};  // what the checkpoint holds is true at this moment
};

struct End {
  model::Time time{};
};

// Who did something, and what: most events of a block share a few of these.
struct Who {
  model::TableId table;
  model::ImageId image;
  model::ThreadId thread;

  bool operator==(const Who&) const = default;
};

struct What {
  std::uint32_t kind = 0;  // model::EventKind, or what a later version added to it
  bool implied = false;
  model::StringId call, type;
  std::uint32_t flags = 0;
  std::int32_t error = 0;
  std::uint64_t shape = 0;  // a bit for each number that these events have

  bool operator==(const What&) const = default;
};

void fields(auto& coder, Is<SegmentStart> auto& row) {
  coder(row.sequence, row.major, row.minor, row.time);
}

void fields(auto& coder, Is<End> auto& row) {
  coder(row.time);
}

void fields(auto& coder, Is<model::Origin> auto& row) {
  coder(row.recorded_by, row.way, row.system, row.host, row.command, row.started_unix_ns);
  coder.last(row.notes);
}

void fields(auto& coder, Is<model::Process> auto& row) {
  coder(row.pid, row.start_ticks, row.parent_pid, row.started, row.ended);
  coder(row.exit_status, row.killed_by_signal, row.not_traced);
}

void fields(auto& coder, Is<model::Image> auto& row) {
  coder(row.process, row.table);
  coder.choice(row.how, model::Image::Started::attached, model::Image::Started::unknown);
  coder(row.path, row.command, row.started, row.ended);
}

void fields(auto& coder, Is<model::Table> auto& row) {
  coder(row.copied_from, row.created, row.died);
}

void fields(auto& coder, Is<model::Thread> auto& row) {
  coder(row.process, row.tid, row.name);
}

void fields(auto& coder, Is<model::Module> auto& row) {
  coder(row.image, row.path, row.build_id, row.bias, row.begin, row.end, row.loaded, row.unloaded);
  coder(row.package, row.version);
}

void fields(auto& coder, Is<std::string> auto& row) {
  coder(row);
}

void fields(auto& coder, Is<model::Mark> auto& row) {
  coder(row.label, row.time);
}

void fields(auto& coder, Is<Who> auto& row) {
  coder(row.table, row.image, row.thread);
}

void fields(auto& coder, Is<What> auto& row) {
  coder(row.kind, row.implied, row.call, row.type, row.flags, row.error, row.shape);
}

// All but the handles.
void fields(auto& coder, Is<model::Snapshot> auto& row) {
  coder(row.table, row.image);
  coder.choice(row.taken, model::Snapshot::Taken::on_request, model::Snapshot::Taken::periodic);
  coder(row.begin, row.end, row.complete, row.soft_limit, row.hard_limit);
  coder.last(row.counts, row.shared);
}

void fields(auto& coder, Is<model::Loss> auto& row) {
  coder(row.image, row.time, row.events);
  coder.last(row.at_least);
}

void fields(auto& coder, Is<model::CountSample> auto& row) {
  coder(row.process, row.time, row.handles);
}

// All but the events.
void fields(auto& coder, Is<model::SystemLog> auto& row) {
  coder(row.channel, row.host, row.looked_at, row.not_read, row.cut_off, row.from, row.until);
}

void fields(auto& coder, Is<model::SystemEvent> auto& row) {
  coder(row.time, row.source, row.id, row.text);
}

void fields(auto& coder, Is<model::Symbol> auto& row) {
  coder.choice(row.match, model::SymbolMatch::exact, model::SymbolMatch::none);
  coder(row.inlined, row.function, row.displacement, row.file, row.line);
}

}  // namespace ajar::recording
