#include "console/other_layouts.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "console/module_name.h"
#include "render/escape.h"

namespace ajar::console {
namespace {

// "00007ff6`1b4d0000", or "00400000" in a process of 32 bits. 0 where a text tells no place.
std::string address(std::uint64_t value, const Style& style) {
  if (style.digits <= 8) return fmt::format("{:08x}", value);
  return fmt::format("{:08x}`{:08x}", value >> 32U, value & 0xffffffffU);
}

void print_rows(std::span<const ModuleRow> modules, bool loaded, const Style& style, std::ostream& out) {
  for (const ModuleRow& module : modules) {
    if (module.is_loaded != loaded) continue;
    fmt::print(out, "{} {}   {:<12} {}\n", address(module.begin, style), address(module.end, style),
               render::escaped(module_name(module.path)), render::escaped(module.path));
  }
}

std::string date(std::int64_t unix_ns) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_time<milliseconds> time(floor<milliseconds>(nanoseconds(unix_ns)));
  const auto day = floor<days>(time);
  const year_month_day when(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{} {} {:2} {:02}:{:02}:{:02}.{:03} {}", kDays[weekday(day).c_encoding()],
                     kMonths[static_cast<unsigned>(when.month()) - 1], static_cast<unsigned>(when.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count(), static_cast<int>(when.year()));
}

std::string span(double seconds) {
  using namespace std::chrono;
  const auto all = milliseconds(static_cast<std::int64_t>(seconds * 1000));
  const auto whole = floor<days>(all);
  const hh_mm_ss clock(all - whole);
  return fmt::format("{} days {}:{:02}:{:02}.{:03}", whole.count(), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

}  // namespace

void print_process(std::size_t number, const ProcessRow& process, bool is_current, const Style& style,
                   std::ostream& out) {
  fmt::print(out, "{} {:2}\tid: {}\texamine\tname: {}\n", is_current ? '.' : ' ', number,
             plain_number(static_cast<std::uint64_t>(process.pid), style), render::escaped(process.path));
}

void print_modules(std::span<const ModuleRow> modules, const Style& style, std::ostream& out) {
  out << (style.digits <= 8 ? "start    end        module name\n"
                            : "start             end                 module name\n");
  print_rows(modules, true, style, out);
  if (std::ranges::all_of(modules, &ModuleRow::is_loaded)) return;
  out << "\nUnloaded modules:\n";
  print_rows(modules, false, style, out);
}

void print_times(const Times& times, std::ostream& out) {
  if (times.unix_ns) fmt::print(out, "Debug session time: {} (UTC + 0:00)\n", date(*times.unix_ns));
  if (times.up_s) fmt::print(out, "Process Uptime: {}\n", span(*times.up_s));
}

}  // namespace ajar::console
