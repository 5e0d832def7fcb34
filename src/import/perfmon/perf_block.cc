#include "import/perfmon/perf_block.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/byte_reader.h"
#include "objfile/utf16.h"

namespace ajar::import::perfmon {
namespace {

// Objects and counters are known by numbers, which are the same in every language of Windows.
constexpr std::uint32_t kProcess = 230;
constexpr std::uint32_t kElapsedTime = 684;
constexpr std::uint32_t kIdProcess = 784;
constexpr std::uint32_t kHandleCount = 952;

// The sizes of the structures as they were first; what is longer has more behind.
constexpr std::uint32_t kObjectSize = 64, kCounterSize = 40, kInstanceSize = 24, kValuesSize = 4;

constexpr std::string_view kSignature("P\0E\0R\0F\0", 8);

struct Counter {
  std::uint32_t size = 0, offset = 0;  // of its value, in a block of values
};

struct Counters {
  std::optional<Counter> handles, pid, started;
};

struct Object {
  std::uint32_t total = 0, definition = 0, header = 0, number = 0, counters = 0;
  std::int32_t instances = 0;
  std::uint32_t code_page = 0;
  std::uint64_t time = 0, frequency = 0;
};

Object read_object(base::ByteReader& in) {
  Object object;
  object.total = in.read<std::uint32_t>();
  object.definition = in.read<std::uint32_t>();
  object.header = in.read<std::uint32_t>();
  object.number = in.read<std::uint32_t>();
  in.skip(16);  // names and help, how detailed it is
  object.counters = in.read<std::uint32_t>();
  in.skip(4);  // the counter that is shown first
  object.instances = in.read<std::int32_t>();
  object.code_page = in.read<std::uint32_t>();
  object.time = in.read<std::uint64_t>();
  object.frequency = in.read<std::uint64_t>();
  return object;
}

base::Result<Counters> read_counters(std::span<const std::byte> bytes, const Object& object) {
  Counters counters;
  base::ByteReader in(bytes);
  std::uint64_t at = object.header;
  for (std::uint32_t i = 0; i < object.counters; ++i) {
    in.seek(at);
    const auto length = in.read<std::uint32_t>();
    const auto number = in.read<std::uint32_t>();
    in.skip(24);  // names and help, scale, how detailed it is, type
    const auto size = in.read<std::uint32_t>();
    const auto offset = in.read<std::uint32_t>();
    if (!in.ok() || length < kCounterSize) return base::Error("the definition of a counter makes no sense");
    const Counter counter{.size = size, .offset = offset};
    if (number == kHandleCount) counters.handles = counter;
    if (number == kIdProcess) counters.pid = counter;
    if (number == kElapsedTime) counters.started = counter;
    at += length;
  }
  return counters;
}

std::optional<std::uint64_t> value_of(std::span<const std::byte> values,
                                      const std::optional<Counter>& counter) {
  if (!counter) return std::nullopt;
  base::ByteReader in(values);
  in.seek(counter->offset);
  const std::uint64_t value = counter->size == 8 ? in.read<std::uint64_t>() : in.read<std::uint32_t>();
  return in.ok() ? std::optional(value) : std::nullopt;
}

// The counter's value is the moment, by the object's own clock, at which the process started.
std::optional<double> elapsed(const Object& object, const std::optional<std::uint64_t>& started) {
  if (!started || object.frequency == 0 || *started == 0 || *started > object.time) return std::nullopt;
  return static_cast<double>(object.time - *started) / static_cast<double>(object.frequency);
}

std::string name_of(std::span<const std::byte> raw, const Object& object) {
  std::string name = object.code_page == 0
                         ? objfile::utf8_of_utf16(raw)
                         : std::string(reinterpret_cast<const char*>(raw.data()), raw.size());
  name.resize(std::min(name.find('\0'), name.size()));
  return name;
}

// The next instance, and the values behind it.
std::optional<PerfProcess> read_instance(base::ByteReader& in, const Object& object,
                                         const Counters& counters) {
  const std::size_t begin = in.position();
  const auto length = in.read<std::uint32_t>();
  in.skip(12);  // its parent, and a number of its own that only some objects have
  const auto name_offset = in.read<std::uint32_t>();
  const auto name_length = in.read<std::uint32_t>();
  if (length < kInstanceSize || name_offset > length || name_length > length - name_offset) in.fail();
  in.seek(begin + std::uint64_t{name_offset});
  PerfProcess process{.name = name_of(in.bytes(name_length), object), .pid = {}, .elapsed_s = {}};
  const std::uint64_t values_begin = begin + std::uint64_t{length};
  in.seek(values_begin);
  const auto values_length = in.read<std::uint32_t>();
  in.seek(values_begin);
  const auto values = in.bytes(values_length);
  const auto handles = value_of(values, counters.handles);
  if (!in.ok() || values_length < kValuesSize || !handles) return std::nullopt;
  process.handles = *handles;
  process.pid = value_of(values, counters.pid);
  process.elapsed_s = elapsed(object, value_of(values, counters.started));
  return process;
}

}  // namespace

bool is_perf_block(std::span<const std::byte> bytes) {
  return base::ByteReader(bytes).text(kSignature.size()) == kSignature;
}

base::Result<PerfBlock> read_perf_block(std::span<const std::byte> bytes) {
  PerfBlock block;
  base::ByteReader in(bytes);
  in.skip(kSignature.size() + 16);  // byte order, version, revision, length
  const auto header = in.read<std::uint32_t>();
  const auto objects = in.read<std::uint32_t>();
  in.seek(72);
  block.filetime = in.read<std::uint64_t>();
  const auto host_length = in.read<std::uint32_t>();
  const auto host_offset = in.read<std::uint32_t>();
  in.seek(host_offset);
  block.host = objfile::utf8_of_utf16(in.bytes(host_length));
  block.host.resize(std::min(block.host.find('\0'), block.host.size()));
  if (!in.ok() || !is_perf_block(bytes)) return base::Error("its header is cut off");
  std::uint64_t at = header;
  for (std::uint32_t i = 0; i < objects; ++i) {
    in.seek(at);
    const Object object = read_object(in);
    if (!in.ok() || object.total < kObjectSize || object.total > bytes.size() - at)
      return base::Error("an object in it goes beyond its end");
    const auto of_object = bytes.subspan(static_cast<std::size_t>(at), object.total);
    at += object.total;
    if (object.number != kProcess) continue;
    const auto counters = read_counters(of_object, object);
    if (!counters.ok()) return counters.error();
    if (!counters.value().handles) continue;
    block.has_handles = true;
    base::ByteReader instances(of_object);
    instances.seek(object.definition);
    for (std::int32_t k = 0; k < object.instances; ++k) {
      auto process = read_instance(instances, object, counters.value());
      if (!process) return base::Error("an instance of the object Process goes beyond its end");
      block.processes.push_back(*std::move(process));
    }
  }
  return block;
}

}  // namespace ajar::import::perfmon
