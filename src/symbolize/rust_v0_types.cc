#include "symbolize/rust_v0.h"

namespace ajar::symbolize {
namespace {

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

}  // namespace

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

}  // namespace ajar::symbolize
