#pragma once

// How much of a deep stack is kept, be it the processor's or an interpreter's own: what lies between is a
// recursion, as a rule.
namespace ajar::agent {

inline constexpr unsigned kInnermostFrames = 256;
inline constexpr unsigned kOutermostFrames = 32;
// So many frames are gone through to find the outermost, at every event: a stack that is deeper ends at the
// marker.
inline constexpr unsigned kMostBetween = 4096;

}  // namespace ajar::agent
