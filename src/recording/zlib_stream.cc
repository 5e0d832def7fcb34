#include "recording/zlib_stream.h"

#include <zlib.h>

#include <cstdint>

namespace ajar::recording {
namespace {

constexpr std::size_t kSmallest = 64;  // bytes that are worth packing
constexpr std::size_t kSaving =
    8;  // one in so many bytes has to be saved, or unpacking costs more than reading

// zlib takes its input as if it wrote to it, which it does not.
Bytef* input(std::span<const std::byte> bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
}

}  // namespace

struct Deflater::Stream {
  z_stream z{};
  bool usable = false;
};

Deflater::Deflater() : stream_(std::make_unique<Stream>()) {
  stream_->usable = deflateInit(&stream_->z, Z_BEST_SPEED) == Z_OK;
}

Deflater::~Deflater() {
  if (stream_->usable) deflateEnd(&stream_->z);
}

std::span<const std::byte> Deflater::pack(std::span<const std::byte> raw) {
  if (!stream_->usable || raw.size() < kSmallest || deflateReset(&stream_->z) != Z_OK) return {};
  packed_.resize(raw.size() - raw.size() / kSaving);
  z_stream& z = stream_->z;
  z.next_in = input(raw);
  z.avail_in = static_cast<uInt>(raw.size());
  z.next_out = reinterpret_cast<Bytef*>(packed_.data());
  z.avail_out = static_cast<uInt>(packed_.size());
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) return {};
  return std::span(packed_).first(packed_.size() - z.avail_out);
}

struct Inflater::Stream {
  z_stream z{};
  bool usable = false;
};

Inflater::Inflater() : stream_(std::make_unique<Stream>()) {
  stream_->usable = inflateInit(&stream_->z) == Z_OK;
}

Inflater::~Inflater() {
  if (stream_->usable) inflateEnd(&stream_->z);
}

bool Inflater::unpack(std::span<const std::byte> packed, std::span<std::byte> raw) {
  if (!stream_->usable || inflateReset(&stream_->z) != Z_OK) return false;
  std::byte nothing{};  // zlib wants a place to write to even where there is nothing to write
  z_stream& z = stream_->z;
  z.next_in = input(packed);
  z.avail_in = static_cast<uInt>(packed.size());
  z.next_out = reinterpret_cast<Bytef*>(raw.empty() ? &nothing : raw.data());
  z.avail_out = static_cast<uInt>(raw.size());
  return inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_out == 0 && z.avail_in == 0;
}

}  // namespace ajar::recording
