#include "render/table_words.h"

#include <algorithm>
#include <cmath>

#include "base/words.h"
#include "render/escape.h"
#include "render/text_stack.h"
#include "report/words.h"

namespace ajar::render {
namespace {

constexpr double kNear = 0.8;  // of a limit
constexpr double kFull = 0.95;

bool is_limit(std::optional<std::uint64_t> limit) {
  return limit.has_value() && *limit != report::kNoLimit;
}

}  // namespace

double share_of(std::uint64_t used, std::optional<std::uint64_t> most) {
  if (!is_limit(most)) return 0;
  return *most == 0 ? 1 : static_cast<double>(used) / static_cast<double>(*most);
}

std::string share_words(std::uint64_t used, std::optional<std::uint64_t> most) {
  if (!is_limit(most)) return {};
  const double share = share_of(used, most);
  if (share > 1) return "over 100 %";
  // Full is said only of what is full, and nothing of what is not empty.
  auto percent = static_cast<std::uint64_t>(std::llround(share * 100));
  if (percent == 100 && used < *most) percent = 99;
  if (percent == 0 && used > 0) return "under 1 %";
  return std::to_string(percent) + " %";
}

std::string open_words(std::uint64_t open, std::optional<std::uint64_t> limit) {
  if (!is_limit(limit)) {
    return report::counted(open, "handle", "handles") + (limit.has_value() ? ", no limit" : "");
  }
  return report::thousands(open) + " of " + report::counted(*limit, "handle", "handles") + " (" +
         share_words(open, limit) + ")";
}

std::string warned(std::string_view text, bool grave, const TablesOptions& options) {
  return coloured(text, grave, options.colour);
}

bool is_near(double share) {
  return share >= kNear;
}

std::string warned_by(double share, std::string_view text, const TablesOptions& options) {
  return is_near(share) ? warned(text, share >= kFull, options) : std::string(text);
}

std::string called(const std::string& name, std::int64_t pid) {
  return (name.empty() ? "?" : escaped(name)) + " (pid " + std::to_string(pid) + ")";
}

void origin_stack(const report::Origin& origin, const TablesOptions& options, std::ostream& out) {
  TextOptions stack{.full_stacks = options.full_stacks};
  if (options.width > 0) stack.width = options.width;
  stack_lines(origin.stack, origin.culprit.has_value() ? &*origin.culprit : nullptr, frames_shown, stack,
              out);
}

std::string name_words(std::string_view name, std::size_t width) {
  std::string words = escaped(name);
  return width == 0 ? words : cut(words, width);
}

std::string sign_list(const report::TableHandle& handle) {
  std::string list = base::joined(handle.signs, ", ");
  std::ranges::replace(list, '_', ' ');
  return list;
}

std::string limit_words(const report::Limit& limit) {
  return escaped(limit.name) + " of " + escaped(limit.scope) + ": " + report::thousands(limit.used) + " of " +
         (limit.most == report::kNoLimit
              ? "any number"
              : report::thousands(limit.most) + " (" + share_words(limit.used, limit.most) + ")");
}

}  // namespace ajar::render
