#include "model/fact.h"

#include <algorithm>

namespace ajar::model {

std::string_view fact_name(FactKey key) {
  switch (key) {
#define AJAR_FACT_NAME(key, number, json) \
  case FactKey::key:                      \
    return json;
    AJAR_FACTS(AJAR_FACT_NAME)
#undef AJAR_FACT_NAME
  }
  return {};
}

const Fact* find_fact(const std::vector<Fact>& facts, FactKey key) {
  const auto found = std::ranges::find(facts, key, &Fact::key);
  return found == facts.end() ? nullptr : &*found;
}

}  // namespace ajar::model
