#include "tables/limits.h"

#include <string_view>

#include "base/number.h"
#include "base/words.h"
#include "model/snapshot.h"
#include "platform/read_file.h"

namespace ajar::tables {
namespace {

std::optional<std::uint64_t> limit(std::string_view word) {
  return word == "unlimited" ? std::optional(model::Snapshot::kNoLimit) : base::parse_number(word);
}

std::optional<std::uint64_t> number_in(const std::string& path, int before = 0) {
  const auto text = platform::read_file(path);
  if (!text.has_value()) return std::nullopt;
  std::string_view rest = *text;
  for (int i = 0; i < before; ++i) base::take_word(rest);
  return base::parse_number(base::take_word(rest));
}

}  // namespace

// "Max open files            1024                 1048576              files": proc_pid_limits(5).
HandleLimits parse_limits(std::string_view text) {
  constexpr std::string_view kRow = "Max open files";
  const std::size_t at = text.find(kRow);
  if (at == std::string_view::npos) return {};
  std::string_view rest = text.substr(at + kRow.size());
  rest = rest.substr(0, rest.find('\n'));
  const auto soft = limit(base::take_word(rest));
  return {.soft = soft, .hard = limit(base::take_word(rest))};
}

HandleLimits limits_of(const platform::ProcFs& proc, std::int64_t pid) {
  const auto text = platform::read_file(proc.path(pid, "limits"));
  return text.has_value() ? parse_limits(*text) : HandleLimits();
}

// proc_sys_fs(5), inotify(7), epoll(7).
SystemLimits system_limits(const std::string& proc_root) {
  const std::string fs = proc_root + "/sys/fs/";
  SystemLimits limits;
  limits.nr_open = number_in(fs + "nr_open");
  limits.files_open = number_in(fs + "file-nr");
  limits.file_max = number_in(fs + "file-nr", 2);
  limits.inotify_instances = number_in(fs + "inotify/max_user_instances");
  limits.inotify_watches = number_in(fs + "inotify/max_user_watches");
  limits.epoll_watches = number_in(fs + "epoll/max_user_watches");
  return limits;
}

}  // namespace ajar::tables
