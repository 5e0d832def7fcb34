#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "capture/kernel/call_made.h"
#include "capture/kernel/call_record.h"
#include "capture/kernel/processes.h"
#include "capture/recorder.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// Says what system calls did to handle tables: from their arguments and results, by the catalog's rows. One
// thread at a time.
class CallEvents {
 public:
  CallEvents(Recorder& recorder, Processes& processes) : recorder_(recorder), processes_(processes) {}

  // In the order in which they came. A record of a process that is not followed is passed over.
  void take(const CallRecord& record);

 private:
  struct RowIds {
    bool known = false;
    model::StringId call, type;
  };
  void made(const Made& made);
  void begins(const Made& made);
  void opened(const Made& made, std::int64_t handle);
  void pair(const Made& made);
  void duplicated(const Made& made, std::uint64_t of);
  void closed(const Made& made);
  void range_closed(const Made& made, bool told_before);
  void received(const Made& made);
  void came_with(const Made& made, std::string_view control);
  void received_many(const Made& made);
  void events_read(const Made& made);
  void learned_peer(const Made& made);
  void process_made(const Made& made);
  void came_true(const ajar_call& call);
  void used(const Made& made);
  void by_ioctl(const Made& made);
  void special(const Made& made);
  model::Event event_of(const Made& made, model::EventKind kind, std::uint64_t handle);
  void name_opened(const Made& made, model::Event& event);
  void code_changed(Process& process, const ajar_call& call, std::string_view payload);
  void emit(const model::Event& event);
  const RowIds& ids_of(std::size_t row);

  Recorder& recorder_;
  Processes& processes_;
  std::vector<RowIds> ids_;
  // Wishes to io_uring that have not come true yet, by the kernel's names of them.
  struct Wish {
    Made made;
    std::string payload;
  };
  std::unordered_map<std::uint64_t, Wish> wishes_;
};

}  // namespace ajar::capture::kernel
