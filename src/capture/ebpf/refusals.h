#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "base/result.h"

struct bpf_link;
struct bpf_object;

namespace ajar::capture::ebpf {

// Has the kernel tell which processes, of the whole machine, were refused a descriptor since there are too
// many (EMFILE, ENFILE). It costs every system call on the machine some nanoseconds, and is gone from the
// kernel with this object. One thread at a time.
class Refusals {
 public:
  // The error says what is missing.
  static base::Result<std::unique_ptr<Refusals>> load();

  Refusals(const Refusals&) = delete;
  Refusals& operator=(const Refusals&) = delete;
  ~Refusals();

  // Those that were since the last call.
  std::set<std::int64_t> take();

 private:
  Refusals() = default;

  bpf_object* object_ = nullptr;
  bpf_link* link_ = nullptr;
  int counts_ = -1;                                // the map
  std::map<std::uint32_t, std::uint64_t> before_;  // as it was at the last call
};

}  // namespace ajar::capture::ebpf
