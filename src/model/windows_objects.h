#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/byte_reader.h"
#include "model/snapshot.h"

// What Windows tells of its objects, live as in a minidump, so that the same becomes of both.
namespace ajar::model {

inline constexpr std::uint32_t kInheritedByChildren = 2;  // OBJ_INHERIT, of a handle's attributes
inline constexpr std::uint32_t kStillRunning = 0x103;     // STATUS_PENDING, as an exit status

struct ThreadObject {
  std::uint32_t exit_status = 0;
  std::uint64_t teb = 0;  // where its environment block is
  std::uint64_t pid = 0, tid = 0;
  std::uint64_t affinity = 0;
  std::uint32_t priority = 0, base_priority = 0;
};

struct ProcessObject {
  std::uint32_t exit_status = 0;
  std::uint64_t peb = 0;
  std::uint64_t affinity = 0;
  std::uint32_t base_priority = 0;
  std::uint64_t pid = 0, parent = 0;
};

struct MutantObject {
  std::int32_t count = 0;  // 1: free
  bool owned_by_caller = false;
  bool abandoned = false;
};

struct MutantOwner {
  std::uint64_t pid = 0, tid = 0;  // 0: nobody
};

struct EventObject {
  std::uint32_t kind = 0;  // EVENT_TYPE
  std::uint32_t state = 0;
};

struct SemaphoreObject {
  std::uint32_t count = 0, limit = 0;
};

struct SectionObject {
  std::uint64_t base = 0;
  std::uint32_t attributes = 0;
  std::uint64_t size = 0;
};

using WindowsObject = std::variant<ThreadObject, ProcessObject, MutantObject, MutantOwner, EventObject,
                                   SemaphoreObject, SectionObject>;

// Each from the bytes by which the kernel of a 64-bit Windows tells it (the …_BASIC_INFORMATION structures of
// NtQueryInformationThread and its like), and which a minidump keeps (MINIDUMP_HANDLE_OBJECT_INFORMATION_TYPE
// in minidumpapiset.h). Where they are too few `in` says so.
void read(base::ByteReader& in, ThreadObject& thread);
void read(base::ByteReader& in, ProcessObject& process);
void read(base::ByteReader& in, MutantObject& mutant);
void read(base::ByteReader& in, MutantOwner& owner);
void read(base::ByteReader& in, EventObject& event);
void read(base::ByteReader& in, SemaphoreObject& semaphore);
void read(base::ByteReader& in, SectionObject& section);

// Adds what it tells. Of each fact (but those that a handle may have several of) the first one stays.
void add_facts(const WindowsObject& object, std::vector<Fact>& facts);

struct WindowsHandle {
  // Of the object, without those of whoever looked at it.
  struct Counts {
    std::uint32_t handles = 0, pointers = 0;
  };

  std::uint64_t value = 0;
  std::string type = {};
  std::string name = {};
  std::uint32_t access = 0;      // granted
  std::uint32_t attributes = 0;  // OBJ_…
  std::optional<Counts> counts = {};
  std::vector<WindowsObject> objects = {};
  std::vector<Fact> more = {};  // what is known beyond that
};

// The handle with its facts, in an order that is the same wherever they come from.
Handle as_handle(WindowsHandle handle);

}  // namespace ajar::model
