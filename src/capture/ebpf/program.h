#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "unwind/table.h"
#include "wire/kernel_call.h"

struct bpf_link;
struct bpf_map;
struct bpf_object;
struct ring_buffer;

namespace ajar::capture::ebpf {

// ajar's BPF program (src/bpf) in the kernel, with its maps. It is gone from the kernel with this object,
// and, however this process ends, with this process. One thread at a time.
class Program {
 public:
  struct Sizes {
    std::uint32_t chunks = 1;              // of call-frame rules, in all
    std::uint32_t codes = 1;               // different ones that processes have
    std::uint32_t ring_bytes = 1U << 24U;  // a power of two
  };

  // Loads it; it does nothing yet. The error says what is missing.
  static base::Result<std::unique_ptr<Program>> load(const Sizes& sizes);

  // From here on it sees the calls of the processes that are watched.
  base::Result<void> start();

  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  base::Result<void> watch(std::uint32_t pid, const ajar_watched& how);
  // Of one that is watched still: where its code is from now on.
  void use_code(std::uint32_t pid, std::uint32_t code);
  void unwatch(std::uint32_t pid);
  // What the kernel knows of it: children are watched by themselves. False where it is not watched.
  bool watched(std::uint32_t pid, ajar_watched& how) const;

  // While it is on, each process that begins a program is watched with these flags from then on.
  void await(bool on, std::uint32_t flags = 0);

  // Shared with the kernel, which reads them at any time.
  [[nodiscard]] std::uint32_t code_count() const { return sizes_.codes; }
  [[nodiscard]] std::uint32_t chunk_count() const { return sizes_.chunks; }
  [[nodiscard]] ajar_code& code(std::uint32_t number);
  [[nodiscard]] ajar_unwind_chunk& chunk(std::uint32_t number);
  [[nodiscard]] ajar_unwind_rules& rules();

  // Calls `taken` with each record that has come. The number of them.
  std::size_t read(const std::function<void(std::span<const std::byte>)>& taken);
  // How full the ring is.
  [[nodiscard]] std::uint32_t fill_percent() const;

  // Records that had no room, since the start.
  [[nodiscard]] std::uint64_t lost() const;
  // Of these, by process, as many as are known; not fewer than of what lost() said before.
  [[nodiscard]] std::map<std::int64_t, std::uint64_t> lost_of_processes() const;

 private:
  explicit Program(const Sizes& sizes) : sizes_(sizes) {}

  struct Memory {
    std::byte* at = nullptr;
    std::size_t size = 0, stride = 0;
  };

  base::Result<void> open();
  base::Result<void> fill_plans();
  base::Result<Memory> map_memory(const char* name, std::size_t value_size, std::uint32_t count);
  [[nodiscard]] int map_of(const char* name) const;
  ajar_u8& watch_byte(std::uint32_t pid);
  static int on_record(void* self, void* data, std::size_t size);

  Sizes sizes_;
  bpf_object* object_ = nullptr;
  ring_buffer* ring_ = nullptr;
  std::vector<bpf_link*> links_;
  Memory codes_, chunks_, rules_, pids_;
  int watched_ = -1, lost_ = -1, lost_of_ = -1, use_code_ = -1;
  const std::function<void(std::span<const std::byte>)>* taken_ = nullptr;
};

// Success where it would load for this user on this kernel; otherwise what is missing.
base::Result<void> usable();

}  // namespace ajar::capture::ebpf
