#include "recording/unpacker.h"

namespace ajar::recording {

std::optional<std::span<const std::byte>> Unpacker::payload(std::span<const std::byte> bytes,
                                                            const Block& block) {
  const auto stored =
      bytes.subspan(static_cast<std::size_t>(block.offset) + kBlockHeaderSize, block.header.stored);
  if (!block.header.has(kFlagZlib)) {
    return stored.size() == block.header.raw ? std::optional(stored) : std::nullopt;
  }
  if (block.header.raw > stored.size() * std::uint64_t{kMaxInflation}) return {};
  unpacked_.resize(block.header.raw);
  return inflater_.unpack(stored, unpacked_) ? std::optional<std::span<const std::byte>>(unpacked_)
                                             : std::nullopt;
}

}  // namespace ajar::recording
