#include "objfile/pdb_identity.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "base/byte_reader.h"

namespace ajar::objfile {
namespace {

using Bytes = std::span<const std::byte>;
using namespace std::string_view_literals;

constexpr std::string_view kMagic = "Microsoft C/C++ MSF 7.00\r\n\x1a\x44S\0\0\0"sv;
constexpr std::uint64_t kWord = sizeof(std::uint32_t);
constexpr std::uint32_t kInfoStream = 1, kDbiStream = 3;

// A file of streams, each of which is a list of blocks. The directory, a stream as well, consists of words:
// how many streams there are, the size of each, and the blocks of each.
class Msf {
 public:
  static std::optional<Msf> open(Bytes bytes);

  // The stream's bytes up to the end of its first block.
  [[nodiscard]] Bytes beginning(std::uint32_t stream) const;

 private:
  explicit Msf(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] std::uint32_t word_at(std::uint64_t offset) const;
  [[nodiscard]] std::uint32_t directory(std::uint64_t index) const;
  [[nodiscard]] std::uint32_t size_of(std::uint32_t stream) const;

  Bytes bytes_;
  std::uint64_t block_size_ = 0;
  std::uint64_t directory_size_ = 0;  // in bytes
  std::uint64_t directory_map_ = 0;   // the block in which the numbers of the directory's blocks are
};

std::optional<Msf> Msf::open(Bytes bytes) {
  constexpr std::uint32_t kSmallest = 512, kLargest = 65536;
  base::ByteReader in(bytes);
  if (in.text(kMagic.size()) != kMagic) return std::nullopt;
  Msf msf(bytes);
  const auto block_size = in.read<std::uint32_t>();
  in.skip(2 * kWord);  // the map of free blocks, how many blocks there are
  msf.directory_size_ = in.read<std::uint32_t>();
  in.skip(kWord);
  msf.directory_map_ = in.read<std::uint32_t>();
  if (!in.ok() || !std::has_single_bit(block_size) || block_size < kSmallest || block_size > kLargest)
    return std::nullopt;
  msf.block_size_ = block_size;
  return msf;
}

// 0 where the file has none: the number of a block that is never a stream's.
std::uint32_t Msf::word_at(std::uint64_t offset) const {
  base::ByteReader in(bytes_);
  in.seek(offset);
  return in.read<std::uint32_t>();
}

// Words never lie across the end of a block.
std::uint32_t Msf::directory(std::uint64_t index) const {
  const std::uint64_t at = index * kWord;
  if (at >= directory_size_) return 0;
  const std::uint64_t block = word_at(directory_map_ * block_size_ + at / block_size_ * kWord);
  return word_at(block * block_size_ + at % block_size_);
}

std::uint32_t Msf::size_of(std::uint32_t stream) const {
  constexpr std::uint32_t kNone = 0xffff'ffff;
  const std::uint32_t size = stream < directory(0) ? directory(1 + std::uint64_t{stream}) : 0;
  return size == kNone ? 0 : size;
}

Bytes Msf::beginning(std::uint32_t stream) const {
  const std::uint64_t size = size_of(stream);
  std::uint64_t at = 1 + std::uint64_t{directory(0)};
  for (std::uint32_t before = 0; before < stream; ++before)
    at += (size_of(before) + block_size_ - 1) / block_size_;
  const std::uint64_t block = size == 0 ? 0 : directory(at);
  if (block == 0) return {};
  base::ByteReader in(bytes_);
  in.seek(block * block_size_);
  return in.bytes(std::min(size, block_size_));
}

// Streams of older formats start otherwise.
std::optional<std::uint32_t> age_of_dbi(Bytes stream) {
  base::ByteReader in(stream);
  const bool is_new = in.read<std::int32_t>() == -1;
  in.skip(kWord);  // the version
  const auto age = in.read<std::uint32_t>();
  return in.ok() && is_new ? std::optional(age) : std::nullopt;
}

}  // namespace

std::optional<PdbIdentity> read_pdb_identity(Bytes bytes) {
  const auto msf = Msf::open(bytes);
  if (!msf) return std::nullopt;
  base::ByteReader info(msf->beginning(kInfoStream));
  info.skip(2 * kWord);  // version, time
  PdbIdentity identity;
  identity.age = info.read<std::uint32_t>();
  std::ranges::copy(info.bytes(identity.guid.size()), identity.guid.begin());
  if (!info.ok()) return std::nullopt;
  identity.age = age_of_dbi(msf->beginning(kDbiStream)).value_or(identity.age);
  return identity;
}

}  // namespace ajar::objfile
