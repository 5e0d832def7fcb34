#include "tables/windows/job_words.h"

#include <cstdint>
#include <vector>

#include "base/byte_reader.h"
#include "base/words.h"

namespace ajar::tables::windows {
namespace {

// JOB_OBJECT_LIMIT_…
enum Limit : std::uint32_t {
  kWorkingSet = 0x1,
  kProcessTime = 0x2,
  kJobTime = 0x4,
  kProcesses = 0x8,
  kAffinity = 0x10,
  kPriority = 0x20,
  kProcessMemory = 0x100,
  kJobMemory = 0x200,
  kKilledWithJob = 0x2000,
};

struct Limits {
  std::int64_t process_time = 0, job_time = 0;  // 100 ns
  std::uint32_t flags = 0;
  std::uint64_t working_set = 0;
  std::uint32_t processes = 0;
  std::uint64_t process_memory = 0, job_memory = 0;
};

Limits read_limits(base::ByteReader& in) {
  Limits limits;
  limits.process_time = in.read<std::int64_t>();
  limits.job_time = in.read<std::int64_t>();
  limits.flags = in.read<std::uint32_t>();
  in.skip(12);
  limits.working_set = in.read<std::uint64_t>();
  limits.processes = in.read<std::uint32_t>();
  constexpr std::uint64_t kMemoryAt = 112;
  in.seek(kMemoryAt);
  limits.process_memory = in.read<std::uint64_t>();
  limits.job_memory = in.read<std::uint64_t>();
  return limits;
}

std::string memory_words(std::uint64_t bytes) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
  return bytes % kMebibyte == 0 ? std::to_string(bytes / kMebibyte) + " MiB"
                                : std::to_string(bytes) + " bytes";
}

std::string time_words(std::int64_t time) {
  constexpr std::int64_t kMillisecond = 10'000;
  return std::to_string(time / kMillisecond) + " ms of processor time";
}

}  // namespace

std::string processes_of_job(std::span<const std::byte> answer) {
  constexpr std::uint64_t kProcessesAt = 0x24;
  base::ByteReader in(answer);
  in.seek(kProcessesAt);
  const auto all = in.read<std::uint32_t>();
  const auto now = in.read<std::uint32_t>();
  if (!in.ok()) return {};
  return "processes: " + std::to_string(now) + " now, " + std::to_string(all) + " in all";
}

std::string limits_of_job(std::span<const std::byte> answer) {
  base::ByteReader in(answer);
  const Limits limits = read_limits(in);
  if (!in.ok()) return {};
  std::vector<std::string> parts;
  const auto add = [&](Limit limit, const std::string& words) {
    if ((limits.flags & limit) != 0) parts.push_back(words);
  };
  add(kProcesses, std::to_string(limits.processes) + (limits.processes == 1 ? " process" : " processes"));
  add(kProcessMemory, memory_words(limits.process_memory) + " a process");
  add(kJobMemory, memory_words(limits.job_memory) + " for all");
  add(kWorkingSet, memory_words(limits.working_set) + " of working set");
  add(kProcessTime, time_words(limits.process_time) + " a process");
  add(kJobTime, time_words(limits.job_time) + " for all");
  add(kAffinity, "some processors only");
  add(kPriority, "a priority for all");
  add(kKilledWithJob, "killed when the last handle is closed");
  return parts.empty() ? "" : "limits: " + base::joined(parts, ", ");
}

}  // namespace ajar::tables::windows
