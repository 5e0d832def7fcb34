#include <charconv>
#include <cstdint>
#include <utility>

#include "symbolize/demangle_languages.h"
#include "symbolize/punycode.h"
#include "symbolize/utf8.h"

// The grammar's words (path, impl-path, generic-arg, …) are those of the rustc book's chapter "v0 Symbol
// Format".
namespace ajar::symbolize {
namespace {

// Parses and writes in one pass. After a failure nothing more is written, and every loop ends.
class RustV0 {
 public:
  explicit RustV0(std::string_view mangled) : text_(mangled) {}

  std::optional<std::string> name() {
    path(Place::value);
    if (!at_end()) {  // the crate that made it into code, which says nothing to a reader
      writes_ = false;
      path(Place::value);
    }
    if (failed_ || !at_end()) return std::nullopt;
    return std::move(out_);
  }

 private:
  // In values generic arguments stand behind "::".
  enum class Place : std::uint8_t { value, type };

  struct Identifier {
    std::string_view ascii, punycode;
    std::uint64_t disambiguator = 0;
    [[nodiscard]] bool empty() const { return ascii.empty() && punycode.empty(); }
  };

  // Deeper than rustc's own demangler goes; the stack takes some 200 bytes a level.
  static constexpr int kDeepest = 500;
  // Of everything that is parsed, also again and again by reference.
  static constexpr int kMostSteps = 100'000;

  // One nested thing; false where that is too many.
  class Nested {
   public:
    explicit Nested(RustV0& of) : of_(of) {
      if (++of_.depth_ > kDeepest || ++of_.steps_ > kMostSteps) of_.fail();
    }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    ~Nested() { --of_.depth_; }

   private:
    RustV0& of_;
  };

  void fail() { failed_ = true; }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return failed_ || at_end() ? '\0' : text_[at_]; }
  char next() {
    if (failed_ || at_end()) {
      fail();
      return '\0';
    }
    return text_[at_++];
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  // Whether another item follows in a list, whose end is taken.
  bool another() { return !failed_ && !take('E'); }

  void write(std::string_view text) {
    if (failed_ || !writes_) return;
    if (out_.size() + text.size() > kLongestDemangled) return fail();
    out_ += text;
  }
  void write_number(std::uint64_t number) { write(std::to_string(number)); }

  std::uint64_t decimal();
  std::uint64_t base_62();
  std::uint64_t optional_base_62(char tag) { return take(tag) ? plus_one(base_62()) : 0; }
  std::uint64_t plus_one(std::uint64_t number) {
    if (number == UINT64_MAX) fail();
    return number + 1;
  }
  Identifier undisambiguated_identifier();
  Identifier identifier();
  void write(const Identifier& name);

  template <typename Body>
  void back_reference(const Body& body);
  template <typename Body>
  void list(const Body& item, std::string_view separator = ", ");
  template <typename Body>
  void with_binder(const Body& body);

  void path(Place place);
  void path_of_tag(char tag, Place place);
  void nested_path(Place place);
  void implementation(bool has_own_path, bool has_trait);
  void generic_arguments();
  void generic_argument();
  void lifetime_name(std::uint64_t index);
  void lifetime();

  void type();
  void type_of_tag(char tag);
  void reference(std::string_view sigil, std::string_view after_lifetime);
  void array();
  void tuple();
  void function_type();
  void dynamic_type();
  void dynamic_trait();
  bool path_with_open_arguments();

  void constant(bool in_braces_already);
  void constant_of_tag(char tag, bool in_braces_already);
  std::string_view hex_digits();
  void integer(bool is_signed);
  void boolean();
  void character();
  void string_literal();
  void structure();
  template <typename Body>
  void in_braces(bool in_braces_already, const Body& body);

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  std::uint64_t bound_lifetimes_ = 0;
  int depth_ = 0;
  int steps_ = 0;
  bool writes_ = true;
  bool failed_ = false;
};

std::uint64_t RustV0::decimal() {
  if (take('0')) return 0;
  std::uint64_t value = 0;
  const char* const begin = text_.data() + at_;
  const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
  if (failed_ || error != std::errc()) {
    fail();
    return 0;
  }
  at_ += static_cast<std::size_t>(end - begin);
  return value;
}

// "_" is 0, "0_" is 1, and so on.
std::uint64_t RustV0::base_62() {
  constexpr std::uint64_t base = 62;
  if (take('_')) return 0;
  std::uint64_t value = 0;
  while (!failed_ && !take('_')) {
    const char c = next();
    std::uint64_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint64_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint64_t>(c - 'A') + 36;
    } else {
      fail();
    }
    if (value > (UINT64_MAX - digit) / base) fail();
    value = value * base + digit;
  }
  return plus_one(value);
}

RustV0::Identifier RustV0::undisambiguated_identifier() {
  const bool is_punycode = take('u');
  const std::uint64_t length = decimal();
  take('_');
  Identifier name;
  if (failed_ || length > text_.size() - at_) {
    fail();
    return name;
  }
  const std::string_view bytes = text_.substr(at_, static_cast<std::size_t>(length));
  at_ += bytes.size();
  if (!is_punycode) {
    name.ascii = bytes;
    return name;
  }
  const std::size_t delimiter = bytes.rfind('_');
  if (delimiter != std::string_view::npos) name.ascii = bytes.substr(0, delimiter);
  name.punycode = bytes.substr(delimiter + 1);
  if (name.punycode.empty()) fail();
  return name;
}

RustV0::Identifier RustV0::identifier() {
  const std::uint64_t disambiguator = optional_base_62('s');
  Identifier name = undisambiguated_identifier();
  name.disambiguator = disambiguator;
  return name;
}

void RustV0::write(const Identifier& name) {
  constexpr std::size_t longest_punycode = 256;
  if (name.punycode.empty()) return write(name.ascii);
  if (!writes_) return;
  std::string decoded;
  const bool short_enough = name.ascii.size() + name.punycode.size() <= longest_punycode;
  if (short_enough && append_punycode(name.ascii, name.punycode, decoded)) return write(decoded);
  write("punycode{");
  write(name.ascii);
  if (!name.ascii.empty()) write("-");
  write(name.punycode);
  write("}");
}

// What stands further to the front, once more.
template <typename Body>
void RustV0::back_reference(const Body& body) {
  const std::size_t tag = at_ - 1;
  const std::uint64_t target = base_62();
  if (failed_ || target >= tag) return fail();
  // What is not written has been parsed there before.
  if (!writes_) return;
  const std::size_t after = at_;
  at_ = static_cast<std::size_t>(target);
  body();
  at_ = after;
}

template <typename Body>
void RustV0::list(const Body& item, std::string_view separator) {
  for (bool first = true; another(); first = false) {
    if (!first) write(separator);
    item();
  }
}

template <typename Body>
void RustV0::with_binder(const Body& body) {
  constexpr std::uint64_t most_lifetimes = 1000;
  const std::uint64_t count = optional_base_62('G');
  if (count > most_lifetimes) return fail();
  const std::uint64_t before = bound_lifetimes_;
  if (count > 0) {
    write("for<");
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) write(", ");
      ++bound_lifetimes_;
      lifetime_name(1);
    }
    write("> ");
  }
  body();
  bound_lifetimes_ = before;
}

