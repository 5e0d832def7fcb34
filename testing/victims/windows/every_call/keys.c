// Keys of the registry, of the user's own tree.
#include "calls.h"

static const wchar_t* key_path(void) {
  static wchar_t path[300];
  UNICODE_STRING user;
  if (path[0] != 0) return path;
  NT(RtlFormatCurrentUserKeyPath)(&user);
  _snwprintf(path, sizeof path / sizeof *path - 1, L"%.*ls\\Software\\ajar-key", user.Length / 2,
             user.Buffer);
  RtlFreeUnicodeString(&user);
  return path;
}

OPENS_BY(NtCreateKey) {
  return HERE(NT(NtCreateKey)(handle, KEY_ALL_ACCESS, object(key_path(), well), 0, NULL, 0, NULL));
}
OPENS_BY(NtOpenKey) {
  return HERE(NT(NtOpenKey)(handle, KEY_READ, object(key_path(), well)));
}
// Once more the same key, by no name: what RegOpenKeyEx does with an empty one.
OPENS_BY(NtOpenKeyEx) {
  OBJECT_ATTRIBUTES* named = object_below(opened_by("NtCreateKey"), L"", well);
  return HERE(NT(NtOpenKeyEx)(handle, KEY_READ, named, 0));
}
OPENS_BY(NtCreateKeyTransacted) {
  OBJECT_ATTRIBUTES* named = object(key_path(), well);
  return HERE(NT(NtCreateKeyTransacted)(handle, KEY_ALL_ACCESS, named, 0, NULL, 0, no_handle, NULL));
}
OPENS_BY(NtOpenKeyTransacted) {
  return HERE(NT(NtOpenKeyTransacted)(handle, KEY_READ, object(key_path(), well), no_handle));
}
OPENS_BY(NtOpenKeyTransactedEx) {
  return HERE(NT(NtOpenKeyTransactedEx)(handle, KEY_READ, object(key_path(), well), 0, no_handle));
}

static const Call rows[] = {
    ROW(NtCreateKey, "Key", "ajar-key"),         ROW(NtOpenKey, "Key", "ajar-key"),
    ROW(NtOpenKeyEx, "Key", "ajar-key"),         ROW(NtCreateKeyTransacted, "Key", "ajar-key"),
    ROW(NtOpenKeyTransacted, "Key", "ajar-key"), ROW(NtOpenKeyTransactedEx, "Key", "ajar-key"),
};

const Calls key_calls = TABLE(rows);
