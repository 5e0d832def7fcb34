#include "analyze/tables/windows_details.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "analyze/tables/access_rights.h"
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
    add("path", text(FactKey::path));
    if (const auto access = number(FactKey::granted_access)) add("access", access_words(*access));
    if (const auto attributes = number(FactKey::attributes)) add("attributes", attribute_words(*attributes));
    add_references();
    add_thread();
    add_state();
    add("user", text(FactKey::user));
    if (const auto session = number(FactKey::session)) add("session", std::to_string(*session));
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

  // "0x1f0003: Synch, QueryState"
  [[nodiscard]] std::string access_words(std::uint64_t mask) const {
    std::string words;
    for (const char c : base::joined(access_lines(handle_.type, mask), ","))
      words += c == ',' ? ", " : std::string(1, c);
    return base::in_hex(mask) + (words.empty() ? "" : ": " + words);
  }

  // Of the object: how many handles there are on it, and the kernel's count of pointers, which is no number
  // of references since Windows 8.1.
  void add_references() {
    const auto handles = number(FactKey::handle_count);
    const auto pointers = number(FactKey::pointer_count);
    if (!handles || !pointers) return;
    add("references",
        report::counted(*handles, "handle", "handles") + ", pointer count " + thousands(*pointers));
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
    if (handle_.type == "Key" && number(FactKey::deleted) == 1) add("state", "deleted");
    const auto signaled = number(FactKey::signaled);
    if (!signaled) return;
    if (handle_.type == "Mutant") {
      const std::string owner = text(FactKey::owner);
      const std::string owned = owner.empty() ? "owned" : "owned by " + owner;
      return add("state", *signaled == 1 ? "free" : owned);
    }
    if (handle_.type == "Timer") return add("state", *signaled == 1 ? "has gone off" : "has not gone off");
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
