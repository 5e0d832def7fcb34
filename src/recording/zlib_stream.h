#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace ajar::recording {

// Packs one payload after the other, quickly rather than tightly. Not for two threads at a time.
class Deflater {
 public:
  Deflater();
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  // The packed bytes, which stay until the next call; empty where packing does not save much: an eighth, and
  // nothing of small payloads.
  std::span<const std::byte> pack(std::span<const std::byte> raw);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
  std::vector<std::byte> packed_;
};

// Unpacks one payload after the other. Not for two threads at a time.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Fills `raw`; false unless `packed` is a whole zlib stream of exactly so many bytes.
  bool unpack(std::span<const std::byte> packed, std::span<std::byte> raw);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace ajar::recording
