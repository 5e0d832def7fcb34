#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace ajar::watch {

// Attaches to a process by an ajar of its own, `ajar attach`: what attaching does to signals and terminals,
// and how it ends, is then no matter of the caller's. That one detaches when the caller's thread ends,
// however it does. Its recording is in a temporary folder, grows, and goes with this.
class SeparateAttach {
 public:
  enum class State : std::uint8_t { starting, watching, ended };

  static base::Result<std::unique_ptr<SeparateAttach>> start(std::int64_t pid);
  SeparateAttach(const SeparateAttach&) = delete;
  SeparateAttach& operator=(const SeparateAttach&) = delete;
  // Detaches, and waits for the other ajar's end; not forever.
  ~SeparateAttach();

  // How it stands now. None of these waits.
  State look();
  // How it attached; when it has ended, why, in a line: as the other ajar says it.
  [[nodiscard]] const std::string& words() const;
  [[nodiscard]] const std::string& recording() const;
  // It is to detach; when it has, it has ended.
  void detach();

 private:
  struct Running;
  explicit SeparateAttach(std::unique_ptr<Running> running);

  std::unique_ptr<Running> running_;
};

}  // namespace ajar::watch
