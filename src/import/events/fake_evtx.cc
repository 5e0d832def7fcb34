#include "import/events/fake_evtx.h"

#include <zlib.h>

#include <cstring>
#include <map>
#include <utility>

namespace ajar::import::events {
namespace {

constexpr std::size_t kFileHeader = 4096, kChunk = 65'536, kChunkHeader = 512;
constexpr std::size_t kLargestEvent = 4096;  // bytes, with its template

// Tokens of binary XML, and types of its values.
enum Token : std::uint8_t {
  kEnd = 0x00,
  kOpen = 0x01,
  kCloseStart = 0x02,
  kCloseEmpty = 0x03,
  kCloseElement = 0x04,
  kValue = 0x05,
  kAttribute = 0x06,
  kTemplate = 0x0c,
  kSubstitution = 0x0d,
  kFragment = 0x0f,
  kMore = 0x40,
};
enum Type : std::uint8_t { kString = 0x01, kUint16 = 0x06, kUint32 = 0x08, kUint64 = 0x0a, kFiletime = 0x11 };

class Bytes {
 public:
  void u8(std::uint64_t value) { put(value, 1); }
  void u16(std::uint64_t value) { put(value, 2); }
  void u32(std::uint64_t value) { put(value, 4); }
  void u64(std::uint64_t value) { put(value, 8); }
  void zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }
  void text(std::string_view ascii) {
    for (const char c : ascii) u16(static_cast<unsigned char>(c));
  }
  void set(std::size_t at, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes_[at + i] = static_cast<std::byte>(value >> 8 * i & 0xffU);
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }

