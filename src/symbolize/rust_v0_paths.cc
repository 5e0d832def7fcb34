#include <utility>

#include "symbolize/rust_v0.h"

namespace ajar::symbolize {

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

}  // namespace ajar::symbolize
