#pragma once

#include "agent/win/tell.h"
#include "agent/win/text.h"
#include "agent/win/write.h"

// What a call was asked for, by its arguments.
namespace ajar::agent {

// Holds the bytes until the event is written.
struct Text {
  char bytes[kMostText];
  ajar_u32 client[2];
};

// Of a call that succeeded: its arguments were good enough for the kernel, so they can be read, too.
Asked asked_for(const tell::Made& made, Text& text);

// Of one that failed with this status: nothing, where the kernel may not have looked at them before it did.
Asked asked_for_in_vain(const tell::Made& made, int32_t status, Text& text);

}  // namespace ajar::agent
