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

static const Call rows[] = {
    ROW(NtUserCreateWindowStation, "WindowStation", "ajar-station"),
    ROW(NtUserOpenWindowStation, "WindowStation", "ajar-station"),
    ROW(NtUserCreateDesktopEx, "Desktop", "ajar-desktop"),
    ROW(NtUserOpenDesktop, "Desktop", "ajar-desktop"),
    ROW(NtUserOpenInputDesktop, "Desktop", ""),
};

const Calls session_calls = TABLE(rows);
