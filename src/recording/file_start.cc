#include "recording/file_start.h"

#include <optional>
#include <string>

#include "recording/block.h"
#include "recording/counted_record.h"
#include "recording/foreign.h"

namespace ajar::recording {
namespace {

// The first segment repeats the version, so that a damaged header costs nothing.
std::optional<Version> version_of_first_segment(std::span<const std::byte> bytes) {
  if (bytes.size() < kFileHeaderSize) return {};
  bytes = bytes.subspan(kFileHeaderSize);
  const std::optional<BlockHeader> header = read_block_header(bytes);
  if (!header || !header->is(BlockType::segment_start) || header->has(kFlagZlib)) return {};
  base::ByteReader in(bytes.subspan(kBlockHeaderSize));
  const auto payload = in.bytes(header->stored);
  if (!in.ok() || crc32(payload) != header->payload_crc) return {};
  base::ByteReader record(payload);
  SegmentStart start;
  read_record(record, start);
  if (!record.ok()) return {};
  return Version{.major = start.major, .minor = start.minor};
}

base::Error later_version(Version version) {
  return base::Error("recorded by a later ajar (format " + std::to_string(version.major) + "." +
                     std::to_string(version.minor) + ", this one reads " + std::to_string(kMajor) +
                     "): read it with that version");
}

}  // namespace

base::Result<FileStart> check_file_start(std::span<const std::byte> bytes) {
  const std::optional<Version> in_header = read_file_header(bytes);
  const std::optional<Version> version = in_header ? in_header : version_of_first_segment(bytes);
  if (!version) return foreign_file(bytes);
  if (version->major > kMajor) return later_version(*version);
  return FileStart{.damaged = !in_header};
}

}  // namespace ajar::recording