void RustV0::path(Place place) {
  const Nested nested(*this);
  path_of_tag(next(), place);
}

void RustV0::path_of_tag(char tag, Place place) {
  switch (tag) {
    case 'C':
      return write(identifier());
    case 'N':
      return nested_path(place);
    case 'M':
      return implementation(true, false);
    case 'X':
      return implementation(true, true);
    case 'Y':
      return implementation(false, true);
    case 'I':
      path(place);
      if (place == Place::value) write("::");
      write("<");
      generic_arguments();
      return write(">");
    case 'B':
      return back_reference([&] { path(place); });
    default:
      return fail();
  }
}

void RustV0::nested_path(Place place) {
  const char name_space = next();
  path(place);
  const Identifier name = identifier();
  const bool is_special = name_space >= 'A' && name_space <= 'Z';
  if (!is_special) {
    if (name_space < 'a' || name_space > 'z') return fail();
    if (name.empty()) return;
    write("::");
    return write(name);
  }
  write("::{");
  if (name_space == 'C') {
    write("closure");
  } else if (name_space == 'S') {
    write("shim");
  } else {
    write(std::string_view(&name_space, 1));
  }
  if (!name.empty()) {
    write(":");
    write(name);
  }
  write("#");
  write_number(name.disambiguator);
  write("}");
}

// Where an implementation stands is left out: "<Type>" and "<Type as Trait>" name it.
void RustV0::implementation(bool has_own_path, bool has_trait) {
  if (has_own_path) {
    optional_base_62('s');
    const bool wrote = std::exchange(writes_, false);
    path(Place::value);
    writes_ = wrote;
  }
  write("<");
  type();
  if (has_trait) {
    write(" as ");
    path(Place::type);
  }
  write(">");
}

void RustV0::generic_arguments() {
  list([this] { generic_argument(); });
}

void RustV0::generic_argument() {
  if (take('L')) return lifetime_name(base_62());
  if (take('K')) return constant(false);
  type();
}

