#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <vector>

#include "wire/kernel_call.h"

// A thread of another process that stands still for us.
namespace ajar::capture::inject {

// As the kernel keeps them (struct user_regs_struct).
struct Registers : ajar_call_registers {
  std::uint64_t fs_base = 0, gs_base = 0, ds = 0, es = 0, fs = 0, gs = 0;
};

// All that is changed when a thread is made to call something.
struct ThreadState {
  Registers registers{};
  std::vector<std::byte> vectors;  // as XSAVE has them
  std::uint64_t signal_mask = 0;
};

// Reads and writes whole or not at all. The process need not stand still.
bool read_memory(std::int64_t pid, std::uint64_t from, void* to, std::size_t size);
bool write_memory(std::int64_t pid, std::uint64_t to, const void* from, std::size_t size);

class Stopped {
 public:
  // Stops it wherever it is. Otherwise the errno: ETIMEDOUT where it does not stop.
  static std::expected<Stopped, int> stop(std::int64_t pid, std::int64_t tid);

  Stopped(Stopped&& other) noexcept;
  Stopped& operator=(Stopped&&) = delete;
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;
  // Lets it go on.
  ~Stopped();

  [[nodiscard]] std::int64_t pid() const { return pid_; }
  [[nodiscard]] std::int64_t tid() const { return tid_; }
  // By a SIGSTOP or its like, and not only for us.
  [[nodiscard]] bool stopped_with_its_process() const { return with_its_process_; }

  [[nodiscard]] std::optional<ThreadState> state() const;
  [[nodiscard]] std::optional<Registers> registers() const;
  [[nodiscard]] bool set_registers(const Registers& registers) const;
  [[nodiscard]] bool block_signals_but_faults();
  // Everything as it was.
  [[nodiscard]] bool restore(const ThreadState& state) const;

  // Makes one system call with the instruction at `at`; its result, or nothing where the thread is gone.
  std::optional<std::int64_t> call_system(const Registers& base, std::uint64_t at, std::int64_t number,
                                          std::initializer_list<std::uint64_t> arguments);

  // Lets it run with these registers.
  [[nodiscard]] bool run(const Registers& registers);
  // Stops it again. False where it is gone, or does not stop. A fault of its own stops it, too (fault()).
  [[nodiscard]] bool stop_again();
  // Whether it has stopped meanwhile, for a fault of its own.
  [[nodiscard]] bool has_stopped_by_itself();
  [[nodiscard]] int fault() const { return fault_; }

 private:
  Stopped(std::int64_t pid, std::int64_t tid) : pid_(pid), tid_(tid) {}

  enum class Event : std::uint8_t { none, stopped, call, fault, gone };
  Event take_event();
  Event await(std::chrono::milliseconds time);
  [[nodiscard]] bool go_on(int signal = 0) const;
  [[nodiscard]] bool set_signal_mask(std::uint64_t mask) const;

  std::int64_t pid_, tid_;
  bool held_ = true;
  bool ended_ = false;
  bool to_next_call_ = false;
  int fault_ = 0;
  bool with_its_process_ = false;
  bool masked_ = false;
  bool stop_is_due_ = false;  // a SIGSTOP came that had to wait
};

}  // namespace ajar::capture::inject
