#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>

namespace ajar::agent::testing {

// Zeroed memory of which the kernel gives what is touched, as the agent has it.
template <typename T>
class Pages {
 public:
  explicit Pages(std::size_t count)
      : bytes_(count * sizeof(T)),
        at_(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                 0)) {
    if (at_ == MAP_FAILED) std::abort();
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { munmap(at_, bytes_); }
  T* data() { return static_cast<T*>(at_); }

 private:
  std::size_t bytes_;
  void* at_;
};

}  // namespace ajar::agent::testing
