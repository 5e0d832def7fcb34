#include "import/perfmon/fake_log.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace ajar::import::perfmon {
namespace {

constexpr std::size_t kBuffer = 4096;

struct Bytes {
  std::vector<std::byte> bytes;

  template <typename T>
  Bytes& put(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      bytes.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i)));
    return *this;
  }
  Bytes& u32(std::uint64_t value) { return put(static_cast<std::uint32_t>(value)); }
  Bytes& zeros(std::size_t count) {
    bytes.resize(bytes.size() + count);
    return *this;
  }
  Bytes& wide(const std::string& text) {
    for (const char c : text) put(static_cast<std::uint16_t>(c));
    return put(std::uint16_t{0});
  }
  Bytes& add(std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
    return *this;
  }
};

// Its number, and where its value is in a block of values.
void put_counter(Bytes& out, std::uint32_t number, std::uint32_t offset) {
  out.u32(40).u32(number).zeros(24).u32(4).u32(offset);
}

void put_event(Bytes& out, std::uint8_t type, std::span<const std::byte> payload) {
  constexpr std::uint8_t kProvider[] = {0xb3, 0x3b, 0x3f, 0x93, 0x3e, 0x94, 0x0d, 0x49,
                                        0x9c, 0xed, 0x3c, 0xbb, 0x14, 0xc1, 0x44, 0x79};
  out.put(static_cast<std::uint16_t>(48 + payload.size())).put(std::uint16_t{0xc00a});
  out.put(std::uint16_t{type}).zeros(18).add(std::as_bytes(std::span(kProvider))).zeros(8).add(payload);
  out.zeros((8 - out.bytes.size() % 8) % 8);
}

// Buffers, of which each has what fits into it.
class Buffers {
 public:
  void add(std::span<const std::byte> event) {
    if (buffer_.bytes.size() + event.size() > kBuffer) close();
    buffer_.add(event);
  }
  std::vector<std::byte> take() {
    close();
    return std::move(all_.bytes);
  }

 private:
  void close() {
    const auto used = static_cast<std::uint32_t>(buffer_.bytes.size());
    std::memcpy(buffer_.bytes.data() + 48, &used, sizeof(used));
    buffer_.bytes.resize(kBuffer, std::byte{0xff});
    all_.add(buffer_.bytes);
    buffer_ = Bytes().u32(kBuffer).zeros(68);
  }

  Bytes buffer_ = Bytes().u32(kBuffer).zeros(68);
  Bytes all_;
};

}  // namespace

std::vector<std::byte> fake_perf_block(const FakeSample& sample) {
  Bytes instances;
  for (const FakeProcess& process : sample.processes) {
    const std::size_t name = 2 * (process.name.size() + 1);
    const std::size_t padding = (8 - (24 + name) % 8) % 8;
    instances.u32(24 + name + padding).zeros(12).u32(24).u32(name).wide(process.name).zeros(padding);
    instances.u32(16).u32(process.pid).u32(process.handles).zeros(4);
  }
  constexpr std::size_t kDefinition = 64 + 2 * 40;
  const std::size_t object = kDefinition + instances.bytes.size();
  Bytes out;
  out.wide("PERF").bytes.resize(8);
  out.u32(1).u32(1).u32(1).u32(104 + object).u32(104).u32(1).zeros(40);
  out.put(sample.filetime).u32(16).u32(88).wide("HOST").zeros(6);
  out.u32(object).u32(kDefinition).u32(64).u32(230).zeros(16).u32(2).u32(0).u32(sample.processes.size());
  out.zeros(20);
  put_counter(out, 784, 4);
  put_counter(out, 952, 8);
  return std::move(out.add(instances.bytes).bytes);
}

std::vector<std::byte> fake_binary_log(const std::vector<FakeSample>& samples, std::size_t part_bytes) {
  Buffers buffers;
  // The event that describes the file, of which nothing is needed.
  buffers.add(Bytes().put(std::uint32_t{0xc0010002}).u32(64).zeros(56).bytes);
  for (const FakeSample& sample : samples) {
    const std::vector<std::byte> block = fake_perf_block(sample);
    const Bytes record =
        Bytes().u32(0x34c42).u32(16 + block.size()).u32(0x5034c42).u32(8 + block.size()).add(block);
    const std::size_t parts = (record.bytes.size() + part_bytes - 1) / part_bytes;
    for (std::size_t part = 0; part < parts; ++part) {
      const auto rest = std::span(record.bytes).subspan(part * part_bytes);
      Bytes event;
      put_event(event, 0x22,
                Bytes()
                    .zeros(16)
                    .u32(part + 1)
                    .u32(parts)
                    .add(rest.first(std::min(part_bytes, rest.size())))
                    .bytes);
      buffers.add(event.bytes);
    }
  }
  return buffers.take();
}

}  // namespace ajar::import::perfmon
