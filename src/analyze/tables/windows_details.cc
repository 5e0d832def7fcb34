#include "analyze/tables/windows_details.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/number.h"
#include "base/words.h"
#include "report/words.h"

namespace ajar::analyze {
namespace {

using model::FactKey;
using report::thousands;

// OBJ_… as they are shown of handles.
constexpr std::array kAttributes = {
    std::pair{std::uint64_t{1}, "protected from close"},
    std::pair{std::uint64_t{2}, "inherited by children"},
    std::pair{std::uint64_t{4}, "audited"},
};

std::string attribute_words(std::uint64_t attributes) {
  std::vector<std::string> parts;
  for (const auto& [bit, words] : kAttributes) {
    if ((attributes & bit) != 0) parts.emplace_back(words);
    attributes &= ~bit;
  }
  if (attributes != 0) parts.push_back(base::in_hex(attributes));
  return base::joined(parts, ", ");
}

class Details {
 public:
  explicit Details(const model::Handle& handle) : handle_(handle) {}

  std::vector<report::Detail> all() {
    if (const auto access = number(FactKey::granted_access)) add("access", base::in_hex(*access));
    if (const auto attributes = number(FactKey::attributes)) add("attributes", attribute_words(*attributes));
    add_references();
    add_thread();
    add_state();
    const auto count = number(FactKey::count);
    const auto most = number(FactKey::most);
    if (count && most) add("count", thousands(*count) + " of at most " + thousands(*most));
    if (const auto status = number(FactKey::exit_status)) add("exit status", base::in_hex(*status));
    return std::move(details_);
  }

 private:
  [[nodiscard]] std::optional<std::uint64_t> number(FactKey key) const {
    return model::fact_number(handle_.facts, key);
  }
  [[nodiscard]] std::string text(FactKey key) const {
    return std::string(model::fact_text(handle_.facts, key));
  }

  void add(const char* label, std::string words) {
    if (!words.empty()) details_.push_back({.label = label, .text = std::move(words)});
  }

  // Of the object: how many handles there are on it, and how many references in all.
  void add_references() {
    const auto handles = number(FactKey::handle_count);
    const auto pointers = number(FactKey::pointer_count);
    if (!handles || !pointers) return;
    add("references", report::counted(*handles, "handle", "handles") + ", " +
                          report::counted(*pointers, "reference", "references"));
  }

  void add_thread() {
    const auto thread = number(FactKey::thread);
    if (!thread) return;
    std::string words = std::to_string(*thread);
    if (const std::string process = text(FactKey::process); !process.empty()) words += " of " + process;
    if (number(FactKey::thread_gone) == 1) words += ", has ended";
    add("thread", words);
  }

  void add_state() {
    const auto signaled = number(FactKey::signaled);
    if (!signaled) return;
    if (handle_.type == "Mutant") {
      const std::string owner = text(FactKey::owner);
      const std::string owned = owner.empty() ? "owned" : "owned by " + owner;
      return add("state", *signaled == 1 ? "free" : owned);
    }
    add("state", *signaled == 1 ? "set" : "not set");
  }

  const model::Handle& handle_;
  std::vector<report::Detail> details_;
};

}  // namespace

std::vector<report::Detail> windows_details_of(const model::Handle& handle) {
  return Details(handle).all();
}

}  // namespace ajar::analyze
