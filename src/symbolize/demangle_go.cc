#include <charconv>
#include <cstdint>

#include "symbolize/demangle_languages.h"

// The escapes are those of cmd/internal/objabi's PathToPrefix; the dots in brackets those that Go's runtime
// prints (funcNameForPrint).
namespace ajar::symbolize {
namespace {

constexpr std::size_t kEscapeLength = 3;  // "%2e"

// The byte that an escape stands for, where Go would have escaped it.
std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < kEscapeLength || text.front() != '%') return std::nullopt;
  std::uint8_t byte = 0;
  const char* const end = text.data() + kEscapeLength;
  if (std::from_chars(text.data() + 1, end, byte, 16).ptr != end) return std::nullopt;
  const bool is_escaped = byte == '.' || byte == '%' || byte == '"' || byte > '~';
  return is_escaped ? std::optional(static_cast<char>(byte)) : std::nullopt;
}

std::string without_escapes(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::optional<char> byte = escaped_byte(name);
    out += byte.value_or(name.front());
    name.remove_prefix(byte ? kEscapeLength : 1);
  }
  return out;
}

}  // namespace

std::optional<std::string> demangle_go(std::string_view name) {
  const std::size_t open = name.find('[');
  const std::size_t close = name.rfind(']');
  const bool has_shapes =
      name.find("go.shape.") != std::string_view::npos && open < close && close != std::string_view::npos;
  const bool has_escapes =
      name.find('%') != std::string_view::npos && name.find('.') != std::string_view::npos;
  if (!has_shapes && !has_escapes) return std::nullopt;
  if (!has_shapes) return without_escapes(name);
  return without_escapes(name.substr(0, open)) + "[...]" + std::string(name.substr(close + 1));
}

}  // namespace ajar::symbolize
