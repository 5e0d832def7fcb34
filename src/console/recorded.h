#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyze/tables/tables_at.h"
#include "console/subject.h"
#include "model/source.h"
#include "report/report.h"

namespace ajar::console {

// What a recording tells, or another tool's file of which one was made. It and what it reads must stay.
class Recorded final : public Subject {
 public:
  // `moment`: which of the snapshots is shown.
  explicit Recorded(model::Source& source, analyze::Moment moment = analyze::Moment::last());

  [[nodiscard]] Style style() const override { return style_of(source_.world()); }
  [[nodiscard]] const std::vector<ProcessRow>& processes() const override { return rows_; }
  base::Result<model::Snapshot> table(std::size_t process, bool facts) override;
  base::Result<std::vector<ModuleRow>> modules(std::size_t process) override;
  [[nodiscard]] Times times(std::size_t process) override;
  base::Result<Traces> traces(std::size_t process, std::uint64_t handle, std::uint64_t most) override;
  base::Result<Traces> outstanding(std::size_t process, const std::string& label) override;
  base::Result<void> set_mark(std::size_t process) override;
  base::Result<void> stop_tracing(std::size_t process) override;

  // The opens of what a report on it has outstanding of this process; `of`: since then.
  Traces opens_in(std::size_t process, const report::Process& told, std::optional<model::Time> since);

  // The number of the last process with this pid; none where there is none.
  [[nodiscard]] std::optional<std::size_t> find(std::int64_t pid) const;

 private:
  [[nodiscard]] const model::Image& image(std::size_t process) const;

  model::Source& source_;
  analyze::Moment moment_;
  std::vector<ProcessRow> rows_;
  std::vector<model::ImageId> images_;  // the last one of each
};

}  // namespace ajar::console
