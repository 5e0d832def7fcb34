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

struct Use {
  const char* name;
  int number, number_32;
  unsigned arguments;
};

#define AJAR_USE(name, number, number_32, arguments) {#name, number, number_32, arguments},
constexpr Use linux_uses[] = {
#include "catalog/linux_uses.def"
};
#undef AJAR_USE

void print_uses() {
  std::puts("| call | number | in 32-bit programs | its descriptors are arguments |");
  std::puts("| --- | ---: | ---: | --- |");
  const auto print_number = [](int number) { number < 0 ? std::printf(" |") : std::printf(" %d |", number); };
  for (const Use& use : linux_uses) {
    std::printf("| `%s` |", use.name);
    print_number(use.number);
    print_number(use.number_32);
    for (int i = 0; i < 6; ++i) {
      if ((use.arguments >> i & 1U) != 0) std::printf(" %d", i);
    }
    std::puts(" |");
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
  std::puts("\n## Calls that use a descriptor\n");
  std::puts(
      "Of these it is told when they fail since the descriptor is not open: by `--via ebpf`, by `ajar attach "
      "--via ptrace`, and of logs of strace.\n");
  print_uses();
  std::puts("\n## Entry points of the C library on Linux\n");
  std::puts("The agent of `--via preload` puts its hooks here.\n");
  print_entries();
  return std::fflush(stdout) == 0 ? 0 : 1;
}
