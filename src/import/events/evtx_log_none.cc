#include "import/events/evtx_log.h"

namespace ajar::import::events {

base::Result<model::Time> read_evtx_log(const Input& input, model::World& /*world*/,
                                        recording::Writer& /*writer*/) {
  return base::Error(
      "a Windows event log (.evtx), which ajar reads on Linux only; here write it as XML, and give "
      "ajar that: wevtutil qe " +
      input.name + " /lf:true /f:xml > " + input.name + ".xml");
}

}  // namespace ajar::import::events
