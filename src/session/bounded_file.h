#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/ids.h"
#include "platform/file_sink.h"
#include "recording/sink.h"
#include "recording/writer.h"

namespace ajar::session {

// What a recording that goes on for long may keep. A little more may be there for a moment.
struct Bounds {
  std::optional<std::uint64_t> bytes;
  std::optional<model::Time> age;

  [[nodiscard]] bool any() const { return bytes.has_value() || age.has_value(); }
  // So that what is dropped is a small part of what is kept.
  [[nodiscard]] recording::WriterOptions writer_options() const;
};

// A recording in a file, of which the oldest segments are dropped as it grows beyond its bounds: the rest is
// written to a file beside it, which takes its place at once; who reads the old one goes on with it. So a
// recording needs twice its room for a moment. One thread at a time.
class BoundedFile final : public recording::Sink {
 public:
  BoundedFile(platform::FileSink file, Bounds bounds);

  base::Result<void> write(std::span<const std::byte> bytes) override;
  base::Result<void> segment_begins(model::Time time) override;
  base::Result<void> close() { return file_.close(); }

  // The time of the oldest segment that is there; none: nothing was dropped yet.
  [[nodiscard]] std::optional<model::Time> kept_from() const { return kept_from_; }

  // Why nothing could be dropped, told once.
  std::optional<std::string> take_trouble() { return std::exchange(trouble_, std::nullopt); }

 private:
  struct Segment {
    std::uint64_t at = 0;  // in the file
    model::Time from{};
  };

  [[nodiscard]] std::size_t to_drop(model::Time now) const;
  [[nodiscard]] std::uint64_t begin_without(std::size_t segments) const;
  [[nodiscard]] bool is_worth_a_copy(std::size_t segments) const;
  base::Result<void> keep_all(const std::string& why);
  base::Result<void> drop(std::size_t segments);

  platform::FileSink file_;
  std::string path_;
  Bounds bounds_;
  std::uint64_t size_ = 0;
  std::vector<Segment> segments_;
  std::optional<model::Time> kept_from_;
  bool is_file_ = false;  // and no device, which has nothing to drop
  bool failed_before_ = false;
  std::optional<std::string> trouble_;
};

}  // namespace ajar::session
