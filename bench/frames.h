// Frames to stand on: functions of different frame sizes that call each other along a route, half of them in
// a shared library.
#pragma once

struct Route;
using Step = int (*)(const Route& route, int left);

// Which function is called at which depth, and what is done at the bottom. With `left` levels to go,
// steps[turns[left]] is next.
struct Route {
  const Step* steps;
  const unsigned char* turns;
  int (*bottom)(const Route& route);
  const char* file;
};

// One level of a stack, whose frame holds at least this many bytes.
template <int bytes>
__attribute__((noipa)) int step(const Route& route, int left) {
  volatile char room[static_cast<unsigned>(bytes)];
  room[left % bytes] = 0;
  const int below = left == 0 ? route.bottom(route) : route.steps[route.turns[left]](route, left - 1);
  return below + room[left % bytes];
}

// The library's steps.
constexpr int library_step_count = 4;
extern const Step library_steps[library_step_count];
