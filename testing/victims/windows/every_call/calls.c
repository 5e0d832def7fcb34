#include "calls.h"

int opening_line;

AnyCall find_call(const char* name) {
  void* found = (void*)GetProcAddress(GetModuleHandleA("ntdll"), name);
  if (found == NULL) found = (void*)GetProcAddress(GetModuleHandleA("win32u"), name);
  return found;
}

OBJECT_ATTRIBUTES* object_below(HANDLE parent, const wchar_t* name, int well) {
  static UNICODE_STRING text;
  static OBJECT_ATTRIBUTES attributes;
  RtlInitUnicodeString(&text, well ? name : L"ajar-nowhere");
  InitializeObjectAttributes(&attributes, &text, OBJ_CASE_INSENSITIVE, well ? parent : NULL, NULL);
  return &attributes;
}

OBJECT_ATTRIBUTES* object(const wchar_t* path, int well) {
  return object_below(NULL, path, well);
}

OBJECT_ATTRIBUTES* nameless(void) {
  static OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
  return &attributes;
}

SelfCommand self_with(const char* argument) {
  SelfCommand self;
  GetModuleFileNameA(NULL, self.path, sizeof self.path);
  snprintf(self.command, sizeof self.command, "\"%s\" %s", self.path, argument);
  return self;
}
