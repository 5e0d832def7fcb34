#include "analyze/system_modules.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

TEST(SystemModules, AreKnownInEveryVersionAndSpelling) {
  const SystemModules system({});
  for (const char* path : {"/lib/x86_64-linux-gnu/libc.so.6",
                           "libc-2.36.so",
                           "/lib64/ld-linux-x86-64.so.2",
                           "ld-2.31.so",
                           "libnss_files-2.31.so",
                           "/usr/lib/libstdc++.so.6.0.30",
                           "libgcc_s.so.1",
                           "[vdso]",
                           "linux-vdso.so.1",
                           "libasan.so.8",
                           "libclang_rt.asan-x86_64.so",
                           "ld-musl-x86_64.so.1",
                           "libm-2.31.so",
                           "advapi32_5_2_3790_4455",
                           "C:\\Windows\\System32\\ADVAPI32.dll",
                           "ntdll.dll",
                           "KernelBase.dll",
                           "ws2_32.dll",
                           "ws2_32_6_1_7600",
                           "libstdc++-6.dll",
                           "api-ms-win-core-file-l1-1-0.dll",
                           "VERSION.dll"}) {
    EXPECT_TRUE(system.contains(path)) << path;
  }
}

TEST(SystemModules, OtherModulesWithLikeNamesAreNot) {
  const SystemModules system({});
  for (const char* path :
       {"libmagic.so.1", "libcurl.so.4", "libcrypto.so.3", "/usr/bin/ld", "/opt/version", "libpricing.so",
        "shop-server", "libcorp-2.so", "libc_client.so", "", "32", "_1"}) {
    EXPECT_FALSE(system.contains(path)) << path;
  }
}

TEST(SystemModules, TheTableCanBeExtendedByNamePatternAndPath) {
  const SystemModules system({"libcorp.so", "libacme_*", "/opt/runtime/*"});
  EXPECT_TRUE(system.contains("/usr/lib/libcorp.so.3.1"));
  EXPECT_TRUE(system.contains("libacme_io.so"));
  EXPECT_TRUE(system.contains("/opt/runtime/lib/x.so"));
  EXPECT_FALSE(system.contains("/opt/app/lib/x.so"));
}

TEST(SystemModules, StemIsTheNameWithoutPathExtensionAndVersion) {
  EXPECT_EQ(module_stem("/usr/lib/libfoo-1.2.so.3"), "libfoo");
  EXPECT_EQ(module_stem("C:\\x\\Kernel32_5_2_3790.dll"), "kernel32");
  EXPECT_EQ(module_stem("python3.11"), "python3");
  EXPECT_EQ(module_stem("mod_5"), "mod_5");
}

}  // namespace
}  // namespace ajar::analyze
