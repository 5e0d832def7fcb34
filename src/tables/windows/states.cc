#include "tables/windows/states.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/byte_reader.h"
#include "platform/win_processes.h"
#include "tables/windows/job_words.h"

namespace ajar::tables::windows {
namespace {

using model::FactKey;
using model::WindowsHandle;
using platform::win::Query;
using platform::win::Status;

// The first class of information that there is of an object, which has so many bytes.
template <std::size_t size>
struct Answer {
  std::array<std::byte, size> bytes{};
  Status status;

  Answer(Query what, void* object, std::uint32_t info_class = 0)
      : status(platform::win::query(what, object, info_class, bytes)) {}
  [[nodiscard]] base::ByteReader reader() const { return base::ByteReader(bytes); }
};

void add(WindowsHandle& handle, FactKey key, std::uint64_t number) {
  handle.more.push_back({.key = key, .number = number, .text = {}});
}

void add(WindowsHandle& handle, FactKey key, std::string text) {
  handle.more.push_back({.key = key, .number = 0, .text = std::move(text)});
}

// What such a query tells in so many bytes.
template <typename Object, Query what, std::size_t size>
Status read_object(void* object, WindowsHandle& handle) {
  const Answer<size> answer(what, object);
  if (answer.status < 0) return answer.status;
  base::ByteReader in = answer.reader();
  Object told;
  model::read(in, told);
  handle.objects.emplace_back(told);
  return answer.status;
}

Status read_mutant(void* object, WindowsHandle& handle) {
  const Status status = read_object<model::MutantObject, Query::mutant, 8>(object, handle);
  if (status < 0) return status;
  // Whose it is not every Windows tells.
  constexpr std::uint32_t kOwner = 1;
  if (const Answer<16> owner(Query::mutant, object, kOwner); owner.status >= 0) {
    base::ByteReader ids = owner.reader();
    model::MutantOwner told;
    model::read(ids, told);
    handle.objects.emplace_back(told);
  } else if (std::get<model::MutantObject>(handle.objects.back()).count <= 0) {
    add(handle, FactKey::told, "owner: not known, this Windows does not tell whose it is");
  }
  return status;
}

Status read_timer(void* object, WindowsHandle& handle) {
  const Answer<16> answer(Query::timer, object);
  if (answer.status < 0) return answer.status;
  base::ByteReader in = answer.reader();
  const auto left = in.read<std::int64_t>();  // 100 ns; not more than 0 where it is not set
  add(handle, FactKey::signaled, in.read<std::uint8_t>() != 0 ? 1 : 0);
  if (left > 0) add(handle, FactKey::expires, static_cast<std::uint64_t>(left) * 100);
  return answer.status;
}

Status read_key(void* object, WindowsHandle& handle) {
  constexpr std::uint32_t kFull = 2;
  const auto answer = platform::win::query_all(Query::key, object, kFull, 1024);
  if (!answer) {
    if (answer.error() != platform::win::kKeyDeleted) return answer.error();
    add(handle, FactKey::deleted, 1);
    return 0;
  }
  base::ByteReader in(*answer);
  in.seek(0x14);
  const auto keys = in.read<std::uint32_t>();
  in.skip(8);
  const auto values = in.read<std::uint32_t>();
  if (in.ok()) {
    add(handle, FactKey::told, "subkeys: " + std::to_string(keys));
    add(handle, FactKey::told, "values: " + std::to_string(values));
  }
  return 0;
}

Status read_job(void* object, WindowsHandle& handle) {
  constexpr std::uint32_t kAccounting = 1, kLimits = 9;
  const Answer<48> accounting(Query::job, object, kAccounting);
  if (accounting.status < 0) return accounting.status;
  if (std::string words = processes_of_job(accounting.bytes); !words.empty())
    add(handle, FactKey::told, std::move(words));
  const Answer<144> limits(Query::job, object, kLimits);
  if (limits.status < 0) return 0;
  if (std::string words = limits_of_job(limits.bytes); !words.empty())
    add(handle, FactKey::told, std::move(words));
  return 0;
}

// A number that a token has; none where it does not tell.
std::optional<DWORD> number_of_token(void* token, TOKEN_INFORMATION_CLASS which) {
  DWORD number = 0;
  DWORD length = 0;
  if (::GetTokenInformation(token, which, &number, sizeof number, &length) == FALSE) return std::nullopt;
  return number;
}

Status read_token(void* object, WindowsHandle& handle) {
  constexpr std::array kLevels = {"anonymous", "identification", "impersonation", "delegation"};
  const auto type = number_of_token(object, TokenType);
  if (!type.has_value()) return platform::win::kAccessDenied;
  std::string kind = "primary";
  if (*type == TokenImpersonation) {
    const DWORD level = number_of_token(object, TokenImpersonationLevel).value_or(0);
    kind = "impersonation, level " + std::string(kLevels[std::min<std::size_t>(level, kLevels.size() - 1)]);
  }
  add(handle, FactKey::kind, std::move(kind));
  if (std::string user = platform::win::user_of_token(object); !user.empty())
    add(handle, FactKey::user, std::move(user));
  if (const auto session = number_of_token(object, TokenSessionId)) add(handle, FactKey::session, *session);
  return 0;
}

struct Reader {
  std::string_view type;
  std::uint32_t access = 0;  // that it takes
  Status (*read)(void* object, WindowsHandle& handle) = nullptr;
};

constexpr std::array kReaders = {
    Reader{"Event", 0x1, read_object<model::EventObject, Query::event, 8>},
    Reader{"Job", JOB_OBJECT_QUERY, read_job},
    Reader{"Key", KEY_QUERY_VALUE, read_key},
    Reader{"Mutant", 0x1, read_mutant},
    Reader{"Process", PROCESS_QUERY_LIMITED_INFORMATION,
           read_object<model::ProcessObject, Query::process, 48>},
    Reader{"Section", SECTION_QUERY, read_object<model::SectionObject, Query::section, 24>},
    Reader{"Semaphore", 0x1, read_object<model::SemaphoreObject, Query::semaphore, 8>},
    Reader{"Thread", THREAD_QUERY_LIMITED_INFORMATION, read_object<model::ThreadObject, Query::thread, 48>},
    Reader{"Timer", 0x1, read_timer},
    Reader{"Token", TOKEN_QUERY, read_token},
};

}  // namespace

Status read_state(void* process, void* own, WindowsHandle& handle) {
  const auto* const reader = std::ranges::find(kReaders, handle.type, &Reader::type);
  if (reader == kReaders.end()) return 0;
  const Status status = reader->read(own, handle);
  if (status != platform::win::kAccessDenied) return status;
  const auto other = platform::win::duplicate(process, handle.value, reader->access);
  return other ? reader->read(other->get(), handle) : status;
}

}  // namespace ajar::tables::windows
