#include "agent/win/exports.h"

#include "agent/win/nt.h"

extern "C" NTSTATUS NTAPI LdrGetProcedureAddress(HMODULE module, const ANSI_STRING* name, ULONG ordinal,
                                                 void** address);

namespace ajar::agent {
namespace {

USHORT length_of(const char* text) {
  USHORT length = 0;
  while (text[length] != 0) {
    ++length;
    asm("" : "+r"(length));  // it would be taken for strlen
  }
  return length;
}

}  // namespace

uint64_t export_of(const char* library, const char* function) {
  constexpr USHORT kLongest = 32;
  wchar_t wide[kLongest] = {};
  const USHORT length = length_of(library);
  for (USHORT i = 0; i < length && i < kLongest; ++i) wide[i] = static_cast<wchar_t>(library[i]);
  UNICODE_STRING name;
  name.Buffer = wide;
  name.Length = static_cast<USHORT>(length * sizeof(wchar_t));
  name.MaximumLength = name.Length;
  HMODULE module = nullptr;
  if (LdrGetDllHandle(nullptr, nullptr, &name, &module) < 0) return 0;
  ANSI_STRING wanted;
  wanted.Buffer = const_cast<char*>(function);
  wanted.Length = length_of(function);
  wanted.MaximumLength = wanted.Length;
  void* address = nullptr;
  if (LdrGetProcedureAddress(module, &wanted, 0, &address) < 0) return 0;
  return reinterpret_cast<uint64_t>(address);
}

}  // namespace ajar::agent
