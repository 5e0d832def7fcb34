#include "analyze/tables/access_rights.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "base/words.h"

namespace ajar::analyze {
namespace {

struct Right {
  std::uint64_t bit = 0;
  std::string_view name;
};

// Bits 16 to 20, and the generic ones.
constexpr std::array kStandard = {Right{0x10000, "Delete"},          Right{0x20000, "ReadControl"},
                                  Right{0x40000, "WriteDac"},        Right{0x80000, "WriteOwner"},
                                  Right{0x100000, "Synch"},          Right{0x1000000, "AccSysSec"},
                                  Right{0x10000000, "GenericAll"},   Right{0x20000000, "GenericExe"},
                                  Right{0x40000000, "GenericWrite"}, Right{0x80000000, "GenericRead"}};

// Bits 0 to 15, from the lowest on; an empty name is a bit that the type does not use.
struct TypeRights {
  std::string_view type;
  std::array<std::string_view, 14> names;
};

constexpr std::array kTypes = {
    TypeRights{"Event", {"QueryState", "ModifyState"}},
    TypeRights{"Semaphore", {"QueryState", "ModifyState"}},
    TypeRights{"Timer", {"QueryState", "ModifyState"}},
    TypeRights{"IoCompletion", {"QueryState", "ModifyState"}},
    TypeRights{"Mutant", {"QueryState"}},
    TypeRights{"Key", {"QueryValue", "SetValue", "CreateSubKey", "EnumSubKey", "Notify", "CreateLink"}},
    TypeRights{"Thread",
               {"Terminate", "Suspend", "Alert", "GetContext", "SetContext", "SetInfo", "QueryInfo",
                "SetToken", "Impersonate", "DirectImpersonate"}},
    TypeRights{"Process",
               {"Terminate", "CreateThread", "SetSessionId", "VMOp", "VMRead", "VMWrite", "DupHandle",
                "CreateProcess", "SetQuota", "SetInfo", "QueryInfo", "Suspend", "QueryLimitedInfo"}},
    TypeRights{"Section", {"Query", "MapWrite", "MapRead", "MapExecute", "ExtendSize"}},
    TypeRights{"File",
               {"ReadData", "WriteData", "AppendData", "ReadEA", "WriteEA", "Execute", "DeleteChild",
                "ReadAttr", "WriteAttr"}},
    TypeRights{"Directory", {"Query", "Traverse", "CreateObject", "CreateSubdirectory"}},
    TypeRights{"SymbolicLink", {"Query"}},
    TypeRights{"Port", {"Connect"}},
    TypeRights{"ALPC Port", {"Connect"}},
    TypeRights{"Token",
               {"AssignPrimary", "Duplicate", "Impersonate", "Query", "QuerySource", "AdjustPrivileges",
                "AdjustGroups", "AdjustDefault", "AdjustSessionId"}},
    TypeRights{"Job", {"AssignProcess", "SetAttributes", "Query", "Terminate", "SetSecurityAttributes"}},
    TypeRights{"WindowStation",
               {"EnumDesktops", "ReadAttributes", "AccessClipboard", "CreateDesktop", "WriteAttributes",
                "AccessGlobalAtoms", "ExitWindows", "", "Enumerate", "ReadScreen"}},
    TypeRights{"Desktop",
               {"ReadObjects", "CreateWindow", "CreateMenu", "HookControl", "JournalRecord",
                "JournalPlayback", "Enumerate", "WriteObjects", "SwitchDesktop"}},
};

void add_line(const std::vector<std::string>& names, std::vector<std::string>& lines) {
  if (!names.empty()) lines.push_back(base::joined(names, ","));
}

}  // namespace

std::vector<std::string> access_lines(std::string_view type, std::uint64_t mask) {
  if (mask == 0) return {"None"};
  std::vector<std::string> lines;
  std::vector<std::string> names;
  for (const Right& right : kStandard) {
    if ((mask & right.bit) != 0) names.emplace_back(right.name);
  }
  add_line(names, lines);
  const auto known = std::ranges::find(kTypes, type, &TypeRights::type);
  if (known == kTypes.end()) return lines;
  names.clear();
  for (std::size_t bit = 0; bit < known->names.size(); ++bit) {
    if ((mask >> bit & 1U) != 0 && !known->names[bit].empty()) names.emplace_back(known->names[bit]);
  }
  add_line(names, lines);
  return lines;
}

}  // namespace ajar::analyze
