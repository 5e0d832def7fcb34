#include "import/perfmon/binary_log.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "import/perfmon/moments.h"
#include "import/perfmon/perf_block.h"
#include "import/perfmon/trace_file.h"

namespace ajar::import::perfmon {
namespace {

constexpr std::array kCounterLog = {std::byte{0xb3}, std::byte{0x3b}, std::byte{0x3f}, std::byte{0x93},
                                    std::byte{0x3e}, std::byte{0x94}, std::byte{0x0d}, std::byte{0x49},
                                    std::byte{0x9c}, std::byte{0xed}, std::byte{0x3c}, std::byte{0xbb},
                                    std::byte{0x14}, std::byte{0xc1}, std::byte{0x44}, std::byte{0x79}};
constexpr std::uint8_t kSample = 0x22;
constexpr std::size_t kGuidSize = 16;
constexpr std::uint32_t kRecordHead = 8;  // its type and its length

// Puts the parts of records together.
class Parts {
 public:
  // Whether the record is whole now.
  bool add(std::span<const std::byte> payload) {
    base::ByteReader in(payload);
    in.skip(kGuidSize);
    const auto part = in.read<std::uint32_t>();
    const auto parts = in.read<std::uint32_t>();
    if (part == 1) {
      record_.clear();
      next_ = 1;
    }
    if (!in.ok() || part == 0 || part != next_) {
      next_ = 0;  // one was lost
      return false;
    }
    const auto bytes = in.bytes(in.remaining());
    record_.insert(record_.end(), bytes.begin(), bytes.end());
    ++next_;
    return part == parts;
  }

  [[nodiscard]] std::span<const std::byte> record() const { return record_; }

 private:
  std::vector<std::byte> record_;
  std::uint32_t next_ = 0;
};

class BinaryLog {
 public:
  base::Result<CountsLog> read(std::span<const std::byte> bytes) {
    const auto events = read_trace_events(bytes);
    if (!events.ok()) return events.error();
    std::size_t samples = 0;
    for (const TraceEvent& event : events.value()) {
      if (event.provider != kCounterLog) continue;
      is_counter_log_ = true;
      if (event.type != kSample || !parts_.add(event.payload)) continue;
      ++samples;
      if (auto read = read_sample(parts_.record()); !read.ok())
        return std::move(read).error().in(fmt::format("sample {}", samples));
    }
    if (log_.moments.empty()) return nothing_in_it(samples);
    return std::move(log_);
  }

 private:
  base::Result<void> read_sample(std::span<const std::byte> record) {
    base::ByteReader in(record);
    in.skip(kRecordHead);
    CountedMoment moment;
    while (in.ok() && in.remaining() >= kRecordHead) {
      in.skip(sizeof(std::uint32_t));
      const auto length = in.read<std::uint32_t>();
      if (length < kRecordHead) in.fail();
      const auto bytes = in.bytes(length - kRecordHead);
      if (!in.ok()) return base::Error("a record in it goes beyond its end");
      if (!is_perf_block(bytes)) {
        has_single_counters_ = true;
        continue;
      }
      const auto block = read_perf_block(bytes);
      if (!block.ok()) return block.error();
      if (auto added = add(block.value(), moment); !added.ok()) return added;
    }
    if (!moment.processes.empty()) log_.moments.push_back(std::move(moment));
    return {};
  }

  base::Result<void> add(const PerfBlock& block, CountedMoment& moment) {
    if (!block.has_handles) return {};
    const auto when = unix_ns_of_filetime(block.filetime);
    if (!when) return base::Error(fmt::format("{} is no time", block.filetime));
    moment.unix_ns = *when;
    if (log_.host.empty()) log_.host = block.host;
    const std::string behind = block.host == log_.host ? "" : "@" + block.host;
    for (const PerfProcess& process : block.processes) {
      if (is_no_process(process.name, process.pid)) continue;
      Counted counted;
      counted.name = log_.name(process.name + behind);
      counted.pid = process.pid;
      counted.handles = process.handles;
      constexpr double kLongest = 4e9;  // seconds
      if (process.elapsed_s && *process.elapsed_s < kLongest)
        counted.started_unix_ns = *when - std::llround(*process.elapsed_s * 1e9);
      moment.processes.push_back(counted);
    }
    return {};
  }

  [[nodiscard]] base::Error nothing_in_it(std::size_t samples) const {
    if (!is_counter_log_) return base::Error("an event trace without counters; ajar reads Perfmon's logs");
    if (samples == 0) return base::Error("there is no sample in it");
    if (has_single_counters_)
      return base::Error(
          "its counters were logged one by one, which ajar reads as text: relog FILE -f CSV -o counts.csv");
    return base::Error(
        R"(there is no \Process(*)\Handle Count in it; log the object Process, or at least that counter)");
  }

  CountsLog log_;
  Parts parts_;
  bool is_counter_log_ = false;
  bool has_single_counters_ = false;
};

}  // namespace

base::Result<CountsLog> read_binary_log(std::span<const std::byte> bytes) {
  return BinaryLog().read(bytes);
}

}  // namespace ajar::import::perfmon
