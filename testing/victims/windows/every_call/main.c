/* Makes a handle with each call of the kernel that makes any, so that exactly one stays open (two of
 * NtCreateUserProcess), and makes the call fail; says of each in a line of JSON what came of it, and states
 * the truth about all at the end. With an argument it waits for a line before it ends, and says "pid N"
 * first.
 *
 *   call      its name
 *   not_made  why there is no handle by it: "not exported", the status that it ended with, or a reason
 *   handle, type, name_ends, function, line      of the handle that stays open
 *   closes    of a call that closes: nothing that `function` has opened is open any more
 *   failed    the status of the call that was to fail; left out where none could be made
 */
#include <string.h>

#include <winsock2.h>

#include "calls.h"

static const struct {
  const char* name;
  const char* why;
} not_made[] = {
    {"NtAcceptConnectPort", "needs NtCreatePort"},
    {"NtAcquireProcessActivityReference", "its arguments are not known"},
    {"NtAllocateReserveObject", "its arguments are not known"},
    {"NtAlpcAcceptConnectPort", "needs a client"},
    {"NtAlpcConnectPort", "needs a server"},
    {"NtAlpcConnectPortEx", "needs a server"},
    {"NtAlpcCreatePort", "its arguments are not known"},
    {"NtAlpcOpenSenderProcess", "needs a client"},
    {"NtAlpcOpenSenderThread", "needs a client"},
    {"NtCreateCpuPartition", "needs the rights of the system"},
    {"NtCreateCrossVmEvent", "needs the rights of the system"},
    {"NtCreateCrossVmMutant", "needs the rights of the system"},
    {"NtCreateDirectoryObjectEx", "needs a container"},
    {"NtCreateEnlistment", "needs a transaction manager"},
    {"NtCreateEventPair", "does not work since Windows 2000"},
    {"NtCreateIRTimer", "its arguments are not known"},
    {"NtCreateIoRing", "its arguments are not known"},
    {"NtCreatePartition", "needs the rights of the system"},
    {"NtCreatePrivateNamespace", "needs a boundary"},
    {"NtCreateProcess", "the function that makes processes is NtCreateUserProcess"},
    {"NtCreateProcessEx", "the function that makes processes is NtCreateUserProcess"},
    {"NtCreateProcessStateChange", "its arguments are not known"},
    {"NtCreateProfile", "needs the rights of the system"},
    {"NtCreateProfileEx", "needs the rights of the system"},
    {"NtCreateRegistryTransaction", "its arguments are not known"},
    {"NtCreateResourceManager", "needs a transaction manager"},
    {"NtCreateSectionEx", "its arguments are not known"},
    {"NtCreateThread", "the function that makes threads is NtCreateThreadEx"},
    {"NtCreateThreadStateChange", "its arguments are not known"},
    {"NtCreateTimer2", "its arguments are not known"},
    {"NtCreateToken", "needs the rights of the system"},
    {"NtCreateTokenEx", "needs the rights of the system"},
    {"NtCreateTransaction", "needs a transaction manager"},
    {"NtCreateTransactionManager", "needs a log file"},
    {"NtCreateWaitCompletionPacket", "its arguments are not known"},
    {"NtCreateWaitablePort", "as NtCreatePort"},
    {"NtCreateWorkerFactory", "its arguments are not known"},
    {"NtFilterTokenEx", "its arguments are not known"},
    {"NtLoadKey3", "needs the file of a hive and the right to load it"},
    {"NtLoadKeyEx", "needs the file of a hive and the right to load it"},
    {"NtOpenCpuPartition", "needs the rights of the system"},
    {"NtOpenEnlistment", "needs a transaction manager"},
    {"NtOpenEventPair", "does not work since Windows 2000"},
    {"NtOpenPartition", "needs the rights of the system"},
    {"NtOpenPrivateNamespace", "needs a boundary"},
    {"NtOpenRegistryTransaction", "its arguments are not known"},
    {"NtOpenResourceManager", "needs a transaction manager"},
    {"NtOpenSession", "needs the rights of the system"},
    {"NtOpenTransaction", "needs a transaction manager"},
    {"NtOpenTransactionManager", "needs a log file"},
    {"NtSecureConnectPort", "needs NtCreatePort"},
};

