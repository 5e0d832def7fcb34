#pragma once

#include <cstdint>

namespace ajar::analyze {

// Of a test that varies seeds. Sanitizers are there for other faults, and make it last.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::uint64_t kSeededRuns = 200;
#else
inline constexpr std::uint64_t kSeededRuns = 1000;
#endif

}  // namespace ajar::analyze
