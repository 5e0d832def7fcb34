// Files, pipes and mailslots.
#include "calls.h"

static IO_STATUS_BLOCK done;
enum {
  share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
  wait_alertable = 0x20,
  create = 2
};

OPENS_BY(NtCreateFile) {
  OBJECT_ATTRIBUTES* named = object(L"\\??\\C:\\ajar-file", well);
  const ACCESS_MASK access = GENERIC_WRITE | SYNCHRONIZE;
  return HERE(NT(NtCreateFile)(handle, access, named, &done, NULL, 0, share_all, 3, wait_alertable, NULL, 0));
}
OPENS_BY(NtOpenFile) {
  OBJECT_ATTRIBUTES* named = object(L"\\??\\C:\\ajar-file", well);
  return HERE(NT(NtOpenFile)(handle, GENERIC_READ | SYNCHRONIZE, named, &done, share_all, wait_alertable));
}
OPENS_BY(NtCreateNamedPipeFile) {
  OBJECT_ATTRIBUTES* named = object(L"\\??\\pipe\\ajar-pipe", well);
  LARGE_INTEGER timeout = {.QuadPart = -500000};
  const ACCESS_MASK access = GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE;
  const ULONG share = FILE_SHARE_READ | FILE_SHARE_WRITE;
  // clang-format off
  return HERE(NT(NtCreateNamedPipeFile)(handle, access, named, &done, share, create, wait_alertable, 0, 0, 0, 1, 4096, 4096, &timeout));
  // clang-format on
}
OPENS_BY(NtCreateMailslotFile) {
  OBJECT_ATTRIBUTES* named = object(L"\\??\\mailslot\\ajar-mailslot", well);
  LARGE_INTEGER timeout = {.QuadPart = -500000};
  const ACCESS_MASK access = GENERIC_READ | SYNCHRONIZE;
  return HERE(NT(NtCreateMailslotFile)(handle, access, named, &done, wait_alertable, 0, 0, &timeout));
}

static const Call rows[] = {
    ROW(NtCreateFile, "File", "ajar-file"),
    ROW(NtOpenFile, "File", "ajar-file"),
    ROW(NtCreateNamedPipeFile, "File", "ajar-pipe"),
    ROW(NtCreateMailslotFile, "File", "ajar-mailslot"),
};

const Calls file_calls = TABLE(rows);
