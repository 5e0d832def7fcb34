#pragma once

#include <utility>

#include "platform/file_sink.h"
#include "recording/sink.h"

namespace ajar::session {

// recording::Sink over a file.
class FileTarget final : public recording::Sink {
 public:
  explicit FileTarget(platform::FileSink file) : file_(std::move(file)) {}
  base::Result<void> write(std::span<const std::byte> bytes) override { return file_.write(bytes); }
  base::Result<void> close() { return file_.close(); }

 private:
  platform::FileSink file_;
};

}  // namespace ajar::session
