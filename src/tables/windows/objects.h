#pragma once

#include <chrono>
#include <cstdint>

#include "model/windows_objects.h"
#include "tables/windows/in_time.h"
#include "tables/windows/object_paths.h"

namespace ajar::tables::windows {

// What is asked of an object.
struct Wanted {
  bool name = false;
  bool counts = false;
  bool state = false;
};

// Asks for more of a process's handles than the system's table tells. To that end ajar makes itself handles
// on the same objects, one after the other. One thread at a time.
class ObjectReader {
 public:
  // `process`: a handle with the right to duplicate. `pid`: the same process.
  ObjectReader(void* process, std::int64_t pid);

  enum class Outcome : std::uint8_t {
    told,
    refused,  // the handle may not be duplicated; it has a fact that says so
    closed,   // meanwhile
  };
  Outcome describe(model::WindowsHandle& handle, const Wanted& wanted);

 private:
  void* process_;
  std::int64_t pid_;
  Drives drives_;
  InTime in_time_;
};

}  // namespace ajar::tables::windows
