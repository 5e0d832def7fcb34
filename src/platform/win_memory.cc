#include "platform/win_memory.h"

#include <windows.h>

#include <algorithm>
#include <string>

#include "platform/win_text.h"

namespace ajar::platform::win {
namespace {

constexpr std::size_t kPage = 4096;

bool can_be_read(const MEMORY_BASIC_INFORMATION& region) {
  return region.State == MEM_COMMIT && (region.Protect & (PAGE_GUARD | PAGE_NOACCESS)) == 0;
}

}  // namespace

base::Result<ProcessMemory> ProcessMemory::open(std::int64_t pid) {
  OwnedHandle process(
      ::OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, static_cast<DWORD>(pid)));
  if (process.get() == nullptr) return last_error("process " + std::to_string(pid));
  return ProcessMemory(std::move(process));
}

std::vector<ProcessMemory::Range> ProcessMemory::ranges() const {
  std::vector<Range> found;
  MEMORY_BASIC_INFORMATION region{};
  for (std::uint64_t at = 0; ::VirtualQueryEx(process_.get(), reinterpret_cast<const void*>(at), &region,
                                              sizeof region) == sizeof region;) {
    const auto begin = reinterpret_cast<std::uint64_t>(region.BaseAddress);
    if (begin + region.RegionSize <= at) break;
    at = begin + region.RegionSize;
    if (!can_be_read(region)) continue;
    if (!found.empty() && found.back().begin + found.back().size == begin)
      found.back().size += region.RegionSize;
    else
      found.push_back({.begin = begin, .size = region.RegionSize});
  }
  return found;
}

std::size_t ProcessMemory::read(std::uint64_t begin, std::span<std::byte> into) const {
  const auto read_at = [&](std::size_t from, std::size_t size) {
    SIZE_T done = 0;
    return ::ReadProcessMemory(process_.get(), reinterpret_cast<const void*>(begin + from), &into[from], size,
                               &done) != FALSE &&
           done == size;
  };
  if (into.empty() || read_at(0, into.size())) return 0;
  std::size_t missing = 0;
  for (std::size_t from = 0; from < into.size(); from += kPage) {
    const std::size_t size = std::min(kPage, into.size() - from);
    if (read_at(from, size)) continue;
    std::ranges::fill(into.subspan(from, size), std::byte{});
    missing += size;
  }
  return missing;
}

}  // namespace ajar::platform::win
