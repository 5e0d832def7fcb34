#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "capture/live_way.h"
#include "session/attach.h"
#include "session/live_recorder.h"
#include "session/signals.h"

namespace ajar::session {

// The way in to processes that ajar did not start.
struct Attached {
  std::unique_ptr<capture::LiveWay> way;
  AttachBegun begun;
};

// Takes the way that the options name, or the best one; where they name a program that is yet to begin, waits
// for it, or for a signal, which is an error then.
base::Result<Attached> attach_way(const AttachOptions& options, LiveRecorder& recorder, Signals& signals);

// What it is by default, by name.
std::string_view preferred_way();

}  // namespace ajar::session
