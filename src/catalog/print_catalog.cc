// Prints docs/catalog.md from the tables. Part of the build only.

#include <cstdio>

namespace {

struct Call {
  int number;
  const char* name;
  const char* effect;
  int argument;
  const char* type;
  const char* asked;
};

struct Entry {
  const char* name;
  const char* call;
  const char* shape;
  const char* asked;
};

// The columns that describe are words, not macros: they are printed as the tables spell them.
#define AJAR_CALL(number, name, effect, argument, type, asked) \
  {number, #name, #effect, argument, type, #asked},
constexpr Call linux_calls[] = {
#include "catalog/linux_calls.def"
};
#undef AJAR_CALL

#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) {#name, #call, #shape, #asked},
constexpr Entry linux_entries[] = {
#include "catalog/linux_entries.def"
};
#undef AJAR_ENTRY

struct Ioctl {
  unsigned request;
  const char* name;
  const char* where;
};

#define AJAR_IOCTL(request, name, where) {request, #name, #where},
constexpr Ioctl linux_ioctls[] = {
#include "catalog/linux_ioctls.def"
};
#undef AJAR_IOCTL

void print_calls() {
  std::puts("| number | call | effect | argument | type | what is recorded of its arguments |");
  std::puts("| ---: | --- | --- | ---: | --- | --- |");
  for (const Call& call : linux_calls) {
    std::printf("| %d | `%s` | %s | %d | %s | %s |\n", call.number, call.name, call.effect, call.argument,
                call.type, call.asked);
  }
}

void print_ioctls() {
  std::puts("| request | name | the descriptor is |");
  std::puts("| ---: | --- | --- |");
  for (const Ioctl& ioctl : linux_ioctls) {
    std::printf("| 0x%x | `%s` | %s |\n", ioctl.request, ioctl.name, ioctl.where);
  }
}

void print_entries() {
  std::puts("| entry point | has the effect of | shape | what is recorded of its arguments |");
  std::puts("| --- | --- | --- | --- |");
  for (const Entry& entry : linux_entries) {
    std::printf("| `%s` | `%s` | %s | %s |\n", entry.name, entry.call, entry.shape, entry.asked);
  }
}

}  // namespace

int main() {
  std::puts("# The calls that ajar knows\n");
  std::puts(
      "Generated from `src/catalog/*.def` by `tools/update-catalog`; the files' first lines explain the "
      "columns.\n");
  std::puts("## System calls of Linux (x86-64)\n");
  print_calls();
  std::puts("\n## Requests of ioctl that open\n");
  print_ioctls();
  std::puts("\n## Entry points of the C library on Linux\n");
  std::puts("The agent of `--via preload` puts its hooks here.\n");
  print_entries();
  return std::fflush(stdout) == 0 ? 0 : 1;
}
