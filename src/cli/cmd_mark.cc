#include <fmt/format.h>

#include "cli/find_session.h"
#include "model/ids.h"
#include "render/escape.h"
#include "report/words.h"

namespace ajar::cli {
namespace {

class Mark : public Action {
 public:
  std::vector<Option> options() override { return {}; }

  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override {
    const std::string label = operands.size() > 1 ? operands[1] : "";
    if (auto fit = control::check_label(label); !fit.ok())
      return std::unexpected(Failure{fit.error().message()});
    const auto session = find_session(operands[0], {.before = "ajar report ", .after = ""});
    if (!session) return std::unexpected(session.error());
    const base::Result<control::Marked> marked = control::mark(*session, label);
    if (!marked.ok()) return std::unexpected(Failure{marked.error().message()});
    const control::Marked& mark = marked.value();
    console.out << fmt::format("marked '{}' at {}: {} open", render::escaped(mark.label),
                               report::duration(model::seconds(mark.time)),
                               report::counted(mark.handles, "handle", "handles"));
    if (mark.processes > 1) console.out << fmt::format(" in {} processes", mark.processes);
    console.out << '\n';
    return 0;
  }
};

}  // namespace

std::unique_ptr<Action> make_mark() {
  return std::make_unique<Mark>();
}

}  // namespace ajar::cli
