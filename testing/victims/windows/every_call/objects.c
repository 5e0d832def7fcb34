// Objects that have names: events and their like, sections, directories.
#include "calls.h"

#define PLACE L"\\BaseNamedObjects\\ajar-"

OPENS_BY(NtCreateEvent) {
  return HERE(NT(NtCreateEvent)(handle, EVENT_ALL_ACCESS, object(PLACE "event", well), 0, FALSE));
}
OPENS_BY(NtOpenEvent) {
  return HERE(NT(NtOpenEvent)(handle, EVENT_ALL_ACCESS, object(PLACE "event", well)));
}
OPENS_BY(NtCreateMutant) {
  return HERE(NT(NtCreateMutant)(handle, MUTEX_ALL_ACCESS, object(PLACE "mutant", well), FALSE));
}
OPENS_BY(NtOpenMutant) {
  return HERE(NT(NtOpenMutant)(handle, MUTEX_ALL_ACCESS, object(PLACE "mutant", well)));
}
OPENS_BY(NtCreateSemaphore) {
  return HERE(NT(NtCreateSemaphore)(handle, SEMAPHORE_ALL_ACCESS, object(PLACE "semaphore", well), 1, 3));
}
OPENS_BY(NtOpenSemaphore) {
  return HERE(NT(NtOpenSemaphore)(handle, SEMAPHORE_ALL_ACCESS, object(PLACE "semaphore", well)));
}
OPENS_BY(NtCreateTimer) {
  return HERE(NT(NtCreateTimer)(handle, TIMER_ALL_ACCESS, object(PLACE "timer", well), 0));
}
OPENS_BY(NtOpenTimer) {
  return HERE(NT(NtOpenTimer)(handle, TIMER_ALL_ACCESS, object(PLACE "timer", well)));
}
OPENS_BY(NtCreateKeyedEvent) {
  return HERE(NT(NtCreateKeyedEvent)(handle, MAXIMUM_ALLOWED, object(PLACE "keyed-event", well), 0));
}
OPENS_BY(NtOpenKeyedEvent) {
  return HERE(NT(NtOpenKeyedEvent)(handle, MAXIMUM_ALLOWED, object(PLACE "keyed-event", well)));
}
OPENS_BY(NtCreateIoCompletion) {
  return HERE(NT(NtCreateIoCompletion)(handle, MAXIMUM_ALLOWED, object(PLACE "completion", well), 1));
}
OPENS_BY(NtOpenIoCompletion) {
  return HERE(NT(NtOpenIoCompletion)(handle, MAXIMUM_ALLOWED, object(PLACE "completion", well)));
}
OPENS_BY(NtCreateSection) {
  LARGE_INTEGER size = {.QuadPart = 8192};
  OBJECT_ATTRIBUTES* named = object(PLACE "section", well);
  return HERE(
      NT(NtCreateSection)(handle, SECTION_ALL_ACCESS, named, &size, PAGE_READWRITE, SEC_COMMIT, NULL));
}
OPENS_BY(NtOpenSection) {
  return HERE(NT(NtOpenSection)(handle, SECTION_ALL_ACCESS, object(PLACE "section", well)));
}
OPENS_BY(NtCreateDirectoryObject) {
  return HERE(NT(NtCreateDirectoryObject)(handle, MAXIMUM_ALLOWED, object(PLACE "directory", well)));
}
OPENS_BY(NtOpenDirectoryObject) {
  return HERE(NT(NtOpenDirectoryObject)(handle, 3, object(PLACE "directory", well)));
}
OPENS_BY(NtCreateSymbolicLinkObject) {
  UNICODE_STRING target;
  RtlInitUnicodeString(&target, L"\\BaseNamedObjects");
  return HERE(NT(NtCreateSymbolicLinkObject)(handle, MAXIMUM_ALLOWED, object(PLACE "link", well), &target));
}
OPENS_BY(NtOpenSymbolicLinkObject) {
  return HERE(NT(NtOpenSymbolicLinkObject)(handle, 1, object(PLACE "link", well)));
}
OPENS_BY(NtCreateJobObject) {
  return HERE(NT(NtCreateJobObject)(handle, JOB_OBJECT_ALL_ACCESS, object(PLACE "job", well)));
}
OPENS_BY(NtOpenJobObject) {
  return HERE(NT(NtOpenJobObject)(handle, JOB_OBJECT_ALL_ACCESS, object(PLACE "job", well)));
}
OPENS_BY(NtCreateDebugObject) {
  return HERE(NT(NtCreateDebugObject)(handle, MAXIMUM_ALLOWED, object(PLACE "debug", well), 0));
}

static const Call rows[] = {
    ROW(NtCreateEvent, "Event", "ajar-event"),
    ROW(NtOpenEvent, "Event", "ajar-event"),
    ROW(NtCreateMutant, "Mutant", "ajar-mutant"),
    ROW(NtOpenMutant, "Mutant", "ajar-mutant"),
    ROW(NtCreateSemaphore, "Semaphore", "ajar-semaphore"),
    ROW(NtOpenSemaphore, "Semaphore", "ajar-semaphore"),
    ROW(NtCreateTimer, "Timer", "ajar-timer"),
    ROW(NtOpenTimer, "Timer", "ajar-timer"),
    ROW(NtCreateKeyedEvent, "KeyedEvent", "ajar-keyed-event"),
    ROW(NtOpenKeyedEvent, "KeyedEvent", "ajar-keyed-event"),
    ROW(NtCreateIoCompletion, "IoCompletion", "ajar-completion"),
    ROW(NtOpenIoCompletion, "IoCompletion", "ajar-completion"),
    ROW(NtCreateSection, "Section", "ajar-section"),
    ROW(NtOpenSection, "Section", "ajar-section"),
    ROW(NtCreateDirectoryObject, "Directory", "ajar-directory"),
    ROW(NtOpenDirectoryObject, "Directory", "ajar-directory"),
    ROW(NtCreateSymbolicLinkObject, "SymbolicLink", "ajar-link"),
    ROW(NtOpenSymbolicLinkObject, "SymbolicLink", "ajar-link"),
    ROW(NtCreateJobObject, "Job", "ajar-job"),
    ROW(NtOpenJobObject, "Job", "ajar-job"),
    ROW(NtCreateDebugObject, "DebugObject", "ajar-debug"),
};

const Calls object_calls = TABLE(rows);
