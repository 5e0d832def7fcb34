#include "model/windows_objects.h"

// Numbers that are as long as a pointer come as 64 bits from processes of 32, too.
namespace ajar::model {

void read(base::ByteReader& in, ThreadObject& thread) {
  thread.exit_status = in.read<std::uint32_t>();
  in.skip(4);
  thread.teb = in.read<std::uint64_t>();
  thread.pid = in.read<std::uint64_t>();
  thread.tid = in.read<std::uint64_t>();
  thread.affinity = in.read<std::uint64_t>();
  thread.priority = in.read<std::uint32_t>();
  thread.base_priority = in.read<std::uint32_t>();
}

void read(base::ByteReader& in, ProcessObject& process) {
  process.exit_status = in.read<std::uint32_t>();
  in.skip(4);
  process.peb = in.read<std::uint64_t>();
  process.affinity = in.read<std::uint64_t>();
  process.base_priority = in.read<std::uint32_t>();
  in.skip(4);
  process.pid = in.read<std::uint64_t>();
  process.parent = in.read<std::uint64_t>();
}

void read(base::ByteReader& in, MutantObject& mutant) {
  mutant.count = in.read<std::int32_t>();
  mutant.owned_by_caller = in.read<std::uint8_t>() != 0;
  mutant.abandoned = in.read<std::uint8_t>() != 0;
}

void read(base::ByteReader& in, MutantOwner& owner) {
  owner.pid = in.read<std::uint64_t>();
  owner.tid = in.read<std::uint64_t>();
}

void read(base::ByteReader& in, EventObject& event) {
  event.kind = in.read<std::uint32_t>();
  event.state = in.read<std::uint32_t>();
}

void read(base::ByteReader& in, SemaphoreObject& semaphore) {
  semaphore.count = in.read<std::uint32_t>();
  semaphore.limit = in.read<std::uint32_t>();
}

void read(base::ByteReader& in, SectionObject& section) {
  section.base = in.read<std::uint64_t>();
  section.attributes = in.read<std::uint32_t>();
  in.skip(4);
  section.size = in.read<std::uint64_t>();
}

}  // namespace ajar::model
