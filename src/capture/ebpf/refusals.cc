#include "capture/ebpf/refusals.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>
#include <cstddef>
#include <utility>

#include "capture/ebpf/embedded.h"
#include "capture/ebpf/loading.h"

// The compiled program, whole.
AJAR_EMBED(ajar_refusals_object, AJAR_REFUSALS_OBJECT);

namespace ajar::capture::ebpf {

base::Result<std::unique_ptr<Refusals>> Refusals::load() {
  if (auto machine = look_at_machine(); !machine.ok()) return std::move(machine).error();
  keep_words_of_libbpf();
  std::unique_ptr<Refusals> refusals(new Refusals);
  const auto size = static_cast<std::size_t>(ajar_refusals_object_end - ajar_refusals_object);
  refusals->object_ = bpf_object__open_mem(ajar_refusals_object, size, nullptr);
  if (refusals->object_ == nullptr) return load_error(errno);
  if (const int failed = bpf_object__load(refusals->object_); failed != 0) return load_error(-failed);
  refusals->counts_ = bpf_object__find_map_fd_by_name(refusals->object_, "refused");
  refusals->link_ =
      bpf_program__attach(bpf_object__find_program_by_name(refusals->object_, "on_end_of_call"));
  if (refusals->link_ == nullptr) return load_error(errno);
  return refusals;
}

Refusals::~Refusals() {
  bpf_link__destroy(link_);
  bpf_object__close(object_);
}

std::set<std::int64_t> Refusals::take() {
  std::map<std::uint32_t, std::uint64_t> now;
  std::set<std::int64_t> refused;
  std::uint32_t pid = 0;
  bool more = bpf_map_get_next_key(counts_, nullptr, &pid) == 0;
  while (more) {
    std::uint64_t count = 0;
    if (bpf_map_lookup_elem(counts_, &pid, &count) == 0) {
      now[pid] = count;
      const auto before = before_.find(pid);
      if (before == before_.end() || before->second != count) refused.insert(pid);
    }
    more = bpf_map_get_next_key(counts_, &pid, &pid) == 0;
  }
  before_ = std::move(now);
  return refused;
}

}  // namespace ajar::capture::ebpf
