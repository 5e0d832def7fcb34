#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/user.h"

// Where sessions are found. Each has two files in a folder that only its user can look into,
// $XDG_RUNTIME_DIR/ajar or else /tmp/ajar-UID, on Windows %LOCALAPPDATA%\\ajar: NAME.sock, which it answers
// on (see connection.h), and NAME.about, which says what it records (Description, as a message). What is left
// of a session that ended is the second.
namespace ajar::control {

inline constexpr std::string_view kSocketSuffix = ".sock";
inline constexpr std::string_view kAboutSuffix = ".about";

struct Folder {
  std::string path;
  User owner;

  bool operator==(const Folder&) const = default;
};

// This user's; made if there is none. An error where another user has put something in its place.
base::Result<Folder> own_folder();

// Those in which this user may find sessions: the own ones; root and administrators find everybody's.
std::vector<Folder> folders();

// Whether there are folders of other users, which this one may not look into.
bool others_have_sessions();

// All files' names, in no order.
std::vector<std::string> files_in(const Folder& folder);

// NAME of the files that end so, in order.
std::vector<std::string> names_among(const std::vector<std::string>& files, std::string_view suffix);
std::vector<std::string> names_in(const Folder& folder, std::string_view suffix);

}  // namespace ajar::control
