#pragma once

#include <string>

#include "report/report.h"

// Reports written by hand, for the renderers' tests.
namespace ajar::render::fake {

inline report::Frame frame(const std::string& function, const std::string& module, std::uint64_t offset,
                           const std::string& file = "", std::uint32_t line = 0) {
  report::Frame frame;
  frame.function = function;
  frame.match = report::Match::exact;
  frame.module = module;
  frame.offset = offset;
  frame.file = file;
  frame.line = line;
  return frame;
}

inline report::Frame system_frame(const std::string& function, const std::string& module,
                                  std::uint64_t offset) {
  report::Frame made = frame(function, module, offset);
  made.system = true;
  return made;
}

inline report::Handle handle(std::uint64_t value, const std::string& type, const std::string& name,
                             double opened) {
  report::Handle handle;
  handle.value = value;
  handle.type = type;
  handle.name = name;
  handle.opened_at_s = opened;
  return handle;
}

inline report::Group leak_of_sockets() {
  report::Group group;
  group.verdict = report::Verdict::leak;
  group.reason = "opens go on to the end of the run, the last 0.1 s before it, and none was closed";
  group.type = "tcp socket";
  group.call = "socket";
  group.outstanding = group.opened = 805;
  group.rate_per_second = 13.0;
  group.growing = true;
  group.oldest_s = 61.9;
  group.newest_s = 0.1;
  group.culprit.emplace();
  group.culprit->module = "libpricing.so";
  group.culprit->function = "fetch_rate(int)";
  group.culprit->offset = 6673;
  group.culprit->file = "/src/pricing.cpp";
  group.culprit->line = 41;
  group.culprit->path = "/opt/shop/libpricing.so";
  group.culprit->build_id = "4f2a99";
  group.culprit->package = "libpricing1";
  group.culprit->version = "2.0-1";
  group.stack = {
      system_frame("__socket", "libc.so.6", 0x10a2b7),
      frame("fetch_rate(int)", "libpricing.so", 6673, "/src/pricing.cpp", 41),
      frame("handle_order(Order const&)", "shop-server", 0x4000, "server.cpp", 118),
      frame("worker()", "shop-server", 0x4100, "server.cpp", 77),
      frame("void std::__invoke_impl<void, void (*)()>(std::__invoke_other)", "shop-server", 0x4200),
      system_frame("start_thread", "libc.so.6", 0x8000)};
  group.handles = {handle(19, "tcp socket", "127.0.0.1:51544 -> 127.0.0.1:9000", 0.4)};
  return group;
}

inline report::Report leaking_server() {
  report::Report report;
  report::Process& process = report.processes.emplace_back();
  process.pid = 4121;
  process.name = "shop-server";
  process.ran_s = 62.4;
  process.exit_status = 0;
  process.open = 812;
  process.groups.push_back(leak_of_sockets());
  report::Group& once = process.groups.emplace_back();
  once.verdict = report::Verdict::one_off;
  once.outstanding = once.opened = 4;
  once.handles = {handle(3, "file", "/etc/shop.conf", 0.1)};
  process.coverage.open = process.coverage.explained = 812;
  process.coverage.inherited = 3;
  process.coverage.compared = "exit";
  return report;
}

inline report::Process quiet_process(std::int64_t pid, const std::string& name) {
  report::Process process;
  process.pid = pid;
  process.name = name;
  process.ran_s = 192;
  process.open = process.coverage.open = process.coverage.explained = process.coverage.inherited = 3;
  process.coverage.compared = "periodic";
  process.coverage.seconds_before_end = 0.7;
  return process;
}

inline void add_groups(report::Process& process) {
  report::Group leak;
  leak.verdict = report::Verdict::leak;
  leak.reason = "grew by 1,024 while the process was active";
  leak.type = "file";
  leak.outstanding = leak.opened = 1024;
  leak.rate_per_second = 5;
  leak.oldest_s = 160;
  leak.newest_s = 20;
  leak.stacks = 40;
  leak.culprit.emplace();
  leak.culprit->module = "worker";
  leak.culprit->offset = 0x2010;
  leak.stack = {system_frame("open64", "libc.so.6", 0x1000), frame("load_thing()", "worker", 0x2010),
                frame("parse", "worker", 0x2010, "parse.cc"), frame("main", "worker", 0x2100)};
  leak.stack[1].match = report::Match::nearest;
  leak.stack[2].inlined = true;
  process.groups.push_back(leak);

  report::Group suspect;
  suspect.reason = "only 5 so far";
  suspect.type = "eventfd";
  suspect.outstanding = 5;
  suspect.opened = 9;
  suspect.closed = 4;
  suspect.oldest_s = 10;
  suspect.newest_s = 1;
  suspect.stack = {system_frame("eventfd", "libc.so.6", 0x1100), report::Frame()};
  suspect.stack[1].marker = "deeper frames were cut";
  suspect.handles = {handle(44, "eventfd", "it\033[31m", 5)};
  process.groups.push_back(suspect);

  report::Group steady;
  steady.verdict = report::Verdict::steady;
  steady.outstanding = 44;
  process.groups.insert(process.groups.end(), 2, steady);
  steady.outstanding = 1;
  steady.suppressed_by = "type filter";
  process.groups.push_back(steady);
}

inline void add_troubles(report::Process& process) {
  process.bad_closes.push_back(
      {.kind = report::BadClose::Kind::closed_twice,
       .handle = 7,
       .count = 12,
       .stack = {system_frame("close", "libc.so.6", 0x1200), frame("destroy", "worker", 0x2200)},
       .closed_by = {system_frame("close", "libc.so.6", 0x1200), frame("shutdown_it", "worker", 0x2300)},
       .opened_by = {system_frame("open64", "libc.so.6", 0x1000), frame("open_it", "worker", 0x2400)},
       .noticed_by = {}});
  report::FailedOpen limit;
  limit.error = "EMFILE: too many open files";
  limit.at_limit = true;
  limit.call = "open64";
  limit.count = 31;
  limit.first_s = 100;
  limit.last_s = 101;
  limit.example = "/data/x";
  limit.culprit.emplace();
  limit.culprit->module = "worker";
  limit.culprit->function = "open_it";
  process.failed_opens.push_back(limit);
  limit.at_limit = false;
  limit.error = "ENOENT: no such file or directory";
  process.failed_opens.push_back(limit);
}

// Something of everything.
inline report::Report many_troubles() {
  report::Report report;
  report.processes.push_back(quiet_process(10, "sh"));
  report::Process& worker = report.processes.emplace_back(quiet_process(11, "worker"));
  worker.killed_by_signal = 9;
  add_groups(worker);
  add_troubles(worker);
  worker.open = worker.coverage.open = 1240;
  worker.coverage.inherited = 0;
  worker.coverage.before_tracking = 120;
  worker.coverage.unseen = 2;
  worker.coverage.explained = 1118;
  worker.coverage.lost_events = 17;
  worker.coverage.compared = "never";
  worker.coverage.unseen_because = report::Unseen::events_lost;
  worker.coverage.unseen_handles = {handle(90, "pipe", "pipe:[1]", 0), handle(91, "unknown", "", 0)};
  report.processes.push_back(quiet_process(12, "sed"));
  report.processes.push_back(quiet_process(13, "awk"));
  report.processes.push_back(quiet_process(14, "static-tool"));
  report.processes.back().not_traced = "statically linked";
  report.warnings.emplace_back("12 bytes were damaged");
  return report;
}

}  // namespace ajar::render::fake
