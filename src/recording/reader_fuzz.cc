#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "recording/reader.h"

// The reader on any bytes: as they are, which mostly ends at the checksums, and with the checksums put right,
// so that what lies behind them is reached. Besides not crashing, it has to keep its books.
namespace {

using namespace ajar;
using recording::Reader;

class Walker : public model::Observer {
 public:
  void on_events(const model::World& world, std::span<const model::Event> events) override {
    if (events.empty() || events.size() > recording::kMaxItems) std::abort();
    for (const model::Event& event : events.first(std::min<std::size_t>(events.size(), 16))) {
      for (const model::Frame& frame : world.frames(event.stack)) static_cast<void>(world.symbol(frame));
    }
  }
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& snapshot) override {
    handles_ += snapshot.handles.size();
  }
  void on_loss(const model::World& /*world*/, const model::Loss& loss) override { lost_ += loss.events; }

 private:
  std::uint64_t handles_ = 0, lost_ = 0;
};

void read(std::span<const std::byte> bytes) {
  auto opened = Reader::open(bytes.first(bytes.size() / 2), recording::File::growing);
  if (!opened.ok()) opened = Reader::open(bytes);
  if (!opened.ok()) {
    if (opened.error().message().empty()) std::abort();
    return;
  }
  Reader& reader = *opened.value();
  Walker walker;
  model::Cursor cursor;
  reader.read(cursor, walker);
  reader.update(bytes, recording::File::whole);
  reader.read(cursor, walker);
  if (reader.damage().bytes > bytes.size()) std::abort();
}

void put(std::vector<std::byte>& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i, value >>= 8U) bytes[at + i] = static_cast<std::byte>(value & 0xffU);
}

// Puts right the checksums of everything that stands behind a marker.
std::vector<std::byte> sealed(std::span<const std::byte> bytes) {
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  const auto view = std::span(copy);
  if (copy.size() >= recording::kFileHeaderSize) put(copy, 12, recording::crc32(view.first(12)));
  const auto marker = std::as_bytes(std::span(recording::kMarker));
  for (std::size_t at = 0; at + recording::kBlockHeaderSize <= copy.size(); ++at) {
    if (!std::ranges::equal(view.subspan(at, marker.size()), marker)) continue;
    base::ByteReader stored(view.subspan(at + 8, 4));
    const auto payload = view.subspan(at + recording::kBlockHeaderSize);
    const auto length = std::min<std::size_t>(stored.read<std::uint32_t>(), payload.size());
    put(copy, at + 8, static_cast<std::uint32_t>(length));
    put(copy, at + 24, recording::crc32(payload.first(length)));
    put(copy, at + 28, recording::crc32(view.subspan(at, 28)));
    at += recording::kBlockHeaderSize + length - 1;
  }
  return copy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  read(bytes);
  read(sealed(bytes));
  return 0;
}
