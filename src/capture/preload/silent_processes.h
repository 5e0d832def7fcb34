#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "capture/preload/children.h"
#include "capture/preload/host_pid.h"
#include "capture/recorder.h"

namespace ajar::capture::preload {

// The processes in which there is no agent, as the recording has them. One thread at a time.
class SilentProcesses {
 public:
  explicit SilentProcesses(Recorder& recorder) : recorder_(recorder) {}

  // A process of its own, or the announcer's, of which nothing is known from then on.
  model::ProcessId list(const Untraced& untraced, const platform::ProcFs& proc);

  void notice_ends(const platform::ProcFs& proc);

  // A process reported in with a new image. If it is one of these, it is traced again, and this is which.
  std::optional<model::ProcessId> take_back(const HostProcess& host);

 private:
  [[nodiscard]] model::Time since(const Untraced& untraced) const;
  model::ProcessId add_process(const Untraced& untraced);
  void add_image(const Untraced& untraced, model::ProcessId process, const platform::ProcFs& proc);

  struct Silent {
    model::ProcessId process;
    HostProcess host;
  };

  Recorder& recorder_;
  std::vector<Silent> living_;
};

}  // namespace ajar::capture::preload
