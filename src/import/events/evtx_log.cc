#include "import/events/evtx_log.h"

#include <chrono>
#include <string>

#include "base/byte_reader.h"
#include "import/events/evtx_records.h"
#include "import/events/log_world.h"
#include "platform/apart.h"

namespace ajar::import::events {
namespace {

using platform::ApartEnd;
using std::chrono::milliseconds;

constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30U;
constexpr std::size_t kMostMessage = std::size_t{4} << 20U;  // of a record as XML

// Whether it is shorter than what its header says, or ends within a part: the library passes over both.
bool is_cut_off(std::span<const std::byte> bytes) {
  constexpr std::size_t kHeader = 4096, kPart = 65'536, kPartsAt = 42;
  if (bytes.size() < kHeader || (bytes.size() - kHeader) % kPart != 0) return true;
  base::ByteReader header(bytes);
  header.seek(kPartsAt);
  return (bytes.size() - kHeader) / kPart < header.read<std::uint16_t>();
}

// Twenty times what a slow machine takes.
milliseconds time_for(std::size_t bytes) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20U;
  return milliseconds(20'000 + 3'000 * (bytes / kMebibyte));
}

}  // namespace

base::Result<model::Time> read_evtx_log(const Input& input, model::World& world, recording::Writer& writer) {
  LogWorld log;
  bool is_empty = true;
  const platform::ApartRequest request{
      .work = [&](const platform::Tell& tell) { return read_evtx_records(input.bytes, tell); },
      .limit = time_for(input.bytes.size()),
      .most_memory = kMostMemory + 2 * input.bytes.size(),
      .most_message = kMostMessage};
  const ApartEnd end = work_apart(request, [&](std::string_view xml) {
    is_empty = false;
    if (xml.empty()) {
      log.miss();
    } else {
      log.add(read_event(xml));
    }
  });
  const bool is_whole = end == ApartEnd::well && !is_cut_off(input.bytes);
  if (is_whole && is_empty) return base::Error("a Windows event log with no event in it");
  if (!is_whole) log.cut_off();
  auto written = log.write(world, writer);
  if (!written.ok())
    return base::Error("a Windows event log (.evtx) that is damaged or cut off: no event of it can be read");
  return written;
}

}  // namespace ajar::import::events