static const Calls* const all_calls[] = {&object_calls, &file_calls, &key_calls,     &process_calls,
                                         &token_calls,  &port_calls, &session_calls, &duplicate_calls};
static const char* const self = "every_call.exe";

enum { most_calls = 80 };
static struct {
  const char* name;
  HANDLE handle;
} opened[most_calls];
static int opened_count;

HANDLE opened_by(const char* name) {
  for (int i = 0; i < opened_count; ++i) {
    if (strcmp(opened[i].name, name) == 0) return opened[i].handle;
  }
  return no_handle;
}

void state_open(const char* type, const char* function, const char* file, int line) {
  truth_group_at(type, 1, function, self, "", file, line);
}

void state_open_or_unseen(const char* type, const char* function) {
  truth_group_or("unseen", type, 1, function, self);
}

static void state_handle(const Call* call, HANDLE handle) {
  printf(",\"handle\":%llu,\"type\":\"%s\",\"name_ends\":\"%s\",\"function\":\"%s\",\"line\":%d",
         (unsigned long long)(ULONG_PTR)handle, call->type, call->name_ends, call->function, opening_line);
  state_open(call->type, call->function, call->file, opening_line);
  if (call->second_type != NULL) state_open(call->second_type, call->function, call->file, opening_line);
}

static void make(const Call* call) {
  HANDLE handle = NULL;
  printf("{\"call\":\"%s\"", call->name);
  if (find_call(call->name) == NULL) {
    puts(",\"not_made\":\"not exported\"}");
    return;
  }
  const long before = truth_count_open();
  const NTSTATUS status = call->open(&handle, 1);
  const long kept = truth_count_open() - before;
  if (status >= 0 && kept == (call->second_type == NULL ? 1 : 2)) {
    opened[opened_count].name = call->name;
    opened[opened_count++].handle = handle;
    state_handle(call, handle);
  } else {
    printf(",\"not_made\":\"status %08lx, %ld handles more\"", (unsigned long)status, kept);
  }
  const NTSTATUS failed = call->open(&handle, 0);
  if (failed < 0) printf(",\"failed\":\"%08lx\"", (unsigned long)failed);
  puts("}");
}

static void state_not_made(void) {
  for (size_t i = 0; i < sizeof not_made / sizeof *not_made; ++i) {
    printf("{\"call\":\"%s\",\"not_made\":\"%s\"}\n", not_made[i].name,
           find_call(not_made[i].name) == NULL ? "not exported" : not_made[i].why);
  }
}

/* The system's libraries keep some things for the next time. */
KEPT_WHOLE static void warm_up(void) {
  WSADATA data;
  struct sockaddr_in address = {.sin_family = AF_INET};
  LoadLibraryA("win32u.dll");
  CloseHandle(CreateEventA(NULL, TRUE, FALSE, "ajar-warm"));
  WSAStartup(MAKEWORD(2, 2), &data);
  SOCKET bound = socket(AF_INET, SOCK_STREAM, 0);
  bind(bound, (struct sockaddr*)&address, sizeof address);
  closesocket(bound);
  CloseWindowStation(CreateWindowStationA("ajar-warm", 0, WINSTA_ALL_ACCESS, NULL));
  CloseDesktop(CreateDesktopA("ajar-warm", NULL, NULL, 0, MAXIMUM_ALLOWED, NULL));
}

int main(int count, char** arguments) {
  char line[16];
  const char* const how = count > 1 ? arguments[1] : "";
  if (strcmp(how, "nothing") == 0) return 0;
  if (strcmp(how, "child") == 0) return be_child();
  if (*how != 0) printf("pid %lu\n", GetCurrentProcessId());
  truth_begin();
  truth_warm(warm_up, self);
  for (size_t i = 0; i < sizeof all_calls / sizeof *all_calls; ++i) {
    for (int j = 0; j < all_calls[i]->count; ++j) make(&all_calls[i]->calls[j]);
  }
  state_not_made();
  make_closes();
  make_sockets();
  const int bad_closes = make_duplicates();
  if (*how != 0) {
    puts("ready");
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) return 1;
  }
  truth_print(bad_closes);
  return 0;
}
