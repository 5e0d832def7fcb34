#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/process.h"
#include "model/snapshot.h"
#include "model/world.h"
#include "platform/win_status.h"

namespace ajar::capture::win_htrace {

// The kernel's tracing of one process's handles (ProcessHandleTracing).
class HandleTracer {
 public:
  virtual ~HandleTracer() = default;

  // 0 slots: as many as the system thinks right.
  virtual platform::win::Status enable(std::uint32_t slots) = 0;
  virtual platform::win::Status disable() = 0;

  // What is kept of all its handles: HandleTraces. The bytes are there until the next question.
  virtual std::expected<std::span<const std::byte>, platform::win::Status> query() = 0;

  // None while the process runs.
  virtual std::optional<std::uint32_t> exit_status() = 0;
};

// What else the way in asks of Windows. Tests answer what was recorded.
class System {
 public:
  virtual ~System() = default;

  // What a system answers that was asked for traces of ajar's own handles.
  virtual platform::win::Status probe() = 0;

  // An error for a process that may not be opened so, or of which the traces would tell nothing.
  virtual base::Result<std::unique_ptr<HandleTracer>> open(std::int64_t pid) = 0;

  // The process's image, which gets its rows in the world if it has none.
  virtual base::Result<model::ImageId> image_of(model::World& world, std::int64_t pid) = 0;

  // What is loaded, without ids and times; the program itself first.
  virtual base::Result<std::vector<model::Module>> modules(std::int64_t pid) = 0;

  // The handle tables, by pid: of many processes without names, and of one with names. Whose they are and
  // when they were taken is not set.
  virtual base::Result<std::map<std::int64_t, model::Snapshot>> tables(
      const std::vector<std::int64_t>& pids) = 0;
  virtual base::Result<model::Snapshot> table_with_names(std::int64_t pid) = 0;

  // By a clock that never goes back.
  [[nodiscard]] virtual std::chrono::nanoseconds now() const = 0;
};

// The one that ajar runs on.
std::unique_ptr<System> this_system();

}  // namespace ajar::capture::win_htrace
