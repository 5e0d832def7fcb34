#include "platform/process_files.h"

namespace ajar::platform {

std::vector<std::string> paths_through_process(const MappedCode& /*code*/) {
  return {};
}

std::string root_of_process(std::int64_t /*pid*/, std::uint64_t /*start_ticks*/) {
  return {};
}

// A recording of another system may have such paths; here they mean nothing.
bool means_another_file_for_each(const std::string& path) {
  return path.starts_with("/proc/") || path.starts_with("/dev/");
}

std::optional<MappedRange> code_mapped_at(std::int64_t /*pid*/, std::uint64_t /*start_ticks*/,
                                          std::uint64_t /*address*/) {
  return std::nullopt;
}

std::optional<std::vector<MappedRange>> code_mapped_by(std::int64_t /*pid*/) {
  return std::nullopt;
}

std::span<const std::byte> own_vdso() {
  return {};
}

}  // namespace ajar::platform
