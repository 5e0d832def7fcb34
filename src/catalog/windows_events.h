#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ajar::catalog {

// What an event in a Windows log says to somebody who looks for a handle leak.
enum class EventTells : std::uint8_t {
  pool_used_up,    // the kernel's memory, of which each open handle takes some
  ports_used_up,   // those that sockets get when they connect; one that is never closed keeps its own
  memory_used_up,  // what programs and the kernel may commit together
  maybe,           // may be the consequence of one of these, and of other things
  start,           // the system started
  stop,            // it was shut down
  crash,           // said at the next start: it had ended without being shut down
  uptime,          // how long it has been up: the first number in its text, in seconds
};

struct WindowsEvent {
  std::string_view source;  // whatever its case
  std::uint32_t id = 0;
  EventTells tells = EventTells::maybe;
  std::string_view what;      // for people
  std::string_view has = {};  // the event is meant only if its text has this in it
};

// The rows of one kind stand together, those that say most first. Sources are those of Windows Vista and
// later, and of what these make of older logs.
inline constexpr std::array kWindowsEvents{
    WindowsEvent{"srv", 2020, EventTells::pool_used_up, "paged pool is empty"},
    WindowsEvent{"srv", 2019, EventTells::pool_used_up, "nonpaged pool is empty"},
    WindowsEvent{"Tcpip", 4231, EventTells::ports_used_up, "no TCP port is free"},
    WindowsEvent{"Tcpip", 4266, EventTells::ports_used_up, "no UDP port is free"},
    WindowsEvent{"Microsoft-Windows-Resource-Exhaustion-Detector", 2004, EventTells::memory_used_up,
                 "virtual memory is used up"},
    WindowsEvent{"Application Popup", 26, EventTells::memory_used_up, "virtual memory is used up",
                 "Virtual Memory"},
    WindowsEvent{"Tcpip", 4227, EventTells::maybe, "a TCP port had to be used again too soon"},
    WindowsEvent{"Application Popup", 333, EventTells::maybe, "the registry could not be written"},
    WindowsEvent{"Microsoft-Windows-Kernel-General", 12, EventTells::start, "start"},
    WindowsEvent{"EventLog", 6005, EventTells::start, "start of the event log"},
    WindowsEvent{"Microsoft-Windows-Kernel-General", 13, EventTells::stop, "shutdown"},
    WindowsEvent{"EventLog", 6006, EventTells::stop, "end of the event log"},
    WindowsEvent{"EventLog", 6008, EventTells::crash, "the shutdown before was unexpected"},
    WindowsEvent{"EventLog", 6013, EventTells::uptime, "uptime"},
};

// Whether somebody has to be told of it.
constexpr bool is_trouble(EventTells tells) {
  return tells < EventTells::start;
}

}  // namespace ajar::catalog
