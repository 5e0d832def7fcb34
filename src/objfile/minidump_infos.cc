#include "objfile/minidump_infos.h"

#include "base/byte_writer.h"

namespace ajar::objfile {
namespace {

using Type = MinidumpObjectInfo::Type;

// One for each kind of object: says which type of information it is.
struct Writing {
  base::ByteWriter& out;

  Type operator()(const model::ThreadObject& thread) const {
    out.write(thread.exit_status);
    out.write(std::uint32_t{0});
    for (const std::uint64_t number : {thread.teb, thread.pid, thread.tid, thread.affinity})
      out.write(number);
    out.write(thread.priority);
    out.write(thread.base_priority);
    return Type::thread;
  }
  Type operator()(const model::ProcessObject& process) const {
    out.write(process.exit_status);
    out.write(std::uint32_t{0});
    out.write(process.peb);
    out.write(process.affinity);
    out.write(process.base_priority);
    out.write(std::uint32_t{0});
    out.write(process.pid);
    out.write(process.parent);
    return Type::process;
  }
  Type operator()(const model::MutantObject& mutant) const {
    out.write(mutant.count);
    out.write(static_cast<std::uint8_t>(mutant.owned_by_caller ? 1 : 0));
    out.write(static_cast<std::uint8_t>(mutant.abandoned ? 1 : 0));
    out.write(std::uint16_t{0});
    return Type::mutant;
  }
  Type operator()(const model::MutantOwner& owner) const {
    out.write(owner.pid);
    out.write(owner.tid);
    return Type::mutant_owner;
  }
  Type operator()(const model::EventObject& event) const {
    out.write(event.kind);
    out.write(event.state);
    return Type::event;
  }
  Type operator()(const model::SemaphoreObject& semaphore) const {
    out.write(semaphore.count);
    out.write(semaphore.limit);
    return Type::semaphore;
  }
  Type operator()(const model::SectionObject& section) const {
    out.write(section.base);
    out.write(section.attributes);
    out.write(std::uint32_t{0});
    out.write(section.size);
    return Type::section;
  }
};

}  // namespace

WrittenInfo write_info(const model::WindowsObject& object) {
  base::ByteWriter out;
  WrittenInfo info;
  info.type = std::visit(Writing{out}, object);
  info.bytes.assign(out.bytes().begin(), out.bytes().end());
  return info;
}

}  // namespace ajar::objfile
