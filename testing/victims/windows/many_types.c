/* A Windows program with a handle of every type that Wine has, which states the truth about each: a line of
 * JSON with the handle, its type, how its name ends, and what else is to be known of it, named as ajar's JSON
 * names it. It says "pid N" first. Each line that it is given makes it go on: it opens its handles, says
 * "ready", leaks an event every 20 ms from the next one on, and ends with the last.
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static void state(HANDLE handle, const char* type, const char* name, const char* facts) {
  printf("{\"handle\":%llu,\"type\":\"%s\",\"name_ends\":\"%s\",\"facts\":{%s}}\n",
         (unsigned long long)(ULONG_PTR)handle, type, name, facts);
}

static DWORD WINAPI ends_at_once(void* status) {
  return (DWORD)(ULONG_PTR)status;
}

static DWORD WINAPI waits(void* event) {
  return WaitForSingleObject(event, INFINITE);
}

static DWORD WINAPI leaks(void* name) {
  while (CreateEventA(NULL, TRUE, FALSE, name) != NULL) Sleep(20);
  return 1;
}

static void open_events(void) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  state(CreateEventA(NULL, TRUE, TRUE, "ajar-set"), "Event", "\\\\ajar-set",
        "\"signaled\":1,\"kind\":\"manual "
        "reset\",\"attributes\":0,\"handle_count\":2,\"granted_access\":2031619");
  state(CreateEventA(&inherited, FALSE, FALSE, NULL), "Event", "",
        "\"signaled\":0,\"kind\":\"auto reset\",\"attributes\":2");
  state(OpenEventA(SYNCHRONIZE, FALSE, "ajar-set"), "Event", "\\\\ajar-set",
        "\"granted_access\":1048576,\"handle_count\":2");
}

static void open_mutexes(void) {
  state(CreateMutexA(NULL, FALSE, "ajar-free"), "Mutant", "\\\\ajar-free", "\"signaled\":1");
  state(CreateMutexA(NULL, TRUE, NULL), "Mutant", "", "\"signaled\":0");
}

static void open_timers(void) {
  HANDLE set = CreateWaitableTimerA(NULL, TRUE, "ajar-armed");
  LARGE_INTEGER due = {.QuadPart = -36000000000LL};
  SetWaitableTimer(set, &due, 0, NULL, NULL, FALSE);
  state(set, "Timer", "\\\\ajar-armed", "\"signaled\":0,\"has_expires_ns\":1");
  state(CreateWaitableTimerA(NULL, TRUE, NULL), "Timer", "", "\"signaled\":0,\"has_expires_ns\":0");
}

static void open_files(void) {
  HANDLE reads;
  HANDLE writes;
  state(CreateFileA("many-types.log", GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL), "File",
        "\\\\many-types.log", "\"path_ends\":\"\\\\many-types.log\"");
  CreatePipe(&reads, &writes, NULL, 0);
  state(reads, "File", "", "");
  state(writes, "File", "", "");
  state(CreateNamedPipeA("\\\\.\\pipe\\ajar-pipe", PIPE_ACCESS_DUPLEX, 0, 1, 0, 0, 0, NULL), "File",
        "\\\\ajar-pipe", "");
  state(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0), "IoCompletion", "", "");
}

static void open_keys(void) {
  HKEY key;
  RegCreateKeyA(HKEY_CURRENT_USER, "Software\\ajar-settings", &key);
  RegSetValueExA(key, "one", 0, REG_SZ, (const BYTE*)"1", 2);
  state(key, "Key", "\\\\Software\\\\ajar-settings", "\"told\":[\"subkeys: 0\",\"values: 1\"]");
  for (int i = 0; i < 20; ++i) {
    RegOpenKeyExA(HKEY_CURRENT_USER, "Software\\ajar-settings", 0, KEY_READ, &key);
    state(key, "Key", "\\\\Software\\\\ajar-settings",
          "\"granted_access\":131097,\"signs\":[\"same_object\"]");
  }
  RegCreateKeyA(HKEY_CURRENT_USER, "Software\\ajar-deleted", &key);
  RegDeleteKeyA(HKEY_CURRENT_USER, "Software\\ajar-deleted");
  state(key, "Key", "", "\"deleted\":1,\"signs\":[\"key_deleted\"]");
}

static void open_threads(HANDLE event) {
  char facts[128];
  DWORD id;
  HANDLE thread = CreateThread(NULL, 0, ends_at_once, (void*)7, 0, &id);
  WaitForSingleObject(thread, INFINITE);
  sprintf(facts, "\"thread\":%lu,\"process\":\"pid %lu\",\"exit_status\":7,\"signs\":[\"thread_gone\"]", id,
          GetCurrentProcessId());
  state(thread, "Thread", "", facts);
  thread = CreateThread(NULL, 0, waits, event, 0, &id);
  sprintf(facts, "\"thread\":%lu,\"process\":\"pid %lu\",\"signs\":[]", id, GetCurrentProcessId());
  state(thread, "Thread", "", facts);
}

static void open_processes(const char* self) {
  char facts[128];
  char command[MAX_PATH + 16];
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION child;
  sprintf(facts, "\"process\":\"pid %lu\",\"handle_count\":1,\"signs\":[]", GetCurrentProcessId());
  state(OpenProcess(PROCESS_ALL_ACCESS, FALSE, GetCurrentProcessId()), "Process", "", facts);
  snprintf(command, sizeof command, "\"%s\" ends", self);
  if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child)) return;
  WaitForSingleObject(child.hProcess, INFINITE);
  CloseHandle(child.hThread);
  sprintf(facts, "\"process\":\"pid %lu\",\"exit_status\":5,\"signs\":[\"process_gone\"]", child.dwProcessId);
  state(child.hProcess, "Process", "", facts);
}

/* The process itself is in it, from then on. */
static void open_job(void) {
  HANDLE job = CreateJobObjectA(NULL, "ajar-job");
  AssignProcessToJobObject(job, GetCurrentProcess());
  state(job, "Job", "\\\\ajar-job", "\"told\":[\"processes: 1 now, 1 in all\"]");
}

