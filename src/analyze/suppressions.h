#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/report.h"

// A suppressions file names leaks that are known and accepted. One a line, each a row of KEY=PATTERN that
// must all match; '#' begins a comment:
//
//     # the crash reporter keeps its pipe on purpose
//     module=libcrash.so type=pipe
//     function="boost::asio::detail::*"
//     path=/var/log/app/*.log
//
//     type      the handle's type
//     module    a frame's module, by file name, or by path where the pattern has a slash (the culprit only)
//     function  a frame's function, without its parameters unless the pattern has them
//     path      the name of every handle of the group
//
// `module` and `function` look at the whole stack; '*' stands for any text, '?' for any character, quotes
// keep blanks.
namespace ajar::analyze {

struct Suppression {
  struct Term {
    enum class Key { type, module, function, path };
    Key key = Key::type;
    std::string pattern;
  };

  std::string text;  // the line as it stands in the file
  std::size_t line = 0;
  std::vector<Term> terms;
};

// Fails with one line that names the line and what is wrong in it.
base::Result<std::vector<Suppression>> parse_suppressions(std::string_view text);

[[nodiscard]] bool matches(const Suppression& suppression, const report::Group& group);

}  // namespace ajar::analyze
