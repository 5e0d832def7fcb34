#include "import/windbg/windbg_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "recording/reader.h"

// The recording that is made of a text.
namespace ajar::import::windbg {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class Told : public model::Observer {
 public:
  void on_events(const model::World& /*world*/, std::span<const model::Event> some) override {
    events.insert(events.end(), some.begin(), some.end());
  }
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& snapshot) override {
    snapshots.push_back(snapshot);
  }
  void on_loss(const model::World& /*world*/, const model::Loss& loss) override { lost += loss.events; }

  std::vector<model::Event> events;
  std::vector<model::Snapshot> snapshots;
  std::uint64_t lost = 0;
};

class Imported {
 public:
  explicit Imported(std::string_view text) {
    auto made = as_recording({.name = "pasted.txt", .bytes = std::as_bytes(std::span(text))});
    EXPECT_TRUE(made.ok() && made.value().has_value());
    if (!made.ok() || !made.value()) return;
    bytes_ = *std::move(made).value();
    reader_ = std::move(recording::Reader::open(bytes_)).value();
    model::Cursor cursor;
    reader_->read(cursor, told);
  }

  [[nodiscard]] const model::World& world() const { return reader_->world(); }
  [[nodiscard]] std::vector<std::string> stack(const model::Event& event) const {
    std::vector<std::string> words;
    for (const model::Frame& frame : world().frames(event.stack)) {
      const model::Module* module = world().modules.find(frame.module);
      const model::SymbolChain* chain = world().symbol(frame);
      std::string word = module == nullptr ? "?" : module->path;
      if (chain != nullptr)
        word += (chain->back().match == model::SymbolMatch::exact ? "!" : "~") + chain->back().function;
      words.push_back(word);
    }
    return words;
  }

  Told told;

 private:
  std::vector<std::byte> bytes_;
  std::unique_ptr<recording::Reader> reader_;
};

constexpr std::string_view kSession =
    "0:021> !handle 0 0\n"
    "812 Handles\n"
    "Type           \tCount\n"
    "Event          \t12\n"
    "Key            \t800\n"
    "0:021> !handle bdc f\n"
    "Handle bdc\n"
    "  Type         \tKey\n"
    "  GrantedAccess\t0x20019:\n"
    "         ReadControl\n"
    "         QueryValue,EnumSubKey,Notify\n"
    "  Name         \t\\REGISTRY\\MACHINE\\SOFTWARE\\Shop\n"
    "0:021> !htrace -diff\n"
    "Outstanding handles opened since the previous snapshot:\n"
    "--------------------------------------\n"
    "Handle = 0xbe0 - OPEN\n"
    "Thread ID = 0x14a4, Process ID = 0x151c\n"
    "\n"
    "0x7c827369: ntdll!ZwOpenKey+0x0000000c\n"
    "0x10001543: plugin!DllRegisterServer+0x00001543\n"
    "0x00401000: shop!handle_order+0x00000020\n"
    "--------------------------------------\n"
    "Handle = 0xbdc - OPEN\n"
    "Thread ID = 0x14a4, Process ID = 0x151c\n"
    "\n"
    "0x00101991: +0x00101991\n"
    "--------------------------------------\n"
    "Displayed 0x2 stack traces for outstanding handles opened since the previous snapshot.\n";

TEST(WindbgLog, BecomesAProcessWithEventsInTheirOrder) {
  const Imported made(kSession);
  ASSERT_THAT(made.world().processes, SizeIs(1));
  EXPECT_EQ(made.world().processes.begin()->pid, 0x151c);
  EXPECT_EQ(made.world().images.begin()->name(), "pasted.txt");
  ASSERT_THAT(made.told.events, SizeIs(2));
  EXPECT_EQ(made.told.events[0].handle, 0xbdcU) << "the text has the newest first";
  EXPECT_EQ(made.told.events[1].handle, 0xbe0U);
  EXPECT_LT(made.told.events[0].time, made.told.events[1].time);
  EXPECT_EQ(made.world().threads.find(made.told.events[0].thread)->tid, 0x14a4);
}

