#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Binary logs as Perfmon writes them, for tests.
namespace ajar::import::perfmon {

struct FakeProcess {
  std::string name;  // ASCII
  std::uint32_t pid = 0;
  std::uint32_t handles = 0;
};

struct FakeSample {
  std::uint64_t filetime = 0;
  std::vector<FakeProcess> processes;
};

// A block of performance data of the object Process.
std::vector<std::byte> fake_perf_block(const FakeSample& sample);

// A log with these samples, of which parts of `part_bytes` are an event each, in buffers of 4,096 bytes.
std::vector<std::byte> fake_binary_log(const std::vector<FakeSample>& samples, std::size_t part_bytes = 256);

}  // namespace ajar::import::perfmon