static void open_others(void) {
  HANDLE token;
  state(CreateSemaphoreA(NULL, 3, 10, "ajar-permits"), "Semaphore", "\\\\ajar-permits",
        "\"count\":3,\"most\":10");
  state(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0x3000, "ajar-memory"), "Section",
        "\\\\ajar-memory", "\"size\":12288");
  OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
  state(token, "Token", "", "\"kind\":\"primary\",\"has_user\":1,\"has_session\":1");
  OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE, &token);
  state(token, "Token", "", "\"kind\":\"primary\",\"granted_access\":2");
  open_job();
}

/* The system's libraries keep some handles for the next time: they are there before the truth begins. */
static void warm_up(void) {
  HKEY key;
  HANDLE reads;
  HANDLE writes;
  if (RegOpenKeyExA(HKEY_CURRENT_USER, "Software", 0, KEY_READ, &key) == ERROR_SUCCESS) RegCloseKey(key);
  if (CreatePipe(&reads, &writes, NULL, 0)) {
    CloseHandle(reads);
    CloseHandle(writes);
  }
  CloseHandle(CreateEventA(NULL, TRUE, FALSE, "ajar-warm"));
}

static int is_asked_to_go_on(void) {
  char line[16];
  return fgets(line, sizeof line, stdin) != NULL;
}

int main(int count, char** arguments) {
  if (count > 1 && strcmp(arguments[1], "ends") == 0) return 5;
  setvbuf(stdout, NULL, _IONBF, 0);
  warm_up();
  printf("pid %lu\n", GetCurrentProcessId());
  if (!is_asked_to_go_on()) return 1;
  HANDLE never = CreateEventA(NULL, TRUE, FALSE, "ajar-never");
  state(never, "Event", "\\\\ajar-never", "\"signaled\":0");
  open_events();
  open_mutexes();
  open_timers();
  open_files();
  open_keys();
  open_threads(never);
  open_processes(arguments[0]);
  open_others();
  puts("ready");
  if (!is_asked_to_go_on()) return 1;
  CloseHandle(CreateThread(NULL, 0, leaks, NULL, 0, NULL));
  puts("leaking");
  is_asked_to_go_on();
  RegDeleteKeyA(HKEY_CURRENT_USER, "Software\\ajar-settings");
  return 0;
}