TEST(WindbgLog, HasStacksWithTheNamesThatAreInIt) {
  const Imported made(kSession);
  EXPECT_THAT(made.stack(made.told.events.at(1)),
              ElementsAre("ntdll!ZwOpenKey", "plugin~DllRegisterServer+0x1543", "shop!handle_order"))
      << "nothing is that long: the name is that of an export before it";
  EXPECT_THAT(made.stack(made.told.events.at(0)), ElementsAre("?"));
}

TEST(WindbgLog, TellsTypesByTheTableAndByTheCall) {
  const Imported made(kSession);
  EXPECT_EQ(made.world().text(made.told.events.at(0).type), "Key") << "the table says it of 0xbdc";
  EXPECT_EQ(made.world().text(made.told.events.at(1).type), "Key") << "ZwOpenKey opens them";
  EXPECT_EQ(made.world().text(made.told.events.at(1).call), "ZwOpenKey");
}

TEST(WindbgLog, HasATableWithCountsAndWhatIsListedOfIt) {
  const Imported made(kSession);
  ASSERT_THAT(made.told.snapshots, SizeIs(1));
  const model::Snapshot& table = made.told.snapshots[0];
  EXPECT_EQ(table.open(), 812U);
  EXPECT_FALSE(table.complete);
  EXPECT_THAT(table.counts, ElementsAre(model::TypeCount{"Event", 12}, model::TypeCount{"Key", 800}));
  ASSERT_THAT(table.handles, SizeIs(1));
  EXPECT_EQ(table.handles[0].name, "\\REGISTRY\\MACHINE\\SOFTWARE\\Shop");
  EXPECT_EQ(fact_number(table.handles[0].facts, model::FactKey::granted_access), 0x20019U);
}

TEST(WindbgLog, OfExportsAloneNamesNoFunction) {
  const Imported made(
      "*** ERROR: Symbol file could not be found.  Defaulted to export symbols for C:\\shop\\Plugin.dll - \n"
      "Handle = 0x4 - OPEN\nThread ID = 0x1, Process ID = 0x2\n0x1: plugin!Settings+0x10\n");
  EXPECT_THAT(made.stack(made.told.events.at(0)), ElementsAre("plugin~Settings+0x10"));
}

TEST(WindbgLog, TakesTheLastDiffOfSeveralAndAllSamples) {
  const Imported made(
      "!htrace\nHandle = 0x4 - OPEN\nThread ID = 0x1, Process ID = 0x2\n0x1: a!b+0x1\n"
      "!htrace -diff\nHandle = 0x8 - OPEN\nThread ID = 0x1, Process ID = 0x2\n0x1: a!b+0x1\n"
      "!htrace -diff\nHandle = 0xc - OPEN\nThread ID = 0x1, Process ID = 0x2\n0x1: a!b+0x1\n"
      "Call stack sample 1\nHandle 0x10\nFunction Destination\nshop_plugin+2af0\n");
  ASSERT_THAT(made.told.events, SizeIs(2));
  EXPECT_EQ(made.told.events[0].handle, 0xcU);
  EXPECT_EQ(made.told.events[1].handle, 0x10U);
}

TEST(WindbgLog, LacksWhatItAnnouncesAndDoesNotShow) {
  const Imported made(
      "!htrace\nHandle = 0x4 - OPEN\nThread ID = 0x1, Process ID = 0x2\nDumped 0x11 stack traces.\n");
  EXPECT_EQ(made.told.lost, 16U);
}

TEST(WindbgLog, IsNotWhatSaysNothingOfHandles) {
  for (const std::string_view text : {"", "hello\n", "\x93\xa7\x01", "We have 12 Handles of doors.\n"}) {
    const auto made = as_recording({.name = "x", .bytes = std::as_bytes(std::span(text))});
    EXPECT_TRUE(made.ok() && !made.value()) << text;
  }
}

}  // namespace
}  // namespace ajar::import::windbg
