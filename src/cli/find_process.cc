#include "cli/find_process.h"

#include <fmt/format.h>

#include <algorithm>

#include "render/escape.h"
#include "session/live_tables.h"

namespace ajar::cli {

std::expected<std::int64_t, Failure> find_process(const std::string& operand, std::string_view otherwise) {
  const base::Result<std::vector<std::int64_t>> found = session::find_processes(operand);
  if (!found.ok()) return std::unexpected(Failure{found.error().message()});
  const std::vector<std::int64_t>& pids = found.value();
  if (pids.size() == 1) return pids.front();
  if (pids.empty()) {
    return std::unexpected(Failure{
        fmt::format("no process matches '{}'{}; 'ajar handles' lists all processes", operand, otherwise)});
  }
  constexpr std::size_t kShown = 20;
  constexpr std::size_t kColumns = 100;
  std::string message = fmt::format(
      "'{}' matches {} processes; name the ones you mean by their numbers:", operand, pids.size());
  for (std::size_t i = 0; i < std::min(pids.size(), kShown); ++i)
    message += "\n  " + render::cut(render::escaped(session::process_line(pids[i])), kColumns);
  if (pids.size() > kShown) message += fmt::format("\n  … {} more", pids.size() - kShown);
  return std::unexpected(Failure{message});
}

}  // namespace ajar::cli
