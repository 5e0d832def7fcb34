#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "render/escape.h"
#include "render/table_words.h"
#include "render/tables.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::ProcessCount;
using report::thousands;

constexpr std::array kHeads = {"PID", "NAME", "USER", "OPEN", "LIMIT", "USED", "MOSTLY"};
constexpr std::array kRight = {true, false, false, true, true, true, false};  // aligned there
using Cells = std::array<std::string, kHeads.size()>;

std::string limit_cell(std::optional<std::uint64_t> limit) {
  if (!limit.has_value()) return "?";
  return *limit == report::kNoLimit ? "none" : thousands(*limit);
}

Cells cells_of(const ProcessCount& process) {
  Cells cells = {std::to_string(process.pid),
                 escaped(process.name),
                 escaped(process.user),
                 "?",
                 limit_cell(process.soft_limit),
                 "",
                 ""};
  if (!process.open.has_value()) return cells;
  cells[3] = thousands(*process.open);
  cells[5] = share_words(*process.open, process.soft_limit);
  if (process.commonest > 0) cells[6] = thousands(process.commonest) + " " + escaped(process.commonest_type);
  return cells;
}

std::string aligned(const std::string& cell, std::size_t width, bool right) {
  return right ? std::string(width - std::min(width, columns(cell)), ' ') + cell : padded(cell, width);
}

std::string line_of(const Cells& cells, const std::array<std::size_t, kHeads.size()>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool last = i + 1 == cells.size();
    line += (i == 0 ? "" : "  ") + (last ? cells[i] : aligned(cells[i], widths[i], kRight[i]));
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

void counts_text(const report::ProcessCounts& counts, const TablesOptions& options, std::ostream& out) {
  const std::size_t shown =
      options.top == 0 ? counts.processes.size() : std::min(options.top, counts.processes.size());
  Cells heads;
  std::ranges::copy(kHeads, heads.begin());
  std::vector<Cells> rows = {heads};
  for (std::size_t i = 0; i < shown; ++i) rows.push_back(cells_of(counts.processes[i]));
  std::array<std::size_t, kHeads.size()> widths{};
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line = line_of(rows[i], widths);
    if (options.width > 0) line = cut(line, options.width);
    const ProcessCount* process = i == 0 ? nullptr : &counts.processes[i - 1];
    const double share = process == nullptr ? 0 : share_of(process->open.value_or(0), process->soft_limit);
    out << warned_by(share, line, options) << '\n';
  }
  if (shown < counts.processes.size()) {
    out << "… " << report::counted(counts.processes.size() - shown, "more process", "more processes")
        << " (--top 0)\n";
  }
  for (const report::Limit& limit : counts.limits) {
    if (limit.most != report::kNoLimit) out << limit_words(limit) << '\n';
  }
  for (const std::string& line : counts.machine) out << escaped(line) << '\n';
  for (const std::string& warning : counts.warnings) out << "warning: " << escaped(warning) << '\n';
}

}  // namespace ajar::render
