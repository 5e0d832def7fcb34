#include <windows.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/path.h"
#include "control/folders.h"
#include "control/pipe_name_win.h"
#include "control/security_win.h"
#include "platform/win_text.h"

namespace ajar::control {
namespace {

using platform::win::narrow;
using platform::win::widen;

constexpr std::string_view kOwn = "\\ajar";

// %LOCALAPPDATA%, empty where it is no whole path.
std::string local_data() {
  const wchar_t* const folder = ::_wgetenv(L"LOCALAPPDATA");
  std::string path = folder == nullptr ? std::string() : narrow(folder);
  return path.size() > 2 && path[1] == ':' ? path : std::string();
}

// A key of the registry, closed when its owner goes.
class Key {
 public:
  Key(HKEY above, const wchar_t* name) { ::RegOpenKeyExW(above, name, 0, KEY_READ, &key_); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() {
    if (key_ != nullptr) ::RegCloseKey(key_);
  }
  [[nodiscard]] HKEY get() const { return key_; }

 private:
  HKEY key_ = nullptr;
};

// All users that have been at this machine, and their profiles.
std::vector<std::pair<User, std::string>> profiles() {
  const Key list(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList");
  std::vector<std::pair<User, std::string>> found;
  std::array<wchar_t, 256> name{};
  for (DWORD i = 0; list.get() != nullptr; ++i) {
    auto length = static_cast<DWORD>(name.size());
    if (::RegEnumKeyExW(list.get(), i, name.data(), &length, nullptr, nullptr, nullptr, nullptr) !=
        ERROR_SUCCESS)
      break;
    std::array<wchar_t, MAX_PATH> path{};
    DWORD size = sizeof path;
    if (::RegGetValueW(list.get(), name.data(), L"ProfileImagePath", RRF_RT_REG_SZ, nullptr, path.data(),
                       &size) == ERROR_SUCCESS)
      found.emplace_back(narrow(name.data()), narrow(path.data()));
  }
  std::ranges::sort(found);
  return found;
}

// Of everybody's pipes; that much all may know.
std::vector<std::string> names_of_pipes() {
  std::vector<std::string> names;
  WIN32_FIND_DATAW entry{};
  HANDLE const search = ::FindFirstFileW(L"\\\\.\\pipe\\*", &entry);
  if (search == INVALID_HANDLE_VALUE) return names;
  do {
    const std::string name = narrow(entry.cFileName);
    if (name.starts_with(kPipePrefix)) names.push_back(name.substr(kPipePrefix.size()));
  } while (::FindNextFileW(search, &entry) != FALSE);
  ::FindClose(search);
  return names;
}

}  // namespace

base::Result<Folder> own_folder() {
  const std::string data = local_data();
  if (data.empty()) return base::Error("there is no folder for sessions: set LOCALAPPDATA to one");
  const std::string path = data + std::string(kOwn);
  const OwnersOnly closed;
  if (::CreateDirectoryW(widen(path).c_str(), static_cast<SECURITY_ATTRIBUTES*>(closed.attributes())) ==
          FALSE &&
      ::GetLastError() != ERROR_ALREADY_EXISTS)
    return platform::win::last_error(path);
  if (const User owner = owner_of_closed(path); !owner.empty() && owner == own_user())
    return Folder{.path = path, .owner = owner};
  return base::Error(path +
                     " is not this user's own, or others may look into it: remove it, or set LOCALAPPDATA");
}

std::vector<Folder> folders() {
  std::vector<Folder> candidates;
  if (const std::string data = local_data(); !data.empty())
    candidates.push_back({.path = data + std::string(kOwn), .owner = own_user()});
  if (may_ask_everybody()) {
    for (const auto& [user, profile] : profiles())
      candidates.push_back({.path = profile + "\\AppData\\Local" + std::string(kOwn), .owner = user});
  }
  std::vector<Folder> folders;
  for (const Folder& folder : candidates) {
    const bool is_new = std::ranges::find(folders, folder) == folders.end();
    const User owner = owner_of_closed(folder.path);
    if (is_new && !owner.empty() && owner == folder.owner) folders.push_back(folder);
  }
  return folders;
}

bool others_have_sessions() {
  std::vector<std::string> known;
  for (const Folder& folder : folders())
    std::ranges::move(names_in(folder, kSocketSuffix), std::back_inserter(known));
  return std::ranges::any_of(names_of_pipes(), [&](const std::string& name) {
    return std::ranges::find(known, name) == known.end();
  });
}

}  // namespace ajar::control
