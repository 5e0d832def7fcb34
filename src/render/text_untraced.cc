#include "render/text_untraced.h"

#include <map>
#include <ostream>
#include <tuple>

#include "render/escape.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using Alike = std::vector<const report::Process*>;

void line(const Alike& alike, std::ostream& out) {
  const report::Process& first = *alike.front();
  out << "ajar: " << named(first);
  if (alike.size() > 1) {
    out << " and " << report::counted(alike.size() - 1, "more process", "more processes")
        << " of that name were";
  } else {
    out << " was";
  }
  out << " not traced";
  if (first.traced_until_s.has_value() && alike.size() > 1) {
    out << " since they became this program";
  } else if (first.traced_until_s.has_value()) {
    out << " since it became this program, " << report::duration(*first.traced_until_s - first.started_s)
        << " after its start";
  }
  out << ": " << escaped(first.not_traced) << "; nothing is known of " << (alike.size() > 1 ? "their" : "its")
      << " handles\n";
}

}  // namespace

std::string named(const report::Process& process) {
  const std::string name = process.name.empty() ? "?" : escaped(process.name);
  return name + " (pid " + (process.pid == 0 ? "?" : std::to_string(process.pid)) + ")";
}

void untraced_lines(const std::vector<report::Process>& processes, std::ostream& out) {
  std::map<std::tuple<std::string, std::string, bool>, std::size_t> known;
  std::vector<Alike> groups;
  for (const report::Process& process : processes) {
    if (process.not_traced.empty()) continue;
    const bool became = process.traced_until_s.has_value();
    const auto [at, is_new] = known.try_emplace({process.name, process.not_traced, became}, groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(&process);
  }
  for (const Alike& alike : groups) line(alike, out);
}

}  // namespace ajar::render