// Counted from the innermost one that is bound, from 1; 0 is a lifetime that was erased.
void RustV0::lifetime_name(std::uint64_t index) {
  constexpr std::uint64_t letters = 26;
  if (index == 0) return write("'_");
  if (index > bound_lifetimes_) return fail();
  const std::uint64_t number = bound_lifetimes_ - index;
  write("'");
  if (number < letters) {
    const char letter = static_cast<char>('a' + number);
    return write(std::string_view(&letter, 1));
  }
  write("_");
  write_number(number);
}

std::string_view basic_type(char tag) {
  switch (tag) {
    case 'a':
      return "i8";
    case 'b':
      return "bool";
    case 'c':
      return "char";
    case 'd':
      return "f64";
    case 'e':
      return "str";
    case 'f':
      return "f32";
    case 'h':
      return "u8";
    case 'i':
      return "isize";
    case 'j':
      return "usize";
    case 'l':
      return "i32";
    case 'm':
      return "u32";
    case 'n':
      return "i128";
    case 'o':
      return "u128";
    case 'p':
      return "_";
    case 's':
      return "i16";
    case 't':
      return "u16";
    case 'u':
      return "()";
    case 'v':
      return "...";
    case 'x':
      return "i64";
    case 'y':
      return "u64";
    case 'z':
      return "!";
    default:
      return {};
  }
}

void RustV0::type() {
  const Nested nested(*this);
  const char tag = next();
  const std::string_view basic = basic_type(tag);
  if (!basic.empty()) return write(basic);
  type_of_tag(tag);
}

void RustV0::type_of_tag(char tag) {
  switch (tag) {
    case 'R':
      return reference("&", "");
    case 'Q':
      return reference("&", "mut ");
    case 'P':
      write("*const ");
      return type();
    case 'O':
      write("*mut ");
      return type();
    case 'A':
      return array();
    case 'S':
      write("[");
      type();
      return write("]");
    case 'T':
      return tuple();
    case 'F':
      return with_binder([this] { function_type(); });
    case 'D':
      return dynamic_type();
    case 'B':
      return back_reference([this] { type(); });
    default:
      return path_of_tag(tag, Place::type);
  }
}

void RustV0::reference(std::string_view sigil, std::string_view after_lifetime) {
  write(sigil);
  if (take('L')) {
    if (const std::uint64_t index = base_62(); index != 0) {
      lifetime_name(index);
      write(" ");
    }
  }
  write(after_lifetime);
  type();
}

void RustV0::array() {
  write("[");
  type();
  write("; ");
  constant(true);
  write("]");
}

void RustV0::tuple() {
  int count = 0;
  write("(");
  list([&] {
    ++count;
    type();
  });
  write(count == 1 ? ",)" : ")");
}

void RustV0::function_type() {
  if (take('U')) write("unsafe ");
  if (take('K')) {
    write("extern \"");
    if (take('C')) {
      write("C");
    } else {
      const Identifier abi = undisambiguated_identifier();
      if (abi.ascii.empty() || !abi.punycode.empty()) return fail();
      for (const char c : abi.ascii) write(c == '_' ? std::string_view("-") : std::string_view(&c, 1));
    }
    write("\" ");
  }
  write("fn(");
  list([this] { type(); });
  write(")");
  if (take('u')) return;
  write(" -> ");
  type();
}

void RustV0::dynamic_type() {
  write("dyn ");
  with_binder([this] { list([this] { dynamic_trait(); }, " + "); });
  if (!take('L')) return fail();
  const std::uint64_t index = base_62();
  if (index == 0) return;
  write(" + ");
  lifetime_name(index);
}

// A path of which the brackets are not closed yet, if it has some: bindings come into them.
bool RustV0::path_with_open_arguments() {
  const Nested nested(*this);
  bool open = false;
  if (take('B')) {
    back_reference([&] { open = path_with_open_arguments(); });
  } else if (take('I')) {
    path(Place::type);
    write("<");
    generic_arguments();
    open = true;
  } else {
    path(Place::type);
  }
  return open;
}

void RustV0::dynamic_trait() {
  bool open = path_with_open_arguments();
  while (take('p')) {
    write(open ? ", " : "<");
    open = true;
    write(undisambiguated_identifier());
    write(" = ");
    type();
  }
  if (open) write(">");
}

void RustV0::constant(bool in_braces_already) {
  const Nested nested(*this);
  constant_of_tag(next(), in_braces_already);
}

// An expression among generic arguments stands in braces, unless it is a literal.
template <typename Body>
void RustV0::in_braces(bool in_braces_already, const Body& body) {
  if (!in_braces_already) write("{");
  body();
  if (!in_braces_already) write("}");
}

