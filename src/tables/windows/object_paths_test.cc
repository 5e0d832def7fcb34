#include "tables/windows/object_paths.h"

#include <gtest/gtest.h>

namespace ajar::tables::windows {
namespace {

const Drives kDrives = {{"\\Device\\HarddiskVolume3", "C:"}, {"\\Device\\HarddiskVolume31", "D:"}};

TEST(ObjectPaths, FilesHaveDriveLetters) {
  EXPECT_EQ(path_of_file("\\Device\\HarddiskVolume3\\app\\shop.log", kDrives), "C:\\app\\shop.log");
  EXPECT_EQ(path_of_file("\\Device\\HarddiskVolume31\\x", kDrives), "D:\\x");
  EXPECT_EQ(path_of_file("\\Device\\HarddiskVolume3", kDrives), "C:");
  EXPECT_EQ(path_of_file("\\??\\Z:\\tmp\\x", kDrives), "Z:\\tmp\\x");
}

TEST(ObjectPaths, FilesOfOtherMachinesHaveTheirNames) {
  EXPECT_EQ(path_of_file("\\Device\\Mup\\server\\share\\x", kDrives), "\\\\server\\share\\x");
}

TEST(ObjectPaths, WhatIsNoFileOnADriveHasNone) {
  EXPECT_EQ(path_of_file("\\Device\\NamedPipe\\ready", kDrives), "");
  EXPECT_EQ(path_of_file("\\Device\\HarddiskVolume32\\x", kDrives), "");
  EXPECT_EQ(path_of_file("", kDrives), "");
}

TEST(ObjectPaths, KeysAreCalledAsTheRegistrysEditorCallsThem) {
  EXPECT_EQ(path_of_key("\\REGISTRY\\MACHINE\\SOFTWARE\\Shop"), "HKEY_LOCAL_MACHINE\\SOFTWARE\\Shop");
  EXPECT_EQ(path_of_key("\\Registry\\User\\S-1-5-18\\Software"), "HKEY_USERS\\S-1-5-18\\Software");
  EXPECT_EQ(path_of_key("\\REGISTRY\\MACHINES"), "");
  EXPECT_EQ(path_of_key(""), "");
}

}  // namespace
}  // namespace ajar::tables::windows
