// Tokens.
#include "calls.h"

enum { all_of_it = TOKEN_ALL_ACCESS };

OPENS_BY(NtOpenProcessToken) {
  HANDLE process = well ? GetCurrentProcess() : no_handle;
  return HERE(NT(NtOpenProcessToken)(process, all_of_it, handle));
}
OPENS_BY(NtOpenProcessTokenEx) {
  HANDLE process = well ? GetCurrentProcess() : no_handle;
  return HERE(NT(NtOpenProcessTokenEx)(process, all_of_it, 0, handle));
}
OPENS_BY(NtOpenThreadToken) {
  HANDLE thread = well ? GetCurrentThread() : no_handle;
  if (well) ImpersonateSelf(SecurityImpersonation);
  const NTSTATUS status = HERE(NT(NtOpenThreadToken)(thread, TOKEN_QUERY, TRUE, handle));
  if (well) RevertToSelf();
  return status;
}
OPENS_BY(NtOpenThreadTokenEx) {
  HANDLE thread = well ? GetCurrentThread() : no_handle;
  if (well) ImpersonateSelf(SecurityImpersonation);
  const NTSTATUS status = HERE(NT(NtOpenThreadTokenEx)(thread, TOKEN_QUERY, TRUE, 0, handle));
  if (well) RevertToSelf();
  return status;
}
OPENS_BY(NtDuplicateToken) {
  HANDLE token = well ? opened_by("NtOpenProcessToken") : no_handle;
  return HERE(NT(NtDuplicateToken)(token, all_of_it, nameless(), FALSE, TokenPrimary, handle));
}
OPENS_BY(NtFilterToken) {
  HANDLE token = well ? opened_by("NtOpenProcessToken") : no_handle;
  return HERE(NT(NtFilterToken)(token, 0, NULL, NULL, NULL, handle));
}
OPENS_BY(NtCreateLowBoxToken) {
  HANDLE token = well ? opened_by("NtOpenProcessToken") : no_handle;
  SID_IDENTIFIER_AUTHORITY packages = {{0, 0, 0, 0, 0, 15}};
  PSID package = NULL;
  AllocateAndInitializeSid(&packages, 8, 2, 1, 2, 3, 4, 5, 6, 7, &package);
  const ULONG_PTR none = 0;
  // clang-format off
  const NTSTATUS status = HERE(NT(NtCreateLowBoxToken)(handle, token, all_of_it, nameless(), package, none, NULL, none, NULL));
  // clang-format on
  FreeSid(package);
  return status;
}

// The token that belongs to this one, of the same user with other rights.
OPENS_BY(NtQueryInformationToken) {
  enum { linked_token = 19 };
  HANDLE token = opened_by("NtOpenProcessToken");
  ULONG length = 0;
  const ULONG size = sizeof *handle;
  if (!well) return 0;  // a question that is not answered, and no open that fails
  return HERE(NT(NtQueryInformationToken)(token, linked_token, handle, size, &length));
}

static const Call rows[] = {
    ROW(NtOpenProcessToken, "Token", ""),  ROW(NtOpenProcessTokenEx, "Token", ""),
    ROW(NtOpenThreadToken, "Token", ""),   ROW(NtOpenThreadTokenEx, "Token", ""),
    ROW(NtDuplicateToken, "Token", ""),    ROW(NtFilterToken, "Token", ""),
    ROW(NtCreateLowBoxToken, "Token", ""), ROW(NtQueryInformationToken, "Token", ""),
};

const Calls token_calls = TABLE(rows);