void RustV0::constant_of_tag(char tag, bool in_braces_already) {
  const auto item = [this] { constant(true); };
  switch (tag) {
    case 'p':
      return write("_");
    case 'h':
    case 't':
    case 'm':
    case 'y':
    case 'o':
    case 'j':
      return integer(false);
    case 'a':
    case 's':
    case 'l':
    case 'x':
    case 'n':
    case 'i':
      return integer(true);
    case 'b':
      return boolean();
    case 'c':
      return character();
    case 'e':
      return in_braces(in_braces_already, [this] {
        write("*");
        string_literal();
      });
    case 'R':
      if (take('e')) return string_literal();
      return in_braces(in_braces_already, [&] {
        write("&");
        item();
      });
    case 'Q':
      return in_braces(in_braces_already, [&] {
        write("&mut ");
        item();
      });
    case 'A':
      return in_braces(in_braces_already, [&] {
        write("[");
        list(item);
        write("]");
      });
    case 'T':
      return in_braces(in_braces_already, [&] {
        int count = 0;
        write("(");
        list([&] {
          ++count;
          item();
        });
        write(count == 1 ? ",)" : ")");
      });
    case 'V':
      return in_braces(in_braces_already, [this] { structure(); });
    case 'B':
      return back_reference([&] { constant(in_braces_already); });
    default:
      return fail();
  }
}

void RustV0::structure() {
  path(Place::value);
  const char kind = next();
  if (kind == 'U') return;
  if (kind == 'T') {
    write("(");
    list([this] { constant(true); });
    return write(")");
  }
  if (kind != 'S') return fail();
  write(" { ");
  list([this] {
    write(identifier());
    write(": ");
    constant(true);
  });
  write(" }");
}

// Up to the "_" behind them.
std::string_view RustV0::hex_digits() {
  const std::size_t begin = at_;
  for (;;) {
    const char c = next();
    if (failed_) return {};
    if (c == '_') return text_.substr(begin, at_ - 1 - begin);
    if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) fail();
  }
}

std::optional<std::uint64_t> value_of(std::string_view hex) {
  if (hex.empty()) return 0;
  std::uint64_t value = 0;
  const char* const end = hex.data() + hex.size();
  const auto [stop, error] = std::from_chars(hex.data(), end, value, 16);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

void RustV0::integer(bool is_signed) {
  if (is_signed && take('n')) write("-");
  const std::string_view hex = hex_digits();
  if (const auto value = value_of(hex)) return write_number(*value);
  write("0x");
  write(hex);
}

void RustV0::boolean() {
  const auto value = value_of(hex_digits());
  if (!value || *value > 1) return fail();
  write(*value == 1 ? "true" : "false");
}

void append_quoted(std::uint32_t character, char quote, std::string& out) {
  constexpr std::uint32_t delete_character = 0x7f;
  if (character == static_cast<std::uint32_t>(quote) || character == '\\') {
    out += '\\';
    out += static_cast<char>(character);
  } else if (character >= ' ' && character != delete_character) {
    append_utf8(character, out);
  } else if (character == '\n') {
    out += "\\n";
  } else if (character == '\t') {
    out += "\\t";
  } else if (character == '\r') {
    out += "\\r";
  } else {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u{";
    if (character > 0xf) out += digits[character >> 4U];
    out += digits[character & 0xfU];
    out += '}';
  }
}

void RustV0::character() {
  const auto value = value_of(hex_digits());
  std::string quoted;
  if (!value || *value > 0x10ffff || !append_utf8(static_cast<std::uint32_t>(*value), quoted)) return fail();
  quoted.assign(1, '\'');
  append_quoted(static_cast<std::uint32_t>(*value), '\'', quoted);
  quoted += '\'';
  write(quoted);
}

// Its bytes in UTF-8, two digits each.
void RustV0::string_literal() {
  const std::string_view hex = hex_digits();
  if (hex.size() % 2 != 0) return fail();
  std::string quoted(1, '"');
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto byte = static_cast<std::uint32_t>(value_of(hex.substr(i, 2)).value_or(0));
    if (byte < 0x80) {
      append_quoted(byte, '"', quoted);
    } else {
      quoted += static_cast<char>(byte);
    }
  }
  quoted += '"';
  write(quoted);
}

}  // namespace

std::optional<std::string> demangle_rust_v0(std::string_view name) {
  if (!name.starts_with("_R") || name.size() > kLongestMangled) return std::nullopt;
  name.remove_prefix(2);
  name = name.substr(0, name.find_first_of(".$"));  // what LLVM or a vendor put behind it
  // A digit here would be the number of a later version of the scheme.
  if (name.empty() || name.front() < 'A' || name.front() > 'Z') return std::nullopt;
  return RustV0(name).name();
}

}  // namespace ajar::symbolize
