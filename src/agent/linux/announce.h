#pragma once

#include <stdint.h>

#include "wire/wire.h"

// What the agent says of processes: those that this one makes, and what it or they become. All of it may be
// said by a vfork child too, into its parent's segment, and leaves errno alone.
namespace ajar::agent {

// The program that runs, and its arguments.
void announce_image();

// Whether there is a segment to say it in.
bool announcing();

struct NewProgram {
  const char* path = nullptr;
  char* const* environment = nullptr;
  bool searched = false;         // without a slash it is looked for in PATH
  int directory = -100;          // what a relative path begins at (AT_FDCWD)
  bool directory_is_it = false;  // with an empty path: the program itself is open at `directory`
};

void announce_child(ajar_child_how how, int64_t pid, uint64_t before);

// False where it could not be said.
bool announce_exec(const NewProgram& program);
void announce_exec_failed(int error);

// `pid` 0: not known, or not yet.
void announce_spawned(int64_t pid, uint64_t before, const NewProgram& program);

// For the shell of system() and popen(): the C library makes its process by itself, and keeps its number to
// itself.
void announce_shell();

// In a forked child that can have no segment: to the segment of its parent.
void announce_refusal(ajar_segment* parent, int error);

}  // namespace ajar::agent
