#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "symbolize/demangle_languages.h"

namespace ajar::symbolize {

// The demangler of Rust's names, scheme v0. The grammar's words (path, impl-path, generic-arg, …) are those
// of the rustc book's chapter "v0 Symbol Format". It lives in four files: rust_v0_words.cc (numbers,
// identifiers, lifetimes), rust_v0_paths.cc, rust_v0_types.cc, rust_v0_constants.cc.
//
// Parses and writes in one pass. After a failure nothing more is written, and every loop ends.
class RustV0 {
 public:
  explicit RustV0(std::string_view mangled) : text_(mangled) {}

  // What is behind "_R". Nothing where it is no such name, or too large a one.
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

}  // namespace ajar::symbolize
