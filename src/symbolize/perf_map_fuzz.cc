// Whatever the bytes are, a search in them as a perf map ends, and its names can be taken apart.
#include <cstddef>
#include <cstdint>

#include "symbolize/managed_name.h"
#include "symbolize/perf_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(ajar::symbolize::managed_name(text));
  const std::set<std::uint64_t> addresses = {0, 1, 0x1000, 0x1010, 0x7f0000001234, UINT64_MAX};
  for (const auto& [address, name] : ajar::symbolize::find_in_perf_map(text, addresses)) {
    const auto managed = ajar::symbolize::managed_name(name);
    if (managed.function.empty() || !addresses.contains(address)) __builtin_trap();
  }
  return 0;
}
