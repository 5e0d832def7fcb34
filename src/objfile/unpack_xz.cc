#include "objfile/unpack_xz.h"

#include <lzma.h>

#include <algorithm>

namespace ajar::objfile {
namespace {

constexpr std::size_t kMost = std::size_t{256} << 20U;
constexpr std::uint64_t kMostMemory = std::uint64_t{100} << 20U;  // `xz -9` needs 65 MiB
constexpr std::size_t kFirstRoom = std::size_t{1} << 16U;

// Ends the stream with its owner.
class Stream {
 public:
  Stream() : failed_(lzma_stream_decoder(&stream_, kMostMemory, LZMA_FAIL_FAST) != LZMA_OK) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { lzma_end(&stream_); }

  [[nodiscard]] bool failed() const { return failed_; }
  lzma_stream* operator->() { return &stream_; }
  lzma_ret run() { return lzma_code(&stream_, LZMA_FINISH); }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool failed_;
};

}  // namespace

bool has_xz() {
  return true;
}

base::Result<std::vector<std::byte>> unpack_xz(std::span<const std::byte> packed) {
  Stream stream;
  if (stream.failed()) return base::Error("no memory to unpack xz");
  std::vector<std::byte> raw(kFirstRoom);
  stream->next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
  stream->avail_in = packed.size();
  for (;;) {
    stream->next_out = reinterpret_cast<std::uint8_t*>(raw.data()) + stream->total_out;
    stream->avail_out = raw.size() - static_cast<std::size_t>(stream->total_out);
    const lzma_ret status = stream.run();
    if (status == LZMA_STREAM_END) break;
    if (status != LZMA_OK) return base::Error("is packed with xz, but can't be unpacked: it is damaged");
    if (stream->avail_out != 0) return base::Error("is packed with xz, but is not whole");
    if (raw.size() >= kMost) return base::Error("unpacks to more than 256 MiB, which is not credible");
    raw.resize(std::min(2 * raw.size(), kMost));
  }
  raw.resize(static_cast<std::size_t>(stream->total_out));
  return raw;
}

}  // namespace ajar::objfile
