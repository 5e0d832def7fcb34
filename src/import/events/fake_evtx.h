#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

// For tests: event logs as Windows keeps them, with events that the test makes up.
namespace ajar::import::events {

struct FakeProcess {
  std::string name;
  std::uint32_t pid = 0, handles = 0;
};

struct FakeEvent {
  std::int64_t unix_ns = 0;
  std::string source;
  std::uint16_t id = 0;
  std::vector<std::string> data = {};       // <EventData>
  std::vector<FakeProcess> processes = {};  // those of Resource-Exhaustion-Detector 2004
  std::string channel = "System", computer = "SERVER7";
};

// An .evtx, in chunks of 64 KiB. In each chunk the first event of a shape has the template, the
// others refer to it, as Windows does it.
std::vector<std::byte> fake_evtx(std::span<const FakeEvent> events);

}  // namespace ajar::import::events
