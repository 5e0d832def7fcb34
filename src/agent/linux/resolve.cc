#include "agent/linux/resolve.h"

#include <link.h>
#include <stdint.h>

#include "agent/core/state.h"
#include "agent/linux/auxiliary.h"
#include "agent/linux/dynamic_symbols.h"
#include "agent/linux/large_file_names.h"

namespace ajar::agent {
namespace {

struct Search {
  RealFunction* functions;
  size_t count;
  bool begun = false;
};

// What the program defines itself is its own, under whatever name.
bool is_searched(const dl_phdr_info& info, Search& search) {
  if (state.injected) return !is_agent(info) && !is_program(info);
  if (search.begun) return true;
  search.begun = is_agent(info);
  return false;
}

int on_module(dl_phdr_info* info, size_t, void* data) {
  auto* search = static_cast<Search*>(data);
  if (!is_searched(*info, *search)) return 0;
  const DynamicSymbols symbols(*info);
  for (size_t i = 0; i < search->count; ++i) {
    RealFunction& function = search->functions[i];
    if (function.address == nullptr) function.address = symbols.function(function.name);
  }
  return 0;
}

}  // namespace

bool is_agent(const dl_phdr_info& info) {
  const auto here = reinterpret_cast<uint64_t>(&is_agent);
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const uint64_t begin = info.dlpi_addr + info.dlpi_phdr[i].p_vaddr;
    if (info.dlpi_phdr[i].p_type == PT_LOAD && here >= begin && here - begin < info.dlpi_phdr[i].p_memsz)
      return true;
  }
  return false;
}

// The file that the kernel executed. glibc has no name for it, and musl calls it what its first argument
// does.
bool is_program(const dl_phdr_info& info) {
  return reinterpret_cast<uint64_t>(info.dlpi_phdr) == getauxval(AT_PHDR);
}

void resolve(RealFunction* functions, size_t count) {
  Search search{functions, count};
  dl_iterate_phdr(on_module, &search);
  fill_in_large_file_names(functions, count);
}

}  // namespace ajar::agent
