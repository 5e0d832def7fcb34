#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "calls/call_rows.h"
#include "import/strace/call_text.h"
#include "import/strace/event_queue.h"
#include "import/strace/evidence.h"
#include "import/strace/names.h"
#include "import/strace/tracees.h"

namespace ajar::import::strace {

// The catalog's row of a call by its name; nullptr for one that has none.
const calls::CallRow* row_named(std::string_view call);

// Says what calls did to descriptor tables, from their words, by the catalog's rows.
class CallEffects {
 public:
  CallEffects(Names& names, Tracees& tracees, EventQueue& queue, Evidence& evidence)
      : names_(names), tracees_(tracees), queue_(queue), evidence_(evidence) {}

  // The first part of a call that others interrupt: what it closes is closed from then on. It stays in
  // `thread.pending`.
  void begins(Thread& thread);

  // A call that has come to its end. Gives what was written of it, all of which may get the stack; it is not
  // ready yet.
  struct Ended {
    const calls::CallRow* row;  // nullptr: none
    std::string_view name;
    const CallText& text;
    model::Time begun{}, ended{};
    ItemPtr closing = {};     // from begins()
    std::uint32_t child = 0;  // which is known already
  };
  std::vector<ItemPtr> ends(Thread& thread, const Ended& call);

  // A call that has come to EBADF: if that is since a number was closed that it was to use, what is written
  // of it; else nothing.
  ItemPtr used_closed(Thread& thread, const Ended& call);

  // The first argument of any other call.
  void uses(Thread& thread, std::string_view arguments, model::Time time);

 private:
  struct Made;

  [[nodiscard]] static model::Event event_of(const Made& made, model::EventKind kind, std::uint64_t handle,
                                             model::Time time);
  Item& item(Made& made);
  void use(Made& made, std::string_view argument);
  void inherit(Thread& thread, Item& item, const model::Event& like, const Descriptor& descriptor);
  void met_first(Made& made, std::uint64_t lowest);
  void dispatch(Made& made);
  void opened(Made& made, const Descriptor& descriptor);
  void failed(Made& made);
  void pair(Made& made);
  void closed(Made& made);
  void range_closed(Made& made);
  void duplicated(Made& made, bool is_replacing, bool is_lowest);
  void learned_peer(Made& made);
  void received(Made& made, std::string_view message);
  void received_many(Made& made);
  void process_made(Made& made);
  void by_ioctl(Made& made);
  void special(Made& made);
  void execed(Made& made);
  void describe(Made& made, const Descriptor& descriptor, model::Event& event, Number& number);

  Names& names_;
  Tracees& tracees_;
  EventQueue& queue_;
  Evidence& evidence_;
};

}  // namespace ajar::import::strace
