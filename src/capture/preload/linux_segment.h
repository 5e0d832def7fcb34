#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/preload/announcement.h"
#include "capture/preload/session_folder.h"
#include "capture/segment/segment_reader.h"
#include "model/snapshot.h"

namespace ajar::capture::preload {

// A segment that the agent for Linux writes: with it come the process's own table, and what it says of other
// processes and of what it becomes.
class LinuxSegment final : public segment::SegmentReader {
 public:
  LinuxSegment(SharedMemory memory, ring::Consumer consumer, const LinuxSegment* parent, Recorder& recorder,
               segment::CounterClock& counter)
      : SegmentReader(std::move(consumer), parent, recorder, counter), memory_(std::move(memory)) {}

  // What the process has said of others, and of what it becomes, since the last time this was asked.
  [[nodiscard]] std::vector<Announcement> take_announcements() { return std::exchange(announcements_, {}); }

  // Gives the segment's memory back; what was read of it stays for readers of forked processes. Nothing may
  // be read after it.
  void let_go() { memory_ = {}; }

 private:
  [[nodiscard]] segment::EntryWords words_of_entry(std::uint16_t entry) const override;
  [[nodiscard]] segment::EventWords words_of_event(const ajar_event& event,
                                                   std::string_view payload) override;
  [[nodiscard]] std::string module_identity(const ajar_module& module,
                                            const std::string& path) const override;
  void decode_other(const ajar_record& record) override;
  void decode_announcement(const ajar_record& record);
  void decode_table_begin(const ajar_record& record);
  void decode_table_row(const ajar_record& record);
  void decode_table_end(const ajar_record& record);

  SharedMemory memory_;
  std::optional<model::Snapshot> table_;  // being received
  std::vector<Announcement> announcements_;
};

}  // namespace ajar::capture::preload
