#include "recording/block_writer.h"

namespace ajar::recording {

base::Result<void> BlockWriter::status() const {
  if (failed_) return *failed_;
  return {};
}

base::Result<void> BlockWriter::file_header() {
  return write(recording::file_header());
}

base::Result<void> BlockWriter::block(BlockType type, std::uint8_t flags, model::Time time,
                                      std::span<const std::byte> payload) {
  BlockHeader header{.type = static_cast<std::uint8_t>(type), .flags = flags, .time = time};
  header.raw = static_cast<std::uint32_t>(payload.size());
  if (packs_ && bytes_written_ + payload.size() >= pack_from_) {
    if (!deflater_) deflater_.emplace();
    if (const auto packed = deflater_->pack(payload); !packed.empty()) {
      payload = packed;
      header.flags |= kFlagZlib;
    }
  }
  header.stored = static_cast<std::uint32_t>(payload.size());
  header.payload_crc = crc32(payload);
  block_.clear();
  write_block_header(header, block_);
  block_.insert(block_.end(), payload.begin(), payload.end());
  return write(block_);
}

base::Result<void> BlockWriter::write(std::span<const std::byte> bytes) {
  if (failed_) return *failed_;
  if (auto written = note(sink_.write(bytes)); !written.ok()) return written;
  bytes_written_ += bytes.size();
  return {};
}

base::Result<void> BlockWriter::segment_begins(model::Time time) {
  if (failed_) return *failed_;
  return note(sink_.segment_begins(time));
}

base::Result<void> BlockWriter::note(base::Result<void> done) {
  if (done.ok()) return done;
  failed_ = std::move(done).error();
  return *failed_;
}

}  // namespace ajar::recording
