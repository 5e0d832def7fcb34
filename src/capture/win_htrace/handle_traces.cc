#include "capture/win_htrace/handle_traces.h"

#include <algorithm>

#include "base/byte_reader.h"

namespace ajar::capture::win_htrace {

std::span<const std::uint64_t> HandleTrace::frames() const {
  const auto end = std::ranges::find(addresses, 0U);
  return std::span(addresses).first(static_cast<std::size_t>(end - addresses.begin()));
}

std::optional<HandleTraces> HandleTraces::read(std::span<const std::byte> answer) {
  base::ByteReader in(answer);
  in.skip(8);  // the handle that was asked for
  HandleTraces traces;
  traces.told_ = in.read<std::uint32_t>();
  in.skip(4);
  if (!in.ok()) return std::nullopt;
  const std::size_t there = std::min<std::size_t>(traces.told_, in.remaining() / kTraceSize);
  traces.traces_ = in.bytes(there * kTraceSize);
  return traces;
}

HandleTrace HandleTraces::trace(std::size_t index) const {
  base::ByteReader in(traces_);
  in.seek(index * kTraceSize);
  HandleTrace trace;
  trace.handle = in.read<std::uint64_t>();
  trace.process = in.read<std::uint64_t>();
  trace.thread = in.read<std::uint64_t>();
  trace.kind = static_cast<HandleTrace::Kind>(in.read<std::uint32_t>());
  in.skip(4);  // to where addresses are aligned: of any value
  for (std::uint64_t& address : trace.addresses) address = in.read<std::uint64_t>();
  return trace;
}

std::uint64_t HandleTraces::fingerprint(std::size_t index) const {
  const HandleTrace trace = this->trace(index);
  std::uint64_t hash = static_cast<std::uint64_t>(trace.kind);
  for (const std::uint64_t word : {trace.handle, trace.process, trace.thread}) hash = mixed(hash, word);
  for (const std::uint64_t address : trace.addresses) hash = mixed(hash, address);
  return hash;
}

}  // namespace ajar::capture::win_htrace
