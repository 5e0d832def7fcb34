#include "platform/win_event_log.h"

#include <windows.h>

#include <winevt.h>

#include <array>
#include <optional>
#include <span>
#include <utility>

#include "platform/win_text.h"

namespace ajar::platform::win {
namespace {

constexpr DWORD kPatience = 5000;  // milliseconds, for the service that keeps the logs

// wevtapi.dll, which not every system has.
class EventApi {
 public:
  static const EventApi& get() {
    static const EventApi api;
    return api;
  }

  [[nodiscard]] bool is_there() const {
    return query_ != nullptr && next_ != nullptr && render_ != nullptr && close_ != nullptr;
  }

  [[nodiscard]] EVT_HANDLE query(const std::wstring& channel, const std::wstring& query, DWORD flags) const {
    return query_(nullptr, channel.c_str(), query.c_str(), flags);
  }
  // How many came, 0 at the end. None where it fails: ::GetLastError() says why.
  [[nodiscard]] std::optional<DWORD> next(EVT_HANDLE found, std::span<EVT_HANDLE> events) const {
    DWORD count = 0;
    if (next_(found, static_cast<DWORD>(events.size()), events.data(), kPatience, 0, &count) != FALSE)
      return count;
    if (::GetLastError() == ERROR_NO_MORE_ITEMS) return 0;
    return std::nullopt;
  }
  // Empty where it can't be rendered.
  [[nodiscard]] std::string xml(EVT_HANDLE event) const {
    DWORD needed = 0, properties = 0;
    render_(nullptr, event, EvtRenderEventXml, 0, nullptr, &needed, &properties);
    std::wstring text(needed / sizeof(wchar_t), L'\0');
    if (text.empty() ||
        render_(nullptr, event, EvtRenderEventXml, needed, text.data(), &needed, &properties) == FALSE)
      return {};
    return narrow(text.c_str());
  }
  void close(EVT_HANDLE handle) const { close_(handle); }

 private:
  EventApi() {
    HMODULE api = ::LoadLibraryExW(L"wevtapi.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (api == nullptr) return;
    find(api, "EvtQuery", query_);
    find(api, "EvtNext", next_);
    find(api, "EvtRender", render_);
    find(api, "EvtClose", close_);
  }

  template <typename Function>
  static void find(HMODULE api, const char* name, Function*& function) {
    function = reinterpret_cast<Function*>(reinterpret_cast<void*>(::GetProcAddress(api, name)));
  }

  decltype(EvtQuery)* query_ = nullptr;
  decltype(EvtNext)* next_ = nullptr;
  decltype(EvtRender)* render_ = nullptr;
  decltype(EvtClose)* close_ = nullptr;
};

class OwnedEvent {
 public:
  explicit OwnedEvent(EVT_HANDLE handle) : handle_(handle) {}
  OwnedEvent(const OwnedEvent&) = delete;
  OwnedEvent& operator=(const OwnedEvent&) = delete;
  ~OwnedEvent() {
    if (handle_ != nullptr) EventApi::get().close(handle_);
  }
  [[nodiscard]] EVT_HANDLE get() const { return handle_; }

 private:
  EVT_HANDLE handle_;
};

}  // namespace

base::Result<std::vector<std::string>> read_events(std::string_view channel, std::string_view query,
                                                   EventOrder order, std::size_t most) {
  const EventApi& api = EventApi::get();
  const base::Error no_logs("this system keeps no logs of events");
  if (!api.is_there()) return no_logs;
  ::SetLastError(ERROR_SUCCESS);  // Wine has the function, which does nothing
  const DWORD direction =
      order == EventOrder::latest_first ? EvtQueryReverseDirection : EvtQueryForwardDirection;
  const OwnedEvent found(api.query(widen(channel), widen(query), EvtQueryChannelPath | direction));
  if (found.get() == nullptr && ::GetLastError() == ERROR_SUCCESS) return no_logs;
  if (found.get() == nullptr) return last_error("the " + std::string(channel) + " log of events");
  std::vector<std::string> events;
  std::array<EVT_HANDLE, 64> some{};
  while (events.size() < most) {
    const auto count = api.next(found.get(), some);
    if (!count) return last_error("the " + std::string(channel) + " log of events");
    if (*count == 0) break;
    for (const EVT_HANDLE handle : std::span(some).first(*count)) {
      const OwnedEvent event(handle);
      if (events.size() == most) continue;
      if (std::string xml = api.xml(event.get()); !xml.empty()) events.push_back(std::move(xml));
    }
  }
  return events;
}

}  // namespace ajar::platform::win
