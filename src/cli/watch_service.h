#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "cli/watch_screen.h"
#include "watch/watch.h"

namespace ajar::cli {

// `ajar watch --listen`: what a monitoring system may ask for while it goes on.
class WatchService {
 public:
  virtual ~WatchService() = default;

  // They write into this.
  virtual std::vector<Option> options() = 0;
  [[nodiscard]] virtual bool listens() const = 0;
  // Does nothing where it wasn't asked for.
  virtual base::Result<void> start() = 0;
  // Once it has started: where it listens, a line for people.
  [[nodiscard]] virtual std::string words() const = 0;
  // After each look. True: it has written what a service's journal is to have, and the screen need not.
  virtual bool look(watch::Watch& watch, WatchScreen& screen) = 0;
};

std::unique_ptr<WatchService> make_watch_service();

}  // namespace ajar::cli
