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

std::optional<std::uint64_t> fact_number(const std::vector<Fact>& facts, FactKey key) {
  const Fact* fact = find_fact(facts, key);
  return fact == nullptr || fact->text.has_value() ? std::nullopt : std::optional(fact->number);
}

std::string_view fact_text(const std::vector<Fact>& facts, FactKey key) {
  const Fact* fact = find_fact(facts, key);
  return fact == nullptr || !fact->text.has_value() ? std::string_view() : *fact->text;
}

}  // namespace ajar::model
