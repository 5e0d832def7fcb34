#pragma once

#include <string_view>
#include <vector>

namespace ajar::conformance {

// What a way in makes of a situation.
enum class Result : unsigned char {
  right,        // it says the whole truth
  unseen,       // it says what it didn't see
  not_traced,   // it says that it couldn't watch the process
  unavailable,  // the machine can't show the situation
  mistaken,     // it is wrong, as is known and said: only where expected.def has it
  wrong,        // anything else
};

// "right", "unseen", "not traced", "unavailable", "mistaken", "wrong".
std::string_view name_of(Result result);

// Throws where there is no such result.
Result result_named(std::string_view name);

// A row of situations.def.
struct Situation {
  std::string_view name, run, what;
};

// A part of situations.def; `text` may be empty.
struct Theme {
  std::string_view title, text;
  std::vector<Situation> situations;
};

const std::vector<Theme>& themes();

// Those of all themes.
const std::vector<Situation>& situations();

// What is expected of a way in: a row of expected.def, its own or that of a way that it is like; or `right`
// and no reason.
struct Expected {
  std::string_view way, situation;
  Result result = Result::right;
  std::string_view reason;
};

Expected expected(std::string_view way, std::string_view situation);

// All rows of expected.def.
const std::vector<Expected>& expectations();

}  // namespace ajar::conformance
