#include "platform/llvm_symbolizer.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace ajar::platform {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint32_t line_of(const Json& object) {
  const auto found = object.find("Line");
  if (found == object.end() || !found->is_number_unsigned()) return 0;
  const auto line = found->get<std::uint64_t>();
  return line <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(line) : 0;
}

std::optional<std::uint64_t> address_of(const Json& object) {
  const std::string text = text_of(object, "Address");
  constexpr std::string_view kPrefix = "0x";
  std::uint64_t address = 0;
  constexpr int kHex = 16;
  if (!text.starts_with(kPrefix)) return std::nullopt;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + kPrefix.size(), end, address, kHex);
  return read.ec == std::errc() && read.ptr == end ? std::optional(address) : std::nullopt;
}

// Innermost first, as ours. Where the last has no line, nothing says that its function goes as far as that.
model::SymbolChain chain_of(const Json& frames) {
  model::SymbolChain chain;
  for (const Json& frame : frames) {
    if (!frame.is_object()) continue;
    model::Symbol symbol;
    symbol.match = model::SymbolMatch::exact;
    symbol.function = text_of(frame, "FunctionName");
    symbol.line = line_of(frame);
    if (symbol.line != 0) symbol.file = text_of(frame, "FileName");
    const bool is_last = &frame == &frames.back();
    if (symbol.function.empty() && !(is_last && symbol.line != 0)) continue;
    symbol.inlined = !is_last;
    if (symbol.function.empty()) symbol.match = model::SymbolMatch::none;
    chain.push_back(std::move(symbol));
  }
  if (chain.empty()) return chain;
  chain.back().inlined = false;
  if (chain.back().line == 0) chain.back().match = model::SymbolMatch::nearest;
  return chain;
}

// Takes the first line off the text.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

base::Error nonsense() {
  return base::Error("it answers what ajar does not understand");
}

}  // namespace

base::Result<model::ModuleSymbols> read_llvm_symbolizer(std::string_view output,
                                                        std::span<const std::uint64_t> addresses) {
  model::ModuleSymbols symbols;
  std::string trouble;
  bool answered = addresses.empty();
  for (const std::uint64_t address : addresses) {
    const Json object = Json::parse(next_line(output), nullptr, false);
    if (!object.is_object()) return nonsense();
    const auto error = object.find("Error");
    if (error != object.end()) {
      if (error->is_object() && trouble.empty()) trouble = text_of(*error, "Message");
      continue;
    }
    const auto frames = object.find("Symbol");
    if (frames == object.end() || !frames->is_array() || address_of(object) != address) return nonsense();
    answered = true;
    model::SymbolChain chain = chain_of(*frames);
    if (!chain.empty()) symbols.emplace(address, std::move(chain));
  }
  if (!output.empty()) return nonsense();
  if (!answered) return base::Error("can't read it: " + trouble);
  return symbols;
}

}  // namespace ajar::platform
