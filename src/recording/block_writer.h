#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "recording/block.h"
#include "recording/sink.h"
#include "recording/zlib_stream.h"

namespace ajar::recording {

inline constexpr std::uint64_t kNeverPack = ~std::uint64_t{0};

// Puts headers before payloads and hands whole blocks to a sink. After the first error nothing is written any
// more, and every call gives that error.
class BlockWriter {
 public:
  // Blocks that get much smaller by it are packed once the recording has so many bytes: to set up packing
  // takes longer than to write what it would save of a shorter one.
  BlockWriter(Sink& sink, std::uint64_t pack_from) : sink_(sink), pack_from_(pack_from) {}

  // Stores the payloads that come as they are: packing costs more than all else that is done for an event.
  void pack(bool on) { packs_ = on; }

  base::Result<void> file_header();
  // See Sink.
  base::Result<void> segment_begins(model::Time time);
  base::Result<void> block(BlockType type, std::uint8_t flags, model::Time time,
                           std::span<const std::byte> payload);

  [[nodiscard]] base::Result<void> status() const;
  [[nodiscard]] bool failed() const { return failed_.has_value(); }
  [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  base::Result<void> write(std::span<const std::byte> bytes);
  base::Result<void> note(base::Result<void> done);

  Sink& sink_;
  std::uint64_t pack_from_;
  std::optional<Deflater> deflater_;  // from the first block on that may be packed
  bool packs_ = true;
  std::vector<std::byte> block_;
  std::uint64_t bytes_written_ = 0;
  std::optional<base::Error> failed_;
};

}  // namespace ajar::recording
