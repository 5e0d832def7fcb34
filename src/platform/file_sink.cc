#include "platform/file_sink.h"

#include <utility>

namespace ajar::platform {

FileSink::FileSink(FileSink&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

FileSink& FileSink::operator=(FileSink&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

base::Error FileSink::taken(const std::string& path) {
  return base::Error(path + ": is being written by another ajar; wait until that has ended");
}

FileSink::~FileSink() {
  static_cast<void>(close());
}

}  // namespace ajar::platform
