/* The classic case: a worker process, such as a web server's, whose table fills with registry keys. One of
 * the libraries that it loads opens them through the system's own and forgets them; another does the same and
 * closes them.
 *
 *   worker [REQUESTS [MILLISECONDS [END]]]      100 requests, 25 ms apart, return
 *
 * END is how it ends: `return`, `terminate` (itself, with status 3), or `wait`: it says "pid N" first,
 * "handled N" after the requests, and waits for a line: "more" makes it handle as many again, anything else
 * makes it end.
 */
#include <stdlib.h>
#include <string.h>

#include "../truth.h"
#include "settings.h"

static const char* const leaky = "MyCustomDll.dll";
static ReadSettingsFunction* read_settings;
static ReadLicenseFunction* read_license;
static PrepareFunction* prepare_settings;
static PrepareFunction* prepare_license;
static OpenKeys forgotten;
static int handled;
static int failures;

static int load(const char* library, const char* prepare_name, void** prepare, const char* read_name,
                void** read) {
  HMODULE module = LoadLibraryA(library);
  if (module == NULL) return 0;
  *prepare = (void*)GetProcAddress(module, prepare_name);
  *read = (void*)GetProcAddress(module, read_name);
  return *prepare != NULL && *read != NULL;
}

static int load_both(void) {
  void* functions[4];
  if (!load(leaky, "PrepareSettings", &functions[0], "ReadSettings", &functions[1]) ||
      !load("Innocent.dll", "PrepareLicense", &functions[2], "ReadLicense", &functions[3]))
    return 0;
  prepare_settings = functions[0];
  read_settings = functions[1];
  prepare_license = functions[2];
  read_license = functions[3];
  return 1;
}

/* The registry's library keeps the user's root. */
KEPT_WHOLE static void warm_up(void) {
  HKEY key;
  if (RegOpenKeyExW(HKEY_CURRENT_USER, L"Software", 0, KEY_READ, &key) == ERROR_SUCCESS) RegCloseKey(key);
}

KEPT_WHOLE static void handle_request(void) {
  if (read_settings(handled, &forgotten) != ERROR_SUCCESS) ++failures;
  if (read_license(handled) != ERROR_SUCCESS) ++failures;
  ++handled;
}

static void handle_requests(int requests, DWORD milliseconds) {
  for (int i = 0; i < requests; ++i) {
    handle_request();
    if (milliseconds > 0) Sleep(milliseconds);
  }
}

static int is_asked_for_more(void) {
  char line[16];
  printf("handled %d\n", handled);
  fflush(stdout);
  return fgets(line, sizeof line, stdin) != NULL && strncmp(line, "more", 4) == 0;
}

static void state(const char* verdict) {
  printf("%d failures\n", failures);
  truth_group("Key", 1, "PrepareSettings", leaky, "");
  truth_group("Key", 1, "PrepareLicense", "Innocent.dll", "");
  truth_group_at("Key", forgotten.by_open, "ReadSettings", leaky, verdict, "settings.c", forgotten.open_line);
  if (forgotten.by_create > 0)
    truth_group_at("Key", forgotten.by_create, "ReadSettings", leaky, "", "settings.c",
                   forgotten.create_line);
  truth_print(0);
}

int main(int count, char** arguments) {
  const int requests = count > 1 ? atoi(arguments[1]) : 100;
  const int milliseconds = count > 2 ? atoi(arguments[2]) : 25;
  const char* const end = count > 3 ? arguments[3] : "return";
  truth_begin();
  if (!load_both()) return 1;
  truth_warm(warm_up, "worker.exe");
  if (prepare_settings() != ERROR_SUCCESS || prepare_license() != ERROR_SUCCESS) return 2;
  if (strcmp(end, "wait") == 0) {
    printf("pid %lu\n", GetCurrentProcessId());
    fflush(stdout);
    do {
      handle_requests(requests, milliseconds);
    } while (is_asked_for_more());
  } else {
    handle_requests(requests, milliseconds);
  }
  state((LONGLONG)requests * milliseconds >= 2500 ? "leak" : "");
  if (strcmp(end, "terminate") == 0) TerminateProcess(GetCurrentProcess(), 3);
  return 0;
}
