// The twin of ../leak_threads.c: four threads with names of their own, each of which leaks a kind of its own.
#include <winsock2.h>

#include "truth.h"

enum { each = 60 };

static int bill_line, index_line, mail_line, audit_line;

KEPT_WHOLE static int open_bill(void) {
  return AT_LINE(bill_line, CreateFileA("bill", GENERIC_WRITE, 7, NULL, OPEN_ALWAYS, 0, NULL)) !=
         INVALID_HANDLE_VALUE;
}

KEPT_WHOLE static int ask_index(void) {
  return AT_LINE(index_line, socket(AF_INET, SOCK_STREAM, 0)) != INVALID_SOCKET;
}

KEPT_WHOLE static int queue_mail(void) {
  return AT_LINE(mail_line, CreateEventA(NULL, TRUE, FALSE, NULL)) != NULL;
}

KEPT_WHOLE static int buffer_audit(void) {
  return AT_LINE(audit_line, CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 4096, NULL)) !=
         NULL;
}

struct job {
  const wchar_t* name;
  int (*leak)(void);
};

static void name_this_thread(const wchar_t* name) {
  HRESULT(WINAPI * set_description)(HANDLE, PCWSTR);
  set_description = (void*)GetProcAddress(GetModuleHandleA("kernelbase"), "SetThreadDescription");
  if (set_description != NULL) set_description(GetCurrentThread(), name);
}

static DWORD WINAPI run(void* argument) {
  const struct job* job = argument;
  name_this_thread(job->name);
  for (int i = 0; i < each; ++i) {
    if (!job->leak()) printf("%ls: error %lu\n", job->name, GetLastError());
    pace();
    pace();
  }
  return 0;
}

KEPT_WHOLE static void warm_up(void) {
  WSADATA data;
  WSAStartup(MAKEWORD(2, 2), &data);
  closesocket(socket(AF_INET, SOCK_STREAM, 0));
  CloseHandle(CreateFileA("bill", GENERIC_WRITE, 7, NULL, OPEN_ALWAYS, 0, NULL));
}

int main(void) {
  static const struct job jobs[] = {
      {L"billing", open_bill}, {L"search", ask_index}, {L"mail", queue_mail}, {L"audit", buffer_audit}};
  enum { threads = sizeof(jobs) / sizeof(jobs[0]) };
  static const char* const module = "leak_threads.exe";
  static const char* const source = "leak_threads.c";
  HANDLE ids[threads];
  truth_begin();
  truth_warm(warm_up, module);
  for (int i = 0; i < threads; ++i) ids[i] = CreateThread(NULL, 0, run, (void*)&jobs[i], 0, NULL);
  for (int i = 0; i < threads; ++i) {
    WaitForSingleObject(ids[i], INFINITE);
    CloseHandle(ids[i]);
  }
  truth_group_at("File", each, "open_bill", module, "leak", source, bill_line);
  truth_group_at("File", each, "ask_index", module, "leak", source, index_line);
  truth_group_at("Event", each, "queue_mail", module, "leak", source, mail_line);
  truth_group_at("Section", each, "buffer_audit", module, "leak", source, audit_line);
  truth_print(0);
  return 0;
}
