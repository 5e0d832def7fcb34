#pragma once

#include <string_view>

#include "model/event.h"
#include "model/snapshot.h"
#include "model/world.h"

namespace ajar::capture {

// Where a live way in puts what it sees. One thread at a time.
class Recorder {
 public:
  virtual ~Recorder() = default;

  // The recording's world, to which the way in adds rows. A row that is changed after it was added must be
  // announced.
  virtual model::World& world() = 0;
  virtual void changed(model::ProcessId id) = 0;
  virtual void changed(model::ImageId id) = 0;
  virtual void changed(model::TableId id) = 0;
  virtual void changed(model::ThreadId id) = 0;
  virtual void changed(model::ModuleId id) = 0;

  // The id of a text, the same for the same text.
  virtual model::StringId intern(std::string_view text) = 0;

  virtual void event(const model::Event& event) = 0;
  virtual void snapshot(const model::Snapshot& snapshot) = 0;
  virtual void loss(const model::Loss& loss) = 0;

  // The recording's time of a moment of CLOCK_MONOTONIC (nanoseconds), and of now.
  [[nodiscard]] virtual model::Time time_of(std::uint64_t monotonic_ns) const = 0;
  [[nodiscard]] virtual model::Time now() const = 0;
};

}  // namespace ajar::capture