 private:
  void put(std::uint64_t value, std::size_t size) {
    zeros(size);
    set(bytes_.size() - size, value, size);
  }
  std::vector<std::byte> bytes_;
};

std::uint32_t crc(std::span<const std::byte> first, std::span<const std::byte> second = {}) {
  const auto add = [](uLong sum, std::span<const std::byte> bytes) {
    if (bytes.empty()) return sum;
    return crc32(sum, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
  };
  return static_cast<std::uint32_t>(add(add(0, first), second));
}

std::uint64_t filetime(std::int64_t unix_ns) {
  return static_cast<std::uint64_t>(unix_ns / 100) + 116'444'736'000'000'000;
}

// A chunk, which is filled event by event.
class Chunk {
 public:
  Chunk() { bytes_.zeros(kChunkHeader); }

  void add(const FakeEvent& event, std::uint64_t number) {
    const std::size_t begin = bytes_.size();
    last_ = begin;
    if (first_number_ == 0) first_number_ = number;
    last_number_ = number;
    bytes_.u32(0x2a2a);
    bytes_.u32(0);
    bytes_.u64(number);
    bytes_.u64(filetime(event.unix_ns));
    bytes_.u32(0x0001010fU);  // kFragment
    bytes_.u8(kTemplate);
    bytes_.u8(1);
    write_template(event);
    write_values(event, number);
    bytes_.u8(kEnd);
    while (bytes_.size() % 8 != 4) bytes_.u8(0);
    bytes_.u32(0);
    const std::size_t size = bytes_.size() - begin;
    bytes_.set(begin + 4, size, 4);
    bytes_.set(bytes_.size() - 4, size, 4);
  }

  [[nodiscard]] bool is_full() const { return bytes_.size() + kLargestEvent > kChunk; }

  std::vector<std::byte> take() {
    const std::size_t end = bytes_.size();
    std::memcpy(bytes_.bytes().data(), "ElfChnk", 8);
    for (const std::size_t at : {8U, 24U}) bytes_.set(at, first_number_, 8);
    for (const std::size_t at : {16U, 32U}) bytes_.set(at, last_number_, 8);
    bytes_.set(40, 128, 4);
    bytes_.set(44, last_, 4);
    bytes_.set(48, end, 4);
    const std::span<const std::byte> all(bytes_.bytes());
    bytes_.set(52, crc(all.subspan(kChunkHeader)), 4);
    bytes_.set(124, crc(all.first(120), all.subspan(128, kChunkHeader - 128)), 4);
    bytes_.bytes().resize(kChunk);
    return std::move(bytes_.bytes());
  }

 private:
  using Shape = std::pair<std::size_t, std::size_t>;  // how many data, how many processes

  void write_template(const FakeEvent& event) {
    const Shape shape(event.data.size(), event.processes.size());
    const auto [known, is_new] = templates_.try_emplace(shape, bytes_.size() + 8);
    bytes_.u32(1000 + 100 * shape.second + shape.first);
    bytes_.u32(known->second);
    if (!is_new) return;
    bytes_.u32(0);
    bytes_.u32(1000 + 100 * shape.second + shape.first);
    bytes_.zeros(12);  // the rest of its GUID
    const std::size_t size_at = bytes_.size();
    bytes_.u32(0);
    bytes_.u32(0x0001010fU);
    next_value_ = 0;
    write_event_element(event);
    bytes_.u8(kEnd);
    bytes_.set(size_at, bytes_.size() - size_at - 4, 4);
  }

  void write_event_element(const FakeEvent& event) {
    open("Event", {{"xmlns", "http://schemas.microsoft.com/win/2004/08/events/event"}}, [&] {
      open("System", {}, [&] {
        const std::size_t provider = begin("Provider", true);
        attribute("Name", [&] { substitution(kString); });
        end_empty(provider);
        open("EventID", {}, [&] { substitution(kUint16); });
        const std::size_t time = begin("TimeCreated", true);
        attribute("SystemTime", [&] { substitution(kFiletime); });
        end_empty(time);
        open("EventRecordID", {}, [&] { substitution(kUint64); });
        open("Channel", {}, [&] { substitution(kString); });
        open("Computer", {}, [&] { substitution(kString); });
      });
      if (!event.data.empty()) {
        open("EventData", {}, [&] {
          for (std::size_t i = 0; i < event.data.size(); ++i)
            open("Data", {}, [&] { substitution(kString); });
        });
      }
      if (!event.processes.empty()) open("UserData", {}, [&] { write_processes(event.processes.size()); });
    });
  }

  void write_processes(std::size_t count) {
    open("MemoryExhaustionInfo", {}, [&] {
      open("ProcessInfo", {}, [&] {
        for (std::size_t i = 1; i <= count; ++i) {
          open("Process_" + std::to_string(i), {}, [&] {
            open("Name", {}, [&] { substitution(kString); });
            open("ID", {}, [&] { substitution(kUint32); });
            open("HandleCount", {}, [&] { substitution(kUint32); });
          });
        }
      });
    });
  }

  struct Attribute {
    std::string name, value;
  };

  void open(const std::string& name, const std::vector<Attribute>& attributes, const auto& content) {
    const std::size_t size_at = begin(name, !attributes.empty());
    for (const Attribute& each : attributes) {
      attribute(each.name, [&] {
        bytes_.u8(kValue);
        bytes_.u8(kString);
        bytes_.u16(each.value.size());
        bytes_.text(each.value);
      });
    }
    bytes_.u8(kCloseStart);
    content();
    bytes_.u8(kCloseElement);
    bytes_.set(size_at, bytes_.size() - size_at - 4, 4);
  }

  // Gives where its size stands.
  std::size_t begin(const std::string& name, bool has_attributes) {
    bytes_.u8(has_attributes ? kOpen | kMore : kOpen);
    bytes_.u16(0xffff);
    const std::size_t size_at = bytes_.size();
    bytes_.u32(0);
    write_name(name);
    if (has_attributes) bytes_.u32(0);
    attributes_at_ = bytes_.size();
    return size_at;
  }

  void end_empty(std::size_t size_at) {
    bytes_.u8(kCloseEmpty);
    bytes_.set(size_at, bytes_.size() - size_at - 4, 4);
  }

  void attribute(const std::string& name, const auto& value) {
    bytes_.u8(kAttribute);
    write_name(name);
    value();
    bytes_.set(attributes_at_ - 4, bytes_.size() - attributes_at_, 4);
  }

  void substitution(Type type) {
    bytes_.u8(kSubstitution);
    bytes_.u16(next_value_++);
    bytes_.u8(type);
  }

  // Each name stands once, where it is first used.
  void write_name(const std::string& name) {
    const auto [known, is_new] = names_.try_emplace(name, bytes_.size() + 4);
    bytes_.u32(known->second);
    if (!is_new) return;
    std::uint32_t hash = 0;
    for (const char c : name) hash = hash * 65'599 + static_cast<unsigned char>(c);
    bytes_.u32(0);
    bytes_.u16(hash & 0xffffU);
    bytes_.u16(name.size());
    bytes_.text(name);
    bytes_.u16(0);
  }

  void write_values(const FakeEvent& event, std::uint64_t number) {
    Bytes heads, values;
    std::size_t count = 0;
    const auto string = [&](const std::string& text) {
      heads.u16(2 * text.size());
      heads.u16(kString);
      values.text(text);
      ++count;
    };
    const auto integer = [&](std::uint64_t value, std::size_t size, Type type) {
      heads.u16(size);
      heads.u16(type);
      values.zeros(size);
      values.set(values.size() - size, value, size);
      ++count;
    };
    string(event.source);
    integer(event.id, 2, kUint16);
    integer(filetime(event.unix_ns), 8, kFiletime);
    integer(number, 8, kUint64);
    string(event.channel);
    string(event.computer);
    for (const std::string& data : event.data) string(data);
    for (const FakeProcess& process : event.processes) {
      string(process.name);
      integer(process.pid, 4, kUint32);
      integer(process.handles, 4, kUint32);
    }
    bytes_.u32(count);
    for (Bytes* part : {&heads, &values})
      bytes_.bytes().insert(bytes_.bytes().end(), part->bytes().begin(), part->bytes().end());
  }

  Bytes bytes_;
  std::uint64_t first_number_ = 0, last_number_ = 0;
  std::size_t last_ = 0;  // where the last record begins
  std::size_t attributes_at_ = 0;
  std::uint16_t next_value_ = 0;
  std::map<std::string, std::size_t> names_;
  std::map<Shape, std::size_t> templates_;
};

}  // namespace

std::vector<std::byte> fake_evtx(std::span<const FakeEvent> events) {
  std::vector<Chunk> chunks;
  std::uint64_t number = 0;
  for (const FakeEvent& event : events) {
    if (chunks.empty() || chunks.back().is_full()) chunks.emplace_back();
    chunks.back().add(event, ++number);
  }
  Bytes header;
  header.zeros(kFileHeader);
  std::memcpy(header.bytes().data(), "ElfFile", 8);
  header.set(16, chunks.empty() ? 0 : chunks.size() - 1, 8);
  header.set(24, events.size() + 1, 8);
  header.set(32, 128, 4);
  header.set(36, 1, 2);
  header.set(38, 3, 2);
  header.set(40, kFileHeader, 2);
  header.set(42, chunks.size(), 2);
  header.set(124, crc(std::span(header.bytes()).first(120)), 4);
  std::vector<std::byte> file = std::move(header.bytes());
  for (Chunk& chunk : chunks) {
    const std::vector<std::byte> bytes = chunk.take();
    file.insert(file.end(), bytes.begin(), bytes.end());
  }
  return file;
}

}  // namespace ajar::import::events
