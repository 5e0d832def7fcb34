#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "capture/segment/segment_reader.h"
#include "model/snapshot.h"

namespace ajar::capture::win_agent {

// A segment that the agent for Windows writes. A name that is one within another object (a key within a key,
// a file within a directory) becomes whole by what is known of that one's handle.
class WindowsSegment final : public segment::SegmentReader {
 public:
  WindowsSegment(ring::Consumer consumer, Recorder& recorder, segment::CounterClock& counter)
      : SegmentReader(std::move(consumer), nullptr, recorder, counter) {}

  // What was open before the agent came.
  void was_open(const model::Snapshot& snapshot);

 private:
  [[nodiscard]] segment::EntryWords words_of_entry(std::uint16_t entry) const override;
  [[nodiscard]] segment::EventWords words_of_event(const ajar_event& event,
                                                   std::string_view payload) override;
  [[nodiscard]] std::string module_identity(const ajar_module& module,
                                            const std::string& path) const override;
  void decode_event(const ajar_record& record) override;
  void decode_other(const ajar_record& /*record*/) override {}  // there are none

  void keep_names(const ajar_event& raw);
  void decode_pair(const ajar_event& raw, std::string_view rest);
  void decode_open(const ajar_event& raw, std::string_view rest);
  [[nodiscard]] std::string whole_name(std::string_view type, const ajar_event& raw,
                                       std::string_view name) const;

  // Names of objects in which others may have been opened, by handle, as they were last opened.
  std::unordered_map<std::uint32_t, std::string> names_;
};

}  // namespace ajar::capture::win_agent
