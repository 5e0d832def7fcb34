#pragma once

#include <stdint.h>

// The beginnings of system calls' own code, which lead to hooks while the agent records.
namespace ajar::agent::patch {

// One system call's code in ntdll or win32u (a "stub"), which is at most 32 bytes long, lies at a multiple of
// 16, and depends on no address of its own: so a copy of it is the same call.
struct Stub {
  uint64_t at;        // 0: not patched
  uint64_t original;  // the copy
  uint8_t before[14];
  uint8_t jump[14];
};

// Whether the code there is that of a system call as 64-bit Windows and Wine have it, and nobody else has
// changed it.
bool is_stub(uint64_t at);

// Copies the stub into `copy` (kCopy bytes). Nothing is changed yet.
constexpr uint32_t kCopy = 32;
void copy_stub(uint64_t at, uint8_t* copy);

// Leads it to `hook`, or back. Only while no thread can be in its first bytes. False where the page can't be
// written, or has been changed by others since.
bool lead_to(Stub& stub, uint64_t hook);
bool lead_back(Stub& stub);

// While one of these lives, all other threads of the process stand still, and none of them at an address that
// is `in_the_way`. May not be had (holds() is false): then nobody stands still.
class Standstill {
 public:
  using InTheWay = bool (*)(uint64_t pc);
  explicit Standstill(InTheWay in_the_way);
  ~Standstill();
  Standstill(const Standstill&) = delete;
  Standstill& operator=(const Standstill&) = delete;
  [[nodiscard]] bool holds() const { return holds_; }

 private:
  bool stop_all(InTheWay in_the_way);
  bool stop_newcomers();
  bool stop(void* thread);
  [[nodiscard]] bool knows(uint32_t tid) const;
  void let_go();

  struct Thread {
    void* handle;
    uint32_t tid;
  };
  Thread* threads_;
  uint32_t count_ = 0;
  bool holds_ = false;
  bool refused_ = false;  // a thread that lives can't be stopped
};

}  // namespace ajar::agent::patch
