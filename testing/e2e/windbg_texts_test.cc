#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "e2e/ajar_command.h"

// What ajar makes of what WinDbg printed, as people send it.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using harness::write_file;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

// A mail: commands, answers, and words between them. Keys leak through a system library.
constexpr std::string_view kMail =
    "Hi, this is the web worker again. First the summary:\n"
    "0:031>!hande 0 0\n"
    "51204 Handles\n"
    "Type\tCount\n"
    "None\t12\n"
    "Event\t402\n"
    "File\t90\n"
    "Key\t50600 ==> look at this\n"
    "Token\t100\n"
    "So I looked at some of them.\n"
    "0:031>!handle 0 ff Key\n"
    "Handle 00000a1c\n"
    "Type Key\n"
    "Attributes 0\n"
    "GrantedAccess 0x20019:\n"
    "ReadControl\n"
    "QueryValue,EnumSubKey,Notify\n"
    "HandleCount 2\n"
    "PointerCount 3\n"
    "Name <none>\n"
    "No object specific information available\n"
    "!htrace -enable, a minute under load, then !htrace -diff:\n"
    "--------------------------------------\n"
    "Handle = 0x00001bdc - OPEN\n"
    "Thread ID = 0x000014a4, Process ID = 0x00001a2c\n"
    "0x7c827369: ntdll!ZwOpenKey+0x0000000c\n"
    "0x008b7bbd: advapi32_5_2_3790_4455!RegOpenKeyExW+0x00000116\n"
    "0x0186277d: ShopSettings!DllRegisterServer+0x00004543\n"
    "0x776aba50: ole32!CComClassInfo::FinalConstruct+0x00000075\n"
    "--------------------------------------\n"
    "Handle = 0x00001b50 \xe2\x80\x93 OPEN\n"
    "Thread ID = 0x000014a4, Process ID = 0x00001a2c\n"
    "0x7c827369: ntdll!ZwOpenKey+0x0000000c\n"
    "0x008b7bbd: advapi32_5_2_3790_4455!RegOpenKeyExW+0x00000116\n"
    "0x0186277d: ShopSettings!DllRegisterServer+0x00004543\n"
    "0x776aba50: ole32!CComClassInfo::FinalConstruct+0x00000075\n"
    "It seems that ShopSettings does not close its keys.\n";

class WindbgText : public testing::Test {
 protected:
  std::string run(std::vector<std::string> words) {
    const Outcome outcome = harness::run(ajar(directory_, std::move(words)));
    EXPECT_EQ(outcome.exit_status, 0) << how_it_ended(outcome) << outcome.err;
    return outcome.out;
  }

  TempDir directory_;
};

TEST_F(WindbgText, OfTheClassicLeakNamesTheLibraryThatOpensTheKeys) {
  write_file(directory_.path() / "mail.txt", kMail);
  const std::string text = run({"report", "mail.txt"});
  EXPECT_THAT(text, HasSubstr("mail.txt: pid 6700, Windows, 51,204 handles\n"));
  EXPECT_THAT(text, HasSubstr("Key"));
  EXPECT_THAT(text, HasSubstr("50,600  98.8 %   <== stands out"))
      << "nothing is said of the names of those that are only counted";
  EXPECT_THAT(text, HasSubstr("\n 1. LEAK  2 × Key still open of 2 traced opens\n    ShopSettings\n"));
  EXPECT_THAT(text, HasSubstr("near DllRegisterServer+0x4543"));
}

TEST_F(WindbgText, NamesNoFunctionByAnExportFarBeforeTheAddress) {
  write_file(directory_.path() / "mail.txt", kMail);
  const Json report = Json::parse(run({"report", "mail.txt", "--json"}));
  const Json& process = report.at("processes").at(0);
  EXPECT_EQ(process.at("open"), 51204);
  const Json& group = process.at("groups").at(0);
  EXPECT_EQ(group.at("verdict"), "leak");
  EXPECT_EQ(group.at("culprit").at("module"), "ShopSettings");
  EXPECT_EQ(group.at("culprit").at("function"), "");
}

TEST_F(WindbgText, ShowsItsTable) {
  write_file(directory_.path() / "mail.txt", kMail);
  const std::string text = run({"handles", "mail.txt", "-v"});
  EXPECT_THAT(text, HasSubstr("mail.txt (pid 6700): 51,204 handles\n"));
  EXPECT_THAT(text, HasSubstr("1 of them is listed; the others are only counted"));
  EXPECT_THAT(text, HasSubstr("handle 0xa1c"));
}

TEST_F(WindbgText, OfTwoMomentsIsCompared) {
  const std::string_view before = "12 Handles\nType Count\nEvent 2\nKey 10\n";
  const std::string_view after = "912 Handles\nType Count\nEvent 1\nKey 911\n";
  write_file(directory_.path() / "before.txt", before);
  write_file(directory_.path() / "after.txt", after);
  const std::string two_files = run({"diff", "before.txt", "after.txt"});
  EXPECT_THAT(two_files, HasSubstr("+ 901 × Key"));
  EXPECT_THAT(two_files, HasSubstr("- 1 × Event"));
  write_file(directory_.path() / "log.txt", std::string(before) + std::string(after));
  EXPECT_THAT(run({"diff", "log.txt@1", "log.txt@2"}), HasSubstr("+ 901 × Key"));
}

TEST_F(WindbgText, ThatSaysNothingOfHandlesIsRefused) {
  write_file(directory_.path() / "notes.txt", "We should look at the handles of w3wp.\n");
  const Outcome outcome = harness::run(ajar(directory_, {"report", "notes.txt"}));
  EXPECT_NE(outcome.exit_status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("notes.txt: not an ajar recording"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("\n\n")));
}

}  // namespace
}  // namespace ajar::e2e
