#include "control/security_win.h"

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <string_view>

#include "platform/win_text.h"

namespace ajar::control {
namespace {

using platform::win::narrow;
using platform::win::widen;

// Who may do as they please anyway, or is said to be whoever owns the thing.
constexpr std::string_view kSystem = "S-1-5-18", kAdministrators = "S-1-5-32-544", kCreator = "S-1-3-0",
                           kOwner = "S-1-3-4";

User user_of(PSID sid) {
  wchar_t* text = nullptr;
  if (sid == nullptr || ::ConvertSidToStringSidW(sid, &text) == FALSE) return {};
  User user = narrow(text);
  ::LocalFree(text);
  return user;
}

// Of a thing: its owner, and who has rights on it.
class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::LocalFree(memory_); }

  bool read_of_file(const std::string& path) {
    return ::GetNamedSecurityInfoW(widen(path).c_str(), SE_FILE_OBJECT,
                                   OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner_, nullptr,
                                   &rights_, nullptr, &memory_) == ERROR_SUCCESS;
  }
  bool read_of_pipe(HANDLE pipe) {
    return ::GetSecurityInfo(pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner_, nullptr, nullptr,
                             nullptr, &memory_) == ERROR_SUCCESS;
  }

  [[nodiscard]] User owner() const { return user_of(owner_); }

  // Without a list everybody has every right.
  [[nodiscard]] bool is_for_owner_only() const {
    if (rights_ == nullptr) return false;
    for (DWORD i = 0; i < rights_->AceCount; ++i) {
      void* entry = nullptr;
      if (::GetAce(rights_, i, &entry) == FALSE || !is_harmless(*static_cast<ACCESS_ALLOWED_ACE*>(entry)))
        return false;
    }
    return true;
  }

 private:
  [[nodiscard]] bool is_harmless(ACCESS_ALLOWED_ACE& entry) const {
    if (entry.Header.AceType == ACCESS_DENIED_ACE_TYPE) return true;
    if (entry.Header.AceType != ACCESS_ALLOWED_ACE_TYPE) return false;
    const User user = user_of(&entry.SidStart);
    return user == kSystem || user == kAdministrators || user == kCreator || user == kOwner ||
           user == owner() || user == own_user();
  }

  PSID owner_ = nullptr;
  PACL rights_ = nullptr;
  PSECURITY_DESCRIPTOR memory_ = nullptr;
};

}  // namespace

struct OwnersOnly::State {
  SECURITY_ATTRIBUTES attributes{};
};

OwnersOnly::OwnersOnly() : state_(std::make_unique<State>()) {
  state_->attributes.nLength = sizeof state_->attributes;
  // Inherited by what is made in it (OICI), all rights (GA), and none from the folder that it is in (P).
  const std::string user = own_user();
  const std::string words = "O:" + user + "D:P(A;OICI;GA;;;" + user + ")(A;OICI;GA;;;SY)(A;OICI;GA;;;BA)";
  ::ConvertStringSecurityDescriptorToSecurityDescriptorW(widen(words).c_str(), SDDL_REVISION_1,
                                                         &state_->attributes.lpSecurityDescriptor, nullptr);
}

OwnersOnly::~OwnersOnly() {
  ::LocalFree(state_->attributes.lpSecurityDescriptor);
}

void* OwnersOnly::attributes() const {
  return &state_->attributes;
}

User owner_of_closed(const std::string& path) {
  const DWORD attributes = ::GetFileAttributesW(widen(path).c_str());
  const bool is_folder = attributes != INVALID_FILE_ATTRIBUTES &&
                         (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 &&
                         (attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
  Descriptor descriptor;
  if (!is_folder || !descriptor.read_of_file(path) || !descriptor.is_for_owner_only()) return {};
  return descriptor.owner();
}

User owner_of_pipe(void* pipe) {
  Descriptor descriptor;
  return descriptor.read_of_pipe(pipe) ? descriptor.owner() : User();
}

}  // namespace ajar::control
