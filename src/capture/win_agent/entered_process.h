#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "platform/win_remote.h"
#include "wire/wire.h"

namespace ajar::capture::win_agent {

// The agent's library.
struct Agent {
  static constexpr std::size_t kHeaders = 512;  // the file's first bytes: what names its build

  std::string path;
  std::uint32_t start = 0, stop = 0;  // its functions, from where it begins
  std::array<std::byte, kHeaders> headers{};
};

// It lies beside ajar.exe.
base::Result<Agent> find_agent();

// A process with the agent in it, and the segment that the two share.
class EnteredProcess {
 public:
  // Makes a segment, maps it there, loads the agent and lets it begin. Where the agent refuses, the segment
  // is taken away again; the library stays. A process that does not run the call in time keeps both.
  static base::Result<EnteredProcess> enter(std::int64_t pid, const Agent& agent);

  [[nodiscard]] const platform::win::RemoteProcess& process() const { return process_; }
  [[nodiscard]] std::span<std::byte> memory() const { return memory_.bytes(); }
  [[nodiscard]] ajar_segment& segment() const;

  // The agent leads all calls back and lets go of the segment; the library stays, and does nothing. False
  // where that is not known.
  bool leave();

  // Nothing of it is read any more.
  void let_go() { memory_ = {}; }

 private:
  EnteredProcess(platform::win::RemoteProcess process, platform::win::SharedMemory memory)
      : process_(std::move(process)), memory_(std::move(memory)) {}

  base::Result<void> begin(const Agent& agent);

  platform::win::RemoteProcess process_;
  platform::win::SharedMemory memory_;
  std::uint64_t stop_ = 0;  // the agent's function, there
};

}  // namespace ajar::capture::win_agent
