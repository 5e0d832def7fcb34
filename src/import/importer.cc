#include "import/importer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "import/events/evtx_log.h"
#include "import/events/xml_log.h"
#include "import/lsof/lsof_list.h"
#include "import/minidump/minidump.h"
#include "import/perfmon/perfmon.h"
#include "import/strace/strace_log.h"
#include "import/windbg/windbg_log.h"
#include "model/world.h"
#include "recording/memory_sink.h"
#include "recording/writer.h"

namespace ajar::import {
namespace {

// A kind of file.
struct Kind {
  bool (*is_one)(std::span<const std::byte> bytes);
  // Fills the world and writes what happened, up to the time that it gives. The caller finishes the writer.
  base::Result<model::Time> (*read)(const Input& input, model::World& world, recording::Writer& writer);
};

// The first one that fits: those that are told apart by their first bytes before those that are only text.
constexpr std::array kKinds{
    Kind{is_minidump, read_minidump},
    Kind{perfmon::is_binary, perfmon::read_binary},
    Kind{events::is_evtx_log, events::read_evtx_log},
    Kind{events::is_xml_log, events::read_xml_log},
    Kind{events::is_plain_log, events::read_plain_log},
    Kind{perfmon::is_text, perfmon::read_text},
    Kind{windbg::is_log, windbg::read_log},
    Kind{strace::is_log, strace::read_log},
    Kind{lsof::is_list, lsof::read_list},
};

const Kind* kind_of(std::span<const std::byte> bytes) {
  const auto* const found =
      std::ranges::find_if(kKinds, [&](const Kind& kind) { return kind.is_one(bytes); });
  return found == kKinds.end() ? nullptr : found;
}

}  // namespace

bool is_known(std::span<const std::byte> bytes) {
  return kind_of(bytes) != nullptr;
}

base::Result<std::optional<std::vector<std::byte>>> as_recording(const Input& input) {
  const Kind* kind = kind_of(input.bytes);
  if (kind == nullptr) return std::optional<std::vector<std::byte>>();
  model::World world;
  recording::MemorySink sink;
  recording::Writer writer(world, sink, {.pack_from = recording::kNeverPack});
  const auto end = kind->read(input, world, writer);
  if (!end.ok()) return end.error();
  if (auto finished = writer.finish(end.value()); !finished.ok()) return std::move(finished).error();
  return std::optional(std::move(sink).take());
}

}  // namespace ajar::import
