#include "e2e/ways.h"

#include "e2e/ajar_command.h"

namespace ajar::e2e {

std::string why_not_by(const std::string& way) {
  constexpr std::size_t kColumn = 10;
  std::string works = way;
  works.resize(kColumn, ' ');
  works += "works";
  const harness::TempDir directory;
  const harness::Outcome check = harness::run(ajar(directory, {"check"}));
  return check.out.find(works) == std::string::npos ? check.out : std::string();
}

}  // namespace ajar::e2e
