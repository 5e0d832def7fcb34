/* Each call of the kernel that makes handles, by its name: how this program makes one with it, and how it
 * makes the call fail. */
#ifndef AJAR_VICTIMS_WINDOWS_CALLS_H_
#define AJAR_VICTIMS_WINDOWS_CALLS_H_

#define TRUTH_ROOM 32768

#include <winternl.h>

#include "../truth.h"

/* The function of ntdll; its arguments must have the widths that it wants. */
#define NT(name) find_call(#name)
typedef NTSTATUS(NTAPI* AnyCall)();

/* A function of its own for each call, so that what it opens is blamed on that name. */
#define OPENS_BY(name) KEPT_WHOLE static NTSTATUS open_##name(HANDLE* handle, int well)

/* Carries out the call, in one line, which is the one that opens. */
#define HERE(call) AT_LINE(opening_line, call)

typedef struct {
  const char* name;
  const char* function;
  const char* file;
  /* Leaves one handle open, or fails where `well` is 0. */
  NTSTATUS (*open)(HANDLE* handle, int well);
  const char* type;
  const char* name_ends;
  const char* second_type; /* of a call that makes two handles */
} Call;

typedef struct {
  const Call* calls;
  int count;
} Calls;

#define ROW(name, type, name_ends) {#name, "open_" #name, __FILE_NAME__, open_##name, type, name_ends, NULL}
#define ROW_OF_TWO(name, type, second_type) \
  {#name, "open_" #name, __FILE_NAME__, open_##name, type, "", second_type}
#define TABLE(calls) {calls, sizeof(calls) / sizeof(*calls)}

extern const Calls object_calls, file_calls, key_calls, process_calls, token_calls, port_calls, session_calls,
    duplicate_calls;

extern int opening_line;

/* A handle that never was one. */
static HANDLE const no_handle __attribute__((unused)) = (HANDLE)0xdead0;

/* NULL where neither ntdll nor win32u exports it. */
AnyCall find_call(const char* name);

/* The handle that this call has left open. */
HANDLE opened_by(const char* name);

/* The object of that name, or one whose name begins nowhere. (What is not found is not looked for here: that
 * it is not there is an answer, and no failure.) */
OBJECT_ATTRIBUTES* object(const wchar_t* path, int well);

/* The same, with a name that is relative to an open object. */
OBJECT_ATTRIBUTES* object_below(HANDLE parent, const wchar_t* name, int well);

/* An object without a name. */
OBJECT_ATTRIBUTES* nameless(void);

/* This program's path, and the command that runs it with another argument. */
typedef struct {
  char path[MAX_PATH];
  char command[MAX_PATH + 64];
} SelfCommand;
SelfCommand self_with(const char* argument);

/* States that this place has opened one that is open at the end; `or_unseen` of one that nobody need have
 * seen. There is one truth for the whole program. */
void state_open(const char* type, const char* function, const char* file, int line);
void state_open_or_unseen(const char* type, const char* function);

/* Duplicates, inheritance, refused closes and the like, with a child that is `be_child`. Returns the bad
 * closes. */
int make_duplicates(void);
int be_child(void);

/* Opens and closes with each call that closes. */
void make_closes(void);

/* A connection with oneself. */
void make_sockets(void);

#endif
