#include <nlohmann/json.hpp>

#include "cli/symbols_screen.h"

namespace ajar::cli {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ModuleRow& row) {
  const DebugPackage debug =
      row.package.empty() ? DebugPackage{.name = {}} : debug_package(row.package, row.version);
  return {{"has", state_of(row)},       {"path", row.path},           {"build_id", row.build_id},
          {"package", row.package},     {"version", row.version},     {"debug_package", debug.name},
          {"addresses", row.addresses}, {"functions", row.functions}, {"lines", row.lines},
          {"from", row.note.from},      {"words", row.note.words},    {"trouble", row.note.trouble}};
}

}  // namespace

void print_modules_json(const std::vector<ModuleRow>& rows, std::size_t added,
                        const std::vector<std::string>& warnings, std::ostream& out) {
  Json modules = Json::array();
  for (const ModuleRow& row : rows) modules.push_back(json_of(row));
  const Json root = {{"schema", "ajar-symbols/1"},
                     {"modules", std::move(modules)},
                     {"added", added},
                     {"warnings", warnings}};
  out << root.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace ajar::cli
