// Window stations and desktops, by the functions of user32, which pass them on to win32u. They fail with an
// error and no status.
#include "calls.h"

static NTSTATUS result_of(HANDLE result, HANDLE* handle) {
  *handle = result;
  return result != NULL ? 0 : (NTSTATUS)(0xc0070000 | GetLastError());
}

OPENS_BY(NtUserCreateWindowStation) {
  const char* name = well ? "ajar-station" : "ajar\\no\\station";
  return result_of((HANDLE)HERE(CreateWindowStationA(name, 0, WINSTA_ALL_ACCESS, NULL)), handle);
}
OPENS_BY(NtUserOpenWindowStation) {
  const char* name = well ? "ajar-station" : "ajar-no-station";
  return result_of((HANDLE)HERE(OpenWindowStationA(name, FALSE, WINSTA_ALL_ACCESS)), handle);
}
OPENS_BY(NtUserCreateDesktopEx) {
  const char* name = well ? "ajar-desktop" : "ajar\\no\\desktop";
  return result_of((HANDLE)HERE(CreateDesktopA(name, NULL, NULL, 0, MAXIMUM_ALLOWED, NULL)), handle);
}
OPENS_BY(NtUserOpenDesktop) {
  const char* name = well ? "ajar-desktop" : "ajar-no-desktop";
  return result_of((HANDLE)HERE(OpenDesktopA(name, 0, FALSE, MAXIMUM_ALLOWED)), handle);
}
// There is always one, and what access is asked for it does not mind.
OPENS_BY(NtUserOpenInputDesktop) {
  return well ? result_of((HANDLE)HERE(OpenInputDesktop(0, FALSE, DESKTOP_READOBJECTS)), handle) : 0;
}

KEPT_WHOLE static BOOL close_NtUserCloseWindowStation(void) {
  HWINSTA station = CreateWindowStationA("ajar-closed", 0, WINSTA_ALL_ACCESS, NULL);
  return station != NULL && CloseWindowStation(station);
}

KEPT_WHOLE static BOOL close_NtUserCloseDesktop(void) {
  HDESK desktop = CreateDesktopA("ajar-closed", NULL, NULL, 0, MAXIMUM_ALLOWED, NULL);
  return desktop != NULL && CloseDesktop(desktop);
}

KEPT_WHOLE static BOOL close_NtClose(void) {
  HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
  return event != NULL && CloseHandle(event);
}

static void state_close(const char* name, BOOL did) {
  if (did) {
    printf("{\"call\":\"%s\",\"closes\":1,\"function\":\"close_%s\"}\n", name, name);
  } else {
    printf("{\"call\":\"%s\",\"not_made\":\"error %lu\"}\n", name, GetLastError());
  }
}

void make_closes(void) {
  state_close("NtClose", close_NtClose());
  state_close("NtUserCloseDesktop", close_NtUserCloseDesktop());
  state_close("NtUserCloseWindowStation", close_NtUserCloseWindowStation());
}

static const Call rows[] = {
    ROW(NtUserCreateWindowStation, "WindowStation", "ajar-station"),
    ROW(NtUserOpenWindowStation, "WindowStation", "ajar-station"),
    ROW(NtUserCreateDesktopEx, "Desktop", "ajar-desktop"),
    ROW(NtUserOpenDesktop, "Desktop", "ajar-desktop"),
    ROW(NtUserOpenInputDesktop, "Desktop", ""),
};

const Calls session_calls = TABLE(rows);
