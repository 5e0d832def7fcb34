#pragma once

#include <cstdint>
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

  // Most events are like one before but for their time. remember() takes the event as event() does, and
  // again() records another one like it, for much less. False where it is not remembered any more.
  struct Likeness {
    std::uint32_t number = 0;  // 0: of nothing
    std::uint32_t era = 0;
  };
  virtual Likeness remember(const model::Event& event) {
    this->event(event);
    return {};
  }
  virtual bool again(Likeness /*likeness*/, model::Time /*time*/) { return false; }

  // A node of a stack of that image was added whose address is in no module: code that was made at run time.
  virtual void code_in_no_module(model::ImageId /*image*/, model::StackId /*node*/) {}

  virtual void snapshot(const model::Snapshot& snapshot) = 0;
  virtual void loss(const model::Loss& loss) = 0;

  // The recording's time of a moment of CLOCK_MONOTONIC (nanoseconds), and of now.
  [[nodiscard]] virtual model::Time time_of(std::uint64_t monotonic_ns) const = 0;
  [[nodiscard]] virtual model::Time now() const = 0;
};

}  // namespace ajar::capture
