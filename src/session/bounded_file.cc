#include "session/bounded_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <span>
#include <utility>

#include "recording/block.h"

namespace ajar::session {
namespace {

constexpr std::uint64_t kParts = 8;  // of all that is kept, one goes at a time

// What the old file has behind `from`, behind a new header.
base::Result<void> copy_rest(const std::string& path, std::uint64_t from, platform::FileSink& into) {
  if (auto written = into.write(recording::file_header()); !written.ok()) return written;
  std::ifstream old(path, std::ios::binary);
  old.seekg(static_cast<std::streamoff>(from));
  std::vector<char> some(1U << 20U);
  while (old) {
    old.read(some.data(), static_cast<std::streamsize>(some.size()));
    const auto got = static_cast<std::size_t>(old.gcount());
    if (auto written = into.write(std::as_bytes(std::span(some).first(got))); !written.ok()) return written;
  }
  return old.eof() ? base::Result<void>() : base::Error(path + ": it can't be read again");
}

}  // namespace

recording::WriterOptions Bounds::writer_options() const {
  recording::WriterOptions options;
  if (bytes) options.segment_bytes = std::clamp<std::uint64_t>(*bytes / kParts, 4096, options.segment_bytes);
  if (age) options.segment_time = *age / kParts;
  return options;
}

// What a link leads to is what is replaced, and only a file can be.
BoundedFile::BoundedFile(platform::FileSink file, Bounds bounds)
    : file_(std::move(file)), path_(file_.path()), bounds_(bounds) {
  std::error_code failed;
  if (std::filesystem::is_symlink(path_, failed)) {
    if (const auto real = std::filesystem::canonical(path_, failed); !failed) path_ = real.string();
  }
  is_file_ = std::filesystem::is_regular_file(path_, failed);
}

base::Result<void> BoundedFile::write(std::span<const std::byte> bytes) {
  size_ += bytes.size();
  return file_.write(bytes);
}

base::Result<void> BoundedFile::segment_begins(model::Time time) {
  if (const std::size_t old = to_drop(time); old > 0 && is_worth_a_copy(old)) {
    const std::size_t all = segments_.size();
    if (auto dropped = drop(old); !dropped.ok()) return dropped;
    if (segments_.size() < all) kept_from_ = segments_.empty() ? time : segments_.front().from;
  }
  segments_.push_back({.at = size_, .from = time});
  return {};
}

std::uint64_t BoundedFile::begin_without(std::size_t segments) const {
  return segments == segments_.size() ? size_ : segments_[segments].at;
}

// Segments may be far smaller than what is kept.
bool BoundedFile::is_worth_a_copy(std::size_t segments) const {
  return is_file_ && (begin_without(segments) - segments_.front().at) * kParts >= size_;
}

// Said once, until it works again.
base::Result<void> BoundedFile::keep_all(const std::string& why) {
  if (!std::exchange(failed_before_, true))
    trouble_ = path_ + ": its oldest counts can't be dropped, so it grows on: " + why;
  return {};
}

// Whole segments; the last one ends now.
std::size_t BoundedFile::to_drop(model::Time now) const {
  std::size_t drop = 0;
  while (drop < segments_.size()) {
    const bool is_last = drop + 1 == segments_.size();
    const Segment next = is_last ? Segment{.at = size_, .from = now} : segments_[drop + 1];
    const bool is_old = bounds_.age && now - next.from >= *bounds_.age;
    const bool is_much = bounds_.bytes && size_ - segments_[drop].at > *bounds_.bytes;
    if (!is_old && !is_much) break;
    ++drop;
  }
  return drop;
}

// Nothing of the old file is touched before the new one is whole. Where there is no room for that, or the
// system does not let it take the old one's place (Windows, as long as somebody reads that), the old one
// grows on, up to the next segment.
base::Result<void> BoundedFile::drop(std::size_t segments) {
  const std::uint64_t from = begin_without(segments);
  const std::string beside = path_ + ".part";
  std::error_code failed;
  auto made = platform::FileSink::create_like(beside, path_);
  if (!made.ok()) return keep_all(made.error().message());
  if (auto copied = copy_rest(path_, from, made.value()); !copied.ok()) {
    std::filesystem::remove(beside, failed);
    return keep_all(copied.error().message());
  }
  if (auto closed = file_.close(); !closed.ok()) {
    std::filesystem::remove(beside, failed);
    return closed;
  }
  std::filesystem::rename(beside, path_, failed);
  if (failed) {
    const std::string why = failed.message();
    std::filesystem::remove(beside, failed);
    auto again = platform::FileSink::reopen(path_);
    if (!again.ok()) return std::move(again).error();
    file_ = std::move(again).value();
    if (auto cut = file_.cut_to(size_); !cut.ok()) return cut;
    return keep_all(why);
  }
  failed_before_ = false;
  file_ = std::move(made).value();
  file_.is_called(path_);
  const std::uint64_t less = from - recording::file_header().size();
  segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(segments));
  for (Segment& segment : segments_) segment.at -= less;
  size_ -= less;
  return {};
}

}  // namespace ajar::session
